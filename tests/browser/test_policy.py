"""Reading the policy in a real browser: the version in force, a section of it, the next page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_review import page
from tests.browser.test_story import become, newest, picture, send, steward
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

__all__ = ["page", "steward"]


def test_an_employee_reads_the_policy(page: Page, steward: Steward) -> None:
    become(page, steward, "nils", "channel=general")
    send(page, "/policy")
    expect(newest(page)).to_contain_text("is in force since")
    picture(page, "60-policy")
    newest(page).get_by_role("button", name="Read the policy").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Page 1 of")
    dialog.get_by_role("button", name="Next").click()
    expect(dialog).to_contain_text("Page 2 of")
    picture(page, "61-policy-section")
