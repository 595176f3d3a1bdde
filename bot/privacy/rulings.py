"""What privacy officers ruled: read from the database, matched to a question, and held against a version."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import Connection, RowMapping, Select, func, select
from sqlmodel import col

from bot.privacy.passages import Passage, found_again, invented
from bot.privacy.text import Clause, PolicyText
from models.audit import AuditOpen
from models.questions import DeskQuestion, PolicyQuestion
from models.questions import Ruling as Row
from models.tables import table_of

SET_RATIO: Final = 95.0
SORT_RATIO: Final = 88.0
"""0 to 100. Token sets alone are alike when one question is a part of the other; then it may mean something else."""
_NAME: Final = re.compile(r"L-(\d{1,9})(?:/(\d{1,9}))?")
_NOT: Final = frozenset(
    {"not", "no", "never", "without", "dont", "wont", "cant", "cannot", "nicht", "kein", "keine", "ne"}
)
_WORD: Final = re.compile(r"\w+")


class Kind(StrEnum):
    """What an officer did with a question."""

    QUOTED = "quoted"  # picked sentences of the policy
    WRITTEN = "written"  # wrote a ruling
    NOT_OURS = "not_ours"  # it is no question that the policy is there to answer


class Status(StrEnum):
    """Whether a ruling may be used."""

    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One ruling: L-3. `question` is the number of the question that it answered, `rests_on` passages of `version`.

    `asked` is the question in the officer's general words and `text` the ruling's; None where they were erased (or, for
    `text`, where none was written).
    """

    number: int
    question: int
    entry: str
    kind: Kind
    team: str
    author: str
    made_at: datetime
    topic: str | None
    version: str
    rests_on: tuple[Passage, ...]
    status: Status
    step: int
    told: str | None
    settled_at: datetime | None
    settled_by: str | None
    asked: str | None
    text: str | None

    @property
    def name(self) -> str:
        """What people call it."""
        return f"L-{self.number}"

    @property
    def round(self) -> str:
        """What a message about this step of it speaks of."""
        return f"{self.name}/{self.step}"

    @property
    def is_whole(self) -> bool:
        """Whether its words are there: what was erased is not used."""
        return self.asked is not None and (self.kind is not Kind.WRITTEN or self.text is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A ruling held against a version: the sentences that it rests on, those that are gone counted in `gone`.

    A ruling that rests on no sentence rests on the policy's silence: another text may have broken it.
    """

    holds: bool
    clauses: tuple[Clause, ...]
    gone: int


def ruling_number(about: str) -> tuple[int, int | None] | None:
    """The number and the step that "L-3/1" speaks of."""
    found = _NAME.fullmatch(about)
    return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def read_ruling(connection: Connection, number: int) -> Ruling | None:
    """One ruling by its number."""
    row = connection.execute(_rows().where(col(Row.number) == number)).one_or_none()
    return _ruling(row._mapping) if row else None


def ruling_on(connection: Connection, question: int) -> Ruling | None:
    """The ruling on the question with this number."""
    row = connection.execute(_rows().where(col(Row.question) == question)).one_or_none()
    return _ruling(row._mapping) if row else None


def every_ruling(connection: Connection) -> tuple[Ruling, ...]:
    """All there ever were, the oldest first."""
    return tuple(_ruling(row._mapping) for row in connection.execute(_rows().order_by(col(Row.number))))


def rulings_in_force(
    connection: Connection, team: str | None = None, most: int | None = None, skip: int = 0
) -> tuple[Ruling, ...]:
    """Those that were not withdrawn, the newest first; of one workspace, or of all; at most `most` after `skip`."""
    query = _rows().where(col(Row.status) == Status.IN_FORCE.value).order_by(col(Row.number).desc())
    if team is not None:
        query = query.where(col(Row.team) == team)
    if most is not None:
        query = query.limit(most).offset(skip)
    return tuple(_ruling(row._mapping) for row in connection.execute(query))


def number_in_force(connection: Connection, team: str) -> int:
    """How many were not withdrawn in this workspace."""
    there = col(Row.status) == Status.IN_FORCE.value, col(Row.team) == team
    return int(connection.execute(select(func.count()).select_from(Row).where(*there)).scalar_one())


def given(connection: Connection, ruling: Ruling) -> dict[str, datetime]:
    """Who was given this ruling as the answer, by user id, and when last: whoever's question it decided, and whoever
    asked such a question since.
    """
    asked = select(col(DeskQuestion.person)).where(col(DeskQuestion.number) == ruling.question)
    found = dict.fromkeys(connection.execute(asked).scalars(), ruling.made_at)
    latest = select(col(PolicyQuestion.person), func.max(col(PolicyQuestion.at)))
    shown = latest.where(col(PolicyQuestion.ruling) == ruling.number).group_by(col(PolicyQuestion.person))
    return found | {row[0]: row[1] for row in connection.execute(shown)}


def held_against(connection: Connection, ruling: Ruling, policy: PolicyText) -> Standing:
    """Whether the ruling may be used under this version: nothing that it rests on has changed."""
    again = found_again(connection, ruling.version, ruling.rests_on, policy)
    clauses = tuple(clause for clause in again if clause)
    gone = len(again) - len(clauses)
    holds = not gone if again else ruling.version == policy.hash
    if ruling.text is not None and invented(ruling.text, policy):
        holds = False
    return Standing(holds, clauses, gone)


def rulings_to_reread(connection: Connection, new: PolicyText) -> tuple[Ruling, ...]:
    """Those in force that rest on sentences which `new` has no more, or on a silence that it may have broken."""
    return tuple(one for one in rulings_in_force(connection) if not held_against(connection, one, new).holds)


def number_to_reread(connection: Connection, team: str, version: str) -> int:
    """How many of this workspace the officers were told to read again for this version, and have not settled since."""
    there = col(Row.status) == Status.IN_FORCE.value, col(Row.team) == team, col(Row.told) == version
    return int(connection.execute(select(func.count()).select_from(Row).where(*there)).scalar_one())


def such(question: str, topic: str | None, rulings: Iterable[Ruling]) -> tuple[Ruling, bool] | None:
    """The ruling on such a question, and whether it was the same one; None when there is none.

    The same but for case, white space and punctuation; else nearly the same words on the same topic, with the same
    numbers and as many negations.
    """
    candidates = [one for one in rulings if one.is_whole]
    wanted = plainly(question)
    for one in candidates:
        if wanted and plainly(one.asked or "") == wanted:
            return one, True
    near = (one for one in candidates if topic is not None and one.topic == topic and alike(question, one.asked or ""))
    found = next(near, None)
    return (found, False) if found else None


def plainly(question: str) -> str:
    """Words alone, in small letters, one space between: "Do you sell it?" and "do you sell it" are one question."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", question).casefold().replace("'", "").replace("’", "")))


def alike(first: str, second: str) -> bool:
    """Whether two questions ask the same in nearly the same words."""
    one, other = plainly(first), plainly(second)
    if not one or not other or _marks(one) != _marks(other):
        return False
    from rapidfuzz import fuzz  # there may be no ruling to compare with

    return fuzz.token_set_ratio(one, other) >= SET_RATIO and fuzz.token_sort_ratio(one, other) >= SORT_RATIO


def _marks(question: str) -> tuple[list[str], int]:
    """What turns a question into another one by a single word: its numbers, and how often it says no."""
    words = question.split()
    return sorted(word for word in words if any(map(str.isdigit, word))), sum(word in _NOT for word in words)


def _rows() -> Select[*tuple[Any, ...]]:
    table = table_of(Row)
    return select(*table.c, col(AuditOpen.opened)).outerjoin(AuditOpen, col(AuditOpen.entry_id) == table.c.entry_id)


def _ruling(row: RowMapping) -> Ruling:
    opened = orjson.loads(row["opened"] or "{}")
    return Ruling(
        number=row["number"],
        question=row["question"],
        entry=row["entry_id"],
        kind=Kind(row["kind"]),
        team=row["team"],
        author=row["author"],
        made_at=row["made_at"],
        topic=row["topic"],
        version=row["version"],
        rests_on=tuple(Passage.kept(one) for one in row["rests_on"]),
        status=Status(row["status"]),
        step=row["step"],
        told=row["told"],
        settled_at=row["settled_at"],
        settled_by=row["settled_by"],
        asked=opened.get("query", {}).get("value"),
        text=opened.get("justification", {}).get("value"),
    )
