"""What ought to be true of lists on which owners keep and remove people, worked out apart from the code under test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

OWNERS = {"support": "U2", "approvers": "U6"}
DUE = timedelta(hours=8)
ZONE = ZoneInfo("Europe/Riga")


@dataclass
class Someone:
    """A person as Slack knows them at this moment."""

    id: str
    roles: set[str]
    active: bool = True
    removed: set[str] = field(default_factory=set)

    @property
    def there(self) -> set[str]:
        """The groups that Slack shows them in."""
        return self.roles if self.active else set()

    @property
    def now(self) -> set[str]:
        """Those that count: without what was taken from them at a recertification."""
        return self.there - self.removed


def next_quarter(now: datetime) -> datetime:
    """When the lists are next drawn up: nine in the morning of a quarter's first day."""
    here = now.astimezone(ZONE)
    first = here.replace(month=(here.month - 1) // 3 * 3 + 1, day=1)
    while (begins := datetime.combine(first.date(), time(9), ZONE)) <= now:
        year, month = divmod(first.month + 2, 12)
        first = first.replace(year=first.year + year, month=month + 1)
    return begins


@dataclass
class Listing:
    """One group's list: who is on it, what was said of whom."""

    role: str
    owner: str | None
    due: datetime
    people: tuple[str, ...]
    said: dict[str, str] = field(default_factory=dict)
    late: bool = False

    @property
    def open(self) -> tuple[str, ...]:
        return tuple(one for one in self.people if one not in self.said)


@dataclass
class Taken:
    """A role that was taken from somebody."""

    who: str
    role: str
    ended: str | None = None


@dataclass
class Lists:
    """The lists of one workspace, in the order of their numbers, and what was taken from whom."""

    people: Mapping[str, Someone]
    drawn: list[Listing] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)

    def work_is_done(self, now: datetime, *, begun: bool) -> None:
        """Lists are late, and when a quarter has begun new ones are drawn up: none of a group that nobody is in."""
        for one in self.drawn:
            one.late = one.late or (bool(one.open) and one.due <= now)
        for role, owner in OWNERS.items() if begun else ():
            members = tuple(sorted(one.id for one in self.people.values() if role in one.there))
            if members:
                self.drawn.append(Listing(role, owner if self.people[owner].active else None, now + DUE, members))

    def may_say(self, who: str, one: Listing, about: str) -> bool:
        """The owner of the others; the privacy office of the owner, and of all that is late or has no owner."""
        if who == about or not self.people[who].active:
            return False
        office = one.owner is None or about == one.owner or one.late
        return who == one.owner or (office and "privacy" in self.people[who].now)

    def say(self, one: Listing, about: str, verdict: str) -> bool:
        """Note it; returns whether a role is taken from them now that was not before."""
        one.said[about] = verdict
        if verdict == "keep" or one.role in self.people[about].removed:
            return False
        self.people[about].removed.add(one.role)
        return True

    def may_lift(self, who: str, one: Taken) -> bool:
        return one.who != who and "privacy" in self.people[who].now and one.ended is None

    def end(self, one: Taken, how: str) -> None:
        one.ended = how
        self.people[one.who].removed.discard(one.role)

    def those_who_left(self) -> None:
        """Slack does not show them in the group any more: it is settled."""
        for one in self.taken:
            if one.ended is None and one.role not in self.people[one.who].there:
                self.end(one, "gone")
