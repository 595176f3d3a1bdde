"""Whether the lists on which owners keep and remove people are kept as the ledger's entries have them.

The tables are in no tree: whoever writes to the database could take somebody off a list, so that nobody is asked about
them. So the entry of a list (`access.recertify`, listed) says by a digest who is on it and what they may look up for:
`RC-3 of 12 3fa9…`. A list of before has no such entry; what was said of each person has one of its own.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection, true
from sqlmodel import col

from bot.access.reasons import Reason
from bot.access.recertification.certifying import Listing, Verdict, list_name, read_listings
from bot.access.recertification.taken import RECERTIFIED
from bot.audit.as_written import as_written
from bot.audit.rows import EntryRow
from bot.audit.told import Told, is_about
from models.recertification import RecertificationList

SAID: Final = {Reason.KEPT.value: Verdict.KEEP, Reason.REMOVED.value: Verdict.REMOVE}

Entry = tuple[EntryRow, Told]


@dataclass(frozen=True, slots=True)
class Difference:
    """A list that is kept otherwise than entries have it; `entry` is the one that says of it, if one does."""

    name: str
    what: str
    entry: str | None = None
    listing: Listing | None = None


def listed_written(connection: Connection, number: int) -> str:
    """Who is on a list, as a field of its entry. Raises StopIteration where there is none such."""
    return _written(next(iter(read_listings(connection, col(RecertificationList.number) == number))))


def differences(connection: Connection) -> Iterator[Difference]:
    """The lists that are kept otherwise than entries have them."""
    entries = [one for one in as_written(connection, RECERTIFIED) if one is not None]
    listings = {one.name: one for one in read_listings(connection, true(), most=None)}
    for _, told in entries:
        for written in told["fields"] if told["reason"] == Reason.LISTED else ():
            found = listings.get(written.partition(" ")[0])
            if found is None or _written(found) != written:
                what = "it is gone" if found is None else "others are on it, or otherwise"
                yield Difference(written.partition(" ")[0], what, told["id"], found)
    said = [one for one in entries if one[1]["reason"] in SAID]
    for listing in listings.values():
        yield from _unsaid(listing, said)
    yield from _open_again(list(listings.values()), said)


def _unsaid(listing: Listing, said: Sequence[Entry]) -> Iterator[Difference]:
    for line in listing.lines:
        if line.verdict is None or line.verdict is Verdict.GONE:
            continue
        of = f"{line.person} in {listing.role}"
        if not any(
            SAID[told["reason"]] is line.verdict
            and told["actor"] == line.decided_by
            and told["query"] in (of, None)
            and is_about(row.at, line.decided_at)
            for row, told in said
        ):
            yield Difference(listing.name, "no entry says what is kept as said of somebody", None, listing)


def _open_again(listings: Sequence[Listing], said: Sequence[Entry]) -> Iterator[Difference]:
    """What an entry says was said of somebody, and no list has."""
    kept = {
        (f"{line.person} in {listing.role}", line.verdict, line.decided_by): listing
        for listing in listings
        for line in listing.lines
    }
    for _, told in said:
        if told["query"] and (told["query"], SAID[told["reason"]], told["actor"]) not in kept:
            role = told["query"].partition(" in ")[2]
            name = next((one.name for one in reversed(listings) if one.role == role), list_name(0))
            yield Difference(name, "an entry says what was said of somebody, and it is not kept so", told["id"])


def _written(listing: Listing) -> str:
    lines = [[one.person, one.purposes, one.data_classes, one.looks] for one in listing.lines]
    whole = [listing.term, listing.role, listing.team, listing.owner, sorted(lines, key=lambda one: str(one[0]))]
    return f"{listing.name} of {len(lines)} {hashlib.sha256(orjson.dumps(whole)).hexdigest()}"
