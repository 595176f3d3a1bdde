"""Whether two officers pointed a purpose, whose clause is gone, to the words that its row has: as their entries say.

The table is in no tree: whoever writes to the database could permit a purpose again by any words of the policy.
"""

from datetime import datetime

import structlog
from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.told import Told
from bot.privacy.clauses import Standing
from bot.privacy.kept import kept_version
from models.audit import AuditEntry
from models.clause import ClauseSuspension

PROPOSED, RESTORED = "clause_proposed", "clause_restored"  # reasons of the two entries

log = structlog.get_logger(__name__)


def is_pointed_to(connection: Connection, purpose: str, clause: str, words: str) -> bool:
    """Whether the newest row that restores this clause of this purpose by these words is what entries say."""
    query = (
        select(ClauseSuspension)
        .where(
            col(ClauseSuspension.purpose) == purpose,
            col(ClauseSuspension.clause) == clause,
            col(ClauseSuspension.status) == Standing.RESTORED.value,
            col(ClauseSuspension.proposed) == words,
        )
        .order_by(col(ClauseSuspension.number).desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is not None and row.settled_by != row.proposed_by:
        said = _said(connection, row.proposed_by, row.proposed_at, purpose, PROPOSED)
        confirmed = _said(connection, row.settled_by, row.settled_at, purpose, RESTORED)
        if said is not None and confirmed is not None and _leads_to(connection, said, words):
            return True
    log.error("access.not_on_record", about=purpose)
    return False


def _said(connection: Connection, actor: str | None, at: datetime | None, purpose: str, reason: str) -> Told | None:
    """The last entry of this person about then that says this of the purpose."""
    if actor is None or at is None:
        return None
    said = as_written(
        connection,
        col(AuditEntry.actor) == actor,
        col(AuditEntry.at) >= at - LONGEST_ACT,
        col(AuditEntry.at) <= at + LONGEST_ACT,
        col(AuditEntry.action) == Action.CONFIG_CHANGE.value,
        col(AuditEntry.outcome) == Outcome.DONE.value,
        col(AuditEntry.purpose) == purpose,
    )
    return next((one[1] for one in said if one is not None and one[1]["reason"] == reason), None)


def _leads_to(connection: Connection, said: Told, words: str) -> bool:
    """Whether what the first officer typed stands for these words, in the version that they had before them.

    Of text that was erased, or a version that is not kept any more, nothing can be said, and the two acts count.
    """
    kept = kept_version(connection, said["policy_version"]) if said["policy_version"] else None
    if said["justification"] is None or kept is None:
        return True
    clause = kept.clause(said["justification"])
    return clause is not None and clause.quote == words
