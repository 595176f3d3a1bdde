"""A deputy decides, and an owner says who may still look up, in a real browser.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from bot.access import until
from tests.browser.in_slack import become, choose, close, home_of_the_app, newest, picture, send, view
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward
from tests.scenarios.test_access import ask

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def window() -> ViewportSize:
    return {"width": 1280, "height": 900}


def test_a_deputy_and_a_list(page: Page, steward: Steward, clock: SettableClock) -> None:
    until.warm()
    become(page, steward, "janis", "access-approvals")
    send(page, "/access away friday @nils")
    expect(page.get_by_text("You are away").first).to_be_visible()
    expect(page.get_by_text("is away until").first).to_be_visible()
    ask(steward)
    become(page, steward, "nils", "general")
    home_of_the_app(page)
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    picture(page, "60-deputy")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    become(page, steward, "janis", "access-approvals")
    expect(newest(page)).to_contain_text("for @Jānis Bērziņš")

    steward.services.approvers.recertify.plan()
    clock.advance(days=31)
    steward.clockwork.tick()
    become(page, steward, "martins", "support")
    send(page, "/access recertify")
    form = page.get_by_role("dialog", name=re.compile("List L-1"))
    expect(form).to_contain_text("who may still look customers up?")
    choose(page, "Kaspars", "Remove")
    form.get_by_label("Keep everybody who is not marked").check()
    picture(page, "61-recertify")
    form.get_by_role("button", name="Confirm").click()
    expect(view(page)).to_contain_text("removed: @Kaspars")
    close(page)
    become(page, steward, "laila", "privacy-desk")
    expect(page.get_by_text("Take @Kaspars Liepiņš out of @support in Slack.")).to_be_visible()
