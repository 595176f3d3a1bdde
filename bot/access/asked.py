"""Questions that approvers ask before they decide, as frozen values. Their words are those of their audit entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import col

from bot.audit.entry import Action
from models.access import AccessQuestion, AccessRequest
from models.audit import AuditEntry, AuditOpen
from models.tables import table_of

MOST_QUESTIONS: Final = 6
"""About one request: who needs to know more than that talks to the person."""
_TABLE: Final = table_of(AccessQuestion)


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
    """What was asked about each request, oldest first. Most requests have none, and then no entry is read."""
    if not numbers:
        return {}
    about = func.coalesce(col(AccessRequest.extends), col(AccessRequest.number)).label("about")
    query = select(_TABLE, about).join(AccessRequest, col(AccessRequest.number) == _TABLE.c.request)
    query = query.where(_TABLE.c.request.in_(numbers)).order_by(_TABLE.c.request, _TABLE.c.nth)
    rows = connection.execute(query).all()
    words = _words_of(connection, [entry for row in rows for entry in (row.entry, row.answer_entry) if entry])
    found: dict[int, tuple[Question, ...]] = {}
    for row in rows:
        said = words.get((row.entry, Action.QUESTION, row.by, f"R-{row.about}"))
        replied = words.get((row.answer_entry, Action.ANSWER, row.asked, f"R-{row.about}"))
        one = Question(row.nth, row.by, row.at, row.asked, said, row.answered_at, replied)
        found[row.request] = (*found.get(row.request, ()), one)
    return found


def _words_of(connection: Connection, entries: Sequence[str]) -> Mapping[tuple[str, str, str, str], str | None]:
    """What people typed, by the id of the entry that holds it, with what was done by whom about which request.

    The table of questions is in no tree: whoever writes to it could show approvers another's words as the answer.
    """
    if not entries:
        return {}
    entry = AuditEntry
    query = (
        select(col(entry.id), col(entry.action), col(entry.actor), col(entry.grant), col(AuditOpen.opened))
        .join(AuditOpen, col(AuditOpen.entry_id) == col(entry.id))
        .where(col(entry.id).in_(entries))
    )
    return {
        (row.id, row.action, row.actor, row.grant): orjson.loads(row.opened).get("justification", {}).get("value")
        for row in connection.execute(query)
    }


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
