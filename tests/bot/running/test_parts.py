"""Parts start in order, are watched, and end in the opposite order."""

import signal
import threading

import pytest

from bot.running.parts import PartDied, signals_stop, work


class _Part:
    def __init__(self, name: str, heard: list[str], *, fails: bool = False, dies: bool = False) -> None:
        self.name = name
        self._heard = heard
        self._fails = fails
        self._dies = dies

    @property
    def alive(self) -> bool:
        return not self._dies

    def start(self) -> None:
        if self._fails:
            raise RuntimeError(self.name)
        self._heard.append(f"start {self.name}")

    def stop(self) -> None:
        self._heard.append(f"stop {self.name}")


def _stopped() -> threading.Event:
    stop = threading.Event()
    stop.set()
    return stop


def test_the_gate_is_last_in_and_first_out() -> None:
    heard: list[str] = []
    work([_Part("courier", heard), _Part("clockwork", heard), _Part("gate", heard)], _stopped())
    assert heard == ["start courier", "start clockwork", "start gate", "stop gate", "stop clockwork", "stop courier"]


def test_a_part_that_dies_ends_the_rest_and_is_named() -> None:
    heard: list[str] = []
    with pytest.raises(PartDied, match="clockwork"):
        work([_Part("courier", heard), _Part("clockwork", heard, dies=True)], threading.Event())
    assert heard[-2:] == ["stop clockwork", "stop courier"]


def test_a_part_that_does_not_start_ends_what_has_started() -> None:
    heard: list[str] = []
    with pytest.raises(RuntimeError, match="gate"):
        work([_Part("courier", heard), _Part("gate", heard, fails=True)], threading.Event())
    assert heard == ["start courier", "stop courier"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_to_stop_and_the_second_is_not_caught(number: int) -> None:
    before = signal.getsignal(number)
    with signals_stop() as stop:
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.wait(10)
        assert signal.getsignal(number) is signal.SIG_DFL
    assert signal.getsignal(number) is before
