"""`steward policy …`"""

from pathlib import Path

from rich.table import Table

from bot.command_line.console import answers, say, write_json
from bot.command_line.opening import opened
from bot.privacy.versions import Change, Version, history
from bot.running.first_policy import import_from

_WORDS = {
    Change.FIRST: "It is the first version and in force.",
    Change.NEW: "It is a new version and in force.",
    Change.SAME: "It is the version in force already; nothing changed.",
    Change.AGAIN: "An earlier version is in force again.",
}


def import_file(source: str, *, as_json: bool) -> None:
    """Keep a policy and put it in force; say which purposes it leaves without a clause. Raises CannotStart."""
    with opened() as work:
        imported = import_from(source, Path.cwd(), work.ledger, work.clock, work.origin)
    if as_json:
        write_json({"version": imported.version, "change": imported.change.value, "sentences": imported.sentences})
        return
    say(f"{imported.title}: {imported.sentences} sentences, version {imported.version[:12]}.")
    say(_WORDS[imported.change])
    say("Run “steward check” to see whether every purpose's clause stands in it.")


def list_versions(*, as_json: bool) -> None:
    """All versions, the latest first. Raises CannotStart."""
    with opened(writes=False) as work, work.database.reading() as connection:
        versions = history(connection, work.clock())
    if as_json:
        write_json([_as_json(version) for version in versions])
    elif not versions:
        say("No version is there yet. Run “steward policy import FILE”, or “steward run”, which imports the source.")
    else:
        answers().print(_table(versions))


def _as_json(version: Version) -> dict[str, object]:
    return {
        "version": version.version,
        "title": version.title,
        "source": version.source,
        "imported_at": version.imported_at,
        "imported_by": version.imported_by,
        "in_force_from": version.in_force_from,
        "in_force": version.in_force,
    }


def _table(versions: tuple[Version, ...]) -> Table:
    table = Table("Version", "In force from (UTC)", "", "Title", "Source", "Imported by", box=None, pad_edge=False)
    for one in versions:
        at = f"{one.in_force_from:%Y-%m-%d %H:%M}"
        state = "in force" if one.in_force else ""
        table.add_row(one.version[:12], at, state, one.title, one.source, one.imported_by)
    return table
