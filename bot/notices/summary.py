"""A difference in three lines, put together from what was found: counts, the weightiest words, what is newly named."""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from bot.notices.changes import Change, ChangeKind, Difference, DifferenceKind, Urgency
from bot.notices.comparing.countries import countries
from bot.notices.comparing.facts import Facts, changed_facts, media
from bot.notices.comparing.word_difference import RunKind, word_difference

_QUOTE_LENGTH = 240
_NAMED = 4
_LEAD = 60  # characters of a long passage before its first difference
_LABELS = {
    Urgency.PROMISE_REMOVED: "Removed",
    Urgency.PROMISE_WEAKENED: "Now says",
    Urgency.ADDED: "New",
    Urgency.REWORDED: "Now says",
    Urgency.REMOVED: "Removed",
    Urgency.DATE: "Now says",
    Urgency.MOVED: "Moved",
    Urgency.NOISE: "Now says",
}
_NOTHING = {
    DifferenceKind.SAME: "Nothing changed.",
    DifferenceKind.NOISE: "Nothing changed but typography, links or what stands around the policy.",
}


def summary(difference: Difference) -> tuple[str, ...]:
    """One to three lines: how much changed, the weightiest change in its own words, and what is named or gone."""
    if difference.kind in _NOTHING:
        return (_NOTHING[difference.kind],)
    return tuple(line for line in (counted(difference), weightiest(difference), named(difference)) if line)


def counted(difference: Difference) -> str:
    """ "1 promise removed, 2 sentences reworded, 1 section new." Promises first."""
    urgencies = [change.urgency for change in difference.changes]
    headings = [change.kind for change in difference.headings]
    counts = (
        (urgencies.count(Urgency.PROMISE_REMOVED), "promise", "removed"),
        (urgencies.count(Urgency.PROMISE_WEAKENED), "promise", "perhaps weaker"),
        (urgencies.count(Urgency.ADDED), "sentence", "added"),
        (urgencies.count(Urgency.REWORDED), "sentence", "reworded"),
        (urgencies.count(Urgency.REMOVED), "other sentence" if _more_removed(urgencies) else "sentence", "removed"),
        (headings.count(ChangeKind.ADDED), "section", "new"),
        (headings.count(ChangeKind.REMOVED), "section", "gone"),
        (headings.count(ChangeKind.REWORDED), "section", "renamed"),
        (urgencies.count(Urgency.MOVED), "sentence", "moved"),
        (headings.count(ChangeKind.MOVED), "section", "moved"),
        (urgencies.count(Urgency.DATE), "date", "changed"),
    )
    parts = [f"{count:,} {noun}{'' if count == 1 else 's'} {what}" for count, noun, what in counts if count]
    return f"{', '.join(parts)}."


def _more_removed(urgencies: Sequence[Urgency]) -> bool:
    return Urgency.PROMISE_REMOVED in urgencies


def weightiest(difference: Difference) -> str:
    """The change that readers must know first, quoted, with its section."""
    first = next(iter((*difference.changes, *difference.headings)), None)
    quote = (first.after or first.before) if first else None
    if first is None or quote is None:
        return ""
    words = " ".join(quote.text.split())
    short = _excerpt(words, _first_difference(first))
    section = f" · {quote.section}" if quote.section and not quote.heading else ""
    return f"{_LABELS[first.urgency]}: “{short}”{section}"


def _first_difference(change: Change) -> int:
    """How many characters of a reworded passage come before the first words that are new or gone."""
    if change.kind is not ChangeKind.REWORDED or change.before is None or change.after is None:
        return 0
    runs = takewhile(lambda run: run.kind is RunKind.EQUAL, word_difference(change.before.text, change.after.text))
    return sum(len(run.text) for run in runs)


def _excerpt(words: str, at: int) -> str:
    """All of a short passage; of a long one, whole words around the place `at`."""
    start = 0 if at < _QUOTE_LENGTH // 2 else words.rfind(" ", 0, at - _LEAD) + 1
    opening, rest = ("… " if start else ""), words[start:]
    if len(rest) <= _QUOTE_LENGTH:
        return opening + rest
    return f"{opening}{rest[: _QUOTE_LENGTH - 1].rsplit(' ', 1)[0]} …"


def named(difference: Difference) -> str:
    """Periods that changed, and countries and media of contact that only one of the two versions names."""
    told = [change for change in difference.changes if change.kind is not ChangeKind.MOVED and not change.date]
    facts = [changed_facts(change) for change in told]
    before, after = difference.texts
    new = _names_not_in(before, (fact.new for fact in facts))
    gone = _names_not_in(after, (fact.gone for fact in facts))
    parts = list(dict.fromkeys(text for change in told if (text := period_change(change))))[:_NAMED]
    parts += [f"Newly named: {_listed(new)}"] if new else []
    parts += [f"Named no longer: {_listed(gone)}"] if gone else []
    return f"{'. '.join(parts)}." if parts else ""


def period_change(change: Change) -> str:
    """ "30 days became 90 days", where one period of a sentence became another one; else ""."""
    facts = changed_facts(change)
    if change.kind is ChangeKind.REWORDED and len(facts.gone.periods) == len(facts.new.periods) == 1:
        return f"{facts.gone.periods[0]} became {facts.new.periods[0]}"
    return ""


def _names_not_in(text: str, facts: Iterable[Facts]) -> list[str]:
    """Countries and media in their order, without those that a whole text names."""
    some = list(facts)
    lands = dict.fromkeys(name for fact in some for name in fact.countries)
    ways = dict.fromkeys(name for fact in some for name in fact.media)
    known = {*(countries(text) if lands else ()), *(media(text) if ways else ())}
    return [name for name in (*lands, *ways) if name not in known]


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return f"{', '.join(names[:_NAMED])} and {rest} more" if rest > 0 else ", ".join(names)
