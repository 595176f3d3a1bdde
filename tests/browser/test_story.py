"""The whole story in a real browser: look up, ask, approve, see, end, audit.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward, running

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def steward(sqlite_url: str, clock: SettableClock) -> Iterator[Steward]:
    database = Database(sqlite_url)
    clock.now = datetime(2026, 3, 2, 10, 40, tzinfo=UTC)
    stop = threading.Event()
    with running(database, clock) as made:
        courier = threading.Thread(target=made.courier.run, args=(stop,))
        courier.start()
        yield made
        stop.set()
        courier.join()
    database.close()


@pytest.fixture
def page(chromium: Browser, steward: Steward) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{steward.slack.url}/?as=inese&channel=support")
    yield page
    context.close()


def picture(page: Page, name: str) -> None:
    """Keep a picture, if pictures are wanted."""
    folder = os.environ.get("STEWARD_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(300)
        page.screenshot(path=Path(folder) / f"{name}.png")


def send(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Message "))
    box.fill(text)
    box.press("Enter")


def newest(page: Page) -> Locator:
    return page.get_by_role("region", name="Messages").get_by_role("article").last


def become(page: Page, steward: Steward, name: str, where: str) -> None:
    page.goto(f"{steward.slack.url}/?as={name}&{where}")


def test_the_whole_story(page: Page, steward: Steward, clock: SettableClock) -> None:
    # Inese looks a customer up, and needs more than her purpose shows.
    send(page, "/account bean")
    expect(newest(page)).to_contain_text("3 accounts match bean. Which one?")
    picture(page, "01-several-matches")
    send(page, "/account pw-00412")
    expect(newest(page)).to_contain_text("m•••@balticbeans.example")
    expect(newest(page)).to_contain_text("3 lists and 57 recipients, hidden without a grant")
    expect(page.get_by_text("mara@balticbeans.example")).to_have_count(0)
    picture(page, "02-account-card")
    newest(page).get_by_role("button", name="Request access").click()
    form = page.get_by_role("dialog", name="Request access")
    expect(form.get_by_label("Account")).to_have_value("pw-00412")
    form.get_by_role("checkbox", name=re.compile("Contact details")).check()
    form.get_by_label("Why?").fill("too short")
    form.get_by_role("button", name="Send request").click()
    expect(form).to_contain_text("at least 15 characters")
    form.get_by_label("Why?").fill("Ticket HD-2211: newsletters bounce since Monday, need the sender address")
    form.get_by_label("Ticket").fill("HD-2211")
    picture(page, "03-request-form")
    form.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("dialog")).to_contain_text("R-1001 sent")
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()

    # Jānis decides.
    become(page, steward, "janis", "channel=access-approvals")
    expect(newest(page)).to_contain_text("asks for Contact details of pw-00412 (Baltic Beans SIA)")
    picture(page, "04-request-to-approvers")
    newest(page).get_by_role("button", name="Approve", exact=True).click()
    expect(newest(page)).to_contain_text("Approved by @Jānis Bērziņš")
    expect(newest(page).get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    picture(page, "05-approved")

    # Inese is told, and sees the data.
    become(page, steward, "inese", "channel=support")
    page.get_by_role("link", name=re.compile("Steward")).or_(
        page.get_by_role("button", name=re.compile("^Steward"))
    ).first.click()
    page.get_by_role("tab", name="Messages").click()
    expect(newest(page)).to_contain_text("Granted until 13:40")
    picture(page, "06-granted")
    newest(page).get_by_role("button", name="Open the account").click()
    expect(newest(page)).to_contain_text("granted until 13:40")
    newest(page).get_by_role("button", name="Reveal").click()
    shown = page.get_by_role("dialog", name="Contact details")
    expect(shown).to_contain_text("mara@balticbeans.example")
    picture(page, "07-revealed")
    shown.get_by_role("button", name="Close").last.click()

    # The grant ends by itself.
    clock.advance(minutes=50)
    steward.clockwork.tick()
    expect(newest(page)).to_contain_text("R-1001 ends at 13:40")
    clock.advance(minutes=10)
    steward.clockwork.tick()
    expect(newest(page)).to_contain_text("R-1001 ended at 13:40 · Contact details of pw-00412. You looked at it once.")
    picture(page, "08-ended")

    # Agnese finds every step.
    become(page, steward, "agnese", "channel=general")
    send(page, "/audit pw-00412")
    for words in ("looked up", "asked for access to", "approved access to", "revealed", "noted the end of access to"):
        expect(newest(page)).to_contain_text(words)
    picture(page, "09-audit")


def test_app_home_and_a_phone(page: Page, steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 2h", channel="support")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "Ticket HD-2211: newsletters bounce"})
    assert inese.submit() == {}
    page.set_viewport_size({"width": 390, "height": 844})
    become(page, steward, "janis", "channel=access-approvals")
    expect(newest(page).get_by_role("button", name="Approve", exact=True)).to_be_visible()
    picture(page, "10-approver-on-a-phone")
    page.set_viewport_size({"width": 1280, "height": 860})
    become(page, steward, "janis", "channel=access-approvals")
    page.get_by_role("link", name=re.compile("Steward")).or_(
        page.get_by_role("button", name=re.compile("^Steward"))
    ).first.click()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_text("What you have to do")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    picture(page, "11-app-home")
