"""What a notice says: the difference in three lines, and what it means for one person's work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from bot.access.decide import purposes_of
from bot.access.grants import Grant, live_grants
from bot.access.people import Person
from bot.access.rules.purposes import Purpose, Rules
from bot.clock import Clock
from bot.database import Database
from bot.notices.announcing import Change
from bot.notices.changes import Difference
from bot.notices.changing import texts_of
from bot.notices.comparing.difference import compare
from bot.notices.summary import summary
from bot.notices.touched import Resting, TouchedClause, touched
from bot.privacy.text import Clause, PolicyText

LINES: Final = 3
MOST_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change consists of. `clauses`: the purposes' clauses that it touches, by the purpose's key."""

    difference: Difference
    clauses: Mapping[str, TouchedClause]


@dataclass(frozen=True, slots=True)
class ForWork:
    """What a change means for one person: their purposes, and their grants with the purposes' clauses."""

    purposes: tuple[tuple[Purpose, TouchedClause | None], ...]
    grants: tuple[tuple[Grant, TouchedClause | None], ...]


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Reads what a notice says. A difference is computed once in each process, for the versions never change."""

    database: Database
    rules: Rules
    clock: Clock
    _kept: dict[tuple[str | None, str], Changed] = field(default_factory=dict, repr=False, compare=False)

    def changed(self, change: Change) -> Changed | None:
        """The difference; None for a first version, or where a version is no longer kept."""
        key = (change.before, change.after)
        if (kept := self._kept.get(key)) is not None:
            return kept
        with self.database.reading() as connection:
            texts = texts_of(connection, change)
        if texts is None:
            return None
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        return self._kept.setdefault(key, _changed(texts.before, texts.after, _clauses(self.rules)))

    def lines(self, change: Change) -> tuple[str, ...]:
        """Three lines: the officer's summary first, where there is one."""
        changed = self.changed(change)
        found = summary(changed.difference) if changed else ("This is the first version of the policy.",)
        if change.summary and change.summary.strip():
            said = change.summary.strip()
            found = (said, *(line for line in found if line not in said))
        return found[:LINES]

    def for_work(self, connection: Connection, change: Change, person: Person) -> ForWork:
        """The person's purposes and live grants, with what became of the clauses that they rest on."""
        changed = self.changed(change)
        clauses = changed.clauses if changed else {}
        grants = live_grants(connection, person, self.clock())
        purposes = tuple((one, clauses.get(one.key)) for one in purposes_of(person, self.rules))
        return ForWork(purposes, tuple((one, clauses.get(one.purpose)) for one in grants))


def _clauses(rules: Rules) -> dict[str, str]:
    return {key: purpose.clause for key, purpose in rules.purposes.items()}


def _changed(before: PolicyText, after: PolicyText, clauses: Mapping[str, str]) -> Changed:
    difference = compare(before, after)
    found = touched(before, after, difference, Resting(clauses, {}), _asks_nothing)
    return Changed(difference, {one.purpose: one for one in found.clauses})


def _asks_nothing(_: str, __: PolicyText) -> Sequence[Clause]:
    return ()
