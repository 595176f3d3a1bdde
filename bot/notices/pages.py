"""The policy's versions and differences as static pages in the company's name, and an Atom feed of them. Pure.

Nothing is loaded from elsewhere and nothing is a script: any web server can show the files, and they print.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final
from urllib.parse import urljoin
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from bot.notices import rendering
from bot.notices.changes import Difference
from bot.notices.comparing.difference import compare
from bot.notices.html import template
from bot.notices.summary import summary
from bot.privacy.text import PolicyText

INDEX: Final = "index.html"
FEED: Final = "feed.atom"
_ATOM = "http://www.w3.org/2005/Atom"
_NAMES = uuid.UUID("7d2f5c1e-43a8-5b0e-9c55-0b8f6a1d9e21")  # of ours, so that ids stay the same for ever
_SHORT = 12
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version that is or was in force; `in_force_from` is the last time that it came into force.

    One that is announced and takes effect later has the moment of that in `in_force_from`, and was `announced_at`.
    """

    version: str
    reading: PolicyText
    in_force_from: datetime
    announced_at: datetime | None = None

    @property
    def coming(self) -> bool:
        """Whether it is announced, and not in force yet."""
        return self.announced_at is not None

    @property
    def page(self) -> str:
        """The name of its file."""
        return f"version-{self.version[:_SHORT]}.html"


@dataclass(frozen=True, slots=True)
class Site:
    """What is published. `versions` are those announced ahead, the one in force, and the earlier ones, newest first.

    `url` is where the files will be, "" if not known.
    """

    company: str
    contact: str
    zone: ZoneInfo
    versions: Sequence[PublishedVersion]
    url: str = ""

    def begins(self, version: PublishedVersion) -> str:
        """ "Takes effect on", "In force since" or "From", before the date."""
        if version.coming:
            return "Takes effect on"
        return "In force since" if version == self.in_force else "From"

    @property
    def in_force(self) -> PublishedVersion | None:
        """The version in force."""
        return next((one for one in self.versions if not one.coming), None)

    def day(self, moment: datetime) -> str:
        """A date in the company's time zone: 1 June 2026."""
        local = moment.astimezone(self.zone)
        return f"{local.day} {local:%B %Y}"


@dataclass(frozen=True, slots=True)
class _Step:
    """A version, and how it differs from the one before it; None for the first."""

    version: PublishedVersion
    earlier: PublishedVersion | None
    difference: Difference | None

    @property
    def page(self) -> str:
        before = self.earlier.version[:_SHORT] if self.earlier else ""
        return f"change-{before}-{self.version.version[:_SHORT]}.html"

    @property
    def lines(self) -> tuple[str, ...]:
        return summary(self.difference) if self.difference else ("The first version that is kept here.",)


def site_files(site: Site) -> Mapping[str, bytes]:
    """The files by name: a page for each version and each difference, then the index and the feed, which link them."""
    steps = list(_steps(site.versions))
    files: dict[str, str] = {}
    for step in steps:
        files[step.version.page] = version_page(site, step.version)
        if step.earlier and step.difference:
            files[step.page] = difference_page(site, step.earlier, step.version, step.difference)
    files[INDEX] = template("index").render(
        site=site, steps=steps, feed=FEED, title=f"Privacy policy of {site.company}"
    )
    return {**{name: page.encode() for name, page in files.items()}, FEED: _feed(site, steps)}


def _steps(versions: Sequence[PublishedVersion]) -> Iterator[_Step]:
    for version, earlier in pairwise(versions):
        yield _Step(version, earlier, compare(earlier.reading, version.reading).facts_only())
    if versions:
        yield _Step(versions[-1], None, None)


def version_page(site: Site, version: PublishedVersion) -> str:
    """The whole text of one version."""
    return template("version").render(
        site=site,
        version=version,
        title=version.reading.title,
        parts=list(_parts(version.reading)),
        in_force=site.in_force == version,
        index=INDEX,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading (`level` 2 to 6) or a paragraph (0); `lines` are those that the author divided it into."""

    lines: tuple[str, ...]
    level: int
    marker: str


def _parts(policy: PolicyText) -> Iterator[_Part]:
    """Headings and paragraphs in order, without the title, which stands above them."""
    found = [
        (heading.start, _Part((heading.text,), min(max(heading.level, 2), 6), ""))
        for heading in policy.headings
        if heading.start or heading.text != policy.title
    ]
    found += [
        (passage.start, _Part(tuple(policy.quote(passage).split("\n")), 0, passage.marker))
        for passage in policy.paragraphs
    ]
    yield from (part for _, part in sorted(found, key=lambda pair: pair[0]))


def difference_page(site: Site, before: PublishedVersion, after: PublishedVersion, difference: Difference) -> str:
    """What changed from one version to the next: what was added, reworded, removed and moved, without a judgement."""
    told = difference.facts_only()
    return template("change").render(
        site=site,
        title=f"What {'changes' if after.coming else 'changed'} on {site.day(after.in_force_from)}",
        before=before,
        after=after,
        lines=summary(told),
        groups=list(rendering.groups(told)),
        rendering=rendering,
        index=INDEX,
    )


def _feed(site: Site, steps: Sequence[_Step]) -> bytes:
    """The versions as an Atom feed (RFC 4287), the newest first. Ids come from the company and the version's hash."""
    ET.register_namespace("", _ATOM)
    feed = ET.Element(f"{{{_ATOM}}}feed")
    _add(feed, "id", _urn(site.company))
    _add(feed, "title", f"Privacy policy of {site.company}")
    _add(feed, "updated", _moment(max((_updated(step.version) for step in steps), default=_NEVER)))
    _add(_add(feed, "author"), "name", site.company)
    if site.url:
        _add(feed, "link", rel="self", type="application/atom+xml", href=urljoin(site.url, FEED))
    _add(feed, "link", rel="alternate", type="text/html", href=urljoin(site.url, INDEX))
    for step in steps:
        _entry(site, step, _add(feed, "entry"))
    whole: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return whole + b"\n"


def _entry(site: Site, step: _Step, entry: ET.Element) -> None:
    began = step.version.in_force_from
    _add(entry, "id", _urn(f"{site.company}\n{step.version.version}"))
    _add(entry, "title", f"{'Takes effect on' if step.version.coming else 'In force from'} {site.day(began)}")
    _add(entry, "updated", _moment(_updated(step.version)))
    page = step.page if step.difference else step.version.page
    _add(entry, "link", rel="alternate", type="text/html", href=urljoin(site.url, page))
    _add(entry, "summary", " ".join(step.lines))


def _updated(version: PublishedVersion) -> datetime:
    """When readers of the feed were to hear of it: when it was announced, then when it came into force."""
    return version.announced_at or version.in_force_from


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = text
    return child


def _urn(name: str) -> str:
    return uuid.uuid5(_NAMES, name).urn


def _moment(moment: datetime) -> str:
    """RFC 3339, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
