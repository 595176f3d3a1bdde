"""The report's content as values: what one account's disclosures come to, in words that the customer reads. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

from bot.access.rules.purposes import DataClass, Purpose, Shown
from bot.company import field_name, listed

WEEKS = 60  # bars; a longer time is shown by months
DAYS_A_WEEK = 7
NO_PURPOSE = "No purpose on record"
OUTSIDERS: Mapping[str, str] = {
    "consent": "Disclosure on a written consent",
    "court_order": "Disclosure ordered by a court",
}
"""What a look was for where data was given to an outsider, by the basis on which it was."""
SPELLED = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One time that somebody was shown something of the account, as the ledger has it.

    `decided_by`: whose yes was the last that the grant needed, "policy" where it needed none, None where there is no
    grant; `agreed`: all who said yes; `needed`: of which roles how many had to; `emergency`: it was taken at once, to
    be reviewed afterwards; `basis`: on which an outsider was given it, if one was; `index`: its place in the ledger,
    None while it waits for one.
    """

    entry: str
    at: datetime
    actor: str
    team: str | None
    action: str
    purpose: str | None
    fields: tuple[str, ...]
    grant: str | None
    decided_by: str | None
    ticket: str | None
    policy_version: str | None
    index: int | None = None
    agreed: tuple[str, ...] = ()
    needed: tuple[tuple[str, int], ...] = ()
    emergency: bool = False
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a purpose rests on: the policy's own words, their heading, and since when that version was in force."""

    purpose: str
    quote: str | None
    heading: str
    policy: str
    since: datetime | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the table, in words. `whole`: in full, not masked in part."""

    entry: str
    at: datetime
    who: str
    purpose: str
    kinds: str
    approval: str
    ticket: str | None
    index: int | None
    fields: tuple[str, ...]
    whole: bool
    grant: str | None
    policy_version: str | None


@dataclass(frozen=True, slots=True)
class Bar:
    """How often in the time from `first`, in the company's time zone."""

    first: date
    looks: int


@dataclass(frozen=True, slots=True)
class Seal:
    """What the report can be checked against: the newest signed checkpoint."""

    origin: str
    size: int
    root: bytes
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class CustomerReport:
    """The whole report. `since` and `until` bound it, both included; `looks` are newest first.

    `left_out`: how many older looks there are that the table does not show; `entry`: what the making of this report
    is recorded as; `by_month`: the bars are months, not weeks; `fonts`: files with letters for the paper that its own
    font lacks.
    """

    company: str
    contact: str
    account: str
    name: str | None
    since: datetime
    until: datetime
    zone: tzinfo
    looks: tuple[Look, ...]
    left_out: int
    people: int
    refused: int
    bars: tuple[Bar, ...]
    by_month: bool
    meanings: tuple[Meaning, ...]
    seal: Seal | None
    entry: str
    made_at: datetime
    fonts: tuple[Path, ...] = ()

    @property
    def title(self) -> str:
        """ "Who looked at your data between 1 March and 31 May 2026"."""
        first, last = self.day(self.since), self.day(self.until)
        if first == last:
            return f"Who looked at your data on {last}"
        same_year = first[-4:] == last[-4:]
        return f"Who looked at your data between {first[:-5] if same_year else first} and {last}"

    @property
    def summary(self) -> str:
        """The report in a sentence or two."""
        count = len(self.looks) + self.left_out
        if not count:
            said = f"Nobody at {self.company} looked at your data in this time."
        else:
            times = "once" if count == 1 else "twice" if count == 2 else f"{spelled(count)} times"
            who = "One person" if self.people == 1 else f"{spelled(self.people).capitalize()} people"
            purposes = dict.fromkeys(_within(look.purpose) for look in self.looks)
            said = f"{who} at {self.company} looked at your data {times}, for {listed(purposes)}."
        return f"{said}{self._in_full()}{self._refusals()}"

    def _in_full(self) -> str:
        if not self.looks or self.left_out:
            return ""
        whole = sum(look.whole for look in self.looks)
        if not whole:
            return " Details were shown in part only, with the rest masked."
        return f" In {'one case' if whole == 1 else f'{spelled(whole)} cases'} details were shown in full."

    def _refusals(self) -> str:
        if not self.refused:
            return ""
        tries = "One attempt was" if self.refused == 1 else f"{spelled(self.refused).capitalize()} attempts were"
        return f" {tries} refused and showed nothing."

    def day(self, moment: datetime) -> str:
        """A date in the company's time zone: "1 March 2026"."""
        return f"{moment.astimezone(self.zone):%-d %B %Y}"

    def minute(self, moment: datetime) -> str:
        """Date and time in the company's time zone: "1 Mar 2026 09:05"."""
        return f"{moment.astimezone(self.zone):%-d %b %Y %H:%M}"


def spelled(number: int) -> str:
    """A number as a sentence has it: in letters up to twelve."""
    return SPELLED[number] if number < len(SPELLED) else f"{number:,}"


def _within(purpose: str) -> str:
    """Words of Steward's own begin small within a sentence; a purpose is called as the company does."""
    own = purpose in (NO_PURPOSE, *OUTSIDERS.values())
    return purpose[:1].lower() + purpose[1:] if own else purpose


Naming = Callable[[Disclosure], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """How the company calls things: purposes, kinds of data, and groups of people by role."""

    purposes: Mapping[str, Purpose]
    data_classes: Mapping[str, DataClass]
    groups: Mapping[str, str]

    def purpose(self, key: str | None) -> str:
        """A purpose's label."""
        return self.purposes[key].label if key in self.purposes and key else key or NO_PURPOSE

    def purpose_of(self, one: Disclosure) -> str:
        """What a look was for: the purpose's label, or how an outsider came to be given the data."""
        if one.basis is not None:
            return OUTSIDERS.get(one.basis, "Disclosure to an outsider")
        return self.purpose(one.purpose)

    def role(self, key: str) -> str:
        """A group in words: "access-approvers" → "Access approvers"."""
        return self.groups.get(key, key).replace("-", " ").replace("_", " ").capitalize()

    def roles_for(self, purpose: str | None) -> str:
        """Who may use a purpose."""
        if purpose is None or purpose not in self.purposes:
            return "An employee"
        return listed([self.role(key) for key in sorted(self.purposes[purpose].groups)], "or")

    def kinds(self, fields: Sequence[str], *, whole: bool) -> str:
        """Fields as kinds of data; those that are masked without a grant are said to be shown in part."""
        left, parts = dict.fromkeys(fields), []
        for one in self.data_classes.values():
            named = [name for name in one.fields if name in left]
            if not named:
                continue
            complete = len(named) == len(one.fields)
            label = one.label if complete else f"{one.label} ({listed(map(field_name, named))})"
            in_part = one.shown is not Shown.OPEN and not whole
            parts.append(f"{label} in {'part' if in_part else 'full'}" if one.shown is not Shown.OPEN else label)
            for name in named:
                left.pop(name)
        others = listed(map(field_name, left))
        return "; ".join([*parts, others] if others else parts)

    def agreeing(self, one: Disclosure) -> str:
        """Who had to agree, by role: "Access approvers and Privacy office", "Two of Access approvers"."""
        purpose = self.purposes.get(one.purpose or "")
        needed = one.needed or (((purpose.approvers, 1),) if purpose else ())
        several = any(count > 1 for _, count in needed)
        roles = [f"{spelled(count)} of {self.role(role)}" if several else self.role(role) for role, count in needed]
        said = listed(roles) or "someone else"
        return said[:1].upper() + said[1:] if several else said

    def approval(self, disclosure: Disclosure, approver: str) -> str:
        """Under whose approval: none is needed for what a purpose shows by itself."""
        if disclosure.grant is None:
            return "None needed"
        if disclosure.decided_by is None:
            return f"Not on file ({disclosure.grant})"
        if disclosure.emergency:
            return f"Emergency, reviewed afterwards ({disclosure.grant})"
        if disclosure.decided_by == "policy":
            return f"As the purpose allows ({disclosure.grant})"
        return f"{approver} ({disclosure.grant})"


def by_role(disclosures: Sequence[Disclosure], wording: Wording) -> Naming:
    """People by what they work as. Where several work as the same they are numbered, in the order of their first look.

    The role is that of the purpose that was stated, because groups change and an entry does not.
    """
    people: dict[str, dict[str, int]] = {}
    for one in sorted(disclosures, key=lambda disclosure: disclosure.at):
        same = people.setdefault(wording.roles_for(one.purpose), {})
        same.setdefault(one.actor, len(same) + 1)

    def name(one: Disclosure) -> str:
        role = wording.roles_for(one.purpose)
        same = people.get(role, {})
        return f"{role}, person {same[one.actor]}" if len(same) > 1 else role

    return name


def looks_of(disclosures: Sequence[Disclosure], wording: Wording, who: Naming, approver: Naming) -> tuple[Look, ...]:
    """The table's lines, newest first."""
    return tuple(
        _look(one, wording, who, approver)
        for one in sorted(disclosures, key=lambda disclosure: (disclosure.at, disclosure.entry), reverse=True)
    )


def _look(one: Disclosure, wording: Wording, who: Naming, approver: Naming) -> Look:
    whole = one.action != "account.lookup"
    return Look(
        entry=one.entry,
        at=one.at,
        who=who(one),
        purpose=wording.purpose_of(one),
        kinds=wording.kinds(one.fields, whole=whole),
        approval=wording.approval(one, approver(one)),
        ticket=one.ticket,
        index=one.index,
        fields=one.fields,
        whole=whole,
        grant=one.grant,
        policy_version=one.policy_version,
    )


def bars_of(times: Sequence[datetime], since: datetime, until: datetime, zone: tzinfo) -> tuple[tuple[Bar, ...], bool]:
    """How often in each week (from Monday) between two moments, or in each month where the weeks are too many."""
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    by_month = (last - first).days > WEEKS * DAYS_A_WEEK
    begin = _month_of if by_month else _week_of
    counted: dict[date, int] = {}
    day = begin(first)
    while day <= last:
        counted[day] = 0
        day = begin(day + timedelta(days=31 if by_month else DAYS_A_WEEK))
    for moment in times:
        start = begin(moment.astimezone(zone).date())
        counted[start] = counted.get(start, 0) + 1
    return tuple(Bar(start, looks) for start, looks in sorted(counted.items())), by_month


def _week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month_of(day: date) -> date:
    return day.replace(day=1)
