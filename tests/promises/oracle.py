"""What ought to be true of requests and grants, worked out apart from the code under test and as plainly as can be."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.promises.oracle_lists import Lists, Someone
from tests.promises.oracle_outside import Outside

PURPOSE_ROLES = {
    "technical_support": "support",
    "customer_service": "support",
    "billing": "billing",
    "marketing": "marketing",
}
REACH = {
    "technical_support": ("account", "contact", "recipients"),
    "customer_service": ("account", "contact"),
    "billing": ("account", "contact", "payment"),
    "marketing": ("account", "contact"),
}
CAP = {
    "technical_support": timedelta(hours=4),
    "customer_service": timedelta(hours=8),
    "billing": timedelta(hours=8),
    "marketing": timedelta(days=2),
}
APPROVALS = {"technical_support": 1, "customer_service": 0, "billing": 1, "marketing": 1}
EXTENDED_AT_ONCE = {"billing"}
EMERGENCY = {"technical_support": timedelta(hours=1)}
REVIEWED_WITHIN = timedelta(days=3)
ESCALATED_AFTER, ESCALATED_TO = timedelta(hours=4), "privacy"
APPROVING = {"approvers", "privacy"}
PENDING = timedelta(hours=8)
FIELDS = {
    "account": ("id", "name", "domain", "kind", "plan", "status", "created_at"),
    "contact": ("contact_name", "email", "phone", "address"),
    "payment": ("card_brand", "card_last4", "iban", "vat_number", "billing_address"),
    "recipients": ("lists", "recipients"),
}


@dataclass
class Yes:
    """One approval: by whom, with which of the needed roles, for how much of what."""

    by: str
    roles: frozenset[str]
    classes: tuple[str, ...]
    duration: timedelta
    accounts: tuple[str, ...]
    behalf: str | None = None


@dataclass(frozen=True)
class Much:
    """How much of what was asked somebody agrees to."""

    classes: tuple[str, ...]
    duration: timedelta
    accounts: tuple[str, ...]


@dataclass
class Absence:
    """Somebody is away, and another decides for them."""

    person: str
    deputy: str
    since: datetime
    until: datetime
    ended: datetime | None = None

    def on(self, now: datetime) -> bool:
        return self.ended is None and self.since <= now < self.until


@dataclass
class Asked:
    """A request, or an extension of the grant `extends`."""

    number: int
    who: str
    accounts: tuple[str, ...]
    purpose: str
    classes: tuple[str, ...]
    duration: timedelta
    expires: datetime
    needs: Mapping[str, int]
    extends: int | None = None
    status: str = "pending"
    yeses: list[Yes] = field(default_factory=list)
    gone: list[Yes] = field(default_factory=list)
    at: datetime | None = None
    escalated: bool = False
    emergency: bool = False

    def open(self, now: datetime) -> bool:
        return self.status == "pending" and now < self.expires


@dataclass
class Held:
    """A grant."""

    number: int
    who: str
    accounts: tuple[str, ...]
    purpose: str
    classes: tuple[str, ...]
    start: datetime
    end: datetime
    at_once: bool
    ended: datetime | None = None
    by: str | None = None

    def live(self, now: datetime) -> bool:
        return self.ended is None and self.start <= now < self.end


def needs(purpose: str, classes: Sequence[str], kinds: Collection[str]) -> dict[str, int]:
    """Of each role how many: the purpose's, one more for an individual, and the privacy office for recipients."""
    count = APPROVALS[purpose] + ("individual" in kinds)
    wanted = {"approvers": count} if count else {}
    return {**wanted, "privacy": 1} if "recipients" in classes else wanted


def filled(wanted: Mapping[str, int], people: Sequence[frozenset[str]]) -> int:
    """The most places that these people can fill, each one place: by trying everything."""
    places = [role for role, count in wanted.items() for _ in range(count)]
    return max(sum(seat is not None for seat in seating) for seating in _seatings(places, people, 0, frozenset()))


def _seatings(
    places: Sequence[str], people: Sequence[frozenset[str]], place: int, used: frozenset[int]
) -> Iterator[list[int | None]]:
    if place == len(places):
        yield []
        return
    for rest in _seatings(places, people, place + 1, used):
        yield [None, *rest]
    for person, roles in enumerate(people):
        if person not in used and places[place] in roles:
            for rest in _seatings(places, people, place + 1, used | {person}):
                yield [person, *rest]


@dataclass
class Oracle:
    """Everything that has happened in one workspace, and what may happen next."""

    people: dict[str, Someone]
    kinds: Mapping[str, str]
    clauses: set[str]
    asked: dict[int, Asked] = field(default_factory=dict)
    held: dict[int, Held] = field(default_factory=dict)
    away: list[Absence] = field(default_factory=list)
    outside: Outside = field(init=False)
    lists: Lists = field(init=False)

    def __post_init__(self) -> None:
        people = self.people
        self.outside = Outside(
            lambda one: people[one].now, lambda one: people[one].there, self.absent, filled, list(people), self.active
        )
        self.lists = Lists(people)

    def active(self, who: str) -> bool:
        """Whether this person is still there."""
        return self.people[who].active

    def absent(self, who: str, now: datetime) -> list[str]:
        """For whom this person stands in now: of several absences of one person the newest counts."""
        newest = {one.person: one for one in self.away if one.on(now)}
        there = self.people[who].active
        return [one.person for one in newest.values() if there and one.deputy == who and one.person != who]

    def may_name(self, who: str, deputy: str) -> bool:
        return bool(self.people[who].now & APPROVING) and deputy != who and self.people[deputy].active

    def voices(self, who: str, one: Asked, now: datetime) -> list[tuple[str, frozenset[str]]]:
        """With whose roles this person decides on a request, and which of them count for it: never its own asker's."""
        own = (who, self.counting(who, False, one))
        return [own, *((person, self.counting(person, True, one)) for person in self.absent(who, now))]

    def voice(self, who: str, one: Asked, now: datetime) -> tuple[str, frozenset[str]] | None:
        """The roles with which this person's yes counts: nobody counts twice, nor is counted twice."""
        counted = {yes.by for yes in one.yeses} | {yes.behalf for yes in one.yeses}
        given = [yes.roles for yes in one.yeses]
        for whose, roles in self.voices(who, one, now) if who not in counted else ():
            if whose not in counted and filled(one.needs, [*given, roles]) > filled(one.needs, given):
                return whose, roles
        return None

    def escalate(self, now: datetime) -> None:
        """The schedule has done its work: what nobody decided in time is the next group's to decide as well."""
        for one in self.asked.values():
            if one.at is not None and one.open(now) and one.at + ESCALATED_AFTER <= now:
                one.escalated = one.at + ESCALATED_AFTER < one.expires

    def may_take(self, who: str, purpose: str, classes: Sequence[str], now: datetime) -> bool:
        """An emergency: the purpose allows it, and no earlier one waits for its review for too long."""
        own = [one for one in self.asked.values() if one.emergency and one.who == who and one.at is not None]
        overdue = any(one.at is not None and one.at <= now - REVIEWED_WITHIN for one in own)
        sound = bool(classes) and purpose in EMERGENCY and set(classes) <= set(REACH[purpose])
        return self.permitted(who, purpose) and sound and not overdue

    def permitted(self, who: str, purpose: str) -> bool:
        """No purpose, no data: the person is there, in the purpose's group, and the policy's clause stands."""
        return PURPOSE_ROLES[purpose] in self.people[who].now and purpose in self.clauses

    def may_ask(
        self,
        who: str,
        accounts: Sequence[str],
        purpose: str,
        classes: Sequence[str],
        duration: timedelta,
        now: datetime,
    ) -> bool:
        sound = bool(classes) and set(classes) <= set(REACH[purpose]) and timedelta(0) < duration <= CAP[purpose]
        twice = any(
            one.extends is None
            and one.open(now)
            and (one.who, one.purpose) == (who, purpose)
            and set(accounts) <= set(one.accounts)
            and set(classes) <= set(one.classes)
            for one in self.asked.values()
        )
        wanted = needs(purpose, classes, self.kinds_of(accounts))
        return self.permitted(who, purpose) and sound and not twice and self.can_be_met(wanted, who)

    def kinds_of(self, accounts: Sequence[str]) -> set[str]:
        """Businesses, individuals, or both."""
        return {self.kinds[one] for one in accounts}

    def can_be_met(self, wanted: Mapping[str, int], who: str) -> bool:
        others = [frozenset(one.there & wanted.keys()) for one in self.people.values() if one.id != who]
        return filled(wanted, others) == sum(wanted.values())

    def may_decide(self, who: str, number: int, now: datetime) -> bool:
        """Two people: another one, of the groups that decide, while it is open."""
        one = self.asked.get(number)
        if one is None or who == one.who or not one.open(now):
            return False
        if not any(roles for _, roles in self.voices(who, one, now)):
            return False
        return one.extends is None or self.held[one.extends].live(now)

    def lapse(self, who: str, number: int, now: datetime) -> int:
        """Somebody presses Approve: how many earlier yeses count no more, as whoever gave them has no role for it now.

        They are in `gone` then, until the next press.
        """
        one = self.asked.get(number)
        if one is None or not self.may_decide(who, number, now) or not self.permitted_still(one):
            return 0
        before, one.yeses, one.gone = one.yeses, [], []
        for yes in before:
            roles = yes.roles & self.counting(yes.behalf or yes.by, yes.behalf is not None, one)
            there = self.people[yes.by].active and yes.by != one.who
            (one.yeses if there and roles else one.gone).append(replace(yes, roles=roles))
        return len(one.gone)

    def counting(self, whose: str, passed: bool, one: Asked) -> frozenset[str]:
        """The roles of somebody that count for a request: never its own asker's."""
        roles, wanted = self.people[whose].now, self.decided_by(one)
        roles = roles & APPROVING if passed else roles
        counted = wanted if one.escalated and ESCALATED_TO in roles else roles & wanted
        return frozenset() if whose == one.who else frozenset(counted)

    def may_approve(self, who: str, number: int, much: Much, now: datetime, *, less: bool) -> bool:
        if not self.may_decide(who, number, now):
            return False
        one = self.asked[number]
        said = [*one.yeses, *one.gone]
        common = [key for key in one.classes if key in much.classes and all(key in yes.classes for yes in said)]
        left = [key for key in one.accounts if key in much.accounts and all(key in yes.accounts for yes in said)]
        return (
            self.permitted_still(one)
            and self.voice(who, one, now) is not None
            and bool(common)
            and bool(left)
            and (not less or self._is_less(one, much))
        )

    def permitted_still(self, one: Asked) -> bool:
        return PURPOSE_ROLES[one.purpose] in self.people[one.who].now and one.purpose in self.clauses

    def _is_less(self, one: Asked, much: Much) -> bool:
        classes, accounts = set(much.classes), set(much.accounts)
        if not classes or not classes <= set(one.classes) or not timedelta(0) < much.duration <= one.duration:
            return False
        if not accounts or not accounts <= set(one.accounts):
            return False
        all_of_it = classes == set(one.classes) and accounts == set(one.accounts)
        return (one.extends is None and not all_of_it) or (all_of_it and much.duration < one.duration)

    def approve(self, who: str, number: int, much: Much, now: datetime) -> bool:
        """Note the yes; returns whether it was the last that was needed, and the access is there."""
        one = self.asked[number]
        whose, roles = self.voice(who, one, now) or (who, frozenset())
        behalf = whose if whose != who else None
        classes = tuple(key for key in much.classes if all(key in yes.classes for yes in one.gone))
        accounts = tuple(key for key in much.accounts if all(key in yes.accounts for yes in one.gone))
        shortest = min([much.duration, *(yes.duration for yes in one.gone)])
        one.yeses.append(Yes(who, roles, classes, shortest, accounts, behalf))
        if filled(one.needs, [yes.roles for yes in one.yeses]) < sum(one.needs.values()):
            return False
        self.give(one, now)
        return True

    def give(self, one: Asked, now: datetime, *, at_once: bool = False) -> None:
        one.status = "granted"
        shortest = min([one.duration, *(yes.duration for yes in one.yeses)])
        if one.extends is not None:
            self.held[one.extends].end += shortest
            return
        common = tuple(key for key in one.classes if all(key in yes.classes for yes in one.yeses))
        left = tuple(key for key in one.accounts if all(key in yes.accounts for yes in one.yeses))
        self.held[one.number] = Held(one.number, one.who, left, one.purpose, common, now, now + shortest, at_once)

    def may_extend(self, who: str, number: int, extra: timedelta, now: datetime) -> bool:
        grant = self.held.get(number)
        if grant is None or grant.who != who or not grant.live(now) or not self.permitted(who, grant.purpose):
            return False
        room = grant.start + CAP[grant.purpose] - grant.end
        waiting = any(one.extends == number and one.open(now) for one in self.asked.values())
        met = self.extended_at_once(grant) or self.can_be_met(self.asked[number].needs, who)
        return timedelta(minutes=1) <= extra <= room and not waiting and met

    def extended_at_once(self, grant: Held) -> bool:
        return grant.at_once or grant.purpose in EXTENDED_AT_ONCE

    def may_revoke(self, who: str, number: int, now: datetime) -> bool:
        one = self.asked.get(number)
        if one is None:
            return False
        decides = any(roles for _, roles in self.voices(who, one, now))
        if not decides and not self.people[who].now & {*self.decided_by(one), "privacy"}:
            return False
        grant = self.held.get(number)
        return one.open(now) or (grant is not None and grant.ended is None and now < grant.end)

    def decided_by(self, one: Asked) -> set[str]:
        return set(one.needs) or {"approvers"}

    def revoke(self, who: str, number: int, now: datetime) -> None:
        one = self.asked[number]
        if one.open(now):
            one.status = "cancelled"
        else:
            self.end(number, who, now)

    def end(self, number: int, by: str, now: datetime) -> None:
        self.held[number].ended, self.held[number].by = now, by

    def opens(self, who: str, account: str, purpose: str, key: str, now: datetime) -> bool:
        """Least data: a class is opened by a live grant of this person's for this account and purpose alone."""
        return (
            self.permitted(who, purpose)
            and key in REACH[purpose]
            and any(
                one.live(now)
                and (one.who, one.purpose) == (who, purpose)
                and account in one.accounts
                and key in one.classes
                for one in self.held.values()
            )
        )
