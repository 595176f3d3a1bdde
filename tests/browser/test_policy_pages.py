"""A customer reads on a phone what changed in the policy.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.notices.pages import PublishedVersion, Site, site_files
from bot.privacy.text import read_policy
from tests.slack_local.page_windows import PATIENCE_MS

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

POLICY = (Path(__file__).parents[2] / "policies" / "postwing.md").read_text()
NEXT = (
    POLICY.replace("by regular mail, by e-mail or by telephone", "by e-mail, by telephone or by text message")
    .replace("We neither sell nor rent out your", "We do not sell your")
    .replace("We built Postwing for businesses; it is not a service for consumers.\n\n", "")
    .replace("## Questions about", "## How long we keep it\n\nInvoices are kept for 10 years.\n\n## Questions about")
)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def _write(folder: Path) -> None:
    versions = []
    for text, began in ((NEXT, datetime(2026, 6, 1, 7, tzinfo=UTC)), (POLICY, datetime(2025, 9, 24, 7, tzinfo=UTC))):
        reading = read_policy(text.encode(), "postwing.md")
        versions.append(PublishedVersion(reading.hash, reading, began))
    site = Site("Postwing", "privacy@postwing.example", ZoneInfo("Europe/Riga"), versions)
    for name, content in site_files(site).items():
        (folder / name).write_bytes(content)


def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("STEWARD_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_the_index_to_a_change_and_the_whole_text(phone: Page, tmp_path: Path) -> None:
    _write(tmp_path)
    phone.goto((tmp_path / "index.html").as_uri())
    expect(phone.get_by_role("heading", level=1)).to_have_text("Privacy policy of Postwing")
    _picture(phone, "40-policy-versions-on-a-phone")
    phone.get_by_role("link", name="What changed on 1 June 2026").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("What changed on 1 June 2026")
    expect(phone.locator("del").first).to_be_visible()
    _picture(phone, "41-policy-change-on-a-phone")
    for link in ("The whole new text", "All versions"):
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.get_by_role("link", name=link).first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Privacy policy of Postwing")
