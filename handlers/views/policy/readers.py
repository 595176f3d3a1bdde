"""Who has read a change: a bar and names for officers, one's own state for everybody else."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.notices.announcing import Change
from bot.notices.telling.reading import OwnReading, Readers
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    cut,
    cut_marked,
    ephemeral,
    escape,
    option,
    section,
    select,
)
from handlers.views.policy.notices import READ, day_of, what_changed
from handlers.views.times import day_and_time
from handlers.views.words import counted, value_of

OF_CHANGE = "notice.readers"
BAR = 20
MOST_NAMES = 60
MOST_UNREAD = 5


def bar(part: int, whole: int) -> str:
    """ "█████░░░░░": full only when all have read it, empty only when nobody has."""
    filled = 0 if whole == 0 else min(BAR, part * BAR // whole)
    filled = max(filled, 1) if part else 0
    return "█" * filled + "░" * (BAR - filled)


def share(part: int, whole: int) -> str:
    """ "43%", rounded down, so that 100% means all."""
    return f"{part * 100 // whole if whole else 0}%"


def readers(found: Readers, zone: ZoneInfo) -> Block:
    """For officers."""
    read, total = len(found.read), found.total
    some = f"{read:,} of {counted(total, 'person', 'people')} {'has' if read == 1 else 'have'}"
    title = f"{found.change.name}: {some} read it ({share(read, total)})"
    blocks = [section(f"*{title}*\n`{bar(read, total)}`", what_changed(found.change.number))]
    if found.missing:
        names = ", ".join(escape(name) for name in list(found.missing.values())[:MOST_NAMES])
        more = len(found.missing) - MOST_NAMES
        blocks.append(section(cut_marked(f"*Not yet:* {names}" + (f" and {more:,} more" if more > 0 else ""), 2900)))
    elif total:
        blocks.append(section("Everybody has."))
    if len(found.others) > 1:
        blocks.append(actions(_others(found, zone)))
    blocks.append(
        context(
            f"{counted(found.told, 'person was', 'people were')} told so far. `/policy schedule`: the next notices."
        )
    )
    return ephemeral(title, blocks)


def _others(found: Readers, zone: ZoneInfo) -> Element:
    """Who has read another change."""
    choices = [option(_titled(one, zone), str(one.number)) for one in found.others]
    return select(OF_CHANGE, choices, str(found.change.number), example="Another change")


def _titled(change: Change, zone: ZoneInfo) -> str:
    from_when = f", from {day_of(change.effective_at, zone)}" if change.effective_at else ""
    return f"{change.name}{from_when}{': ' + change.summary if change.summary else ''}"


def none_such(asked: str) -> str:
    """Asked about something that is no change of which people were told."""
    what = f"*{escape(cut(asked, 60))}* is no change that was announced." if asked else ""
    return f"{what} `/policy changes` lists them." if what else "No change of the privacy policy was announced yet."


def own(found: OwnReading) -> Block:
    """For everybody else."""
    if found.unread:
        many = len(found.unread)
        text = f"You have {counted(many, 'change')} of the privacy policy to read."
        return ephemeral(text, [section(f"*{text}*"), *to_read(found.unread)])
    if found.latest is None:
        return ephemeral("No change of the privacy policy was announced yet.")
    when = f" You read {found.latest.name} {day_and_time(found.read_at)}." if found.read_at else ""
    return ephemeral(f"Nothing to read: you are up to date.{when}")


def to_read(unread: Sequence[Change]) -> list[Block]:
    """What somebody has to read, with the buttons; for App Home too."""
    blocks = []
    for change in unread[:MOST_UNREAD]:
        at = f", from {day_and_time(change.effective_at)}" if change.effective_at else ""
        said = f"\n{escape(cut(change.summary, 300))}" if change.summary else ""
        blocks.append(section(f"*{change.name}* A change of the privacy policy{at}{said}", _read(change)))
    more = len(unread) - MOST_UNREAD
    return [*blocks, context(f"And {more} more.")] if more > 0 else blocks


def with_reading(view: Block, unread: Sequence[Change]) -> Block:
    """App Home with what its person should read, below the first heading."""
    blocks = view["blocks"]
    return {**view, "blocks": [*blocks[:1], *to_read(unread), *blocks[1:]][:100]}


def _read(change: Change) -> Element:
    return button("I have read this", f"{READ}.{change.number}", value_of(c=change.number), style="primary")
