"""`steward policy publish DIR`: the policy's versions and changes as static pages and a feed, for any web server."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.command_line.console import say
from bot.command_line.opening import opened
from bot.command_line.whole_files import whole_file
from bot.notices.pages import INDEX, PublishedVersion, Site, site_files
from bot.notices.telling.plans import announced
from bot.privacy.kept import kept_version
from bot.privacy.versions import history
from bot.running.refusals import CannotStart

READABLE = 0o644
"""By everyone, as a web server needs it."""


def publish(folder: Path, url: str) -> None:
    """Write the pages; each file takes its place whole, and what links to others comes last. Raises CannotStart."""
    with opened(writes=False) as work:
        company = work.configuration().company
        now = work.clock()
        with work.database.reading() as connection:
            shown = [one.version for one in history(connection, now) if one.in_force_from <= now]
            versions = (*_announced(connection, now), *_published(connection, shown))
    if all(one.coming for one in versions):
        raise CannotStart("No version is in force yet.", "Run “steward policy import FILE” first.")
    site = Site(company.name, company.contact, ZoneInfo(company.timezone), versions, _folder_url(url))
    _write(folder, site)
    say(f"{len(versions)} version{'' if len(versions) == 1 else 's'} in {folder / INDEX}.")


def _published(connection: Connection, versions: Sequence[str]) -> tuple[PublishedVersion, ...]:
    """The versions, newest first. One whose original was read again shows the newer reading, and the date it had."""
    kept = {version: found for version in versions if (found := kept_version(connection, version))}
    reread = {one.reading_of for one in kept.values()}
    published = []
    for one in kept.values():
        first = one
        while first.reading_of in kept:
            first = kept[first.reading_of]
        if one.version not in reread:
            published.append(PublishedVersion(one.version, one.reading, first.in_force_from))
    return tuple(sorted(published, key=lambda one: one.in_force_from, reverse=True))


def _announced(connection: Connection, now: datetime) -> tuple[PublishedVersion, ...]:
    """Versions that are announced and take effect later, the last one first."""
    ahead = [(one, one.effective_at) for one in announced(connection) if one.effective_at and one.effective_at > now]
    return tuple(
        PublishedVersion(change.after, kept.reading, at, change.decided_at)
        for change, at in ahead
        if (kept := kept_version(connection, change.after))
    )


def _folder_url(url: str) -> str:
    return url if not url or url.endswith("/") else f"{url}/"


def _write(folder: Path, site: Site) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{folder} can't be made: {error.strerror}.") from error
    for name, content in site_files(site).items():
        with whole_file(folder / name) as file:
            os.fchmod(file.fileno(), READABLE)
            file.write(content)
