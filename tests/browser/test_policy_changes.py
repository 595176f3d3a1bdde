"""From discovery to decision in a real browser: the desk reads what changed and whom it touches, looks, and announces.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.database import Database
from bot.notices.watching import Outcome
from tests.browser.test_review import close, page
from tests.browser.test_story import become, newest, picture, send
from tests.conftest import SettableClock
from tests.scenarios.harness import CLI, Steward, running
from tests.scenarios.test_policy_changes import SELLS, SOLD, SUPPORT, folder

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

__all__ = ["folder", "page"]


@pytest.fixture
def steward(sqlite_url: str, clock: SettableClock, folder: Path) -> Iterator[Steward]:
    database = Database(sqlite_url)
    clock.now = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    stop = threading.Event()
    with running(database, clock, folder=folder) as made:
        courier = threading.Thread(target=made.courier.run, args=(stop,))
        courier.start()
        yield made
        stop.set()
        courier.join()
    database.close()


def test_from_discovery_to_decision(page: Page, steward: Steward, clock: SettableClock, folder: Path) -> None:
    # The page changes, and is looked at twice.
    path = folder / "policies" / "postwing.md"
    path.write_text(path.read_text().replace(SOLD, SELLS).replace(SUPPORT, "such as the help desk"))
    watching = steward.services.changes.watching
    assert watching.check(CLI).outcome is Outcome.LOOK_AGAIN
    clock.advance(minutes=10)
    assert watching.check(CLI).outcome is Outcome.CHANGED

    # Laila reads it at the desk and looks at the words.
    become(page, steward, "laila", "channel=privacy-desk")
    expect(newest(page)).to_contain_text("N-1: the policy changed where it is published")
    expect(newest(page)).to_contain_text("Technical support: its clause is gone")
    picture(page, "70-change-at-the-desk")
    newest(page).get_by_role("button", name="What changed?").click()
    expect(page.get_by_role("dialog")).to_contain_text("Brightmail Ltd")
    picture(page, "71-what-changed")
    close(page)

    # She decides.
    newest(page).get_by_role("button", name="Decide").click()
    form = page.get_by_role("dialog", name="Announce N-1")
    form.get_by_label("From when?").fill("2026-04-01")
    form.get_by_label("In a sentence or two").fill("From April on we may pass business data on to Brightmail Ltd.")
    picture(page, "72-decide")
    form.get_by_role("button", name="Announce").click()
    expect(page.get_by_role("dialog")).to_contain_text("Effective 1 Apr 2026")
    close(page)
    expect(newest(page)).to_contain_text("to everyone, as material")
    picture(page, "73-announced")
    send(page, "/policy changes")
    expect(newest(page)).to_contain_text(re.compile("N-1 · another text"))
    picture(page, "74-changes")
