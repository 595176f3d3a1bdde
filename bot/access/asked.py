"""Questions that approvers ask before they decide, as frozen values. Their words are those of their audit entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.access import AccessQuestion
from models.audit import AuditOpen

MOST_QUESTIONS: Final = 6
"""About one request: who needs to know more than that talks to the person."""


@dataclass(frozen=True, slots=True)
class Question:
    """The `nth` about a request, counted from 1. `text` and `answer` are None where they were erased.

    `asked` alone answers it; `answered_at` is None until then.
    """

    nth: int
    by: str
    at: datetime
    asked: str
    text: str | None
    answered_at: datetime | None = None
    answer: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answered_at is None


def question_kind(nth: int) -> str:
    """Each question is a message of its own about its request, so that a decision changes it."""
    return f"request.question.{nth}"


def answer_kind(nth: int) -> str:
    """The message to whoever asked."""
    return f"request.answer.{nth}"


def read_questions(connection: Connection, numbers: Sequence[int]) -> Mapping[int, tuple[Question, ...]]:
    """What was asked about each request, oldest first."""
    if not numbers:
        return {}
    asked, answered = aliased(AuditOpen), aliased(AuditOpen)
    columns: tuple[Any, ...] = (
        AccessQuestion,
        col(asked.opened).label("said"),
        col(answered.opened).label("replied"),
    )
    query = (
        select(*columns)
        .outerjoin(asked, col(asked.entry_id) == col(AccessQuestion.entry))
        .outerjoin(answered, col(answered.entry_id) == col(AccessQuestion.answer_entry))
        .where(col(AccessQuestion.request).in_(numbers))
        .order_by(col(AccessQuestion.request), col(AccessQuestion.nth))
    )
    found: dict[int, tuple[Question, ...]] = {}
    for row in connection.execute(query).mappings():
        found[row["request"]] = (*found.get(row["request"], ()), _question(dict(row)))
    return found


def _question(row: Mapping[str, Any]) -> Question:
    said, replied = _words(row["said"]), _words(row["replied"])
    return Question(row["nth"], row["by"], row["at"], row["asked"], said, row["answered_at"], replied)


def _words(opened: str | None) -> str | None:
    words: Mapping[str, str] = orjson.loads(opened).get("justification", {}) if opened else {}
    return words.get("value")


def keep_question(connection: Connection, request: int, question: Question, entry: str) -> None:
    """Write down that it was asked; `entry` is the id of its audit entry."""
    values = {"by": question.by, "at": question.at, "asked": question.asked, "entry": entry}
    connection.execute(insert(AccessQuestion).values(request=request, nth=question.nth, **values))


def keep_answer(connection: Connection, request: int, nth: int, entry: str, now: datetime) -> bool:
    """Write down that it was answered. False where it had been."""
    answered = connection.execute(
        update(AccessQuestion)
        .where(
            col(AccessQuestion.request) == request,
            col(AccessQuestion.nth) == nth,
            col(AccessQuestion.answered_at).is_(None),
        )
        .values(answered_at=now, answer_entry=entry)
    )
    return answered.rowcount == 1
