"""What changed, a page at a time, in a modal: what was removed struck through, what was added bold, and in words."""

from collections.abc import Iterator, Sequence

from bot.notices.announcing import Change as PolicyChange
from bot.notices.changes import Change, ChangeKind, Difference
from bot.notices.rendering import NOISES, TITLES, groups, place, runs
from bot.notices.summary import summary
from bot.notices.word_difference import Run, RunKind
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
    for blocks in _pieces(difference):
        length = sum(len(str(block)) for block in blocks)
        if pages[-1] and (size + length > A_PAGE or len(pages[-1]) + len(blocks) > BLOCKS):
            pages.append([])
            size = 0
        pages[-1] += blocks
        size += length
    return pages


def _pieces(difference: Difference) -> Iterator[list[Block]]:
    for urgency, changes in groups(difference):
        title: list[Block] = [header(TITLES[urgency])]
        for change in changes:
            yield [*title, section(_line(change))]
            title = []


def _line(change: Change) -> str:
    where = place(change)
    noise = f" ({NOISES[change.noise]})" if change.noise else ""
    label = f"_{_WORDS[change.kind]}{f' · {escape(cut(where, 150))}' if where else ''}{noise}_"
    return f"{label}\n{_marked(runs(change))}"


def _marked(words: Sequence[Run]) -> str:
    """Slack's mark-up begins and ends at spaces only; a mark within the text would end it."""
    parts = []
    for run in words:
        mark = _MARKS[run.kind]
        text = escape(run.text.strip())
        if mark:
            text = text.replace("~", "∼").replace("*", "∗")
        parts.append(f"{mark}{text}{mark}" if text else "")
    return cut(" ".join(part for part in parts if part), LONGEST)


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
