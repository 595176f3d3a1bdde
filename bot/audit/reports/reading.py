"""What the ledger says of one account: each disclosure, what was refused, and what a report can be checked against."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

import orjson
from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from bot.access.grants import read_request, request_number
from bot.access.requests.on_record import on_record
from bot.access.rules.quorum import Needs
from bot.accounts.disclosures.records import NEEDS, disclosure_number, read_disclosure
from bot.audit.entry import Action, Outcome
from bot.audit.integration.integrated import latest_checkpoint, note_of
from bot.audit.query import Filter
from bot.audit.read import Stored, in_order
from bot.audit.reports.customer import Disclosure, Meaning, Seal, Wording
from bot.privacy.kept import begins_of, in_force_since, kept_version
from models.audit import AuditEntry
from models.ledger import LedgerLeaf

SHOWN = (Outcome.DISCLOSED.value, Outcome.MASKED.value)
LOOKING = ("account.lookup", "account.reveal", "access.disclose")
CHUNK = 500
AT_ONCE = (Action.REQUEST, Action.EMERGENCY)
"""What gives a grant without anybody's yes."""

_SAID = (
    select(col(AuditEntry.actor), col(AuditEntry.action), col(AuditEntry.outcome), col(AuditEntry.entry))
    .where(
        col(AuditEntry.grant) == bindparam("grant"),
        col(AuditEntry.action).in_([Action.APPROVE.value, Action.DISCLOSE.value, *(one.value for one in AT_ONCE)]),
        col(AuditEntry.outcome).in_([Outcome.REQUESTED.value, Outcome.DONE.value, Outcome.GRANTED.value]),
    )
    .order_by(col(AuditEntry.at), col(AuditEntry.id))
)


@dataclass(frozen=True, slots=True)
class _Ground:
    """Why more was shown than a purpose shows by itself: who had to agree, and who did."""

    decided_by: str | None = None
    agreed: tuple[str, ...] = ()
    needed: tuple[tuple[str, int], ...] = ()
    emergency: bool = False
    ticket: str | None = None


_NONE = _Ground()


def disclosures(
    connection: Connection, account: str, since: datetime | None, until: datetime
) -> tuple[list[Disclosure], int]:
    """Each time that something of the account was shown, oldest first, and how many attempts were refused."""
    shown: list[Stored] = []
    refused = 0
    for stored in in_order(connection, Filter(account=account, since=since, until=until, actions=LOOKING)):
        outcome = stored.entry["outcome"]
        if outcome in SHOWN:
            shown.append(stored)
        refused += outcome == Outcome.REFUSED.value
    grounds = dict(_grounds(connection, shown))
    indexes = dict(_indexes(connection, [one.id for one in shown]))
    return [_disclosure(one, grounds.get(one.entry["grant"], _NONE), indexes.get(one.id)) for one in shown], refused


def is_known(connection: Connection, account: str) -> bool:
    """Whether the ledger has an entry about this account, be the account itself gone by now.

    That somebody exported its entries says nothing: they may have mistyped it.
    """
    about = (col(AuditEntry.account) == account, col(AuditEntry.action) != Action.AUDIT_EXPORT)
    return connection.execute(select(col(AuditEntry.id)).where(*about).limit(1)).one_or_none() is not None


def first_entry_at(connection: Connection) -> datetime | None:
    """When the ledger begins."""
    query = select(col(AuditEntry.at)).order_by(col(AuditEntry.at), col(AuditEntry.id)).limit(1)
    return connection.execute(query).scalar_one_or_none()


def meanings(
    connection: Connection, wording: Wording, looks: Iterable[Disclosure], disclosing: str | None = None
) -> tuple[Meaning, ...]:
    """What each purpose rested on, in the words of the version that was in force at the time.

    `disclosing` is the clause by which outsiders are given data, where the company has one. A version that gave way to
    another and came back has a meaning for each time that it was in force.
    """
    begins = cache(partial(begins_of, connection))
    first: dict[tuple[str, str | None, datetime | None], Disclosure] = {}
    for one in looks:
        if one.purpose or one.basis:
            since = in_force_since(begins(one.policy_version), one.at) if one.policy_version else None
            first.setdefault((wording.purpose_of(one), one.policy_version, since), one)
    return tuple(_meaning(connection, wording, one, disclosing, key[-1]) for key, one in first.items())


def seal(connection: Connection) -> Seal | None:
    """The newest signed checkpoint, with the witnesses' signatures; None before the first."""
    stored = latest_checkpoint(connection)
    if stored is None:
        return None
    note = note_of(connection, stored.size) or stored.note
    return Seal(note.partition("\n")[0], stored.size, stored.root, stored.at, note)


def _disclosure(stored: Stored, ground: _Ground, index: int | None) -> Disclosure:
    entry = stored.entry
    return Disclosure(
        entry=stored.id,
        at=stored.at,
        actor=entry["actor"],
        team=entry["team"],
        action=entry["action"],
        purpose=entry["purpose"],
        fields=tuple(entry["fields"]),
        grant=entry["grant"],
        decided_by=ground.decided_by,
        ticket=entry["ticket"] or ground.ticket,
        policy_version=entry["policy_version"],
        index=index,
        agreed=ground.agreed,
        needed=ground.needed,
        emergency=ground.emergency,
        basis=entry["reason"] if entry["action"] == Action.DISCLOSE else None,
    )


def _grounds(connection: Connection, shown: Sequence[Stored]) -> Iterator[tuple[str, _Ground]]:
    """What each grant rests on, by its name: R-1042 is a request, D-12 a disclosure to an outsider."""
    for name in dict.fromkeys(stored.entry["grant"] for stored in shown if stored.entry["grant"]):
        if (number := request_number(name)) is not None:
            yield name, _of_request(connection, name, number)
        elif (number := disclosure_number(name)) is not None:
            yield name, _of_disclosure(connection, name, number)


def _of_request(connection: Connection, name: str, number: int) -> _Ground:
    asked = read_request(connection, number)
    given = _given(connection, name)
    said = on_record(connection, (name,)).get(name)
    needs = asked.needs if asked else {}
    if said is not None and said.needs is not None:
        needs = said.needs
    return replace(given, needed=_roles(needs)) if asked else given


def _of_disclosure(connection: Connection, name: str, number: int) -> _Ground:
    given = _given(connection, name)
    return replace(given, needed=_roles(NEEDS)) if read_disclosure(connection, number) else given


def _given(connection: Connection, name: str) -> _Ground:
    """Who agreed to a grant, up to the yes by which it was given, and its ticket: as the ledger has it.

    The tables of requests and approvals say the same, and are in no tree: whoever writes to the database could change
    them unseen.
    """
    agreed: dict[str, None] = {}
    ticket: str | None = None
    for actor, action, outcome, sealed in connection.execute(_SAID, {"grant": name}):
        given = outcome == Outcome.GRANTED
        if action in AT_ONCE:
            ticket = ticket or orjson.loads(sealed)["ticket"]
        if action in AT_ONCE and given:
            return _Ground("policy", emergency=action == Action.EMERGENCY, ticket=ticket)
        if action not in AT_ONCE and outcome != Outcome.REQUESTED:
            agreed[actor] = None
            if given:
                return _Ground(actor, tuple(agreed), ticket=ticket)
    return _Ground(ticket=ticket)


def _roles(needs: Needs) -> tuple[tuple[str, int], ...]:
    return tuple((role, count) for role, count in needs.items() if count)


def _indexes(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        query = select(col(LedgerLeaf.entry_id), col(LedgerLeaf.index)).where(col(LedgerLeaf.entry_id).in_(chunk))
        yield from ((row[0], row[1]) for row in connection.execute(query))


def _meaning(
    connection: Connection, wording: Wording, one: Disclosure, disclosing: str | None, since: datetime | None
) -> Meaning:
    configured = wording.purposes.get(one.purpose or "")
    words = disclosing if one.basis else configured.clause if configured else None
    kept = kept_version(connection, one.policy_version) if one.policy_version else None
    clause = kept.clause(words) if kept and words else None
    return Meaning(
        purpose=wording.purpose_of(one),
        quote=clause.quote if clause else None,
        heading=clause.heading if clause else "",
        policy=kept.title if kept else "",
        since=since,
        version=one.policy_version,
    )
