"""A difference in three lines, put together from what was found: counts, the weightiest words, what is newly named."""

from collections.abc import Iterable, Sequence

from bot.notices.changes import Change, ChangeKind, Difference, DifferenceKind, Urgency
from bot.notices.facts import Facts, changed_facts

_QUOTE_LENGTH = 240
_NAMED = 4
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
    short = words if len(words) <= _QUOTE_LENGTH else f"{words[: _QUOTE_LENGTH - 1].rsplit(' ', 1)[0]} …"
    section = f" · {quote.section}" if quote.section and not quote.heading else ""
    return f"{_LABELS[first.urgency]}: “{short}”{section}"


def named(difference: Difference) -> str:
    """Periods that changed, and countries, companies and media of contact that only one version's changes name."""
    told = [change for change in difference.changes if change.kind is not ChangeKind.MOVED and not change.date]
    gone, new = _named(told)
    parts = [text for change in told if (text := period_change(change))]
    parts += [f"Newly named: {_listed(names)}" for names in (_names(new.without(gone)),) if names]
    parts += [f"No longer in these sentences: {_listed(names)}" for names in (_names(gone.without(new)),) if names]
    return f"{'. '.join(dict.fromkeys(parts))}." if parts else ""


def period_change(change: Change) -> str:
    """ "30 days became 90 days", where one period of a sentence became another one; else ""."""
    facts = changed_facts(change)
    if change.kind is ChangeKind.REWORDED and len(facts.gone.periods) == len(facts.new.periods) == 1:
        return f"{facts.gone.periods[0]} became {facts.new.periods[0]}"
    return ""


def _named(changes: Iterable[Change]) -> tuple[Facts, Facts]:
    facts = [changed_facts(change) for change in changes]
    return _merged(fact.gone for fact in facts), _merged(fact.new for fact in facts)


def _merged(facts: Iterable[Facts]) -> Facts:
    some = list(facts)
    return Facts(
        countries=tuple(dict.fromkeys(name for fact in some for name in fact.countries)),
        media=tuple(dict.fromkeys(name for fact in some for name in fact.media)),
    )


def _names(facts: Facts) -> list[str]:
    return [*facts.countries, *facts.media]


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return f"{', '.join(names[:_NAMED])} and {rest} more" if rest > 0 else ", ".join(names)
