"""How many must agree to a request, who they may be, and who is still missing. Pure.

A request needs so many people of each of some roles. Several rules that apply to one request (its purpose's, those of
its data classes, one more for an individual's account) add up to the strictest: for each role the largest number.
Different people fill the places; nobody fills two, whatever groups they are in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.access.rules.purposes import DataClass, Purpose

Needs = Mapping[str, int]
"""How many different people of each role (a key of [groups]) must approve."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes, with the roles that they had when they pressed, and what they agreed to.

    `data_classes`, `duration` and `accounts` (None: all of them) are no more than what was asked; `note` says why where
    they are less. `behalf` is who was away, where a deputy agreed with their roles.
    """

    by: str
    roles: frozenset[str]
    at: datetime
    data_classes: tuple[str, ...]
    duration: timedelta
    note: str | None = None
    behalf: str | None = None
    accounts: tuple[str, ...] | None = None


def needs(purpose: Purpose, classes: Iterable[DataClass], *, individual: bool) -> Needs:
    """The strictest of what the purpose and the data classes ask for.

    Source: policy, "could conceivably be used to distinguish businesses from individuals": an individual's account
    needs one approval more than the purpose says.
    """
    found: dict[str, int] = {}
    own = purpose.approvals + (1 if individual else 0)
    asked = [(purpose.approvers, own)]
    asked.extend((one.approvers, one.approvals) for one in classes if one.approvers is not None)
    for role, count in asked:
        if count > found.get(role, 0):
            found[role] = count
    return found


def missing(wanted: Needs, given: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """The roles of the places that nobody fills, one for each place; `given` are the roles of each person who agreed.

    Whoever is in several of the roles fills the place that leaves the fewest open.
    """
    places = [role for role, count in wanted.items() for _ in range(count)]
    filled_by: dict[int, int] = {}
    for person in range(len(given)):
        _seat(person, places, given, filled_by, set())
    return tuple(role for place, role in enumerate(places) if place not in filled_by)


def _seat(
    person: int, places: Sequence[str], given: Sequence[frozenset[str]], filled_by: dict[int, int], tried: set[int]
) -> bool:
    """Give the person a place, moving others to another place of theirs where that makes room."""
    for place, role in enumerate(places):
        if role not in given[person] or place in tried:
            continue
        tried.add(place)
        if place not in filled_by or _seat(filled_by[place], places, given, filled_by, tried):
            filled_by[place] = person
            return True
    return False


def would_help(wanted: Needs, given: Sequence[frozenset[str]], roles: frozenset[str]) -> bool:
    """Whether one more person with these roles fills a place that is still open."""
    return len(missing(wanted, (*given, roles))) < len(missing(wanted, given))


def can_be_met(wanted: Needs, members: Mapping[str, Iterable[str]], barred: Iterable[str]) -> bool:
    """Whether enough different people are there to agree; `barred` may not: they ask, or would benefit."""
    roles: dict[str, set[str]] = {}
    for role in wanted:
        for person in members.get(role, ()):
            roles.setdefault(person, set()).add(role)
    for person in barred:
        roles.pop(person, None)
    return not missing(wanted, [frozenset(own) for own in roles.values()])


def agreed(
    approvals: Sequence[Approval], classes: tuple[str, ...], duration: timedelta
) -> tuple[tuple[str, ...], timedelta]:
    """What everybody agreed to: the classes that nobody took away, for the shortest time that anybody said."""
    common = tuple(key for key in classes if all(key in one.data_classes for one in approvals))
    return common, min([duration, *(one.duration for one in approvals)])


def agreed_accounts(approvals: Sequence[Approval], accounts: tuple[str, ...]) -> tuple[str, ...]:
    """The accounts that nobody took away, in the order in which they were asked for."""
    return tuple(
        account for account in accounts if all(one.accounts is None or account in one.accounts for one in approvals)
    )
