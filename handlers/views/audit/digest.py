"""The weekly digest: a week in numbers, with charts of text. About customers it says how many, never who."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.audit.reviews.items import Status
from bot.audit.reviews.unusual_words import named
from bot.audit.weekly.charts import bars, columns
from bot.audit.weekly.digest import Digest
from bot.company import Company, listed
from handlers.views.blocks import Block, context, escape, message, section
from handlers.views.words import counted

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
BUSIEST = 6
REASONS = 3
CLOSED = {Status.IN_ORDER: "in order", Status.VIOLATION: "a violation"}


def render(digest: Digest, names: Mapping[str, str], company: Company) -> Block:
    """The message; `names` has the people whom it names, by user id."""
    title = f"{escape(company.name)} in the week of {_days(digest.week.monday, digest.week.sunday)}"
    blocks = [section(f"*{title}*\n{_summary(digest)}")]
    if digest.looks:
        by_day = list(zip(DAYS, digest.by_day, strict=True))
        purposes = [(company.purpose(key) if key else "none", number) for key, number in digest.by_purpose.items()]
        blocks.append(_chart("Looks by day", columns(by_day)))
        blocks.append(_chart("By purpose", bars(purposes)))
        blocks.append(_chart("By person", bars(_people(digest, names))))
    if digest.by_class:
        classes = [(company.labels([key]), number) for key, number in digest.by_class.items()]
        blocks.append(_chart("Revealed in full, by kind of data", bars(classes)))
    blocks.append(section("\n".join(_lines(digest))))
    blocks.append(
        context("Looks are look-ups that showed an account, and reveals. Auditors open them with `/audit last week`.")
    )
    return message(f"{title}: {_summary(digest)}", blocks)


def _chart(title: str, drawn: str) -> Block:
    return section(f"*{title}*\n```{escape(drawn.replace('`', 'ˋ'))}```")


def _days(monday: date, sunday: date) -> str:
    """ "2 to 8 March 2026", "30 March to 5 April 2026", "28 December 2026 to 3 January 2027"."""
    begin = f"{monday:%-d}"
    if monday.month != sunday.month:
        begin += f"{monday: %B}"
    if monday.year != sunday.year:
        begin += f"{monday: %Y}"
    return f"{begin} to {sunday:%-d %B %Y}"


def _summary(digest: Digest) -> str:
    if not digest.looks:
        return f"Nobody looked at a customer's account; {counted(digest.looks_before, 'look')} the week before."
    who = counted(len(digest.people), "person", "people")
    text = f"{counted(digest.looks, 'look')} at {counted(digest.accounts, 'account')} by {who}"
    return f"{text}; {counted(digest.looks_before, 'look')} the week before."


def _people(digest: Digest, names: Mapping[str, str]) -> list[tuple[str, int]]:
    rows = [(names.get(user, user), looks) for _, user, looks, _ in digest.people[:BUSIEST]]
    rest = sum(looks for _, _, looks, _ in digest.people[BUSIEST:])
    others = len(digest.people) - BUSIEST
    return [*rows, (counted(others, "other"), rest)] if others > 0 else rows


def _lines(digest: Digest) -> list[str]:
    return [_grants(digest), _refusals(digest), _alerts(digest), _reviews(digest)]


def _grants(digest: Digest) -> str:
    ended = f"{digest.over:,} ended, {_some(digest.unused)} of them unused" if digest.over else "none ended"
    return f"*Grants* {digest.granted:,} given; {ended}."


def _refusals(digest: Digest) -> str:
    total = sum(digest.refusals.values())
    if not total:
        return "*Refusals* none."
    most = [(escape(reason.replace("_", " ")), number) for reason, number in _first(digest.refusals, REASONS)]
    rest = len(digest.refusals) - len(most)
    return f"*Refusals* {total:,}{_of_which(most, f'{rest} more reasons' if rest > 0 else None)}."


def _alerts(digest: Digest) -> str:
    total = sum(digest.alerts.values())
    if not total:
        return "*Alerts* none."
    return f"*Alerts* {total:,}{_of_which([(named(rule), number) for rule, number in digest.alerts.items()])}."


def _of_which(kinds: Sequence[tuple[str, int]], others: str | None = None) -> str:
    """ ": 5 no purpose and 2 no grant"; " (no purpose)" where all are of one kind, whose number was said already."""
    if len(kinds) == 1 and others is None:
        return f" ({kinds[0][0]})"
    return f": {listed([*(f'{number:,} {kind}' for kind, number in kinds), *([others] if others else [])])}"


def _reviews(digest: Digest) -> str:
    total = sum(digest.verdicts.values())
    found = [f"{digest.verdicts[status]:,} {words}" for status, words in CLOSED.items() if status in digest.verdicts]
    late = f", {digest.late:,} of them overdue" if digest.late else ""
    judged = f", {listed(found)}" if found else ""
    return f"*Reviews* {total:,} queued{judged}; {_some(digest.waiting)} open now{late}."


def _some(number: int) -> str:
    return f"{number:,}" if number else "none"


def _first(counts: Mapping[str, int], most: int) -> Sequence[tuple[str, int]]:
    return list(counts.items())[:most]
