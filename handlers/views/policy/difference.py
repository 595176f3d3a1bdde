"""What changed, a page at a time, in a modal: what was removed struck through, what was added bold, and in words."""

from collections.abc import Iterator, Sequence

from bot.notices.announcing import Change as PolicyChange
from bot.notices.changes import Change, ChangeKind, Difference
from bot.notices.comparing.word_difference import Run, RunKind
from bot.notices.rendering import NOISES, TITLES, groups, place, runs
from bot.notices.summary import summary
from handlers.views.blocks import Block, actions, button, context, cut, divider, escape, header, modal, section
from handlers.views.words import value_of

TURN = ("notice.difference.back", "notice.difference.next")
CALLBACK = "notice.difference"
A_PAGE = 2600  # characters of mark-up, and
BLOCKS = 20  # changes, that are read at one sitting
LONGEST = 1400
_MARKS = {RunKind.REMOVED: "~", RunKind.ADDED: "*", RunKind.EQUAL: ""}
_WORDS = {
    ChangeKind.ADDED: "Added",
    ChangeKind.REMOVED: "Removed",
    ChangeKind.REWORDED: "Reworded",
    ChangeKind.MOVED: "Moved",
}


def pages_of(difference: Difference) -> list[list[Block]]:
    """The difference in pages of whole changes."""
    pages: list[list[Block]] = [[]]
    size = 0
    above = ""
    for title, change in _titled(difference):
        label, words = _label(change), _marked(runs(change))
        length = len(label) + len(words)
        if pages[-1] and (size + length > A_PAGE or len(pages[-1]) + 2 > BLOCKS):
            pages.append([])
            size, above = 0, ""
        if title:
            pages[-1].append(header(title))
            above = ""
        pages[-1].append(section(words if label == above else f"{label}\n{words}"))
        size, above = size + length, label
    return pages


def _titled(difference: Difference) -> Iterator[tuple[str, Change]]:
    """Every change, the first of each kind with the kind's title."""
    for urgency, changes in groups(difference):
        for index, change in enumerate(changes):
            yield "" if index else TITLES[urgency], change


def _label(change: Change) -> str:
    """What became of a sentence and where it stands; said once above several in a row."""
    where = place(change)
    noise = f" ({NOISES[change.noise]})" if change.noise else ""
    return f"_{_WORDS[change.kind]}{f' · {escape(cut(where, 150))}' if where else ''}{noise}_"


def _marked(words: Sequence[Run]) -> str:
    """Slack's mark-up begins and ends beside spaces and punctuation only; a mark within the text would end it."""
    line, last = "", None
    for run in words:
        mark, text = _MARKS[run.kind], escape(run.text.strip())
        if not text:
            continue
        if mark:
            text = text.replace("~", "∼").replace("*", "∗")
        line += f"{' ' if last and _apart(last, run) else ''}{mark}{text}{mark}"
        last = run
    return cut(line, LONGEST)


def _apart(last: Run, run: Run) -> bool:
    """Whether there is a space between two runs: where the text has one, and where the mark-up needs one."""
    if run.spaced or (_MARKS[last.kind] and _MARKS[run.kind]):
        return True
    if _MARKS[run.kind]:
        return last.text[-1].isalnum()
    return run.text[0].isalnum()


def difference(change: PolicyChange, found: Difference | None, number: int, lines: Sequence[str]) -> Block:
    """One page, with the ways to the others; the first one begins with the summary."""
    if found is None:
        return modal("What changed", [section(escape(" ".join(lines)))], callback=CALLBACK)
    pages = pages_of(found)
    number = max(0, min(number, len(pages) - 1))
    blocks: list[Block] = []
    if number == 0:
        blocks += [section("\n".join(escape(line) for line in summary(found))), divider()]
    blocks += pages[number]
    turns = []
    if number:
        turns.append(button("Back", TURN[0], value_of(c=change.number, p=number - 1)))
    if number + 1 < len(pages):
        turns.append(button("Next", TURN[1], value_of(c=change.number, p=number + 1)))
    blocks.append(context(f"{change.name} · page {number + 1} of {len(pages)} · ~removed~ *added*"))
    if turns:
        blocks.append(actions(*turns))
    return modal("What changed", blocks, callback=CALLBACK)
