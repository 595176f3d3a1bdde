"""Who takes the machine's time: the replicas, the database, and what measures them."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psutil  # type: ignore[import-untyped]  # it brings no types

LOOK_EVERY_S: Final = 1.0

Family = Callable[[], Iterable[psutil.Process]]
"""The processes that are counted together, as they are now."""


@dataclass
class Burden:
    """Seconds of processor time of each family of processes; of one that was killed, until it was last looked at."""

    families: Mapping[str, Family]
    taken: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    _seen: dict[tuple[int, float], float] = field(default_factory=dict)

    def look(self) -> None:
        """Add what was taken since the last look."""
        for name, family in self.families.items():
            self.taken[name] = self.taken.get(name, 0.0) + sum(self._since(one) for one in family())

    def cores(self) -> dict[str, float]:
        """How many cores each family has kept busy so far, on average."""
        passed = time.monotonic() - self.began
        return {name: used / passed for name, used in self.taken.items()}

    def _since(self, process: psutil.Process) -> float:
        try:
            times, who = process.cpu_times(), (process.pid, process.create_time())
        except psutil.Error:
            return 0.0
        now = times.user + times.system
        before, self._seen[who] = self._seen.get(who, 0.0), now
        return float(now - before)


def with_children(heads: Iterable[int]) -> Iterator[psutil.Process]:
    """Processes, by id, and all that they have begun. One that is gone has none."""
    for head in heads:
        try:
            process = psutil.Process(head)
            yield from (process, *process.children(recursive=True))
        except psutil.Error:
            continue


@contextmanager
def weighed(families: Mapping[str, Family]) -> Iterator[Burden]:
    """Look every so often until it is left; what was taken before does not count."""
    burden, over = Burden(families), threading.Event()
    burden.look()
    burden.taken.clear()

    def watch() -> None:
        while not over.wait(LOOK_EVERY_S):
            burden.look()

    watcher = threading.Thread(target=watch, name="burden")
    watcher.start()
    try:
        yield burden
    finally:
        over.set()
        watcher.join()
        burden.look()
