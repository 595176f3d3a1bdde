"""The public pages and the feed."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from bot.notices.pages import PublishedVersion, Site, site_files
from tests.bot.notices.policies import read
from tests.bot.notices.test_telling import AFTER, BEFORE, Tags

ATOM = "{http://www.w3.org/2005/Atom}"


def _site(url: str = "", *texts: str) -> Site:
    readings = [read(text) for text in texts or (AFTER, BEFORE)]
    begun = [datetime(2026, 6 - index, 1, 22, 30, tzinfo=UTC) for index in range(len(readings))]
    versions = [PublishedVersion(one.hash, one, at) for one, at in zip(readings, begun, strict=True)]
    return Site("Postwing & Sons", "privacy@postwing.example", ZoneInfo("Europe/Riga"), versions, url)


def test_every_version_and_every_difference_has_a_page_that_loads_nothing() -> None:
    files = site_files(_site())
    assert len(files) == 5
    assert list(files)[-2:] == ["index.html", "feed.atom"]
    for name, content in files.items():
        if name.endswith(".html"):
            tags = Tags()
            tags.feed(content.decode())
            assert (tags.open, tags.loads) == ([], [])
            assert "script" not in tags.seen
            assert b"Postwing &amp; Sons" in content


def test_links_lead_to_files_that_are_there() -> None:
    files = site_files(_site())
    linked = {link for content in files.values() for link in re.findall(r'href="([^"]+)"', content.decode())}
    assert linked == set(files)


def test_a_version_has_all_its_words_and_its_day_in_the_companys_zone() -> None:
    files = site_files(_site())
    page = next(content.decode() for name, content in files.items() if name.startswith("version-"))
    assert "In force since 2 June 2026" in page
    assert "<h2>Sharing</h2>" in page
    assert "Employees and partners see it for legitimate purposes including technical support." in page


def test_what_the_policy_says_is_text_on_the_page() -> None:
    files = site_files(_site("", BEFORE.replace("Latvia", "`<b onclick=x>` & Latvia"), BEFORE))
    assert all(b"<b onclick" not in content for content in files.values())


def test_what_is_published_says_what_changed_and_judges_nothing() -> None:
    change, feed = (
        next(content.decode() for name, content in site_files(_site()).items() if name.startswith(kind))
        for kind in ("change-", "feed")
    )
    assert "<h2>Removed</h2>" in change
    assert "We never sell your data to anybody." in change
    for judgement in ("perhaps", "promise", "Promise"):
        assert judgement not in change + feed


def test_the_feed_has_what_rfc_4287_asks_for() -> None:
    feed = ET.fromstring(site_files(_site("https://postwing.example/privacy/"))["feed.atom"])  # noqa: S314  our own
    assert feed.tag == f"{ATOM}feed"
    for holder in (feed, *feed.findall(f"{ATOM}entry")):
        for once in ("id", "title", "updated"):
            assert len(holder.findall(f"{ATOM}{once}")) == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", holder.findtext(f"{ATOM}updated") or "")
        assert (holder.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
        assert [link for link in holder.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Postwing & Sons"
    newest, oldest = feed.findall(f"{ATOM}entry")
    assert (newest.findtext(f"{ATOM}summary") or "").startswith(
        "1 sentence added, 3 sentences reworded, 1 sentence removed"
    )
    assert len({entry.findtext(f"{ATOM}id") for entry in (newest, oldest)}) == 2
    hrefs = [link.get("href") or "" for link in feed.iter(f"{ATOM}link")]
    assert all(href.startswith("https://postwing.example/privacy/") for href in hrefs)


def test_ids_stay_the_same_when_a_version_is_added() -> None:
    def ids(site: Site) -> list[str]:
        return re.findall(r"<id>([^<]+)</id>", site_files(site)["feed.atom"].decode())

    assert ids(_site("", AFTER, BEFORE))[1:] == ids(_site("", AFTER + "\nMore.", AFTER, BEFORE))[2:]
