"""A difference as text, as JSON, and the words that its forms share."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from bot.notices.changes import URGENCIES, Change, ChangeKind, Difference, Noise, Quote, Urgency
from bot.notices.comparing.word_difference import Run, RunKind, word_difference
from bot.notices.summary import summary

TITLES: Mapping[Urgency, str] = {
    Urgency.PROMISE_REMOVED: "Promises removed",
    Urgency.PROMISE_WEAKENED: "Promises reworded, perhaps weaker",
    Urgency.ADDED: "Added",
    Urgency.REWORDED: "Reworded",
    Urgency.REMOVED: "Removed",
    Urgency.DATE: "Dates",
    Urgency.MOVED: "Moved",
    Urgency.NOISE: "Listed only: says nothing new",
}
NOISES: Mapping[Noise, str] = {
    Noise.TYPOGRAPHY: "case, punctuation or spaces",
    Noise.SPACING: "the same letters, other spaces or hyphens",
    Noise.LINK: "an address of a page",
    Noise.NUMBERING: "numbering",
    Noise.MARKUP: "a heading became text, or text a heading",
    Noise.DIVIDED: "the same words, divided into sentences otherwise",
    Noise.REPEATED: "stands more often, or less often, than before",
    Noise.BOILERPLATE: "navigation, a button or a banner",
}
_MARKS = {RunKind.EQUAL: ("", ""), RunKind.REMOVED: ("[-", "-]"), RunKind.ADDED: ("{+", "+}")}


def groups(difference: Difference) -> Iterator[tuple[Urgency, list[Change]]]:
    """Sentences and headings that changed, by urgency, the first to be read first; noise last."""
    changes = sorted((*difference.changes, *difference.headings), key=_reading_order)
    for urgency, group in groupby((*changes, *difference.noise), key=lambda change: change.urgency):
        yield urgency, list(group)


def _reading_order(change: Change) -> tuple[int, int]:
    quote = change.after or change.before
    return URGENCIES.index(change.urgency), quote.start if quote else 0


def runs(change: Change) -> tuple[Run, ...]:
    """The words of a change: all of them removed, all added, or those that were reworded between those that stayed."""
    if change.before is None:
        return (Run(RunKind.ADDED, _flat(change.after), spaced=False),)
    if change.after is None:
        return (Run(RunKind.REMOVED, _flat(change.before), spaced=False),)
    if change.kind is ChangeKind.MOVED:
        return (Run(RunKind.EQUAL, _flat(change.after), spaced=False),)
    return word_difference(change.before.text, change.after.text)


def _flat(quote: Quote | None) -> str:
    return " ".join(quote.text.split()) if quote else ""


def place(change: Change) -> str:
    """Where a change stands, in words; "" for what stands under no heading."""
    if change.heading:
        return "Section headings"
    if change.kind is ChangeKind.MOVED and change.before and change.before.section != change.section:
        return f"{change.before.section or 'the beginning'} → {change.section or 'the beginning'}"
    return change.section


def as_text(difference: Difference) -> str:
    """For a terminal: "-" before what was removed, "+" before what was added; in what was reworded [-…-] and {+…+}."""
    lines = [*summary(difference)]
    for urgency, changes in groups(difference):
        lines += ["", TITLES[urgency]]
        above = ""
        for change in changes:
            where = f"{place(change)} ({NOISES[change.noise]})" if change.noise else place(change)
            if where != above:
                lines.append(f"  {where.strip() or 'Under no heading'}")
                above = where
            lines.append(f"    {_line(change)}")
    return "\n".join(lines) + "\n"


def _line(change: Change) -> str:
    if change.before is None:
        return f"+ {_flat(change.after)}"
    return f"- {_flat(change.before)}" if change.after is None else f"  {marked(runs(change))}"


def marked(words: Iterable[Run]) -> str:
    """Runs in one line, with [-…-] around what was removed and {+…+} around what was added."""
    parts: list[str] = []
    for run in words:
        opening, closing = _MARKS[run.kind]
        apart = run.spaced or (run.kind is RunKind.ADDED and parts and parts[-1].endswith("-]"))
        parts.append(f"{' ' if apart and parts else ''}{opening}{run.text}{closing}")
    return "".join(parts)


def as_json(difference: Difference) -> dict[str, object]:
    """`class` and `changes`; the class says whether there is anything to tell."""
    return {"class": difference.kind.value, "changes": rows(difference)}


def rows(difference: Difference) -> list[dict[str, str | None]]:
    """One object a sentence or heading, the most urgent first, noise last.

    All that is not character for character in its place is there. Where a sentence was divided or several were joined,
    each part has an object of its own.
    """
    told = sorted((*difference.changes, *difference.headings), key=_reading_order)
    return [row for change in (*told, *difference.noise) for row in _rows(change)]


def _rows(change: Change) -> Iterator[dict[str, str | None]]:
    before = change.before.sentences if change.before else (None,)
    after = change.after.sentences if change.after else (None,)
    for index in range(max(len(before), len(after))):
        yield {
            "kind": change.kind.value,
            "section": change.section,
            "before": before[min(index, len(before) - 1)],
            "after": after[min(index, len(after) - 1)],
        }
