"""How long to wait before trying again. Pure; shared by due work and by the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Chance = Callable[[], float]
"""A number from 0 up to 1, as random.random gives it."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling waits, each shortened by up to half at random, so that not all return at once."""

    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=5)

    def after(self, attempts: int, chance: float) -> timedelta:
        """The wait after so many failed attempts (1 or more); `chance` is from 0 up to 1."""
        doublings = min(max(attempts, 1) - 1, 30)
        return min(self.first * int(2**doublings), self.longest) * (0.5 + chance / 2)
