"""Who counts what comes in through the gate. Nothing of what a request says is told."""

from typing import Protocol


class Observer(Protocol):
    """Hears of requests."""

    def answered(self, kind: str, status: int, seconds: float) -> None:
        """A request was answered. `kind` is its type, or the command's name."""

    def refused(self, status: int) -> None:
        """A request was not taken."""

    def connected(self, *, connected: bool) -> None:
        """Whether Socket Mode's connection is open."""


class NoObserver:
    """Nobody counts."""

    def answered(self, kind: str, status: int, seconds: float) -> None:
        """Let it pass."""

    def refused(self, status: int) -> None:
        """Let it pass."""

    def connected(self, *, connected: bool) -> None:
        """Let it pass."""
