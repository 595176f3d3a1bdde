"""`steward policy …`"""

from datetime import datetime
from pathlib import Path

from rich.table import Table
from sqlalchemy import Connection

from bot.access.clauses.in_force import without_clause
from bot.access.rules.purposes import Purpose
from bot.command_line.console import answers, say, write_json
from bot.command_line.opening import Work, opened
from bot.command_line.policy_doubts import require_meant
from bot.command_line.policy_keeping import keeping_for, private_too
from bot.company import listed
from bot.privacy.faults import PolicyUnreadable
from bot.privacy.kept import KeptVersion, kept_version
from bot.privacy.versions import NEVER, Change, Coming, Imported, Version, history, policy_in_force, read_again
from bot.running.first_policy import read_coming, read_configured
from bot.running.refusals import CannotStart

_WORDS = {
    Change.FIRST: "It is the first version and in force.",
    Change.NEW: "It is a new version and in force.",
    Change.SAME: "It is the version in force already; nothing changed.",
    Change.AGAIN: "An earlier version is in force again.",
    Change.COMING: "It is kept, and comes into force on its day.",
    Change.REREAD: "What is published did not change; Steward reads it better now, and that text is in force.",
}


def import_file(source: str | None, *, sure: bool, as_json: bool) -> None:
    """Keep a policy and put it in force; say which purposes it leaves without a clause. Raises CannotStart.

    Without a source, what steward.toml names, several as one. `sure`: nothing need be asked before a text that may not
    be meant.
    """
    with opened() as work:
        coming = _from(work, source)
        require_meant(work, coming, sure=sure)
        kept = keeping_for(work).bring_in(coming, work.origin)
        left = _without_clause(work)
    _tell(kept.imported, left, as_json=as_json)


def _from(work: Work, source: str | None) -> Coming:
    if source is None:
        return read_configured(work.configuration())
    return read_coming(source, Path.cwd(), allow_private_addresses=private_too(work, source))


def _without_clause(work: Work) -> tuple[Purpose, ...] | None:
    """The purposes whose clause is not in the version in force; None where no purposes are configured here."""
    if not work.environment.steward_config.exists():
        return None
    now, rules = work.clock(), work.configuration().rules
    with work.database.reading() as connection:
        policy = policy_in_force(connection, now)
        return without_clause(connection, rules, policy, now) if policy else ()


def reread_version(*, as_json: bool) -> None:
    """Read the original of the version in force again, as this release reads files. Raises CannotStart."""
    with opened() as work:
        try:
            imported = read_again(work.database, work.ledger, work.clock, work.origin)
        except PolicyUnreadable as error:
            raise CannotStart(f"The original of the version in force could not be read. {error}") from error
        left = _without_clause(work) if imported else None
    if imported is None:
        raise CannotStart("No version is in force yet. Run “steward policy import FILE”.")
    _tell(imported, left, as_json=as_json)


def show_version(version: str | None, *, as_json: bool) -> None:
    """The text of a version (the beginning of its hash; None: the one in force). Raises CannotStart."""
    with opened(writes=False) as work, work.database.reading() as connection:
        found = _kept(connection, version, work.clock())
    if as_json:
        write_json(_reading_as_json(found))
    else:
        answers().print(found.reading.text, markup=False, highlight=False, soft_wrap=True)


def _kept(connection: Connection, version: str | None, now: datetime) -> KeptVersion:
    kept = history(connection, now)
    fitting = [one for one in kept if (one.version.startswith(version.lower()) if version else one.in_force)]
    found = kept_version(connection, fitting[0].version) if len(fitting) == 1 else None
    if found is not None:
        return found
    if not version:
        raise CannotStart("No version is in force yet. Run “steward policy import FILE”.")
    many = "More than one version begins" if fitting else "No version begins"
    raise CannotStart(f"{many} with {version}. Run “steward policy history” for the list.")


def _reading_as_json(kept: KeptVersion) -> dict[str, object]:
    reading = kept.reading
    return {
        "version": kept.version,
        "title": reading.title,
        "provenance": reading.provenance,
        "text": reading.text,
        "headings": [{"text": one.text, "level": one.level, "start": one.start} for one in reading.headings],
        "sentences": [
            {
                "text": reading.quote(one),
                "heading": one.heading,
                "start": one.start,
                "end": one.end,
                "marker": one.marker or None,
                "stem": reading.text[slice(*one.stem)] if one.stem else None,
            }
            for one in reading.sentences
        ],
    }


def _tell(imported: Imported, left: tuple[Purpose, ...] | None, *, as_json: bool) -> None:
    if as_json:
        found = {"version": imported.version, "change": imported.change.value, "sentences": imported.sentences}
        write_json(found if left is None else {**found, "purposes_without_clause": [one.key for one in left]})
        return
    sentences = "1 sentence" if imported.sentences == 1 else f"{imported.sentences} sentences"
    say(f"{imported.title}: {sentences}, version {imported.version[:12]}.")
    say(_WORDS[imported.change])
    if left:
        names = listed(one.label for one in left)
        say(f"Nobody can look anything up now for {names}: the clause is not in the version in force.")
        say("Run “steward check” for the nearest sentence of each, and mend “clause” in steward.toml.")
    elif left is None:
        say("Run “steward check” to see whether every purpose's clause stands in it.")
    else:
        say("Every purpose's clause stands in it.")


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
        "media_type": version.media_type,
        "reading_of": version.reading_of,
    }


def _table(versions: tuple[Version, ...]) -> Table:
    table = Table("Version", "In force from (UTC)", "", "Title", "Source", "Imported by", box=None, pad_edge=False)
    for one in versions:
        at = "never" if one.in_force_from == NEVER else f"{one.in_force_from:%Y-%m-%d %H:%M}"
        state = "in force" if one.in_force else ""
        table.add_row(one.version[:12], at, state, one.title, one.source, one.imported_by)
    return table
