"""An answer within Slack's time is the acknowledgement; a slower one follows, and so do the words of its fault."""

import threading
from queue import Queue
from typing import Any

import pytest

from handlers.patience import Patience
from handlers.views.blocks import ephemeral

Said = Queue[tuple[str, dict[str, Any]]]


@pytest.fixture
def said() -> Said:
    return Queue()


def speaking(said: Said, way: str) -> Any:
    return lambda **message: said.put((way, message))


def test_a_quick_answer_is_the_acknowledgement(said: Said) -> None:
    patience = Patience(patience_s=60)
    patience.answer(lambda: ephemeral("Found"), speaking(said, "ack"), speaking(said, "respond"))
    assert said.get(timeout=60) == ("ack", ephemeral("Found"))
    patience.close()
    assert said.empty()


@pytest.mark.parametrize("fails", [False, True])
def test_a_slow_one_follows(said: Said, *, fails: bool) -> None:
    found, patience = threading.Event(), Patience(patience_s=0.01)

    def search() -> dict[str, Any]:
        found.wait(60)
        if fails:
            raise RuntimeError("anna.kalnina")
        return ephemeral("Found")

    patience.answer(search, speaking(said, "ack"), speaking(said, "respond"))
    way, message = said.get(timeout=60)
    assert (way, message["text"]) == ("ack", "Looking… The answer follows here in a moment.")
    found.set()
    way, message = said.get(timeout=60)
    assert (way, message["replace_original"]) == ("respond", True)
    assert ("Found" in message["text"]) is not fails
    assert "anna.kalnina" not in str(message)
    patience.close()


def test_a_fault_in_time_is_the_callers(said: Said) -> None:
    def search() -> dict[str, Any]:
        raise TimeoutError("of the search's own, not of the waiting")

    patience = Patience(patience_s=60)
    with pytest.raises(TimeoutError):
        patience.answer(search, speaking(said, "ack"), speaking(said, "respond"))
    patience.close()
    assert said.empty()
