"""Who hears of what changed: the page's live connection, and people that wait for something."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

ChangeType = Literal["messages", "views", "home", "conversations", "app"]


@dataclass(frozen=True, slots=True)
class Change:
    """`users` is the audience; None means everyone. The app's presence comes with `connected`."""

    type: ChangeType
    channel: str = ""
    users: frozenset[str] | None = None
    connected: bool = False


@dataclass(slots=True)
class Changes:
    listeners: list[Callable[[Change], None]] = field(default_factory=list)
    count: int = 0
    """How many changes there were; whoever waits for something looks again when it has moved."""

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Calls `listener` with each change until the returned function is called."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def publish(self, change: Change) -> None:
        self.count += 1
        for listener in tuple(self.listeners):
            listener(change)
