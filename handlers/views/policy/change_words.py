"""Words about changes of the policy that several screens share; what others wrote is escaped."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo

from bot.audit.entry import SYSTEM
from bot.company import Company, listed
from bot.notices.announcing import EVERYONE, FIRST, Change, FoundHow, Status
from bot.notices.changes import DifferenceKind
from bot.notices.reach import Reach
from bot.notices.touched import Named, PeriodChange, State
from handlers.views.blocks import code, cut, escape
from handlers.views.times import day_and_time
from handlers.views.words import counted

_MOST = 6
_LONGEST_NAME = 60
KINDS = {
    FIRST: "the first version",
    DifferenceKind.SAME.value: "the same text",
    DifferenceKind.NOISE.value: "nothing new",
    DifferenceKind.MOVED.value: "another order",
    DifferenceKind.DATE.value: "a date only",
    DifferenceKind.TEXT.value: "another text",
}
_STATES = {
    State.GONE: "*its clause is gone*: nobody can look anything up for it {when}",
    State.REWORDED: "the sentence of its clause is reworded",
    State.NEW: "its clause stands in the policy now",
}


def who(user: str | None) -> str:
    """A person as a mention; the command line and the configuration in words."""
    if user is None or user == SYSTEM:
        return "by itself"
    name = user.removeprefix("cli:")
    return f"by {escape(name)} on the command line" if name != user else f"by <@{user}>"


def day(moment: datetime, zone: tzinfo) -> str:
    """ "1 Jun 2026", by the company's calendar."""
    return day_of(moment.astimezone(zone).date())


def day_of(one: date) -> str:
    """ "1 Jun 2026"."""
    return f"{one:%-d %b %Y}"


def audience(change: Change, company: Company) -> str:
    """ "everyone", "@support and @billing"."""
    if EVERYONE in change.audience:
        return "everyone"
    return listed([escape(company.handle(role)) for role in change.audience])


def title(change: Change, zone: tzinfo) -> str:
    """What was found, in a line."""
    if change.found_how is FoundHow.DRAFT:
        from_when = f", to come into force on {day(change.effective_at, zone)}" if change.effective_at else ""
        return f"{change.name}: a draft of the policy was uploaded {who(change.found_by)}{from_when}"
    if change.found_how is FoundHow.IMPORT:
        return f"{change.name}: a new text of the policy was imported {who(change.found_by)}"
    what = "a date of the policy changed" if change.kind == DifferenceKind.DATE.value else "the policy changed"
    return f"{change.name}: {what} where it is published"


def standing(change: Change, company: Company, zone: tzinfo) -> str:
    """What became of it: who decided, when, what."""
    if change.status is Status.FOUND or change.decided_at is None:
        return "Waits for a decision."
    by = f"{who(change.decided_by)}, {day_and_time(change.decided_at)}"
    why = f" “{escape(cut(change.note, 600))}”" if change.note else ""
    if change.status is Status.DISMISSED:
        return f"Not announced: dismissed {by}.{why}"
    if change.status is Status.WITHDRAWN:
        return f"The announcement was withdrawn {by}.{why}"
    from_when = f" Effective {day(change.effective_at, zone)}." if change.effective_at else ""
    late = " It is late: the text was in force before." if change.late else ""
    material = "material" if change.material else "not material"
    return f"Announced {by}, to {audience(change, company)}, as {material}.{from_when}{late}"


def reached(reach: Reach, company: Company, *, in_force: bool) -> str:
    """What it touches, a line each; "" for nothing."""
    return "\n".join(f"• {line}" for line in _reached(reach, company, in_force=in_force))


def _reached(reach: Reach, company: Company, *, in_force: bool) -> Iterator[str]:
    found = reach.touched
    when = "from now on" if in_force else "once it is in force"
    for clause in sorted(found.clauses, key=lambda one: one.state is not State.GONE)[:_MOST]:
        grants = reach.grants.get(clause.purpose, ())
        held = f" · live grants: {_some(grants)}" if grants else ""
        yield f"*{escape(company.purpose(clause.purpose))}*: {_STATES[clause.state].format(when=when)}{held}"
    if rulings := tuple(dict.fromkeys(one.ruling for one in found.rulings)):
        noun = "Ruling" if len(rulings) == 1 else "Rulings"
        yield f"{noun} {_some(rulings)} {'rests' if len(rulings) == 1 else 'rest'} on sentences that changed"
    if found.topics.new:
        yield f"Answered now: {_some(tuple(map(reach.topics.__getitem__, found.topics.new)))}"
    if found.topics.gone:
        yield f"Not answered any more: {_some(tuple(map(reach.topics.__getitem__, found.topics.gone)))}"
    for what, names in (("companies", found.parties), ("countries", found.countries), ("media", found.media)):
        yield from _named(what, names)
    yield from _periods(found.periods)


def _named(what: str, names: Named) -> Iterator[str]:
    if names.new:
        yield f"Newly named {what}: {_some(names.new)}"
    if names.gone:
        yield f"Named no longer ({what}): {_some(names.gone)}"


def _periods(changes: Sequence[PeriodChange]) -> Iterator[str]:
    """Periods that became others, and those that only one version has."""
    both = (one for one in changes if one.before and one.after)
    if changed := tuple(f"{', '.join(one.before)} → {', '.join(one.after)}" for one in both):
        yield f"Changed periods: {_some(changed)}"
    new = dict.fromkeys(period for one in changes if not one.before for period in one.after)
    gone = dict.fromkeys(period for one in changes if not one.after for period in one.before)
    yield from _named("periods", Named(tuple(new), tuple(gone)))


def _some(names: tuple[str, ...]) -> str:
    shown = [escape(cut(name, _LONGEST_NAME)) for name in names[:_MOST]]
    rest = len(names) - _MOST
    return f"{', '.join(shown)} and {rest} more" if rest > 0 else listed(shown)


def versions(change: Change) -> str:
    """ "`3fa94c02…` → `b81c…`"."""
    return " → ".join(code(one[:12]) for one in (change.before, change.after) if one)


def waiting(number: int) -> str:
    """For App Home and lists."""
    return f"{counted(number, 'change')} of the policy {'waits' if number == 1 else 'wait'} for your decision."
