"""What the ledger says of one account: each disclosure, what was refused, and what a report can be checked against."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.grants import Request, read_request, request_number
from bot.access.purposes import Rules
from bot.audit.entry import Outcome
from bot.audit.integrated import latest_checkpoint, note_of
from bot.audit.query import Filter
from bot.audit.read import Stored, in_order
from bot.audit.reports.customer import Disclosure, Meaning, Seal
from bot.privacy.kept import kept_version
from models.audit import AuditEntry
from models.ledger import LedgerLeaf

SHOWN = (Outcome.DISCLOSED.value, Outcome.MASKED.value)
LOOKING = ("account.lookup", "account.reveal", "access.disclose")
CHUNK = 500


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
    requests = dict(_requests(connection, shown))
    indexes = dict(_indexes(connection, [one.id for one in shown]))
    return [_disclosure(one, requests.get(one.entry["grant"]), indexes.get(one.id)) for one in shown], refused


def is_known(connection: Connection, account: str) -> bool:
    """Whether the ledger has an entry about this account, be the account itself gone by now."""
    query = select(col(AuditEntry.id)).where(col(AuditEntry.account) == account).limit(1)
    return connection.execute(query).one_or_none() is not None


def first_entry_at(connection: Connection) -> datetime | None:
    """When the ledger begins."""
    query = select(col(AuditEntry.at)).order_by(col(AuditEntry.at), col(AuditEntry.id)).limit(1)
    return connection.execute(query).scalar_one_or_none()


def meanings(connection: Connection, rules: Rules, looks: Iterable[Disclosure]) -> tuple[Meaning, ...]:
    """What each purpose rested on, in the words of the version that was in force at the time."""
    pairs = dict.fromkeys((one.purpose, one.policy_version) for one in looks if one.purpose)
    return tuple(_meaning(connection, rules, str(purpose), version) for purpose, version in pairs)


def seal(connection: Connection) -> Seal | None:
    """The newest signed checkpoint, with the witnesses' signatures; None before the first."""
    stored = latest_checkpoint(connection)
    if stored is None:
        return None
    note = note_of(connection, stored.size) or stored.note
    return Seal(note.partition("\n")[0], stored.size, stored.root, stored.at, note)


def _disclosure(stored: Stored, request: Request | None, index: int | None) -> Disclosure:
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
        decided_by=request.decided_by if request else None,
        ticket=entry["ticket"] or (request.ticket if request else None),
        policy_version=entry["policy_version"],
        index=index,
    )


def _requests(connection: Connection, shown: Sequence[Stored]) -> Iterator[tuple[str, Request]]:
    """The request behind each grant, by its name."""
    for name in dict.fromkeys(stored.entry["grant"] for stored in shown if stored.entry["grant"]):
        number = request_number(name)
        request = read_request(connection, number) if number is not None else None
        if request is not None:
            yield name, request


def _indexes(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[str, int]]:
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        query = select(col(LedgerLeaf.entry_id), col(LedgerLeaf.index)).where(col(LedgerLeaf.entry_id).in_(chunk))
        yield from ((row[0], row[1]) for row in connection.execute(query))


def _meaning(connection: Connection, rules: Rules, purpose: str, version: str | None) -> Meaning:
    configured = rules.purposes.get(purpose)
    label = configured.label if configured else purpose
    kept = kept_version(connection, version) if version else None
    clause = kept.clause(configured.clause) if kept and configured else None
    return Meaning(
        purpose=label,
        quote=clause.quote if clause else None,
        heading=clause.heading if clause else "",
        policy=kept.title if kept else "",
        since=kept.in_force_from if kept else None,
        version=version,
    )
