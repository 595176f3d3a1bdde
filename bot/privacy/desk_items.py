"""Questions at the privacy officers' desk as they stand, read from the database."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection, RowMapping, Select, func, select
from sqlmodel import col

from bot.access.decide import admit
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.privacy.kept import kept_version
from bot.privacy.passages import standing, unmarked
from bot.privacy.rulings import Ruling, held_against, ruling_on
from bot.privacy.rulings_on_record import on_record
from bot.privacy.text import Clause, PolicyText
from models.audit import AuditOpen
from models.questions import DeskQuestion
from models.tables import table_of

MOST_CANDIDATES: Final = 5
_NAME: Final = re.compile(r"Q-(\d{1,9})(?:/(\d{1,9}))?")


class Status(StrEnum):
    """How far a question is; decided ones by how, see rulings.Kind."""

    OPEN = "open"
    QUOTED = "quoted"
    WRITTEN = "written"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Item:
    """One question at the desk: Q-12. `question` is None where it was erased.

    `candidates` are those that stand in the version in force word for word, best first; `version` is the one that they
    were found in. `ruling` is what became of it, `rests_on` its sentences as far as they stand in the version in force,
    `words` a written one's, in which only the words of that version stand in quotation marks; it `holds` while that
    version has all that it rests on.
    """

    number: int
    entry: str
    team: str
    person: str
    question: str | None
    version: str
    candidates: tuple[Clause, ...]
    topic: str | None
    topic_label: str | None
    status: Status
    step: int
    asked_at: datetime
    reminders: int
    decided_at: datetime | None
    decided_by: str | None
    ruling: Ruling | None
    rests_on: tuple[Clause, ...] = ()
    words: str | None = None
    holds: bool = True

    @property
    def name(self) -> str:
        """What people call it."""
        return f"Q-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for an officer."""
        return self.status is Status.OPEN


def question_number(about: str) -> int | None:
    """The number that "Q-12" or "Q-12/1" speaks of."""
    found = _NAME.fullmatch(about)
    return int(found[1]) if found else None


def may_rule(person: Person, conversation: Conversation) -> Reason | None:
    """Why this person may not decide on questions here, or None. Privacy officers may, also on their own.

    A ruling opens nothing to anybody and is there for all to read: it takes an officer, not two people.
    """
    if barred := admit(person, conversation):
        return barred
    if is_officer(person):
        return None
    return Reason.NOT_A_PRIVACY_OFFICER


def read_item(connection: Connection, number: int, policy: PolicyText | None) -> Item | None:
    """One question, its candidates as they stand in `policy`, the version in force."""
    row = connection.execute(_rows().where(col(DeskQuestion.number) == number)).one_or_none()
    return _item(connection, row._mapping, policy) if row else None


def item_of_entry(connection: Connection, entry_id: str, policy: PolicyText | None) -> Item | None:
    """The question that was put to the officers from this entry."""
    row = connection.execute(_rows().where(col(DeskQuestion.entry_id) == entry_id)).one_or_none()
    return _item(connection, row._mapping, policy) if row else None


def open_items(connection: Connection, team: str, policy: PolicyText | None, most: int) -> tuple[Item, ...]:
    """What waits for an officer of this workspace, the oldest first."""
    waiting = _rows().where(col(DeskQuestion.status) == Status.OPEN.value, col(DeskQuestion.team) == team)
    rows = connection.execute(waiting.order_by(col(DeskQuestion.number)).limit(most))
    return tuple(_item(connection, row._mapping, policy) for row in rows)


def open_number(connection: Connection, team: str) -> int:
    """How many wait in this workspace."""
    waiting = col(DeskQuestion.status) == Status.OPEN.value, col(DeskQuestion.team) == team
    return int(connection.execute(select(func.count()).select_from(DeskQuestion).where(*waiting)).scalar_one())


def _rows() -> Select[*tuple[Any, ...]]:
    table = table_of(DeskQuestion)
    return select(*table.c, col(AuditOpen.opened)).outerjoin(AuditOpen, col(AuditOpen.entry_id) == table.c.entry_id)


def _item(connection: Connection, row: RowMapping, policy: PolicyText | None) -> Item:
    kept = ruling_on(connection, row["number"])
    ruling = on_record(connection, kept) if kept else None
    stands = held_against(connection, ruling, policy) if ruling and policy else None
    return Item(
        number=row["number"],
        entry=row["entry_id"],
        team=row["team"],
        person=row["person"],
        question=orjson.loads(row["opened"] or "{}").get("query", {}).get("value"),
        version=row["version"],
        candidates=_candidates(connection, row["version"], row["candidates"], policy),
        topic=row["topic"],
        topic_label=row["topic_label"],
        status=Status(row["status"]),
        step=row["step"],
        asked_at=row["asked_at"],
        reminders=row["reminders"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
        ruling=ruling,
        rests_on=stands.clauses if stands else (),
        words=unmarked(ruling.text, policy) if ruling and ruling.text and policy else None,
        holds=stands is None or stands.holds,
    )


def _candidates(
    connection: Connection, version: str, spans: list[list[int]], policy: PolicyText | None
) -> tuple[Clause, ...]:
    kept = kept_version(connection, version) if spans and policy else None
    if kept is None or policy is None:
        return ()
    words = dict.fromkeys(kept.reading.text[start:end] for start, end in spans)
    found: dict[int, Clause] = {}
    for clause in filter(None, (standing(one, policy) for one in words)):
        found.setdefault(clause.start, clause)  # a passage and its first sentence begin alike: an officer picks one
    return tuple(found.values())[:MOST_CANDIDATES]
