"""The whole story in a real browser: look up, ask, approve, see, end, audit.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.in_slack import become, close, home_of_the_app, messages_of_the_app, newest, picture, send, view
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


def looked_up_and_more_asked_for(page: Page, steward: Steward) -> None:
    """Inese looks a customer up, and needs more than her purpose shows."""
    become(page, steward, "inese", "support")
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
    expect(view(page)).to_contain_text("R-1001 sent")
    close(page)


def approved(page: Page, steward: Steward) -> None:
    """Jānis decides."""
    become(page, steward, "janis", "access-approvals")
    expect(newest(page)).to_contain_text("asks for Contact details of pw-00412 (Baltic Beans SIA)")
    newest(page).get_by_role("button", name="Approve", exact=True).click()
    expect(newest(page)).to_contain_text("Approved by @Jānis Bērziņš")
    expect(newest(page).get_by_role("button", name="Approve", exact=True)).to_have_count(0)


def revealed(page: Page, steward: Steward) -> None:
    """Inese is told, and sees the data."""
    become(page, steward, "inese", "support")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("Granted until 13:40")
    newest(page).get_by_role("button", name="Open the account").click()
    expect(newest(page)).to_contain_text("granted until 13:40")
    newest(page).get_by_role("button", name="Reveal").click()
    shown = page.get_by_role("dialog", name="Contact details")
    expect(shown).to_contain_text("mara@balticbeans.example")
    picture(page, "07-revealed")
    close(page)


def ended(page: Page, steward: Steward, clock: SettableClock) -> None:
    """The grant ends by itself."""
    clock.advance(minutes=50)
    steward.clockwork.tick()
    expect(newest(page)).to_contain_text("R-1001 ends at 13:40")
    clock.advance(minutes=10)
    steward.clockwork.tick()
    expect(newest(page)).to_contain_text("R-1001 ended at 13:40 · Contact details of pw-00412. You looked at it once.")


def every_step_is_in_the_audit_table(page: Page, steward: Steward) -> None:
    """Agnese finds every step."""
    become(page, steward, "agnese", "general")
    send(page, "/audit pw-00412")
    for words in ("looked up", "asked for access to", "approved access to", "revealed", "noted the end of access to"):
        expect(newest(page)).to_contain_text(words)


def test_the_whole_story(page: Page, steward: Steward, clock: SettableClock) -> None:
    looked_up_and_more_asked_for(page, steward)
    approved(page, steward)
    revealed(page, steward)
    ended(page, steward, clock)
    every_step_is_in_the_audit_table(page, steward)


def test_app_home_and_a_phone(page: Page, steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 2h", channel="support")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "Ticket HD-2211: newsletters bounce"})
    assert inese.submit() == {}
    page.set_viewport_size({"width": 390, "height": 844})
    become(page, steward, "janis", "access-approvals")
    expect(newest(page).get_by_role("button", name="Approve", exact=True)).to_be_visible()
    picture(page, "10-approver-on-a-phone")
    page.set_viewport_size({"width": 1280, "height": 860})
    become(page, steward, "janis", "access-approvals")
    home_of_the_app(page)
    expect(page.get_by_text("What you have to do")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    picture(page, "11-app-home")
