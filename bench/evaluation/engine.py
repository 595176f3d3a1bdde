"""What is measured, put together: the answers with and without the sentence model, and the floor."""

from typing import Literal

from bench.evaluation.floor import BareBM25
from bench.evaluation.questions import Answering
from bot.privacy.answering import load

Mode = Literal["without model", "with model"]
MODES: tuple[Mode, ...] = ("without model", "with model")


def engine(mode: Mode) -> Answering:
    """The answers as Steward gives them, by the topics that it comes with. Raises where the model is not installed."""
    return load(embed=mode == "with model")


def floor() -> Answering:
    """Bare BM25."""
    return BareBM25()
