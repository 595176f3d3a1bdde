"""What a found difference amounts to: as its words say, also where a page lost its headings or shows today's date."""

from datetime import date, timedelta

from bot.notices.changes import ChangeKind, Difference, DifferenceKind
from bot.notices.comparing.dates import dates_in
from bot.privacy.text import PolicyText

_FEWEST_HEADINGS = 3
_A_DAY = timedelta(days=1)  # a page may count days in another zone


def lost_headings(before: PolicyText, after: PolicyText) -> bool:
    """Whether a policy with headings came without any: then its words are compared, and sections say nothing."""
    return len(before.headings) >= _FEWEST_HEADINGS and not after.headings


def class_of(before: PolicyText, after: PolicyText, difference: Difference) -> DifferenceKind:
    """The class of a difference; of its sentences alone where the headings were lost."""
    if not lost_headings(before, after) or difference.kind in (DifferenceKind.SAME, DifferenceKind.NOISE):
        return difference.kind
    told = [change for change in difference.changes if change.kind is not ChangeKind.MOVED]
    if any(not change.date for change in told):
        return DifferenceKind.TEXT
    return DifferenceKind.DATE if told else DifferenceKind.NOISE


def is_fetch_date(difference: Difference, before_seen: date, seen: date) -> bool:
    """Whether a change of dates alone is one of the day of fetching: both texts name the day that they were seen.

    `before_seen` and `seen` are the days on which the two texts were first fetched.
    """
    if difference.kind is not DifferenceKind.DATE or not difference.dates:
        return False
    return all(
        change.before is not None
        and change.after is not None
        and _names(change.before.text, before_seen)
        and _names(change.after.text, seen)
        for change in difference.dates
    )


def _names(text: str, day: date) -> bool:
    return any(abs(named - day) <= _A_DAY for named in dates_in(text))
