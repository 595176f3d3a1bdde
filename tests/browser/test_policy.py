"""Reading the policy in a real browser: the version in force, a section of it, the next page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.in_slack import become, newest, picture, send, view
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


def test_an_employee_reads_the_policy(page: Page, steward: Steward) -> None:
    become(page, steward, "nils", "general")
    send(page, "/policy")
    expect(newest(page)).to_contain_text("is in force since")
    picture(page, "60-policy")
    newest(page).get_by_role("button", name="Read the policy").click()
    expect(view(page)).to_contain_text("Page 1 of")
    view(page).get_by_role("button", name="Next").click()
    expect(view(page)).to_contain_text("Page 2 of")
    picture(page, "61-policy-section")
