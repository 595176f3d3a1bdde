"""Installing Steward in a second workspace in a real browser, and using it there.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.running.preparing import prepared
from tests.bot.hosting.town import GENEROUS_S, GLOBEX, Hosting, hosting, on_sqlite
from tests.browser.in_slack import picture, send

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def hosted(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosting]:
    for name in ("DIRECTORY_TIMEOUT_S", "ANSWER_TIMEOUT_S"):
        monkeypatch.setattr(f"bot.running.assembly.{name}", GENEROUS_S)
    monkeypatch.setattr("bot.hosting.tenant.prepared", partial(prepared, integrates=False))
    urls = on_sqlite(tmp_path, sqlite_template)
    with hosting(tmp_path, urls, more=("initech",)) as made, made.running():
        yield made


def _choose(page: Page, hosted: Hosting, label: str) -> None:
    """From Steward's page to Slack's, and allow it for this workspace."""
    page.goto(f"{hosted.address}/slack/install")
    page.get_by_role("link", name="Add to Slack").click()
    options = page.get_by_label("In which workspace, and as whom?")
    value = options.locator("option", has_text=re.compile(f"^{label} as")).first.get_attribute("value")
    options.select_option(value)


def test_install_and_use_it(page: Page, hosted: Hosting) -> None:
    page.goto(f"{hosted.address}/slack/install")
    expect(page.get_by_role("heading", name="Install Steward in your workspace")).to_be_visible()
    picture(page, "95-install")
    _choose(page, hosted, "Globex")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Steward is installed in Globex")).to_be_visible()
    hosted.until_answering(GLOBEX)
    page.get_by_role("link", name="Open Slack").click()
    expect(page).to_have_url(re.compile(r"http://globex\.localhost:"))
    page.goto(f"{hosted.town.page(GLOBEX)}/?as=inese&channel=support")
    send(page, "/account pw-00412")
    expect(page.get_by_text("Nordic Nuts OY").first).to_be_visible()
    expect(page.get_by_text("mara@nordicnuts.example").first).to_be_visible()
    picture(page, "98-used-in-the-other-workspace")

    page.goto(f"{hosted.address}/slack/oauth_redirect?code=used&state=used")
    expect(page.get_by_role("heading", name="This installation was not begun here")).to_be_visible()
    expect(
        page.get_by_text("If it said so before this page was loaded again, Steward is installed nonetheless")
    ).to_be_visible()
    _choose(page, hosted, "Initech")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Steward is not set up for this workspace")).to_be_visible()
    picture(page, "99-not-set-up")
    page.get_by_role("link", name="Begin again").click()
    expect(page.get_by_role("heading", name="Install Steward in your workspace")).to_be_visible()
