"""`steward policy check-now`, `draft`, `changes`, `snapshots`"""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from bot.command_line.console import FAILED, answers, say, write_json
from bot.command_line.opening import opened
from bot.command_line.policy_keeping import changes_for, keeping_for, private_too
from bot.notices.announcing import Change
from bot.notices.changing import list_changes
from bot.notices.rereading import Reread, read_snapshots_again
from bot.notices.watching import Checked, Outcome
from bot.privacy.versions import Change as Kept
from bot.running.first_policy import read_coming
from bot.running.refusals import CannotStart

_MOST = 1000
_WORDS = {
    Outcome.UNCHANGED: "The policy is as it was.",
    Outcome.NOISE: "The policy says nothing new; only its look, links or order changed.",
    Outcome.WENT_BACK: "What was new at the last look is gone again. The policy is as it was.",
}


def check_now(*, as_json: bool) -> None:
    """Fetch the sources now. Exits with 1 where they can't be read. Raises CannotStart, ConfigurationInvalid."""
    with opened() as work:
        checked = changes_for(work).watching.check(work.origin)
    if as_json:
        write_json(_checked_as_json(checked))
    else:
        say(_checked(checked))
    if checked.outcome is Outcome.FAULT:
        raise typer.Exit(FAILED)


def _checked(checked: Checked) -> str:
    if checked.outcome is Outcome.FAULT:
        return f"{checked.source} could not be read: {checked.fault}. Nothing is changed; “steward check” says more."
    if checked.outcome is Outcome.LOOK_AGAIN and checked.again_at is not None:
        return f"Something is new. It counts when it is still there at {checked.again_at:%H:%M} UTC or later."
    if checked.change is not None and checked.outcome is Outcome.CHANGED:
        return f"The policy changed: {checked.change.name}. It is in force, and waits for the privacy officers."
    return _WORDS.get(checked.outcome, "The policy changed.")


def _checked_as_json(checked: Checked) -> dict[str, object]:
    return {
        "outcome": checked.outcome.value,
        "change": checked.change.name if checked.change else None,
        "fault": checked.fault,
        "source": checked.source,
        "again_at": checked.again_at,
    }


def keep_draft(source: str, effective: datetime, *, as_json: bool) -> None:
    """Keep a text that comes into force on a later day. Raises CannotStart."""
    with opened() as work:
        keeping = keeping_for(work)
        zone = keeping.zone if isinstance(keeping.zone, ZoneInfo) else ZoneInfo("UTC")
        starts = datetime.combine(effective.date(), time.min, tzinfo=zone)
        if starts <= work.clock():
            raise CannotStart(
                f"{effective:%Y-%m-%d} has begun already.", "Name a later day, or use “steward policy import” for now."
            )
        coming = read_coming(source, Path.cwd(), allow_private_addresses=private_too(work, source))
        kept = keeping.bring_in(coming, work.origin, starts.astimezone(work.clock().tzinfo))
    if kept.imported.change is Kept.SAME:
        raise CannotStart("This is the text in force already; there is nothing to come.")
    name = kept.change.name if kept.change else None
    if as_json:
        write_json({"version": kept.imported.version, "change": name, "effective": starts.date().isoformat()})
        return
    say(f"{kept.imported.title}: version {kept.imported.version[:12]}, in force from {starts:%Y-%m-%d} on ({name}).")
    say("Nobody is told yet: the privacy officers decide at the privacy desk.")


def show_changes(*, as_json: bool) -> None:
    """All changes of the policy, the newest first. Raises CannotStart."""
    with opened(writes=False) as work, work.database.reading() as connection:
        changes, zone = list_changes(connection, _MOST), ZoneInfo(work.configuration().company.timezone)
    if as_json:
        write_json([_as_json(one) for one in changes])
    elif not changes:
        say("The policy did not change yet.")
    else:
        answers().print(_table(changes, zone))


def _as_json(change: Change) -> dict[str, object]:
    return {
        "change": change.name,
        "before": change.before,
        "after": change.after,
        "class": change.kind,
        "found": change.found_how.value,
        "found_at": change.found_at,
        "found_by": change.found_by,
        "status": change.status.value,
        "material": change.material,
        "effective_at": change.effective_at,
        "audience": list(change.audience),
        "summary": change.summary,
        "note": change.note,
        "decided_at": change.decided_at,
        "decided_by": change.decided_by,
        "incident": change.incident,
        "late": change.late,
    }


def _table(changes: tuple[Change, ...], zone: ZoneInfo) -> Table:
    """`zone`: the company's, whose days are those from which changes are in force."""
    table = Table("", "Class", "Found (UTC)", "How", "Status", "Effective", "", "Version", box=None, pad_edge=False)
    for one in changes:
        effective = f"{one.effective_at.astimezone(zone):%Y-%m-%d}" if one.effective_at else ""
        remark = "incident" if one.incident else ""
        found = f"{one.found_at:%Y-%m-%d %H:%M}"
        table.add_row(
            one.name, one.kind, found, one.found_how.value, one.status.value, effective, remark, one.after[:12]
        )
    return table


def read_again(*, as_json: bool) -> None:
    """Read all snapshots as this release reads files. Nothing becomes a change by it. Raises CannotStart."""
    with opened() as work:
        reread = read_snapshots_again(work.database)
    if as_json:
        write_json({"read": reread.read, "otherwise": reread.otherwise, "unreadable": reread.unreadable})
    else:
        say(_reread(reread))


def _reread(reread: Reread) -> str:
    return (
        f"{reread.read} snapshots read again: {reread.otherwise} give another text than before, {reread.unreadable} "
        "can't be read. No change of the policy comes of that."
    )
