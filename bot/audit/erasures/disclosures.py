"""Names and words in disclosures to outsiders: which an erasure takes out of the register, and taking them out.

What was given, when, of which account, on which kind of basis of which day and who agreed stays: that is what the
register is for.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from bot.audit.entry import Action
from models.audit import AuditEntry
from models.disclosure import Disclosure, DisclosureEntry, DisclosureErased
from models.erasure import AuditErased, ErasurePlan

TEXTS: Final = ("recipient", "organisation", "reference", "given_by", "why")
OF_AN_ACCOUNT: Final = ("recipient", "given_by", "why")
ERASED_TEXT: Final = "(erased)"
PENDING: Final = "pending"
NAME: Final = re.compile(r"D-(\d{1,9})")
BATCH: Final = 500

Found = tuple[str, str]
"""A disclosure by its name, and a field of it."""


def of_account(connection: Connection, account: str) -> Iterator[Found]:
    """Who was named in disclosures of this account, and what they were for."""
    for row in connection.execute(_settled().where(col(Disclosure.account) == account)):
        yield from _fields(row, OF_AN_ACCOUNT)


def by_person(connection: Connection, person: str) -> Iterator[Found]:
    """What this person wrote of why something was to be given."""
    for row in connection.execute(_settled().where(col(Disclosure.asked_by) == person)):
        yield from _fields(row, ("why",))


def naming(connection: Connection, standing: re.Pattern[str]) -> Iterator[Found]:
    """Texts of disclosures that the pattern finds, in small letters."""
    with connection.execute(_settled().execution_options(yield_per=BATCH)) as rows:
        for row in rows:
            yield from _fields(row, [name for name in TEXTS if standing.search(str(row._mapping[name]).casefold())])


def is_of_disclosure(entry_id: str) -> bool:
    """Whether a planned value is a disclosure's, not an entry's."""
    return NAME.fullmatch(entry_id) is not None


def take_out(connection: Connection, erasure: int, now: datetime) -> list[str]:
    """Carry out what is planned of disclosures; what others erased before stays theirs. Returns their names.

    The words of an entry that is erased stand in its disclosure too, and go with it.
    """
    plan = select(col(ErasurePlan.entry_id), col(ErasurePlan.field)).where(col(ErasurePlan.erasure) == erasure)
    found = {(name, field) for name, field in connection.execute(plan) if is_of_disclosure(name)}
    found |= set(_of_entries(connection, erasure))
    for name, field in sorted(found):
        _take(connection, int(name.removeprefix("D-")), field, erasure, now)
    return sorted({name for name, _ in found})


def _settled() -> Any:
    columns = [getattr(Disclosure, name) for name in ("number", *TEXTS)]
    return select(*columns).where(col(Disclosure.status) != PENDING).order_by(col(Disclosure.number))


def _fields(row: Any, names: Iterable[str]) -> Iterator[Found]:
    for name in names:
        if row._mapping[name] not in ("", ERASED_TEXT):
            yield f"D-{row.number}", name


def _of_entries(connection: Connection, erasure: int) -> Sequence[Found]:
    query = (
        select(col(AuditEntry.grant))
        .join(AuditErased, col(AuditErased.entry_id) == col(AuditEntry.id))
        .where(
            col(AuditErased.erasure) == erasure,
            col(AuditErased.field) == "justification",
            col(AuditEntry.action) == Action.DISCLOSE.value,
        )
        .distinct()
    )
    return [(name, "why") for name in connection.execute(query).scalars() if name and is_of_disclosure(name)]


def _take(connection: Connection, number: int, field: str, erasure: int, now: datetime) -> None:
    """The record first: the database lets a text go only where it is recorded as erased."""
    there = select(col(DisclosureErased.erasure)).where(
        col(DisclosureErased.disclosure) == number, col(DisclosureErased.field) == field
    )
    if connection.execute(there).first() is not None:
        return
    row = {"disclosure": number, "field": field, "erasure": erasure, "at": now}
    connection.execute(insert(DisclosureErased).values(row))
    for table in (Disclosure, DisclosureEntry):
        connection.execute(update(table).where(col(table.number) == number).values({field: ERASED_TEXT}))
