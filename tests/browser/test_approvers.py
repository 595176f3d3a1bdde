"""A deputy decides, an approver asks first, and an owner says who may still look up, in a real browser.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from bot.access.deputising import until
from tests.browser.in_slack import (
    become,
    become_at_home,
    choose,
    close,
    home_of_the_app,
    messages_of_the_app,
    newest,
    picture,
    send,
    view,
)
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ask
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

HOSTILE = "Which list? <!channel> *now*"


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
    form = page.get_by_role("dialog", name=re.compile("List RC-1"))
    expect(form).to_contain_text("who may still look customers up?")
    choose(page, "Kaspars", "Remove")
    form.get_by_label("Keep everybody who is not marked").check()
    picture(page, "61-recertify")
    form.get_by_role("button", name="Confirm").click()
    expect(view(page)).to_contain_text("removed: @Kaspars")
    close(page)
    become(page, steward, "laila", "privacy-desk")
    expect(page.get_by_text("Take @Kaspars Liepiņš out of @support in Slack.")).to_be_visible()


def asked(page: Page, steward: Steward, question: str) -> None:
    """Jānis asks about the request before he decides."""
    become(page, steward, "janis", "access-approvals")
    newest(page).get_by_role("button", name="Ask", exact=True).click()
    form = page.get_by_role("dialog", name="Ask about R-1001")
    form.get_by_label("What do you want to know?").fill(question)
    form.get_by_role("button", name="Ask").click()
    expect(view(page)).to_contain_text("@Inese Ozola is asked about R-1001.")
    close(page)
    expect(newest(page)).to_contain_text("@Jānis Bērziņš asked at")


def answered(page: Page, steward: Steward, question: str, answer: str) -> None:
    """Inese reads it as it was typed, and answers from App Home."""
    become_at_home(page, steward, "inese")
    expect(page.get_by_text("asks about R-1001 before deciding")).to_be_visible()
    page.get_by_role("button", name="Answer", exact=True).click()
    form = page.get_by_role("dialog", name="R-1001: your answer")
    expect(form).to_contain_text(f"“{question}”")
    form.get_by_label("Your answer").fill(answer)
    form.get_by_role("button", name="Answer").click()
    expect(view(page)).to_contain_text("@Jānis Bērziņš has your answer")
    close(page)
    expect(page.get_by_text("asks about R-1001 before deciding")).to_have_count(0)


def test_an_approver_asks_first(page: Page, steward: Steward) -> None:
    ask(steward)
    asked(page, steward, HOSTILE)
    answered(page, steward, HOSTILE, "The weekly one")
    become(page, steward, "janis", "access-approvals")
    expect(newest(page)).to_contain_text("@Inese Ozola answered at")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("answered your question about R-1001")
    newest(page).get_by_role("button", name="Approve", exact=True).click()
    expect(newest(page)).to_contain_text("Approved by @Jānis Bērziņš")


def test_a_question_and_its_answer_stand_under_the_request(page: Page, steward: Steward) -> None:
    ask(steward)
    question = "Which of the three lists bounced, and since when?"
    asked(page, steward, question)
    answered(page, steward, question, "The weekly one, since Monday morning")
    become(page, steward, "janis", "access-approvals")
    for words in (question, "The weekly one, since Monday morning"):
        expect(newest(page)).to_contain_text(words)
    picture(page, "99-asked-before-deciding")
