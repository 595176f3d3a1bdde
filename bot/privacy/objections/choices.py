"""What an account said about marketing, medium by medium, and what follows from it.

Source: policy, "Whoever activates an account, a trial account included, agrees to receive marketing … in these three
ways": until an account says otherwise, it agreed when it was activated.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.numbers import whole_number
from models.marketing import MarketingChoice


class Said(StrEnum):
    """What was said."""

    OBJECTED = "objected"
    AGREED = "agreed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: O-12. `entry` is the audit entry with who said so; `undone_by` and `undone_at` once it was undone."""

    number: int
    team: str
    account: str
    medium: str
    said: Said
    said_on: date
    recorded_at: datetime
    recorded_by: str
    entry: str
    request: int | None = None
    undone_by: str | None = None
    undone_at: datetime | None = None

    @property
    def name(self) -> str:
        """Readable aloud: O-12."""
        return choice_name(self.number)

    @property
    def counts(self) -> bool:
        """Whether it was not taken back."""
        return self.undone_by is None


@dataclass(frozen=True, slots=True)
class MediumStanding:
    """Whether an account may be reached by a medium for marketing, and by which choice; None: by its activation."""

    medium: str
    permitted: bool
    choice: Choice | None = None


@dataclass(frozen=True, slots=True)
class Objected:
    """What became of an objection that came with a request; `standing`: how the account stands to its medium now."""

    choice: Choice
    standing: MediumStanding

    @property
    def in_force(self) -> bool:
        """Whether marketing may not use the medium."""
        return not self.standing.permitted


def standing_of(medium: str, choices: Sequence[Choice]) -> MediumStanding:
    """How an account stands to one medium. The strictest reading of what was said counts.

    An objection counts from the moment it is recorded, whatever its date. An agreement lifts it only if it was recorded
    later and was said on the same day or later.
    """
    own = [one for one in choices if one.medium == medium and one.counts]
    objections = sorted((one for one in own if one.said is Said.OBJECTED), key=_when)
    lifting = (
        one
        for one in own
        if one.said is Said.AGREED and all(one.number > no.number and one.said_on >= no.said_on for no in objections)
    )
    agreed = max(lifting, key=_when, default=None)
    permitted = agreed is not None or not objections
    return MediumStanding(medium, permitted, agreed if permitted else objections[-1])


def standings(media: Collection[str], choices: Sequence[Choice]) -> tuple[MediumStanding, ...]:
    """How an account stands to each of these media."""
    return tuple(standing_of(medium, choices) for medium in media)


def objected(found: Sequence[MediumStanding]) -> frozenset[str]:
    """The media that an account objected to."""
    return frozenset(one.medium for one in found if not one.permitted)


def choices_of(connection: Connection, accounts: Collection[str]) -> Mapping[str, tuple[Choice, ...]]:
    """What these accounts said, by account, oldest first. One read."""
    found: dict[str, list[Choice]] = {account: [] for account in accounts}
    if accounts:
        query = select(MarketingChoice).where(col(MarketingChoice.account).in_(sorted(accounts)))
        rows = [dict(row) for row in connection.execute(query.order_by(col(MarketingChoice.number))).mappings()]
        undone = {row["undoes"]: row for row in rows if row["undoes"] is not None}
        for row in rows:
            if row["undoes"] is None:
                found[row["account"]].append(choice_of(row, undone.get(row["number"])))
    return {account: tuple(said) for account, said in found.items()}


def objected_with(connection: Connection, account: str, request: int) -> tuple[Objected, ...]:
    """The objections that came with a customer's request, one for each medium, in the order of their recording.

    Of several for one medium the newest that was not undone stands for all.
    """
    said = choices_of(connection, [account])[account]
    own = [one for one in said if one.request == request and one.said is Said.OBJECTED]
    by_medium = {one.medium: one for one in sorted(own, key=lambda one: (one.counts, one.number))}
    return tuple(Objected(one, standing_of(one.medium, said)) for one in sorted(by_medium.values(), key=_number))


def came_with(said: Sequence[Choice], request: int) -> tuple[Choice, ...]:
    """The objections that came with a customer's request and count."""
    return tuple(one for one in said if one.request == request and one.said is Said.OBJECTED and one.counts)


def without(said: Sequence[Choice], lifted: Sequence[Choice]) -> tuple[MediumStanding, ...]:
    """How the account would stand to the media of these objections if they were lifted: another one keeps it barred."""
    numbers = {one.number for one in lifted}
    rest = [one for one in said if one.number not in numbers]
    return standings(dict.fromkeys(one.medium for one in lifted), rest)


def to_renew(said: Sequence[Choice], lifted: Collection[int]) -> tuple[Choice, ...]:
    """Of objections that were lifted, by number, those that would be in force had they never been.

    What the account agreed to since, it agreed to.
    """
    as_before = [replace(one, undone_by=None, undone_at=None) if one.number in lifted else one for one in said]
    return tuple(one for one in as_before if one.number in lifted and not standing_of(one.medium, as_before).permitted)


def undone_in(connection: Connection, account: str, entry: str) -> frozenset[int]:
    """The numbers of the choices that an audit entry took back."""
    query = select(col(MarketingChoice.undoes)).where(
        col(MarketingChoice.account) == account, col(MarketingChoice.entry) == entry
    )
    return frozenset(number for number in connection.execute(query).scalars() if number is not None)


def read_choice(connection: Connection, number: int) -> Choice | None:
    """One choice as it stands."""
    account = connection.execute(
        select(col(MarketingChoice.account)).where(col(MarketingChoice.number) == number)
    ).scalar_one_or_none()
    if account is None:
        return None
    return next((one for one in choices_of(connection, [account])[account] if one.number == number), None)


def recorded_together(connection: Connection, number: int) -> tuple[Choice, ...]:
    """The choices that were recorded in one entry with this one, itself included, in their order; one message tells of
    them, by the name of the first. None where there is no such choice.
    """
    choice = read_choice(connection, number)
    if choice is None:
        return ()
    return tuple(one for one in choices_of(connection, [choice.account])[choice.account] if one.entry == choice.entry)


def choice_name(number: int) -> str:
    """O-12."""
    return f"O-{number}"


def choice_number(name: str) -> int | None:
    """The number in "O-12"; None when it is none."""
    return whole_number(name.removeprefix("O-")) if name.startswith("O-") else None


def _number(one: Choice) -> int:
    return one.number


def _when(one: Choice) -> tuple[date, int]:
    return one.said_on, one.number


def choice_of(row: Mapping[str, Any], undone: Mapping[str, Any] | None = None) -> Choice:
    """A choice by its row, and by the row that takes it back."""
    values = {name: row[name] for name in Choice.__dataclass_fields__ if name in row}
    taken = {"undone_by": undone["recorded_by"], "undone_at": undone["recorded_at"]} if undone else {}
    return Choice(**values | {"said": Said(row["choice"])} | taken)
