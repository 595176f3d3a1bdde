"""Whether who has read the policy, what was said at a review, and what approvers asked and were answered, are what the
entries say that these rows name.

Each row has its entry, which has been found to be as it was written: so its columns and its text are compared where
they are, in the database, however many people have read however many versions.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, String, Table, case, cast, func, literal, or_, select
from sqlmodel import col

from bot.audit.entry import Action, Outcome
from bot.audit.faults import Code, Fault, shown_id
from bot.audit.reviews.items import Status, Verdict
from bot.audit.states import state_of
from models.access import AccessQuestion, AccessRequest
from models.audit import AuditEntry
from models.policy_notice import PolicyAcknowledgement
from models.review import ReviewItem, ReviewStep
from models.tables import table_of

READ: Final = table_of(PolicyAcknowledgement)
STEPS: Final = table_of(ReviewStep)
ITEMS: Final = table_of(ReviewItem)
ASKED: Final = table_of(AccessQuestion)


def presses_fault(connection: Connection) -> Fault | None:
    """The first of these rows that was made up or changed."""
    for code, what, query in (
        (Code.OTHER_READING, "That somebody has read a version of the policy", _unlike_reading()),
        (Code.OTHER_VERDICT, "What was said at a review", _unlike_verdict()),
        (Code.OTHER_VERDICT, "Where a review stands", _unlike_steps()),
        (
            Code.OTHER_GRANT,
            "What was asked about a request for access",
            _unlike_question("by", "entry", Action.QUESTION),
        ),
        (
            Code.OTHER_GRANT,
            "What was answered about a request for access",
            _unlike_question("asked", "answer_entry", Action.ANSWER),
        ),
    ):
        row = connection.execute(query.limit(1)).first()
        if row is not None:
            words = f"{what} is not what its entry says. It was changed, or made up."
            return Fault(code, words, None, shown_id(row.entry_id), None, state_of(*map(str, row)))
    return None


def _unlike_reading() -> Select[*tuple[Any, ...]]:
    version = col(AuditEntry.entry).not_like(_saying("policy_version", READ.c.version))
    return _unlike(READ, READ.c.person, Action.POLICY_ACKNOWLEDGE, version)


def _unlike_verdict() -> Select[*tuple[Any, ...]]:
    verdict = col(AuditEntry.entry).not_like(_saying("reason", STEPS.c.verdict))
    return _unlike(STEPS, STEPS.c.by, Action.AUDIT_REVIEW, verdict)


def _unlike_steps() -> Select[*tuple[Any, ...]]:
    """Reviews that stand where their last step did not lead; without a step they are open."""
    leads_to = case({one.value: one.leads_to.value for one in Verdict}, value=STEPS.c.verdict, else_=Status.OPEN.value)
    last = (STEPS.c.item == ITEMS.c.number) & (STEPS.c.step == ITEMS.c.version)
    rows: Select[*tuple[Any, ...]] = select(ITEMS).outerjoin(STEPS, last)
    return rows.where(ITEMS.c.status != leads_to).order_by(ITEMS.c.number)


def _unlike_question(who: str, which: str, action: Action) -> Select[*tuple[Any, ...]]:
    """Questions, or their answers, whose entry is another's, or about another request; what nobody answered is none."""
    entry, request, named = AuditEntry, AccessRequest, ASKED.c[which]
    wrong = or_(
        col(entry.id).is_(None),
        col(entry.actor) != ASKED.c[who],
        col(entry.action) != action.value,
        col(entry.outcome) == Outcome.REFUSED.value,
        col(entry.grant) != literal("R-") + cast(func.coalesce(col(request.extends), col(request.number)), String),
    )
    of_request = col(request.number) == ASKED.c.request
    rows: Select[*tuple[Any, ...]] = (
        select(ASKED, named.label("entry_id")).join(request, of_request).outerjoin(entry, col(entry.id) == named)
    )
    return rows.where(named.is_not(None), wrong).order_by(ASKED.c.request, ASKED.c.nth)


def _unlike(
    table: Table, person: ColumnElement[str], action: Action, other: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    entry = AuditEntry
    wrong = or_(
        col(entry.id).is_(None),
        col(entry.actor) != person,
        col(entry.action) != action.value,
        col(entry.outcome) != Outcome.DONE.value,
        other,
    )
    rows: Select[*tuple[Any, ...]] = select(table).outerjoin(entry, col(entry.id) == table.c.entry_id)
    return rows.where(wrong).order_by(table.c.entry_id)


def _saying(key: str, value: ColumnElement[str]) -> ColumnElement[str]:
    """A value as it stands in canonical text. No text of anybody's stands there, and a quote in a ticket is escaped."""
    return literal(f'%"{key}":"') + value + literal('"%')
