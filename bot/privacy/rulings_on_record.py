"""Whether a ruling is kept as the ledger's entries have it: what an officer ruled is quoted to customers.

The table is in no tree: whoever writes to the database could point a ruling to words that no officer wrote, or put one
in force again that was withdrawn. So the entry of each step (`privacy.rule`) says among its fields by a digest how the
ruling is kept then: `ruling on Q-12 in_force 3fa9…`, and `L-3 withdrawn 51c0…` of a later one. An entry of before says
by whom, of which kind and for which version, and whether it was withdrawn.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final

import orjson
import structlog
from sqlalchemy import Connection, and_, literal_column, or_
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.told import Told, is_about
from bot.privacy.passages import Passage
from bot.privacy.rulings import Kind, Ruling, Status
from models.audit import AuditEntry

RULES: Final = and_(
    col(AuditEntry.action) == literal_column(f"'{Action.RULE.value}'"),
    col(AuditEntry.outcome) == Outcome.DONE.value,
)
"""Entries of steps, in the words of their partial index, which a parameter would not be seen to meet."""
MADE: Final = "ruling on "
SORTED: Final = orjson.OPT_SORT_KEYS
SETTLED: Final = frozenset({"confirmed", Status.WITHDRAWN.value})  # reasons of the entries of later steps

Entry = tuple[datetime, Told]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How a ruling is kept, but for its times; as it is made, where the last two are left out."""

    question: int
    entry: str
    kind: Kind
    team: str
    author: str
    topic: str | None
    version: str
    rests_on: tuple[Passage, ...]
    status: Status = Status.IN_FORCE
    step: int = 0

    @classmethod
    def of(cls, ruling: Ruling) -> "Made":
        """A ruling that is there."""
        return cls(**{one.name: getattr(ruling, one.name) for one in fields(cls)})

    def written(self, name: str | None = None) -> str:
        """As it stands among the fields of an entry: its own, or of a later step of the ruling that is called so."""
        kept = [self.question, self.entry, self.kind, self.team, self.author, self.topic, self.version]
        whole = orjson.dumps([*kept, [one.json for one in self.rests_on], self.status, self.step], option=SORTED)
        return f"{name or f'{MADE}Q-{self.question}'} {self.status} {hashlib.sha256(whole).hexdigest()}"

    def row(self, at: datetime) -> dict[str, object]:
        """The row of `rulings`."""
        return {
            "question": self.question,
            "entry_id": self.entry,
            "kind": self.kind.value,
            "team": self.team,
            "author": self.author,
            "made_at": at,
            "topic": self.topic,
            "version": self.version,
            "rests_on": [one.json for one in self.rests_on],
            "status": self.status.value,
            "step": self.step,
        }


def made_written(ruling: Ruling) -> str:
    """A ruling as its own entry has it."""
    return Made.of(ruling).written()


def settled_written(ruling: Ruling) -> str:
    """A ruling after a later step, as a field of that step's entry."""
    return Made.of(ruling).written(ruling.name)


def on_record(connection: Connection, ruling: Ruling) -> Ruling:
    """The ruling; without its words, as if they were erased, where it is kept otherwise than entries have it."""
    about = or_(
        col(AuditEntry.id) == ruling.entry,
        col(AuditEntry.entry).like(f'%"{ruling.name} %'),
        *(col(AuditEntry.entry).like(f'%"reason":"{one}"%') for one in sorted(SETTLED)),
    )
    found = as_written(connection, RULES, col(AuditEntry.at) >= ruling.made_at - LONGEST_ACT, about)
    why = unlike(ruling, [(one[0].at, one[1]) for one in found if one is not None])
    if why is None:
        return ruling
    log.error("access.not_on_record", about=ruling.name, reason=why)
    return replace(ruling, asked=None, text=None)


def unlike(ruling: Ruling, entries: Sequence[Entry]) -> str | None:
    """What is kept of a ruling that no entry says, in words without anybody's text. `entries`: newest first. Pure."""
    made = next((one for one in entries if one[1]["id"] == ruling.entry), None)
    if made is None or not _is_made(ruling, *made):
        return "no entry says that it was made"
    for _, told in entries:
        written = next((one for one in told["fields"] if one.startswith((f"{ruling.name} ", MADE))), None)
        if told["id"] == ruling.entry:
            return None if _as_made(ruling, told, written) else "its entry says something else"
        if written is not None and written.startswith(ruling.name):
            return None if written == settled_written(ruling) else "its last entry says something else"
        if written is None and (told["query"], told["reason"]) == (ruling.name, Status.WITHDRAWN):
            return None if ruling.status is Status.WITHDRAWN else "an entry says that it was withdrawn"
        if written is None and (told["query"], told["reason"]) == (ruling.name, "confirmed"):
            return None if ruling.version == told["policy_version"] else "it is kept for another version of the policy"
    return None


def _is_made(ruling: Ruling, at: datetime, told: Told) -> bool:
    said = (told["action"], told["outcome"], told["reason"], told["actor"], told["team"])
    return said == (Action.RULE, Outcome.DONE, ruling.kind, ruling.author, ruling.team) and is_about(at, ruling.made_at)


def _as_made(ruling: Ruling, told: Told, written: str | None) -> bool:
    """Where no later entry tells of it, it is as it was made."""
    if written is not None:
        return written == made_written(ruling)
    return ruling.status is Status.IN_FORCE and (ruling.step > 0 or ruling.version == told["policy_version"])
