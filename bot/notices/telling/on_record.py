"""Whether somebody has read a version of the policy, and who was told of it, as the ledger's entries say.

The tables are in no tree: whoever writes to the database could let somebody go on who has read nothing. So the entry of
a press on "I have read this" counts; and whoever is told is written down with an entry of the round that told them,
which says among its fields when, how many, and by a digest whom: `N-12 told 2026-03-20T07:00:00.000000Z 214 3fa9…`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome, timestamp
from bot.audit.listed_acts import LONGEST_ACT
from bot.notices.announcing import change_name
from bot.privacy.stated import STEPS
from models.audit import AuditEntry
from models.policy_notice import PolicyAcknowledgement, PolicyNotice
from models.tables import table_of

_READ = table_of(PolicyAcknowledgement)
_NOTICES = table_of(PolicyNotice)
_TOLD = " told "

Round = tuple[str, str]
"""A change by its name, and the moment of a round as entries write times."""

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


def told_written(connection: Connection, change: int, told_at: datetime) -> str:
    """Whom a round has told of a change, as a field of its entry."""
    rows = connection.execute(select(_NOTICES).where(_NOTICES.c.change == change, _NOTICES.c.told_at == told_at))
    return next(_written(of, some) for of, some in _by_round(rows).items())


def read_told(fields: Iterable[str]) -> Mapping[Round, str]:
    """What `told_written` wrote, by its round; other fields say nothing. Pure."""
    said = (one.partition(_TOLD) for one in fields if _TOLD in one)
    return {(name, rest.partition(" ")[0]): f"{name}{_TOLD}{rest}" for name, _, rest in said}


def other_round(connection: Connection, said: Mapping[Round, str], change: int | None = None) -> Round | None:
    """The first round, of one change or of all, that told others than its entry says."""
    query = select(_NOTICES) if change is None else select(_NOTICES).where(_NOTICES.c.change == change)
    kept = _by_round(connection.execute(query))
    return next((of for of, written in said.items() if _written(of, kept.get(of, ())) != written), None)


def told_as_stated(connection: Connection, change: int, since: datetime) -> bool:
    """Whether the table has of everybody who was told of a change, announced then, what the rounds' entries say.

    Rounds of before have no entry, and count as they are kept.
    """
    said: dict[Round, str] = {}
    entries = as_written(connection, STEPS, col(AuditEntry.at) >= since - LONGEST_ACT)
    for written in entries:
        found = read_told(written[1]["fields"]) if written is not None else {}
        said = {of: one for of, one in found.items() if of[0] == change_name(change)} | said
    if (other := other_round(connection, said, change)) is None:
        return True
    log.error("access.not_on_record", about="policy_notices", reason=other[0])
    return False


def _by_round(rows: Iterable[Any]) -> dict[Round, list[Any]]:
    found: dict[Round, list[Any]] = {}
    for row in rows:
        found.setdefault((change_name(row.change), timestamp(row.told_at)), []).append(row)
    return found


def _written(of: Round, rows: Iterable[Any]) -> str:
    lines = sorted(f"{row.to} {row.stage} {timestamp(row.due_at)}\n" for row in rows)
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    return f"{of[0]}{_TOLD}{of[1]} {len(lines)} {digest}"
