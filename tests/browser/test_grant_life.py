"""Several accounts, two approvers, less than asked and more time; a guest; a clause that is gone: in a real browser.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.in_slack import become, close, messages_of_the_app, newest, picture, send, view
from tests.conftest import SettableClock
from tests.scenarios.access.suspending import changed, publish
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def window() -> ViewportSize:
    return {"width": 1280, "height": 900}


def messages(page: Page, steward: Steward, who: str, channel: str = "general") -> None:
    become(page, steward, who, channel)
    messages_of_the_app(page)


def three_asked_for_at_once(page: Page, steward: Steward) -> None:
    """Inese asks for three accounts at once; one of them is not clear."""
    become(page, steward, "inese", "support")
    send(page, "/access pw-00412, pw-00500, green for technical support 1h")
    form = page.get_by_role("dialog", name="Request access")
    form.get_by_role("checkbox", name=re.compile("Contact details")).check()
    form.get_by_label("Why?").fill("Ticket HD-2211: the same bounce for all three since Monday")
    form.get_by_label("Ticket").fill("HD-2211")
    form.get_by_label("Account").fill("pw-00412\npw-00500\nbean")
    form.get_by_role("button", name="Send request").click()
    expect(form).to_contain_text("“bean”: which one?")
    picture(page, "94-several-not-clear")
    form.get_by_label("Account").fill("pw-00412\npw-00500\npw-00414")
    form.get_by_role("button", name="Send request").click()
    expect(view(page)).to_contain_text("R-1001 sent")
    close(page)


def two_approvers_and_less(page: Page, steward: Steward) -> None:
    """An individual's account among them: two approvers. Jānis, on his phone, leaves one out."""
    page.set_viewport_size({"width": 390, "height": 844})
    become(page, steward, "janis", "access-approvals")
    expect(newest(page)).to_contain_text("needs 2 of @access-approvers")
    newest(page).scroll_into_view_if_needed()
    newest(page).get_by_role("button", name="Approve less").click()
    form = page.get_by_role("dialog", name=re.compile("Approve less"))
    form.get_by_role("checkbox", name=re.compile("pw-00414")).uncheck()
    form.get_by_label("Why?").fill("Green Bean has a ticket of its own")
    picture(page, "96-approve-less")
    form.get_by_role("button", name="Approve", exact=True).click()
    expect(view(page)).to_contain_text("Still needed: 1 more of @access-approvers")
    close(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    become(page, steward, "martins", "access-approvals")
    expect(newest(page)).to_contain_text("Agreed by @Jānis Bērziņš")
    newest(page).get_by_role("button", name="Approve", exact=True).click()
    expect(newest(page)).to_contain_text("less than asked: not pw-00414")


def granted_and_more_time_asked_for(page: Page, steward: Steward, clock: SettableClock) -> None:
    """Inese has two of the three, and asks for more time."""
    messages(page, steward, "inese")
    expect(newest(page)).to_contain_text("Contact details of pw-00412 and pw-00500")
    expect(newest(page).get_by_role("button", name="Open pw-00412")).to_be_visible()
    clock.advance(minutes=51)
    steward.clockwork.tick()
    expect(newest(page)).to_contain_text("R-1001 ends at")
    newest(page).get_by_role("button", name="Extend").click()
    form = page.get_by_role("dialog", name=re.compile("Extend R-1001"))
    form.get_by_label("Why?").fill("The customer is still testing the new sender")
    picture(page, "99-extend")
    form.get_by_role("button", name="Ask for more time").click()
    expect(view(page)).to_contain_text("1 h more of R-1001")
    close(page)


def test_several_accounts(page: Page, steward: Steward, clock: SettableClock) -> None:
    three_asked_for_at_once(page, steward)
    two_approvers_and_less(page, steward)
    granted_and_more_time_asked_for(page, steward, clock)


def test_a_guest_and_a_clause(page: Page, steward: Steward, clock: SettableClock) -> None:
    # Paula of Baltpay gets nothing by name, asks by exact id; her sponsor Edgars is told.
    app = steward.slack.people["paula"].dm
    become(page, steward, "paula", app)
    send(page, "/account Baltic Beans")
    expect(newest(page)).to_contain_text("Nothing is open to you under that")
    send(page, "/access pw-00412 for billing")
    form = page.get_by_role("dialog", name="Request access")
    form.get_by_label("Why?").fill("A direct debit came back on Friday")
    picture(page, "86-guest-asks")
    form.get_by_role("button", name="Send request").click()
    expect(view(page)).to_contain_text("R-1001 sent")
    close(page)
    steward.tick()
    messages(page, steward, "edgars")
    expect(newest(page)).to_contain_text("of Baltpay asks for Payment details of pw-00412")

    # The policy changes, and a purpose loses its clause; two officers point to the new one.
    publish(steward, clock, changed())
    become(page, steward, "laila", "privacy-desk")
    message = page.get_by_role("article").filter(has_text="Technical support is suspended")
    expect(message).to_contain_text("The nearest sentence now")
    message.scroll_into_view_if_needed()
    picture(page, "88-clause-is-gone")
    message.get_by_role("button", name="Point to the new clause").click()
    form = page.get_by_role("dialog", name="Point to the new clause")
    form.get_by_label("Or its words").fill("in order to help customers who write to us with a fault")
    form.get_by_role("button", name="Send").click()
    expect(view(page)).to_contain_text("another privacy officer has to confirm it")
    close(page)
    become(page, steward, "ieva", "privacy-desk")
    message = page.get_by_role("article").filter(has_text="Technical support is suspended")
    message.get_by_role("button", name="Confirm").click()
    restored = page.get_by_role("article").filter(has_text="Technical support was suspended")
    expect(restored).to_contain_text("Restored by @Laila")
    expect(restored).to_be_visible()
