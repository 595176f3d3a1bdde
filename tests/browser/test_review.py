"""An auditor's morning in a real browser: an alert, the queue, a question, its answer, a verdict, the week in numbers.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.in_slack import become, close, messages_of_the_app, newest, picture, send, view
from tests.conftest import SettableClock
from tests.scenarios.audit.reviewing import refused, reveal
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


def an_alert_and_the_queue(page: Page, steward: Steward) -> None:
    """Agnese reads the alert and looks at her queue."""
    become(page, steward, "agnese", "audit-log")
    expect(newest(page)).to_contain_text("Was refused 5 times within 1 hour.")
    picture(page, "20-alert")
    become(page, steward, "agnese", "general")
    send(page, "/audit review")
    expect(newest(page)).to_contain_text("2 reviews wait for you")
    picture(page, "21-review-queue")
    newest(page).get_by_role("button", name="Needs explanation").first.click()
    form = page.get_by_role("dialog", name=re.compile("V-1: a question"))
    form.get_by_label("What should be explained?").fill(
        "HD-2211 was closed last week. What did you need the address for?"
    )
    form.get_by_role("button", name="Ask").click()
    expect(view(page)).to_contain_text("is asked about V-1")
    expect(view(page)).to_contain_text("1 review waits for you")
    view(page).get_by_role("button", name="What waits next").click()
    expect(view(page)).to_contain_text("refused again and again")
    view(page).get_by_role("button", name="Violation").click()
    page.get_by_label("What is wrong?").fill("He is in no group that may look customers up, and was told so.")
    view(page).get_by_role("button", name="Violation").click()
    expect(view(page)).to_contain_text("Nothing else waits for you.")
    close(page)


def who_did_it_is_asked(page: Page, steward: Steward) -> None:
    """Inese is asked, and answers."""
    become(page, steward, "inese", "support")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("asks you about something in the audit table")
    picture(page, "24-asked")
    newest(page).get_by_role("button", name="Answer").click()
    page.get_by_label("Your answer", exact=True).fill("It came back this morning: the customer called, see HD-2260.")
    view(page).get_by_role("button", name="Answer").click()
    expect(view(page)).to_contain_text("Your answer to V-1 is with the auditors")
    close(page)


def the_answer_is_judged(page: Page, steward: Steward) -> None:
    """The answer comes back; the verdict is given in the form, by keyboard as well."""
    become(page, steward, "agnese", "general")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("answered your question")
    newest(page).get_by_role("button", name="Review").click()
    expect(newest(page)).to_contain_text("Answered: “It came back this morning")
    newest(page).get_by_role("button", name="In order").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Comment").fill("HD-2260 says so.")
    view(page).get_by_role("button", name="In order").click()
    expect(view(page)).to_contain_text("V-1 is in order.")
    close(page)
    become(page, steward, "agnese", "audit-log")
    expect(newest(page)).to_contain_text("violation: ")


def the_week_goes_on(steward: Steward, clock: SettableClock) -> None:
    """The week goes on."""
    for day in range(4):
        clock.advance(days=1)
        for name in ("inese", "edgars", "martins", "zane")[: 4 - day % 3]:
            steward.person(name).type("/account pw-00412", channel="general")


def the_week_in_numbers(page: Page, steward: Steward, clock: SettableClock) -> None:
    """On Monday the privacy officer reads the week in numbers."""
    steward.services.digests.plan()
    clock.advance(days=3)
    steward.clockwork.tick()
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page)).to_contain_text("in the week of 2 to 8 March 2026")
    newest(page).scroll_into_view_if_needed()
    picture(page, "26-digest")


def test_an_auditors_morning(page: Page, steward: Steward, clock: SettableClock) -> None:
    reveal(steward, clock)
    clock.advance(minutes=20)
    refused(steward, clock)
    an_alert_and_the_queue(page, steward)
    who_did_it_is_asked(page, steward)
    the_answer_is_judged(page, steward)
    the_week_goes_on(steward, clock)
    the_week_in_numbers(page, steward, clock)


def test_the_queue_on_a_phone(page: Page, steward: Steward, clock: SettableClock) -> None:
    reveal(steward, clock)
    page.set_viewport_size({"width": 390, "height": 844})
    become(page, steward, "agnese", "general")
    send(page, "/audit review")
    expect(newest(page).get_by_role("button", name="Violation")).to_be_visible()
