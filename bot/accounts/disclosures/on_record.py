"""What the ledger's entries say of a disclosure, and where its rows say more than they do.

The tables of disclosures are in no tree: whoever writes to the database could make one up, give it more fields, or undo
that it was shown. So the values are shown as the entries have it. The entry of each yes says with which roles it was
given; one of before says none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection
from sqlmodel import col

from bot.access.rules.quorum import missing
from bot.accounts.disclosures.records import NEEDS, Disclosure, Status
from bot.audit.as_written import as_written
from bot.audit.entry import Action, Outcome
from bot.audit.told import Told, is_about
from models.audit import AuditEntry

AGREED: Final = re.compile(r"(D-\d+) as ([a-z_]+(?:, [a-z_]+)*)")
"""The query of a yes: the disclosure's name, and the roles."""
OVER: Final = (Outcome.DENIED, Outcome.EXPIRED)


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A disclosure as its entries have it. `agreed` are those who said yes, with the roles that their entries say.

    `agreed_at` is when the last of them did, `over` that it was turned down, taken back or not decided in time.
    """

    asked_by: str
    account: str | None
    fields: frozenset[str]
    basis: str | None
    agreed: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    agreed_at: datetime | None = None
    shown: bool = False
    over: bool = False


def words_of_yes(name: str, roles: frozenset[str]) -> str:
    """What the entry of a yes says as its query."""
    return f"{name} as {', '.join(sorted(roles))}"


def on_record(connection: Connection, names: Sequence[str]) -> Mapping[str, OnRecord]:
    """The disclosures of these names that entries say were asked for. Entries that are not as written say nothing."""
    if not names:
        return {}
    actions = [Action.DISCLOSE.value, Action.CANCEL.value, Action.LAPSE.value]
    written = as_written(connection, col(AuditEntry.grant).in_(names), col(AuditEntry.action).in_(actions))
    found: dict[str, OnRecord] = {}
    for row, told in reversed([one for one in written if one is not None]):
        name = told["grant"]
        if (told["action"], told["outcome"]) == (Action.DISCLOSE, Outcome.REQUESTED):
            asked = OnRecord(told["actor"], told["account"], frozenset(told["fields"]), told["reason"])
            found.setdefault(name, asked)
        elif name in found:
            found[name] = _followed(found[name], row.at, told)
    return found


def _followed(found: OnRecord, at: datetime, told: Told) -> OnRecord:
    outcome = told["outcome"]
    if told["action"] == Action.LAPSE:
        whose = str(told["reason"]).partition(":")[2]
        return replace(found, agreed={by: roles for by, roles in found.agreed.items() if by != whose})
    if told["action"] == Action.CANCEL:
        return replace(found, over=found.over or outcome == Outcome.DONE)
    if outcome in OVER:
        return replace(found, over=True)
    if outcome == Outcome.DISCLOSED:
        return replace(found, shown=True)
    if outcome not in (Outcome.DONE, Outcome.GRANTED):
        return found
    agreed = {**found.agreed, told["actor"]: _roles(told["query"])}
    return replace(found, agreed=agreed, agreed_at=at if outcome == Outcome.GRANTED else found.agreed_at)


def _roles(query: str | None) -> frozenset[str] | None:
    said = AGREED.fullmatch(query or "")
    return frozenset(said.group(2).split(", ")) if said else None


def more_than(found: Disclosure, record: OnRecord | None) -> str | None:
    """What the rows say that no entry does, in words without anybody's text; None: nothing. Pure."""
    if record is None:
        return "no entry says that it was asked for"
    if (found.asked_by, found.account, found.basis.value) != (record.asked_by, record.account, record.basis):
        return "its entry names somebody else, another account or another basis"
    if not record.fields >= set(found.fields):
        return "it has a field that was not asked for"
    if not record.agreed.keys() >= {one.by for one in found.approvals}:
        return "somebody is said to have agreed of whom no entry says it"
    for one in found.approvals:
        if (said := record.agreed[one.by]) is not None and not one.roles <= said:
            return "somebody is said to have agreed with roles that their entry does not have"
    if found.status is not Status.APPROVED:
        return "an entry says that it was agreed to" if record.agreed_at is not None else None
    return _not_agreed(found, record)


def _not_agreed(found: Disclosure, record: OnRecord) -> str | None:
    if record.agreed_at is None or record.over or missing(NEEDS, [one.roles for one in found.approvals]):
        return "no entry says that it was agreed to"
    if not is_about(record.agreed_at, found.decided_at):
        return "it was agreed to at another time"
    if record.shown and found.shown_at is None:
        return "an entry says that it was shown"
    return None
