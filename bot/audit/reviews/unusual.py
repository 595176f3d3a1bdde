"""Rules for unusual use: pure functions over one person's entries and their own past.

Each rule counts something in a window that slides over the entries, and says where the count reached its threshold.
A rule that fired is quiet for the length of its window, so that one burst is told once. What the rules find is the
same however the entries are split into batches.

Entries are read as a rule asks for them and none is kept: what a rule remembers while it reads is what it tells apart
(accounts, presses), so that a person who is very busy costs time and no memory. Only an alert holds its entries.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from statistics import median_low
from types import MappingProxyType

from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome

SHOWN = frozenset({Outcome.DISCLOSED, Outcome.MASKED})
LOOKS = frozenset({Action.LOOK_UP, Action.REVEAL})
SEARCHES = LOOKS | {Action.REQUEST, Action.EMERGENCY, Action.CUSTOMER_REQUEST, Action.DISCLOSE}
DAY = timedelta(days=1)


SLIPS = frozenset({Reason.UNCLEAR_QUERY, Reason.NOT_AWAY, Reason.NOT_IN_FUTURE})
"""Refusals of words that could not be read, or that change nothing: whoever mistypes tries nothing."""


class Rule(StrEnum):
    """The rules, by the names that steward.toml and the audit entries use."""

    BREADTH = "breadth"  # many accounts in an hour, against the person's own past
    OUTSIDE_HOURS = "outside_hours"  # outside working hours
    WITHOUT_TICKET = "without_ticket"  # reveals of accounts that no ticket names
    REFUSALS = "refusals"  # refused again and again
    GUESSES = "guesses"  # searched for what is not there, again and again
    AFTER_GRANT = "after_grant"  # many accounts, each revealed right after it was granted


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules see of one audit entry. `ticket`: whether one is named; `granted_at`: when its grant began.

    `press` is the same for all entries of one delivery, which may concern several accounts; None: it has none. `grant`
    is what the entry names, for whoever must not review it. `reason` is known of refusals.
    """

    id: str
    at: datetime
    action: str
    outcome: str
    account: str | None = None
    ticket: bool = False
    granted_at: datetime | None = None
    press: str | None = None
    grant: str | None = None
    reason: str | None = None

    @property
    def is_look(self) -> bool:
        """Whether it showed something of an account."""
        return self.action in LOOKS and self.outcome in SHOWN and self.account is not None

    @property
    def is_guess(self) -> bool:
        """Whether it was a search that found nothing: whole addresses tried one after the other would undo a mask."""
        return self.action in SEARCHES and self.outcome == Outcome.NOT_FOUND

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

    def surely(self, begin: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, datetime]]:
        """Spans (UTC, the end excluded) that lie within working hours there, of days from `begin` to `end`.

        Those in which clocks are changed are left out.
        """
        first, last = begin.astimezone(zone).date() - DAY, end.astimezone(zone).date()
        days = [first + n * DAY for n in range((last - first).days + 1)]
        spans = [self._of(day, zone) for day in days if day.weekday() in self.days]
        return [(start, stop) for start, stop in spans if _offset(start, zone) == _offset(stop, zone) and start < stop]

    def _of(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        until = day if self.start < self.end else day + DAY
        start, stop = (datetime.combine(on, at, zone) for on, at in ((day, self.start), (until, self.end)))
        return start.astimezone(UTC), stop.astimezone(UTC)


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
    guesses: Least = Least(15, timedelta(hours=1))
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


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired. `at` is the time of the entry that made it so, `links` the window's entries, oldest first:
    their ids, each with the grant that it names.

    `facts` are numbers: `count` of what the rule counts, `looks` entries, `within_s` the window in seconds; for breadth
    `usual` (0: no past yet), for after_grant `soon_s`.
    """

    rule: Rule
    at: datetime
    links: tuple[tuple[str, str | None], ...]
    facts: Mapping[str, int] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[str, ...]:
        """The ids."""
        return tuple(entry for entry, _ in self.links)


Key = Callable[[Seen], str]
Matters = Callable[[Seen], bool]
More = Callable[[Seen, int], Mapping[str, int] | None]
Read = Callable[[Rule, datetime, datetime], Iterable[Seen]]
"""One person's entries later than the first time, up to the second (included), by time and id.

What matters to the rule must be among them; what does not may be.
"""


def first_of(entries: Iterable[Seen]) -> Mapping[Rule, datetime]:
    """For each rule that some new entries may make fire, the time of the first that may."""
    first: dict[Rule, datetime] = {}
    for entry in entries:
        for rule in _may_fire(entry):
            first[rule] = min(entry.at, first.get(rule, entry.at))
    return first


def _may_fire(entry: Seen) -> frozenset[Rule]:
    """The rules to which an entry may matter."""
    looks = {Rule.BREADTH, Rule.OUTSIDE_HOURS} if entry.is_look else set()
    reveals = {Rule.WITHOUT_TICKET, Rule.AFTER_GRANT} if entry.is_reveal else set()
    nothing = {Rule.REFUSALS} if _is_refused(entry) else {Rule.GUESSES} if entry.is_guess else set()
    return frozenset({*looks, *reveals, *nothing})


def findings(
    read: Read,
    since: Mapping[Rule, datetime],
    newest: datetime,
    quiet_until: Mapping[Rule, datetime],
    thresholds: Thresholds,
    zone: tzinfo,
) -> list[Finding]:
    """What fired at the new entries of one person, oldest first. `newest` is the time of their newest.

    `since` is when the first new entry is that may make a rule fire (`first_of`): a rule that none may make fire is not
    looked at, and the past is not read for it. `quiet_until` says from when a rule that fired earlier may fire again.
    """
    found = [
        finding
        for rule, first in since.items()
        if rule not in thresholds.off
        for finding in _RULES[rule](read, thresholds, zone).fired(max(first, quiet_until.get(rule, first)), newest)
    ]
    return sorted(found, key=lambda finding: (finding.at, finding.rule))


class Window:
    """How many distinct keys a window has that slides over entries, which come in the order of their times.

    A window is (at - within, at]: what lies exactly `within` back is outside. Beyond `most` keys it does not count.
    """

    def __init__(self, within: timedelta, most: int | None = None) -> None:
        self._within, self._most = within, most
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def take(self, key: str, at: datetime) -> int:
        """The number of the window that ends with this one."""
        last = self._last
        last[key] = at
        last.move_to_end(key)
        while next(iter(last.values())) <= at - self._within:
            last.popitem(last=False)
        if self._most is not None and len(last) > self._most:
            last.popitem(last=False)
        return len(last)


@dataclass(frozen=True, slots=True)
class Counting:
    """One rule over the entries that matter to it. `more` adds facts, or says with None that it does not fire.

    `exact`: `more` needs to know by how much the threshold was passed.
    """

    rule: Rule
    read: Read
    matters: Matters
    key: Key
    least: Least
    more: More = lambda _, __: MappingProxyType({})
    exact: bool = False

    def fired(self, begin: datetime, newest: datetime) -> Iterator[Finding]:
        """Where the threshold was reached from `begin` on, once a window."""
        if begin > newest:
            return
        window = Window(self.least.within, None if self.exact else self.least.count)
        for entry in self._between(begin - self.least.within, newest):
            count = window.take(self.key(entry), entry.at)
            if entry.at < begin or count < self.least.count:
                continue
            facts = self.more(entry, count)
            if facts is not None:
                begin = entry.at + self.least.within
                yield self._finding(entry, facts)

    def _between(self, after: datetime, upto: datetime) -> Iterator[Seen]:
        return (entry for entry in self.read(self.rule, after, upto) if self.matters(entry))

    def _finding(self, last: Seen, facts: Mapping[str, int]) -> Finding:
        links, keys = [], set()
        for entry in self._between(last.at - self.least.within, last.at):
            links.append((entry.id, entry.grant))
            keys.add(self.key(entry))
            if entry.id == last.id:
                break
        known = {"count": len(keys), "looks": len(links), "within_s": int(self.least.within.total_seconds())}
        return Finding(self.rule, last.at, tuple(links), {**known, **facts})


def usual(looks: Iterable[Seen], day: date, thresholds: Thresholds, zone: tzinfo) -> int:
    """How many distinct accounts the person's busiest window has on a usual day: the median of the days before `day`.

    Only days with a look count. The median, so that one burst does not make the next one usual. 0 without any past.
    """
    earliest = day - thresholds.past
    windows: dict[date, Window] = {}
    busiest: dict[date, int] = {}
    for look in looks:
        on = look.at.astimezone(zone).date()
        if earliest <= on < day:
            window = windows.setdefault(on, Window(thresholds.breadth.within))
            busiest[on] = max(busiest.get(on, 0), window.take(_account(look), look.at))
    return median_low(busiest.values()) if busiest else 0


def _breadth(read: Read, thresholds: Thresholds, zone: tzinfo) -> Counting:
    known: dict[date, int] = {}

    def against_past(entry: Seen, count: int) -> Mapping[str, int] | None:
        day = entry.at.astimezone(zone).date()
        if day not in known:
            until = datetime.combine(day, time(), zone).astimezone(UTC)
            past = read(Rule.BREADTH, until - thresholds.past - DAY, until + DAY)  # clocks may have been changed since
            known[day] = usual((one for one in past if one.is_look), day, thresholds, zone)
        return {"usual": known[day]} if count >= thresholds.times * known[day] else None

    return Counting(Rule.BREADTH, read, _is_look, _account, thresholds.breadth, against_past, exact=True)


def _outside_hours(read: Read, thresholds: Thresholds, zone: tzinfo) -> Counting:
    def matters(one: Seen) -> bool:
        return one.is_look and not thresholds.working_hours.hold(one.at, zone)

    return Counting(Rule.OUTSIDE_HOURS, read, matters, _itself, thresholds.outside_hours)


def _without_ticket(read: Read, thresholds: Thresholds, _: tzinfo) -> Counting:
    def matters(one: Seen) -> bool:
        return one.is_reveal and not one.ticket

    return Counting(Rule.WITHOUT_TICKET, read, matters, _account, thresholds.without_ticket)


def _refusals(read: Read, thresholds: Thresholds, _: tzinfo) -> Counting:
    return Counting(Rule.REFUSALS, read, _is_refused, _press, thresholds.refusals)


def _guesses(read: Read, thresholds: Thresholds, _: tzinfo) -> Counting:
    return Counting(Rule.GUESSES, read, lambda one: one.is_guess, _press, thresholds.guesses)


def _after_grant(read: Read, thresholds: Thresholds, _: tzinfo) -> Counting:
    def matters(one: Seen) -> bool:
        return one.is_reveal and one.granted_at is not None and one.at - one.granted_at <= thresholds.soon

    soon_s = int(thresholds.soon.total_seconds())
    return Counting(Rule.AFTER_GRANT, read, matters, _account, thresholds.after_grant, lambda _, __: {"soon_s": soon_s})


def _is_look(entry: Seen) -> bool:
    return entry.is_look


def _is_refused(entry: Seen) -> bool:
    return entry.outcome == Outcome.REFUSED and entry.reason not in SLIPS


def _account(entry: Seen) -> str:
    return entry.account or ""


def _press(entry: Seen) -> str:
    return entry.press or entry.id


def _itself(entry: Seen) -> str:
    return entry.id


def _offset(at: datetime, zone: tzinfo) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


_RULES: Mapping[Rule, Callable[[Read, Thresholds, tzinfo], Counting]] = {
    Rule.BREADTH: _breadth,
    Rule.OUTSIDE_HOURS: _outside_hours,
    Rule.WITHOUT_TICKET: _without_ticket,
    Rule.REFUSALS: _refusals,
    Rule.GUESSES: _guesses,
    Rule.AFTER_GRANT: _after_grant,
}
