"""Whether somebody has read a version of the policy, as the ledger's entry of their press says.

The table is in no tree: whoever writes to the database could let somebody go on who has read nothing.
"""

import structlog
from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome
from models.audit import AuditEntry
from models.policy_notice import PolicyAcknowledgement
from models.tables import table_of

_READ = table_of(PolicyAcknowledgement)

log = structlog.get_logger(__name__)


def has_read(connection: Connection, version: str, team: str, person: str) -> bool:
    """Whether a row says so, and the entry that it names."""
    mine = _READ.c.version == version, _READ.c.team == team, _READ.c.person == person
    entry_id = connection.execute(select(_READ.c.entry_id).where(*mine)).scalar_one_or_none()
    if entry_id is None:
        return False
    wanted = (Action.POLICY_ACKNOWLEDGE, Outcome.DONE, person, team, version)
    for written in as_written(connection, col(AuditEntry.id) == entry_id):
        told = written[1] if written is not None else None
        if told is not None and wanted == tuple(
            told[name] for name in ("action", "outcome", "actor", "team", "policy_version")
        ):
            return True
    log.error("access.not_on_record", about="policy_acknowledgements")
    return False
