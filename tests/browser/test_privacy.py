"""Questions about the policy in a real browser: an answer, a silence, one that an officer rules on, and its use.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.in_slack import back, become, close, messages_of_the_app, newest, picture, send, view
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

FOREIGN = "Näytättekö kirjeitäni muille asiakkaille?"
RIGHT = "How do I get everything deleted that you have on us?"
UNSURE = "Do you show my newsletters to other customers?"
RULING = "No. A newsletter is shown to others only after its sender has agreed to it in writing."


def an_answer_to_paste(page: Page, steward: Steward) -> None:
    """Inese asks what a customer asked, and copies the reply."""
    become(page, steward, "inese", "support")
    send(page, "/privacy do you sell my list?")
    expect(newest(page)).to_contain_text("We neither sell nor rent out your personal or business data")
    picture(page, "30-privacy-answer")
    newest(page).get_by_role("button", name="Copy reply").click()
    form = page.get_by_role("dialog", name="Reply to the customer")
    expect(form.get_by_label("Reply for the customer")).to_have_value(re.compile("Our privacy policy says:"))
    picture(page, "31-privacy-reply")
    form.get_by_role("button", name="Done").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    newest(page).get_by_role("button", name="More from the policy").click()
    expect(view(page)).to_contain_text("Third parties that we have engaged")
    close(page)


def a_silence(page: Page) -> None:
    """The policy is silent on how long."""
    send(page, "/privacy how long do you keep my data?")
    expect(newest(page)).to_contain_text("The policy does not say how long data is kept.")
    picture(page, "33-privacy-silent")


def a_question_on_a_right(page: Page) -> None:
    """It becomes a customer's request, with what was asked filled in."""
    send(page, f"/privacy {RIGHT}")
    expect(newest(page)).to_contain_text("If the customer asks for this, register it as a Customer's request")
    picture(page, "62-privacy-right")
    newest(page).get_by_role("button", name="Customer's request").click()
    form = page.get_by_role("dialog", name=re.compile("Customer's request"))
    expect(form.get_by_label("What did the customer write?")).to_have_value(RIGHT)
    expect(form.get_by_role("combobox", name="What does the customer ask for?")).to_have_value("Erasure")
    form.get_by_role("textbox", name="Account").fill("pw-00412")
    form.get_by_role("button", name="Register").click()
    expect(view(page)).to_contain_text("C-1 is registered: erasure, pw-00412")
    close(page)


def a_question_that_goes_to_the_officer(page: Page, steward: Steward) -> None:
    """A colleague forwards a customer's words, in a language that the policy is not in."""
    steward.person("kaspars").type(FOREIGN, channel="support")
    expect(newest(page)).to_contain_text("kirjeitäni")
    newest(page).hover()
    newest(page).get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=re.compile("Answer privacy question")).click()
    expect(page.get_by_role("dialog")).to_have_accessible_name("Privacy question")
    expect(view(page)).to_contain_text("I am not sure what it says")
    picture(page, "34-privacy-unsure")
    view(page).get_by_role("button", name="Ask the privacy officer").click()
    expect(view(page)).to_contain_text("Q-1 is with the privacy officers")
    back(page)
    expect(view(page)).to_contain_text("I am not sure what it says")
    close(page)


def a_ruling(page: Page, steward: Steward) -> None:
    """Laila rules on it."""
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page)).to_contain_text("Q-1: Inese asks what the policy says")
    picture(page, "35-privacy-desk")
    newest(page).get_by_role("button", name="Write a ruling").click()
    form = page.get_by_role("dialog", name=re.compile("Q-1: a ruling"))
    form.get_by_label("The question in general words").fill(UNSURE)
    form.get_by_label("Your ruling").fill(RULING)
    picture(page, "36-privacy-ruling")
    form.get_by_role("button", name="Rule").click()
    expect(view(page)).to_contain_text("Kept as L-1, for the next such question.")
    close(page)
    expect(newest(page)).to_contain_text("Laila ruled on it.")


def the_ruling_is_told_and_used(page: Page, steward: Steward) -> None:
    """Inese is told; the next one who asks reads the ruling, marked as one."""
    become(page, steward, "inese", "support")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("Q-1 is decided. Laila ruled on it.")
    picture(page, "38-privacy-told")
    become(page, steward, "edgars", "general")
    send(page, f"/privacy {UNSURE.lower()}")
    expect(newest(page)).to_contain_text("A ruling: not the policy's words.")
    picture(page, "39-privacy-by-ruling")


def the_ruling_is_withdrawn(page: Page, steward: Steward) -> None:
    """Laila finds it in the list; Edgars, who was given it, is told."""
    become(page, steward, "laila", "privacy-desk")
    send(page, "/privacy rulings")
    expect(newest(page)).to_contain_text("1 ruling is in force")
    expect(newest(page)).to_contain_text(RULING)
    picture(page, "65-privacy-rulings")
    newest(page).get_by_role("button", name="Withdraw the ruling").click()
    sure = page.get_by_role("alertdialog")
    expect(sure).to_contain_text("whoever was given it is told")
    sure.get_by_role("button", name="Withdraw").click()
    expect(newest(page)).to_contain_text("L-1 is withdrawn.")
    expect(newest(page)).to_contain_text("No ruling is in force.")
    become(page, steward, "edgars", "general")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("L-1 was withdrawn by Laila: it answers nothing any more.")


def what_the_policy_left_open_in_a_month(page: Page, steward: Steward, clock: SettableClock) -> None:
    """A month later the privacy officer reads what the policy does not answer."""
    for question in ("how long do you keep my data?", "do you set cookies?", "do you use my data to train AI?"):
        steward.person("inese").type(f"/privacy {question}", channel="support")
    steward.services.questions.gaps.plan()
    clock.advance(days=31)
    steward.clockwork.tick()
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page)).to_contain_text("What the policy did not answer in March 2026")
    newest(page).scroll_into_view_if_needed()
    picture(page, "29-privacy-month")


def test_questions_about_the_policy(page: Page, steward: Steward, clock: SettableClock) -> None:
    an_answer_to_paste(page, steward)
    a_silence(page)
    a_question_on_a_right(page)
    a_question_that_goes_to_the_officer(page, steward)
    a_ruling(page, steward)
    the_ruling_is_told_and_used(page, steward)
    the_ruling_is_withdrawn(page, steward)
    what_the_policy_left_open_in_a_month(page, steward, clock)


def test_a_sentence_is_shown_whole_before_it_answers(page: Page, steward: Steward) -> None:
    """Laila picks a sentence, reads for what it will be used, and lets it be used."""
    inese = steward.person("inese")
    inese.type("/privacy Are my horoscopes sold or rented to data brokers by anybody?", channel="support")
    inese.press("Ask the privacy officer", in_="support")
    become(page, steward, "laila", "privacy-desk")
    newest(page).get_by_role("button", name="Use sentence 1").click()
    expect(view(page)).to_contain_text("Does this sentence answer Q-1?")
    expect(view(page)).to_contain_text("We neither sell nor rent out your personal or business data")
    picture(page, "67-use-this-sentence")
    view(page).get_by_role("button", name="Use it").click()
    expect(view(page)).to_contain_text("Q-1 is decided. Inese is told.")
    close(page)
    expect(newest(page)).to_contain_text("Laila picked the sentence that answers it.")


def test_a_message_of_three_things(page: Page, steward: Steward) -> None:
    """A customer asks two questions and wants something done: each has its answer, and the wish becomes a request."""
    become(page, steward, "inese", "support")
    wrote = "Customer wrote: how long do you keep my data, do you sell it, and please delete our account"
    steward.person("kaspars").type(wrote, channel="support")
    expect(newest(page)).to_contain_text("delete our account")
    newest(page).hover()
    newest(page).get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=re.compile("Answer privacy question")).click()
    shown = view(page)
    expect(shown).to_contain_text("The policy does not say how long data is kept.")
    expect(shown).to_contain_text("I read this as being about my data.")
    expect(shown).to_contain_text("The customer also asks for erasure: “please delete our account”.")
    picture(page, "63-privacy-message")
    shown.get_by_role("button", name="Customer's request").click()
    form = page.get_by_role("dialog", name=re.compile("Customer's request"))
    expect(form.get_by_role("combobox", name="What does the customer ask for?")).to_have_value("Erasure")
    form.get_by_role("textbox", name="Account").fill("pw-00412")
    form.get_by_role("button", name="Register").click()
    expect(view(page)).to_contain_text("C-1 is registered: erasure, pw-00412")
