"""`steward policy diff A B`: files, addresses or kept versions; a database is needed only for the last."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.command_line.console import answers, write_bytes, write_json
from bot.command_line.opening import Work, opened
from bot.notices.changes import Difference, DifferenceKind
from bot.notices.comparing.difference import compare
from bot.notices.html import as_html
from bot.notices.rendering import as_json, as_text
from bot.privacy.kept import kept_version
from bot.privacy.source import is_url, read_source
from bot.privacy.text import PolicyText, PolicyUnreadable, read_policy
from bot.privacy.versions import Version, history
from bot.running.refusals import CannotStart

IN_FORCE = "in force"
_HASH = re.compile(r"[0-9a-f]{4,64}", re.IGNORECASE)
_LISTED = 8


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two, and what it is called; `data` is None where only the text is compared."""

    reading: PolicyText
    name: str
    data: bytes | None = None


def show_difference(before: str, after: str, form: str) -> None:
    """Write what changed, as text, html or json, to standard output. Raises CannotStart where one is missing."""
    with ExitStack() as stack:
        work: list[Work] = []

        def database() -> Work:
            if not work:
                work.append(stack.enter_context(opened(writes=False)))
            return work[0]

        old, new = _side(before, database), _side(after, database)
    difference = _compared(old, new)
    if form == "json":
        write_json(as_json(difference))
    elif form == "html":
        write_bytes(as_html(difference, f"What changed in {new.reading.title}", old.name, new.name).encode())
    else:
        answers().print(as_text(difference), markup=False, soft_wrap=True, end="")


def _compared(old: _Side, new: _Side) -> Difference:
    """Files with the same text that are not the same bytes differ in links or mark-up."""
    difference = compare(old.reading, new.reading)
    if difference.kind is DifferenceKind.SAME and old.data and new.data and old.data != new.data:
        return Difference(difference.before, difference.after, DifferenceKind.NOISE)
    return difference


def _side(typed: str, database: Callable[[], Work]) -> _Side:
    if is_url(typed) or Path(typed).expanduser().is_file():
        return _published(typed)
    if _looks_like_a_file(typed):
        raise CannotStart(
            f"There is no file {typed}.", "Name a file, a version's hash or the beginning of one, or a date."
        )
    return _kept(typed, database())


def _looks_like_a_file(typed: str) -> bool:
    return "/" in typed or (Path(typed).suffix != "" and not _HASH.fullmatch(typed))


def _published(source: str) -> _Side:
    try:
        published = read_source(source, Path.cwd())
        return _Side(read_policy(published.data, published.name), source, published.data)
    except PolicyUnreadable as error:
        raise CannotStart(f"{source} can't be compared. {error}") from error


def _kept(typed: str, work: Work) -> _Side:
    with work.database.reading() as connection:
        found = _chosen(typed, history(connection, work.clock()))
        kept = kept_version(connection, found.version)
    if kept is None:
        raise _unknown(typed, ())
    return _Side(
        kept.reading, f"{kept.title}, version {found.version[:12]}, in force from {found.in_force_from:%Y-%m-%d}"
    )


def _chosen(typed: str, versions: tuple[Version, ...]) -> Version:
    """The version in force, that of a date (in UTC), or that whose hash begins so."""
    words = typed.casefold()
    if words == IN_FORCE:
        matching = [one for one in versions if one.in_force]
    elif (day := _day(typed)) is not None:
        begun = [one for one in versions if one.in_force_from.date() < day + timedelta(days=1)]
        matching = begun[:1]
    else:
        matching = [one for one in versions if _HASH.fullmatch(words) and one.version.startswith(words)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        hashes = ", ".join(one.version[:20] for one in matching[:_LISTED])
        raise CannotStart(
            f"{len(matching)} versions begin with {typed}: {hashes}.", "Type more of the one that you mean."
        )
    raise _unknown(typed, versions)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if "-" in typed else None
    except ValueError:
        return None


def _unknown(typed: str, versions: tuple[Version, ...]) -> CannotStart:
    there = "; ".join(f"{one.version[:12]} from {one.in_force_from:%Y-%m-%d}" for one in versions[:_LISTED])
    mend = f"There are: {there}." if there else "No version is kept yet; “steward policy import FILE” keeps one."
    return CannotStart(f"There is no file and no version {typed}.", mend)
