"""Rules for unusual use: pure functions over one person's entries and their own past.

Each rule counts something in a window that slides over the entries, and says where the count reached its threshold.
A rule that fired is quiet for the length of its window, so that one burst is told once. What the rules find is the
same however the entries are split into batches, as long as each batch comes with the history that it needs.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from statistics import median_low
from types import MappingProxyType

from bot.audit.entry import Action, Outcome

SHOWN = frozenset({Outcome.DISCLOSED, Outcome.MASKED})
LOOKS = frozenset({Action.LOOK_UP, Action.REVEAL})


class Rule(StrEnum):
    """The rules, by the names that steward.toml and the audit entries use."""

    BREADTH = "breadth"  # many accounts in an hour, against the person's own past
    OUTSIDE_HOURS = "outside_hours"  # outside working hours
    WITHOUT_TICKET = "without_ticket"  # reveals of accounts that no ticket names
    REFUSALS = "refusals"  # refused again and again
    AFTER_GRANT = "after_grant"  # many accounts, each revealed right after it was granted


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules see of one audit entry. `ticket`: whether one is named; `granted_at`: when its grant began.

    `press` is the same for all entries of one delivery, which may concern several accounts; None: it has none.
    """

    id: str
    at: datetime
    action: str
    outcome: str
    account: str | None = None
    ticket: bool = False
    granted_at: datetime | None = None
    press: str | None = None

    @property
    def is_look(self) -> bool:
        """Whether it showed something of an account."""
        return self.action in LOOKS and self.outcome in SHOWN and self.account is not None

    @property
    def is_reveal(self) -> bool:
        """Whether it showed a class in full, under a grant."""
        return self.action == Action.REVEAL and self.outcome == Outcome.DISCLOSED and self.account is not None


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Days (0 is Monday) and times of day, `end` excluded. An `end` before `start` lies on the next day."""

    days: frozenset[int] = frozenset(range(5))
    start: time = time(7)
    end: time = time(20)

    def hold(self, at: datetime, zone: tzinfo) -> bool:
        """Whether this moment is within working hours there."""
        local = at.astimezone(zone)
        day, now = local.weekday(), local.time()
        if self.start < self.end:
            return day in self.days and self.start <= now < self.end
        return (day in self.days and now >= self.start) or ((day - 1) % 7 in self.days and now < self.end)


@dataclass(frozen=True, slots=True)
class Least:
    """A rule fires at `count` within `within`."""

    count: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When each rule fires.

    `times`: breadth must also be this many times the person's usual busiest window, from the days of `past`.
    `soon`: how long after a grant's beginning a reveal is right after it. `off`: rules that are not applied.
    """

    breadth: Least = Least(15, timedelta(hours=1))
    outside_hours: Least = Least(3, timedelta(hours=12))
    without_ticket: Least = Least(3, timedelta(days=1))
    refusals: Least = Least(5, timedelta(hours=1))
    after_grant: Least = Least(4, timedelta(hours=1))
    times: int = 3
    past: timedelta = timedelta(days=28)
    soon: timedelta = timedelta(minutes=10)
    working_hours: WorkingHours = WorkingHours()
    off: frozenset[Rule] = frozenset()

    def of(self, rule: Rule) -> Least:
        """The rule's own."""
        least: Least = getattr(self, rule.value)
        return least

    @property
    def longest(self) -> timedelta:
        """The longest window: how much history every rule but breadth needs."""
        return max(self.of(rule).within for rule in Rule)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired. `at` is the time of the entry that made it so, `entries` are the window's, oldest first.

    `facts` are numbers: `count` of what the rule counts, `looks` entries, `within_s` the window in seconds; for breadth
    `usual` (0: no past yet), for after_grant `soon_s`.
    """

    rule: Rule
    at: datetime
    entries: tuple[str, ...]
    facts: Mapping[str, int] = field(default_factory=dict)


Key = Callable[[Seen], str]
More = Callable[[Seen, int], Mapping[str, int] | None]


def findings(
    history: Sequence[Seen],
    since: datetime,
    quiet_until: Mapping[Rule, datetime],
    thresholds: Thresholds,
    zone: tzinfo,
) -> list[Finding]:
    """What fired at entries from `since` on, oldest first.

    `history` is one person's, sorted by time; it begins a window before `since`, and for breadth `thresholds.past`
    before the day of `since`. `quiet_until` says from when a rule that fired earlier may fire again.
    """
    found = [
        finding
        for rule in Rule
        if rule not in thresholds.off
        for finding in _RULES[rule](history, thresholds, zone).fired(since, quiet_until.get(rule, since))
    ]
    return sorted(found, key=lambda finding: (finding.at, finding.rule))


def windows(entries: Sequence[Seen], key: Key, within: timedelta) -> Iterator[tuple[int, int, int]]:
    """For each entry the window that ends with it: its first and last position, and how many distinct keys it has.

    A window is (end - within, end]: what lies exactly `within` back is outside.
    """
    counted: Counter[str] = Counter()
    first = 0
    for last, entry in enumerate(entries):
        counted[key(entry)] += 1
        while entries[first].at <= entry.at - within:
            gone = key(entries[first])
            counted[gone] -= 1
            if not counted[gone]:
                del counted[gone]
            first += 1
        yield first, last, len(counted)


@dataclass(frozen=True, slots=True)
class Counting:
    """One rule over the entries that matter to it. `more` adds facts, or says with None that it does not fire."""

    rule: Rule
    entries: Sequence[Seen]
    key: Key
    least: Least
    more: More = lambda _, __: MappingProxyType({})

    def fired(self, since: datetime, quiet_until: datetime) -> Iterator[Finding]:
        """Where the threshold was reached, once a window."""
        for first, last, count in windows(self.entries, self.key, self.least.within):
            entry = self.entries[last]
            if entry.at < since or entry.at < quiet_until or count < self.least.count:
                continue
            facts = self.more(entry, count)
            if facts is not None:
                quiet_until = entry.at + self.least.within
                yield self._finding(first, last, count, facts)

    def _finding(self, first: int, last: int, count: int, facts: Mapping[str, int]) -> Finding:
        ids = tuple(one.id for one in self.entries[first : last + 1])
        known = {"count": count, "looks": len(ids), "within_s": int(self.least.within.total_seconds())}
        return Finding(self.rule, self.entries[last].at, ids, {**known, **facts})


def usual(looks: Sequence[Seen], day: date, thresholds: Thresholds, zone: tzinfo) -> int:
    """How many distinct accounts the person's busiest window has on a usual day: the median of the days before `day`.

    Only days with a look count. The median, so that one burst does not make the next one usual. 0 without any past.
    """
    earliest = day - thresholds.past
    by_day: dict[date, list[Seen]] = {}
    for look in looks:
        on = look.at.astimezone(zone).date()
        if earliest <= on < day:
            by_day.setdefault(on, []).append(look)
    within = thresholds.breadth.within
    busiest = [max(count for _, _, count in windows(of_day, _account, within)) for of_day in by_day.values()]
    return median_low(busiest) if busiest else 0


def _breadth(history: Sequence[Seen], thresholds: Thresholds, zone: tzinfo) -> Counting:
    looks = [one for one in history if one.is_look]
    known: dict[date, int] = {}

    def against_past(entry: Seen, count: int) -> Mapping[str, int] | None:
        day = entry.at.astimezone(zone).date()
        if day not in known:
            known[day] = usual(looks, day, thresholds, zone)
        return {"usual": known[day]} if count >= thresholds.times * known[day] else None

    return Counting(Rule.BREADTH, looks, _account, thresholds.breadth, against_past)


def _outside_hours(history: Sequence[Seen], thresholds: Thresholds, zone: tzinfo) -> Counting:
    hours = thresholds.working_hours
    looks = [one for one in history if one.is_look and not hours.hold(one.at, zone)]
    return Counting(Rule.OUTSIDE_HOURS, looks, _itself, thresholds.outside_hours)


def _without_ticket(history: Sequence[Seen], thresholds: Thresholds, _: tzinfo) -> Counting:
    reveals = [one for one in history if one.is_reveal and not one.ticket]
    return Counting(Rule.WITHOUT_TICKET, reveals, _account, thresholds.without_ticket)


def _refusals(history: Sequence[Seen], thresholds: Thresholds, _: tzinfo) -> Counting:
    refused = [one for one in history if one.outcome == Outcome.REFUSED]
    return Counting(Rule.REFUSALS, refused, _press, thresholds.refusals)


def _after_grant(history: Sequence[Seen], thresholds: Thresholds, _: tzinfo) -> Counting:
    reveals = [
        one for one in history if one.is_reveal and one.granted_at and one.at - one.granted_at <= thresholds.soon
    ]
    soon_s = int(thresholds.soon.total_seconds())
    return Counting(Rule.AFTER_GRANT, reveals, _account, thresholds.after_grant, lambda _, __: {"soon_s": soon_s})


def _account(entry: Seen) -> str:
    return entry.account or ""


def _press(entry: Seen) -> str:
    return entry.press or entry.id


def _itself(entry: Seen) -> str:
    return entry.id


_RULES: Mapping[Rule, Callable[[Sequence[Seen], Thresholds, tzinfo], Counting]] = {
    Rule.BREADTH: _breadth,
    Rule.OUTSIDE_HOURS: _outside_hours,
    Rule.WITHOUT_TICKET: _without_ticket,
    Rule.REFUSALS: _refusals,
    Rule.AFTER_GRANT: _after_grant,
}
