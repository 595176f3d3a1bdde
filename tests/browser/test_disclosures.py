"""A disclosure in a real browser, from the request to the register.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.in_slack import (
    become,
    become_at_home,
    choose,
    close,
    messages_of_the_app,
    newest,
    picture,
    send,
    view,
)
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

SECRET = "mara@balticbeans.example"


@pytest.fixture
def window() -> ViewportSize:
    return {"width": 1280, "height": 1100}


def asked_for(page: Page, steward: Steward) -> None:
    """Edgars has a letter from a court."""
    become(page, steward, "edgars", "general")
    send(page, "/access disclose pw-00412")
    form = page.get_by_role("dialog", name=re.compile("Disclose to outsiders"))
    form.get_by_label("E-mail").check()
    form.get_by_label("Contact name").check()
    form.get_by_label("Who gets it?").fill("Anna Kalna")
    form.get_by_label("Of which organisation?").fill("Rīga District Court")
    form.get_by_label("Reference").fill("C-123/2026")
    form.get_by_label("Of which day?").fill("2026-02-20")
    form.get_by_label("Given by").fill("Rīga District Court")
    form.get_by_label("What for?").fill("The court asks who stands behind the account, in a case of theirs.")
    choose(page, "On what basis?", "A court's order")
    picture(page, "80-disclose")
    form.get_by_role("button", name="Send").click()
    expect(view(page)).to_contain_text("D-1 waits for two people")
    close(page)


def two_people_agree(page: Page, steward: Steward) -> None:
    """Jānis agrees, then Laila of the privacy office, in App Home on her phone."""
    become(page, steward, "janis", "access-approvals")
    expect(newest(page)).to_contain_text("Court order C-123/2026")
    expect(page.get_by_text(SECRET)).to_have_count(0)
    picture(page, "81-two-people-decide")
    newest(page).get_by_role("button", name="Approve", exact=True).click()
    expect(newest(page)).to_contain_text("waiting for someone of @privacy-office")
    page.set_viewport_size({"width": 390, "height": 844})
    become_at_home(page, steward, "laila")
    mine = page.get_by_role("tabpanel")
    expect(mine).to_contain_text("Edgars Vītols wants to give data of pw-00412 to an outsider")
    mine.get_by_role("button", name="Approve", exact=True).click()
    expect(view(page)).to_contain_text("in the register as D-1")
    close(page)
    expect(mine).to_contain_text("Nothing waits for you")
    page.set_viewport_size({"width": 1280, "height": 1100})
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page)).to_contain_text("in the register as D-1")


def shown_once(page: Page, steward: Steward) -> None:
    """Edgars sees it, once."""
    become(page, steward, "edgars", "general")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("shown once, to you alone")
    newest(page).get_by_role("button", name="Show the data").click()
    expect(view(page)).to_contain_text(SECRET)
    picture(page, "84-shown-once")
    close(page)


def in_the_register(page: Page, steward: Steward) -> None:
    """The auditor reads the register."""
    become(page, steward, "agnese", "audit-log")
    send(page, "/access disclosures")
    expect(newest(page)).to_contain_text("Anna Kalna of Rīga District Court")
    expect(page.get_by_text(SECRET)).to_have_count(0)
    picture(page, "85-disclosure-register")


def test_from_the_request_to_the_register(page: Page, steward: Steward) -> None:
    asked_for(page, steward)
    two_people_agree(page, steward)
    shown_once(page, steward)
    in_the_register(page, steward)
