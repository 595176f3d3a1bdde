"""Modals in a real browser: every kind of input, errors, the stack, the focus."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.slack_local.page_app import Clerk, option, options
from tests.slack_local.page_chromium import impatient
from tests.slack_local.page_windows import PHONE, OpenPage

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


def open_form(open_page: OpenPage, command: str = "/form", size: tuple[int, int] = (1280, 800)) -> tuple[Page, Locator]:
    page = open_page("?as=inese&channel=support", size=size)
    box = page.get_by_role("textbox", name="Message #support")
    box.fill(command)
    box.press("Enter")
    modal = page.get_by_role("dialog")
    expect(modal).to_be_visible()
    return page, modal


def choose(modal: Locator, label: str, *words: str) -> None:
    box = modal.get_by_role("combobox", name=label)
    for word in words:
        box.click()
        modal.get_by_role("option", name=word).click()


def fill_form(modal: Locator, account: str = "pw-00412") -> None:
    modal.get_by_label("Account").fill(account)
    choose(modal, "Purpose", "Billing")
    modal.get_by_label("Why?").fill("Newsletters bounce & <b>fail</b>")
    modal.get_by_label("Payment").check()
    modal.get_by_label("2 hours").check()
    choose(modal, "Tags", "Red", "Blue")
    modal.get_by_label("From").fill("2026-03-01")
    modal.get_by_label("At", exact=True).fill("14:30")
    modal.get_by_label("Until").fill("2026-07-01T09:15")
    choose(modal, "Sponsor", "Jānis Bērziņš")
    choose(modal, "Place", "#support")
    modal.get_by_label("How many?").fill("3")
    modal.get_by_label("Reply to").fill("inese@postwing.example")
    modal.get_by_role("combobox", name="City").fill("ri")
    modal.get_by_role("option", name="Riga").click()


def test_every_kind_of_input_reaches_the_app(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page)
    expect(modal).to_have_accessible_name("A long form")
    fill_form(modal)
    modal.get_by_role("button", name="Send it").click()
    values = {block: value["v"] for block, value in clerk.hears("form").items()}
    chosen = {block: value[key] for block, value in values.items() for key in value if key != "type"}
    janis = clerk.slack.people["janis"].id
    assert {option["value"] for option in chosen.pop("tags")} == {"red", "blue"}
    assert [option["value"] for option in chosen.pop("classes")] == ["payment"]
    assert {block: chosen.pop(block)["value"] for block in ("purpose", "long", "city")} == {
        "purpose": "billing",
        "long": "2 hours",
        "city": "riga",
    }
    assert chosen == {
        "account": "pw-00412",
        "why": "Newsletters bounce & <b>fail</b>",
        "day": "2026-03-01",
        "hour": "14:30",
        "until": 1782886500,  # 2026-07-01 09:15 in Riga
        "sponsor": janis,
        "place": clerk.slack.channels["support"].id,
        "count": "3",
        "mail": "inese@postwing.example",
        "ticket": None,
    }
    expect(modal).to_have_accessible_name("Sure?")


def test_what_is_missing_or_wrong_is_said_under_each_field(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page)
    modal.get_by_label("Why?").fill("short")
    modal.get_by_label("How many?").fill("12")
    modal.get_by_label("Reply to").fill("inese")
    modal.get_by_role("button", name="Send it").click()
    account = modal.get_by_label("Account")
    expect(account).to_be_focused()
    expect(account).to_have_attribute("aria-invalid", "true")
    expect(account).to_have_accessible_description(re.compile("Error: Fill this in"))
    expect(modal.get_by_label("Why?")).to_have_accessible_description(
        re.compile("Error: At least 15.*In your own words")
    )
    expect(modal.get_by_label("How many?")).to_have_accessible_description(re.compile("At most 9"))
    expect(modal.get_by_label("Reply to")).to_have_accessible_description(re.compile("not an e-mail address"))
    expect(modal.get_by_role("radiogroup", name="For how long?")).to_have_accessible_description(
        re.compile("Choose one")
    )
    expect(modal.get_by_role("group", name="What do you need to see?")).to_have_accessible_description(
        re.compile("at least")
    )
    expect(modal.get_by_label("Ticket")).not_to_have_attribute("aria-invalid", "true")
    assert clerk.heard.empty()


def test_the_apps_errors_stand_under_their_fields(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page)
    fill_form(modal, account="nobody")
    modal.get_by_role("button", name="Send it").click()
    expect(modal.get_by_label("Account")).to_be_focused()
    expect(modal.get_by_label("Account")).to_have_accessible_description("Error: No account matches *nobody*.")
    expect(modal.get_by_label("Why?")).to_have_accessible_description(re.compile("Say more"))
    modal.get_by_label("Account").fill("pw-00412")
    modal.get_by_label("Account").press("Enter")
    clerk.hears("form")
    expect(modal).to_have_accessible_name("Sure?")


def test_a_second_modal_and_the_way_back(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page, "/form short")
    modal.get_by_label("Name").fill("Kept")
    modal.get_by_role("button", name="More").click()
    expect(modal).to_have_accessible_name("Sure?")
    expect(modal.get_by_label("Code")).to_be_focused()
    modal.get_by_role("button", name="Back").click()
    expect(modal).to_have_accessible_name("A short form")
    expect(modal.get_by_label("Name")).to_have_value("Kept")
    expect(modal.get_by_role("button", name="More")).to_be_focused()
    modal.get_by_role("button", name="More").click()
    modal.get_by_role("button", name="Close all").click()
    expect(modal).to_have_count(0)
    assert clerk.hears("closed")["is_cleared"] is True


def test_submitting_shows_that_it_works_and_happens_once(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page, "/form short")
    modal.get_by_label("Name").fill("Once")
    clerk.go_on.clear()
    save = modal.get_by_role("button", name="Save")
    save.click()
    expect(save).to_have_attribute("aria-busy", "true")
    save.click(force=True)
    modal.get_by_label("Name").press("Enter")
    clerk.hears("short")
    clerk.go_on.set()
    expect(modal).to_have_count(0)
    assert clerk.heard.empty()


def test_an_app_that_does_not_answer_leaves_the_form_as_it_was(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page, "/form short")
    modal.get_by_label("Name").fill("Not lost")
    clerk.go_on.clear()
    with impatient(clerk.slack):
        modal.get_by_role("button", name="Save").click()
        expect(modal.get_by_role("alert")).to_contain_text("did not answer")
    expect(modal.get_by_label("Name")).to_have_value("Not lost")
    expect(modal.get_by_role("button", name="Save")).to_have_attribute("aria-busy", "false")


def test_an_updated_modal_keeps_what_was_typed(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page, "/form short")
    modal.get_by_label("Name").fill("Typed before")
    change = modal.get_by_role("button", name="Change")
    change.click()
    expect(modal).to_have_accessible_name("Changed")
    expect(modal.get_by_label("Name")).to_have_value("Typed before")
    expect(change).to_be_focused()


def test_the_focus_stays_in_the_modal_and_goes_back(clerk: Clerk, open_page: OpenPage) -> None:
    page, modal = open_form(open_page, "/form short")
    expect(modal.get_by_label("Name")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        outside = page.evaluate("!document.activeElement.closest('dialog') && document.activeElement !== document.body")
        assert not outside
    page.keyboard.press("Escape")
    expect(modal).to_have_count(0)
    expect(page.get_by_role("textbox", name="Message #support")).to_be_focused()
    clerk.hears("closed")


def test_escape_closes_the_list_before_the_modal(clerk: Clerk, open_page: OpenPage) -> None:
    page, modal = open_form(open_page)
    purpose = modal.get_by_role("combobox", name="Purpose")
    purpose.press("ArrowDown")
    expect(purpose).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(modal.get_by_role("option", name="Billing")).to_have_class(re.compile("marked"))
    page.keyboard.press("Escape")
    expect(purpose).to_have_attribute("aria-expanded", "false")
    expect(modal).to_be_visible()
    purpose.fill("marketing")
    purpose.press("Tab")
    expect(purpose).to_have_value("Marketing")


def test_chosen_tags_can_be_taken_back(clerk: Clerk, open_page: OpenPage) -> None:
    _, modal = open_form(open_page)
    choose(modal, "Tags", "Red", "Green", "Blue")
    modal.get_by_role("button", name="Remove Green").click()
    expect(modal.get_by_role("button", name=re.compile("^Remove "))).to_have_text(["", ""])
    modal.get_by_role("combobox", name="Tags").press("Backspace")
    expect(modal.get_by_role("button", name="Remove Blue")).to_have_count(0)
    expect(modal.get_by_role("button", name="Remove Red")).to_be_visible()


def test_a_modal_is_still_there_after_a_reload(clerk: Clerk, open_page: OpenPage) -> None:
    page, modal = open_form(open_page, "/form short")
    page.reload()
    expect(modal).to_have_accessible_name("A short form")


def test_a_modal_fills_a_phones_screen(clerk: Clerk, open_page: OpenPage) -> None:
    page, modal = open_form(open_page, size=PHONE)
    box = modal.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    fill_form(modal)
    modal.get_by_role("button", name="Send it").click()
    clerk.hears("form")


def test_initial_values_and_word_counts(clerk: Clerk, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    text = {"type": "plain_text_input", "initial_value": "Given", "max_length": 10, "action_id": "v"}
    many = {
        "type": "multi_static_select",
        "options": options("A", "B"),
        "initial_options": [option("B")],
        "action_id": "v",
    }
    days = {"type": "datetimepicker", "initial_date_time": 1782886500, "action_id": "v"}
    label = {"type": "plain_text", "text": "Text"}
    blocks = [
        {"type": "input", "block_id": "text", "label": label, "element": text},
        {"type": "input", "block_id": "many", "label": {**label, "text": "Many"}, "element": many},
        {"type": "input", "block_id": "days", "label": {**label, "text": "When"}, "element": days},
    ]
    view = {"type": "modal", "callback_id": "short", "title": label, "submit": label, "blocks": blocks}
    box = page.get_by_role("textbox", name="Message #support")
    box.fill("/form short")
    box.press("Enter")
    modal = page.get_by_role("dialog")
    expect(modal).to_have_accessible_name("A short form")
    stack = clerk.slack.platform.views.stack(clerk.slack.people["inese"].id)
    clerk.client.views_update(view_id=stack[0].id, view=view)
    expect(modal.get_by_label("Text")).to_have_value("Given")
    expect(modal.get_by_text("5 left")).to_be_visible()
    expect(modal.get_by_role("button", name="Remove B")).to_be_visible()
    expect(modal.get_by_label("When")).to_have_value("2026-07-01T09:15")
