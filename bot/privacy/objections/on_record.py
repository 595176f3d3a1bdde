"""What the ledger's entries say of an account's choices, and where the table of choices says otherwise. Pure.

The table is in no tree: whoever writes to the database could take an objection away. So an entry names the choices that
it records among its fields (`O-12 objected telephone 2026-03-02`, `O-12 undone`), and marketing goes by these. An entry
of before names them by its ticket alone, or, where they came with a customer's request, not at all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from bot.audit.entry import Action, Outcome
from bot.audit.told import Told
from bot.privacy.customer_requests.requests import request_name
from bot.privacy.objections.choices import Choice, Said, choice_name, choice_number, choice_of

SAYING: Final = (Outcome.DONE, Outcome.REQUESTED, Outcome.ENDED)
"""Outcomes of entries that record choices: `ended` where a customer's request was registered by mistake."""
WITH_A_REQUEST: Final = frozenset({"registered", "linked", "reopened"})
"""Reasons of entries by which objections come, or count again, with a customer's request."""
MISTAKEN: Final = "mistake_"

Entry = tuple[datetime, Told]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stated:
    """What an entry says of one choice; `medium` and `said_on` None where it is one of before."""

    number: int
    said: Said
    medium: str | None = None
    said_on: date | None = None

    def written(self) -> str:
        """As it stands among the entry's fields."""
        if self.medium is None or self.said_on is None:
            return f"{choice_name(self.number)} {self.said.value}"
        return f"{choice_name(self.number)} {self.said.value} {self.medium} {self.said_on.isoformat()}"


Spoken = tuple[datetime, Told, Stated]


@dataclass(frozen=True, slots=True)
class Difference:
    """One choice that is kept otherwise than entries have it; `entry` is the one that says of it, if one does."""

    number: int
    what: str
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An account's choices as the entries have them, oldest first, and what the table has otherwise."""

    choices: tuple[Choice, ...]
    differences: tuple[Difference, ...] = ()


def read_stated(written: str) -> Stated | None:
    """What `Stated.written` wrote; None for anything else."""
    found = _stated(written)
    return found if found is not None and found.written() == written else None


def _stated(written: str) -> Stated | None:
    name, _, rest = written.partition(" ")
    number = choice_number(name)
    said, _, rest = rest.partition(" ")
    if number is None or said not in set(Said):
        return None
    if said == Said.UNDONE:
        return Stated(number, Said.UNDONE)
    medium, _, day = rest.rpartition(" ")
    try:
        return Stated(number, Said(said), medium, date.fromisoformat(day)) if medium else None
    except ValueError:
        return None


def stated_in(told: Told) -> tuple[Stated, ...]:
    """The choices that an entry speaks of; of one of before, by its ticket."""
    if told["action"] != Action.CUSTOMER_REQUEST or told["outcome"] not in SAYING:
        return ()
    if told["fields"]:
        return tuple(one for one in map(read_stated, told["fields"]) if one is not None)
    if told["reason"] not in set(Said):
        return ()
    numbers = map(choice_number, (told["ticket"] or "").split(", "))
    return tuple(Stated(number, Said(told["reason"])) for number in numbers if number is not None)


def as_recorded(rows: Sequence[Row], entries: Sequence[Entry], media: Collection[str] = ()) -> Record:
    """The choices of one account by its rows, corrected by its entries, oldest first.

    What an entry says of a choice counts, and an agreement, or an undoing, that none says does not; an objection that
    none says does, as the stricter reading. One of which only its number is known is an objection to all of `media`.
    """
    said, ends = _by_number(entries)
    silent = {told["id"]: told for _, told in entries if not told["fields"]}
    kept = {row["number"]: row for row in rows if row["choice"] != Said.UNDONE}
    taken = {row["undoes"]: row for row in rows if row["choice"] == Said.UNDONE}
    choices, differences = list[Choice](), list[Difference]()
    for number in sorted({*kept, *said}):
        spoken = said.get(number)
        found, what = _choices(kept.get(number), spoken, silent, media)
        undone, why = _undone(found, taken.get(number), ends.get(number), silent)
        choices.extend(undone)
        for difference in filter(None, (what, why)):
            differences.append(Difference(number, difference, spoken[1]["id"] if spoken else None))
    return Record(tuple(choices), tuple(differences))


def _by_number(entries: Sequence[Entry]) -> tuple[dict[int, Spoken], dict[int, Spoken]]:
    """What entries say of choices, and that they were taken back."""
    said, ends = dict[int, Spoken](), dict[int, Spoken]()
    for at, told in entries:
        for one in stated_in(told):
            (ends if one.said is Said.UNDONE else said)[one.number] = (at, told, one)
    return said, ends


def _choices(
    row: Row | None, spoken: Spoken | None, silent: Mapping[str, Told], media: Collection[str]
) -> tuple[Sequence[Choice], str | None]:
    """One choice as it was recorded, and in which way its row says otherwise."""
    if row is None and spoken is None:
        return (), None
    if row is not None and spoken is None:
        by = silent.get(row["entry"])
        objected = row["choice"] == Said.OBJECTED
        if objected and by is not None and by["reason"] in WITH_A_REQUEST:
            return (choice_of(row),), None
        return (choice_of(row),) if objected else (), "no entry says that it was recorded"
    if row is not None and spoken is not None and _says(row, *spoken[1:]):
        return (choice_of(row),), None
    what = "it is gone" if row is None else "its entry says something else"
    return tuple(_built(*spoken, media)) if spoken else (), what


def _says(row: Row, told: Told, stated: Stated) -> bool:
    known = stated.medium is None or (row["medium"], row["said_on"]) == (stated.medium, stated.said_on)
    return known and (row["entry"], row["choice"]) == (told["id"], stated.said)


def _built(at: datetime, told: Told, stated: Stated, media: Collection[str]) -> Iterator[Choice]:
    """From an entry alone. That somebody agreed, nobody knows to what, is nothing."""
    if stated.medium is None and stated.said is not Said.OBJECTED:
        return
    for medium in (stated.medium,) if stated.medium is not None else media:
        day = stated.said_on or at.date()
        yield Choice(
            stated.number,
            told["team"] or "",
            told["account"] or "",
            medium,
            stated.said,
            day,
            at,
            told["actor"],
            told["id"],
        )


def _undone(
    choices: Sequence[Choice], row: Row | None, spoken: Spoken | None, silent: Mapping[str, Told]
) -> tuple[Sequence[Choice], str | None]:
    """The choices with how they were taken back, and in which way the row says otherwise."""
    if row is None and spoken is None:
        return choices, None
    if spoken is not None:
        at, told, _ = spoken
        whole = row is not None and row["entry"] == told["id"]
        found = tuple(replace(one, undone_by=told["actor"], undone_at=at) for one in choices)
        return found, None if whole else "an entry says that it was taken back, and it is not kept so"
    if row is not None and _ended_with(choices, silent.get(row["entry"])):
        return tuple(replace(one, undone_by=row["recorded_by"], undone_at=row["recorded_at"]) for one in choices), None
    return choices, "no entry says that it was taken back"


def _ended_with(choices: Sequence[Choice], told: Told | None) -> bool:
    """Whether it went with a customer's request that was registered by mistake, as an entry of before says."""
    if told is None or not (told["reason"] or "").startswith(MISTAKEN):
        return False
    return all(one.request is not None and request_name(one.request) == told["ticket"] for one in choices)
