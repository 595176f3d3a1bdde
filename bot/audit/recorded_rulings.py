"""Whether each ruling of the privacy officers, and what became of each question to them, is as the entries say."""

from collections.abc import Sequence
from dataclasses import astuple
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.audit.as_written import as_written
from bot.audit.faults import Code, Fault
from bot.audit.states import state_of
from bot.privacy.rulings import Ruling, every_ruling
from bot.privacy.rulings_on_record import MADE, RULES, Entry, unlike
from models.questions import DeskQuestion
from models.questions import Ruling as Table

CHANGED: Final = "It was changed, added or removed."


def rulings_fault(connection: Connection) -> Fault | None:
    """The first ruling that was made up or changed, or that is gone."""
    entries = [(one[0].at, one[1]) for one in as_written(connection, RULES) if one is not None]
    rulings = every_ruling(connection)
    about = _by_ruling(rulings, entries)
    for ruling in rulings:
        if why := unlike(ruling, about[ruling.name]):
            return _fault(ruling.name, f"which a privacy officer made, is not what the entries say: {why}", ruling)
    return _gone(rulings, entries) or _desk_fault(connection)


def _by_ruling(rulings: Sequence[Ruling], entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """The entries that tell of each ruling, newest first."""
    found: dict[str, list[Entry]] = {one.name: [] for one in rulings}
    names = {one.entry: one.name for one in rulings}
    for entry in entries:
        told = entry[1]
        named = [one.partition(" ")[0] for one in told["fields"] if not one.startswith(MADE)]
        for name in {*named, names.get(told["id"]), told["query"]} & found.keys():
            found[name].append(entry)
    return found


def _gone(rulings: Sequence[Ruling], entries: Sequence[Entry]) -> Fault | None:
    there = {one.entry for one in rulings}
    for _, told in entries:
        if any(one.startswith(MADE) for one in told["fields"]) and told["id"] not in there:
            what = f"A privacy officer made a ruling, as entry {told['id']} says, and it is not kept."
            return Fault(Code.OTHER_RULING, f"{what} {CHANGED}", None, told["id"], None, state_of(told["id"]))
    return None


def _desk_fault(connection: Connection) -> Fault | None:
    """A question that is kept as open with a ruling on it, or as decided without one, or with one of another kind."""
    desk, kind = DeskQuestion, col(Table.kind)
    query: Any = select(col(desk.number), col(desk.status), kind).outerjoin(
        Table, col(Table.question) == col(desk.number)
    )
    unlike_it = (kind.is_(None) & (col(desk.status) != "open")) | (kind != col(desk.status))
    row = connection.execute(query.where(unlike_it).order_by(col(desk.number)).limit(1)).first()
    if row is None:
        return None
    what = f"What became of Q-{row.number}, a question to the privacy officers, is not what was ruled."
    return Fault(Code.OTHER_RULING, f"{what} {CHANGED}", None, None, None, state_of(*map(str, row)))


def _fault(name: str, what: str, ruling: Ruling) -> Fault:
    state = state_of(*(str(one) for one in astuple(ruling)))
    return Fault(
        Code.OTHER_RULING, f"What is kept of {name}, {what}. {CHANGED}", None, ruling.entry or None, None, state
    )
