"""An emergency in a real browser: taken, told to an approver on a phone, reviewed by an auditor."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.in_slack import become, newest, picture, send, view
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


def test_from_the_command_to_the_review(page: Page, steward: Steward) -> None:
    become(page, steward, "inese", "support")
    send(page, "/access emergency pw-00412 for technical support")
    form = page.get_by_role("dialog", name="Emergency access")
    expect(form).to_contain_text("at once, for 1 h")
    picture(page, "90-emergency-form")
    form.get_by_role("checkbox", name=re.compile("Contact details")).check()
    form.get_by_label("Why?").fill(
        "Ticket HD-2211: the newsletter goes to the wrong list right now, it has to be stopped"
    )
    form.get_by_role("checkbox", name=re.compile("I need it now")).check()
    form.get_by_role("button", name="Take access now").click()
    expect(view(page)).to_contain_text("You have it until 13:40")

    page.set_viewport_size({"width": 390, "height": 844})
    app = steward.slack.people["janis"].dm
    become(page, steward, "janis", app)
    expect(newest(page)).to_contain_text("took emergency access to Contact details of pw-00412")
    expect(newest(page).get_by_role("button", name="End it now")).to_be_visible()
    picture(page, "92-emergency-on-a-phone")

    steward.integrator.step()
    replace(steward.services.watch, chance=lambda: 1.0)()
    page.set_viewport_size({"width": 1280, "height": 860})
    become(page, steward, "agnese", "audit-log")
    expect(newest(page)).to_contain_text("took emergency access")
    send(page, "/audit review")
    expect(newest(page)).to_contain_text("1 review waits for you")
    picture(page, "93-emergency-review")
    newest(page).get_by_role("button", name="In order").click()
    view(page).get_by_role("button", name="In order").click()
    expect(view(page)).to_contain_text("in order")
