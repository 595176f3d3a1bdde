"""A customer's request in a real browser, from receipt to close, and "stop calling us".

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.in_slack import become, choose, close, messages_of_the_app, newest, picture, send, view
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.customer_requests.registering import register
from tests.scenarios.harness import Steward, person_of

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

WROTE = "We are closing the shop. Please erase everything that you have of us, and confirm it in writing."


@pytest.fixture
def window() -> ViewportSize:
    return {"width": 1280, "height": 900}


def registered(page: Page, steward: Steward) -> None:
    """Inese registers what came by letter."""
    become(page, steward, "inese", "support")
    send(page, "/privacy new pw-00412 erasure")
    form = page.get_by_role("dialog", name=re.compile("Customer's request"))
    expect(form.get_by_role("textbox", name="Account")).to_have_value("pw-00412")
    form.get_by_label("What did the customer write?").fill(WROTE)
    picture(page, "40-register-a-request")
    form.get_by_role("button", name="Register").click()
    expect(view(page)).to_contain_text("C-1 is registered")
    expect(view(page)).to_contain_text("Due on 2 April 2026")
    close(page)


def taken_and_a_task_given_away(page: Page, steward: Steward) -> None:
    """Laila takes it, notes the identity, and gives a task away."""
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page)).to_contain_text("Nobody has it yet")
    picture(page, "42-request-at-the-desk")
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("@Laila Eglīte has it")).to_be_visible()
    page.get_by_role("button", name="Open", exact=True).first.click()
    shown = page.get_by_role("dialog", name="C-1")
    expect(shown).to_contain_text("closing the shop")
    shown.get_by_role("button", name="Hand over").click()
    expect(view(page)).to_contain_text("New owner")
    view(page).get_by_role("button", name="Cancel").click()
    expect(view(page)).to_contain_text("closing the shop")
    shown.get_by_role("button", name="Identity checked").click()
    for way in ("Signed in to the account", "Was called back on the telephone number on file"):
        view(page).get_by_role("checkbox", name=way).check()
    view(page).get_by_role("button", name="Note it").click()
    expect(page.get_by_role("dialog")).to_have_accessible_name("C-1")
    expect(view(page)).to_contain_text("Was called back on the telephone number on file; Signed in to the account")
    view(page).get_by_role("button", name="Give to somebody").first.click()
    choose(page, "Who does it?", re.compile("Edgars"))
    view(page).get_by_role("button", name="Give", exact=True).click()
    expect(view(page)).to_contain_text("with @Edgars")
    picture(page, "44-request")
    close(page)


def a_task_done_in_its_message(page: Page, steward: Steward) -> None:
    """Edgars does his task, in his message."""
    become(page, steward, "edgars", "general")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("Your task for C-1")
    picture(page, "45-task")
    newest(page).get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def reminded_settled_and_closed(page: Page, steward: Steward, clock: SettableClock) -> None:
    """The term comes near; Laila is reminded, settles the rest and closes it."""
    clock.advance(days=25)
    steward.clockwork.tick()
    become(page, steward, "laila", "privacy-desk")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("3 tasks open")
    newest(page).get_by_role("button", name="Open").click()
    shown = page.get_by_role("dialog", name="C-1")
    for left in (3, 2):
        shown.get_by_role("button", name="Done").first.click()
        expect(shown.get_by_role("button", name="Done")).to_have_count(left - 1)
    shown.get_by_role("button", name="Refuse").first.click()
    page.get_by_label("Why?").fill("The customer was told at the counter.")
    view(page).get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("dialog", name="C-1")).to_contain_text("refused by @Laila")
    view(page).get_by_role("button", name="Close the request").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Close it").click()
    expect(page.get_by_text(re.compile("Closed by @Laila")).first).to_be_visible()
    picture(page, "47-closed")


def test_from_receipt_to_close(page: Page, steward: Steward, clock: SettableClock) -> None:
    registered(page, steward)
    taken_and_a_task_given_away(page, steward)
    a_task_done_in_its_message(page, steward)
    reminded_settled_and_closed(page, steward, clock)


def test_registered_by_mistake_and_no_mistake_after_all(page: Page, steward: Steward) -> None:
    """Inese registers an objection on the wrong account; Laila takes it back from Edgars, and then puts it back."""
    objection = {"What does the customer ask for?": "Objection to marketing", "Objects to": ["telephone"]}
    assert register(steward, answers=objection) == {}
    laila, edgars = (person_of(steward, one) for one in ("laila", "edgars"))
    steward.services.customer_requests.work.assign(by(laila), laila, 1, 1, edgars)
    become(page, steward, "laila", "privacy-desk")
    page.get_by_role("button", name="Registered by mistake").click()
    form = page.get_by_role("dialog", name="Registered by mistake")
    expect(form).to_contain_text("1 task of it is taken back from @Edgars")
    expect(form).to_contain_text("Its objection to marketing by telephone is lifted")
    choose(page, "What is the mistake?", "It is on the wrong account")
    form.get_by_label("Why?").fill("The shop of the same name in Tartu called.")
    picture(page, "52-registered-by-mistake")
    form.get_by_role("button", name="End the request").click()
    shown = page.get_by_role("dialog", name="C-1")
    expect(shown).to_contain_text("Registered by mistake: the wrong account, ended by @Laila")
    expect(shown).to_contain_text("not in force, undone by @Laila")
    close(page)
    expect(page.get_by_text("Registered by mistake: the wrong account").first).to_be_visible()
    become(page, steward, "edgars", "general")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("C-1, of which you had a task, was registered by mistake")
    become(page, steward, "laila", "general")
    send(page, "/privacy requests ended")
    expect(newest(page)).to_contain_text("1 customer's request has ended")
    newest(page).get_by_role("button", name="Open", exact=True).click()
    view(page).get_by_role("button", name="Reopen").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Reopen").click()
    expect(view(page)).to_contain_text("Objects to marketing by telephone: in force")
    expect(view(page)).to_contain_text("with @Edgars")
    close(page)
    become(page, steward, "edgars", "general")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("C-1 was no mistake after all, and is open again")


def test_stop_calling_us(page: Page, steward: Steward) -> None:
    become(page, steward, "zane", "general")
    send(page, "/account pw-00412")
    expect(newest(page)).to_contain_text("agreed on activation 3 May 2024")
    newest(page).get_by_role("button", name="Record an objection").click()
    form = page.get_by_role("dialog", name="Record an objection")
    form.get_by_role("checkbox", name="telephone").check()
    form.get_by_label("Who said so?").fill("Māra Kalniņa, on the phone")
    form.get_by_role("button", name="Record", exact=True).click()
    expect(view(page)).to_contain_text("It is in force now")
    close(page)
    send(page, "/account pw-00412")
    expect(newest(page)).to_contain_text("telephone: objected 2 March 2026 (O-1)")
    expect(newest(page)).not_to_contain_text("+371")
    picture(page, "50-objected")
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page).get_by_role("button", name="Undo")).to_be_visible()
    picture(page, "51-objection-at-the-desk")
