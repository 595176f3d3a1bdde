"""Reading, writing and pressing in a conversation, in a real browser."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from slack_local.local_slack import LocalSlack
from tests.slack_local.page_app import Clerk, mrkdwn
from tests.slack_local.page_chromium import impatient
from tests.slack_local.page_windows import OpenPage

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


def composer(page: Page) -> Locator:
    return page.get_by_role("textbox", name=re.compile("^Message "))


def send(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def messages(page: Page) -> Locator:
    return page.get_by_role("region", name="Messages").get_by_role("article")


def test_messages_stand_there_and_come_without_reloading(office: LocalSlack, open_page: OpenPage) -> None:
    office.as_user("janis").type("Anyone on HD-2211?", "support")
    page = open_page("?as=inese&channel=support")
    expect(page).to_have_title("#support · Inese Ozola · Postwing")
    expect(messages(page)).to_have_text([re.compile("Jānis Bērziņš.*Anyone on HD-2211")])
    send(page, "I am, @janis")
    expect(messages(page).last).to_contain_text("I am, @Jānis Bērziņš")
    office.as_user("janis").type("Thank you", "support")
    expect(messages(page).last).to_contain_text("Thank you")
    expect(page.locator("[aria-live]", has_text="Jānis Bērziņš: Thank you")).to_have_count(1)


def test_a_command_is_completed_by_keyboard(clerk: Clerk, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    box = composer(page)
    box.press_sequentially("/")
    proposed = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(proposed).to_have_text([re.compile("/card.*Show a card"), re.compile("/form"), re.compile("/silent")])
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("Tab")
    expect(box).to_have_value("/card ")
    expect(page.get_by_text("/card [account] Show a card")).to_be_visible()
    box.press_sequentially("pw-00007")
    box.press("Enter")
    expect(messages(page).last).to_contain_text("pw-00007")


def test_escape_puts_the_suggestions_away_and_enter_sends_a_whole_command(clerk: Clerk, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    box = composer(page)
    box.press_sequentially("/ca")
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    box.press_sequentially("rd")
    box.press("Enter")
    expect(messages(page).last).to_contain_text("pw-00412")


def test_people_are_completed(office: LocalSlack, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    composer(page).press_sequentially("for @berz")
    expect(page.get_by_role("option")).to_have_text([re.compile("Jānis Bērziņš.*Head of support")])
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("for @janis ")


def test_an_ephemeral_card_is_seen_by_one_alone(clerk: Clerk, open_page: OpenPage) -> None:
    page, other = open_page("?as=inese&channel=support"), open_page("?as=janis&channel=support")
    send(page, "/card")
    seen = messages(page).last
    expect(seen).to_contain_text("Only visible to you")
    expect(seen.locator("strong", has_text="Baltic Beans SIA")).to_be_visible()
    expect(seen.locator("code", has_text="pw-00412")).to_be_visible()
    expect(other.get_by_text("This is the beginning of #support")).to_be_visible()
    expect(messages(other)).to_have_count(0)


def test_a_pressed_button_shows_it_until_the_answer_is_there(clerk: Clerk, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    send(page, "/card")
    clerk.go_on.clear()
    approve = page.get_by_role("button", name="Approve")
    approve.click()
    expect(approve).to_have_attribute("aria-busy", "true")
    approve.click()
    body = clerk.hears("approve")
    assert body["container"]["type"] == "message"
    clerk.go_on.set()
    expect(messages(page).last).to_contain_text("Approved by @Inese Ozola")
    expect(approve).to_have_count(0)
    expect(messages(page).last).to_be_focused()
    assert clerk.heard.empty(), "the second press was not sent"


def test_a_destructive_press_asks_first(clerk: Clerk, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    send(page, "/card")
    end = page.get_by_role("button", name="End now")
    end.focus()
    end.press("Enter")
    question = page.get_by_role("alertdialog", name="End the grant?")
    expect(question).to_contain_text("no longer see contact details")
    expect(question.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(end).to_be_focused()
    end.click()
    question.get_by_role("button", name="End it").click()
    clerk.hears("end")


def test_menus_and_selects_send_what_was_chosen(clerk: Clerk, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    send(page, "/card")
    select = page.get_by_role("combobox", name="Why do you look?")
    select.fill("bil")
    select.press("Enter")
    pressed = clerk.hears("purpose")
    assert pressed["actions"][0]["selected_option"]["value"] == "billing"
    assert pressed["state"]["values"]["purposes"]["purpose"]["selected_option"]["value"] == "billing"
    page.get_by_role("button", name="More", exact=True).press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert clerk.hears("menu")["actions"][0]["selected_option"]["value"] == "report"
    expect(page.get_by_role("menu")).to_have_count(0)


def test_shortcuts_are_offered_where_they_belong(clerk: Clerk, office: LocalSlack, open_page: OpenPage) -> None:
    office.as_user("janis").type("Please look", "support")
    page = open_page("?as=inese&channel=support")
    messages(page).first.get_by_role("button", name="More actions").press("Enter")
    page.get_by_role("menuitem", name="Pass it on").click()
    assert clerk.hears("pass_on")["message"]["text"] == "Please look"
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Begin anew").click()
    clerk.hears("begin")


def test_text_that_looks_like_html_or_script_stays_text(clerk: Clerk, open_page: OpenPage, office: LocalSlack) -> None:
    evil = '<img src=x onerror="window.struck=1"> <script>window.struck=1</script> <b>bold</b>'
    office.as_user("dave").type(evil, "support")
    raw = {"type": "section", "text": mrkdwn(f"{evil} <javascript:alert(1)|press> <data:text/html,x|me>")}
    channel = office.channels["support"].id
    clerk.client.chat_postMessage(
        channel=channel, text=evil, blocks=[raw, {**raw, "text": {"type": "plain_text", "text": evil}}]
    )
    page = open_page("?as=inese&channel=support")
    expect(messages(page)).to_have_count(2)
    expect(messages(page).first).to_contain_text("Dave <b>O'Neil</b>")
    expect(messages(page).first).to_contain_text("<script>window.struck=1</script>")
    expect(messages(page).last).to_contain_text("<b>bold</b>")
    assert messages(page).locator("img, script, b, a").count() == 0
    assert page.evaluate("window.struck") is None


def test_threads_edits_and_files(clerk: Clerk, open_page: OpenPage, office: LocalSlack) -> None:
    channel = office.channels["support"].id
    first = clerk.client.chat_postMessage(channel=channel, text="First")
    clerk.client.chat_postMessage(channel=channel, text="Between")
    clerk.client.chat_postMessage(channel=channel, text="Answer", thread_ts=str(first["ts"]))
    clerk.client.chat_update(channel=channel, ts=str(first["ts"]), text="First, put right")
    clerk.client.files_upload_v2(channel=channel, content="a;b", filename="who.csv", title="Who looked.csv")
    page = open_page("?as=inese&channel=support")
    expect(messages(page)).to_have_count(4)
    expect(messages(page).nth(0)).to_contain_text("First, put right (edited)")
    expect(messages(page).nth(1)).to_contain_text("in reply")
    expect(messages(page).nth(1)).to_contain_text("Answer")
    expect(messages(page).nth(2)).to_contain_text("Between")
    expect(page.get_by_role("link", name="Who looked.csv")).to_have_attribute("href", re.compile("/files/"))


def test_an_address_leads_to_a_message(clerk: Clerk, open_page: OpenPage, office: LocalSlack) -> None:
    channel = office.channels["general"].id
    sent = [clerk.client.chat_postMessage(channel=channel, text=f"Number {number}") for number in range(40)]
    page = open_page(f"?as=inese&channel={channel}&message={sent[3]['ts']}")
    expect(page.get_by_role("heading", level=1, name="general")).to_be_visible()
    expect(messages(page).nth(3)).to_be_focused()
    expect(messages(page).nth(3)).to_be_in_viewport()
    expect(messages(page).nth(39)).not_to_be_in_viewport()
    page.get_by_role("textbox", name="Message #general").press_sequentially("x")
    expect(messages(page).nth(3)).to_be_in_viewport()


def test_dates_stand_in_the_zone_of_the_person_one_acts_as(
    clerk: Clerk, open_page: OpenPage, office: LocalSlack
) -> None:
    words = "until <!date^1772366400^{date_num} {time}|fallback>"  # 2026-03-01 12:00 UTC
    clerk.client.chat_postMessage(channel=office.channels["support"].id, text=words)
    expect(messages(open_page("?as=inese&channel=support"))).to_contain_text("until 2026-03-01 14:00")
    expect(messages(open_page("?as=dave&channel=support"))).to_contain_text("until 2026-03-01 07:00")


def test_an_app_that_is_silent_or_not_there_is_told_in_words(office: LocalSlack, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    line = page.get_by_role("status").filter(has_text="Clerk is not connected")
    expect(line).to_be_visible()
    clerk = Clerk(office)
    clerk.connect()
    try:
        expect(line).to_be_hidden()
        with impatient(office):
            send(page, "/silent")
            expect(page.get_by_text("Clerk is asked: /silent")).to_be_visible()
            expect(messages(page).last).to_contain_text("failed with the error")
        expect(messages(page).last).to_contain_text("Only visible to you")
        send(page, "/card")
        clerk.go_on.clear()
        with impatient(office):
            page.get_by_role("button", name="Ask slowly").click()
            expect(messages(page).last.get_by_role("alert")).to_contain_text("did not answer")
    finally:
        clerk.close()


def test_the_page_comes_back_when_the_local_slack_does(open_page: OpenPage, office: LocalSlack) -> None:
    page = open_page("?as=inese&channel=support")
    expect(composer(page)).to_be_visible()
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    line = page.get_by_role("status").filter(has_text="does not answer")
    expect(line).to_be_visible()
    send(page, "Kept for later")
    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    expect(composer(page)).to_have_value("Kept for later")
    office.as_user("janis").type("Said meanwhile", "support")
    page.context.set_offline(False)
    expect(line).to_be_hidden()
    composer(page).press("Enter")
    expect(messages(page)).to_have_text([re.compile("Said meanwhile"), re.compile("Kept for later")])


def test_the_place_is_opened_though_the_first_answer_was_lost(office: LocalSlack, open_page: OpenPage) -> None:
    office.as_user("janis").type("Anyone on HD-2211?", "support")
    page = open_page()
    page.route("**/local/conversations?**", lambda route: route.abort("connectionreset"), times=1)
    page.goto(f"{office.url}/?as=inese&channel=support")
    expect(page.get_by_role("textbox", name="Message #support")).to_be_visible()
    expect(messages(page)).to_have_text([re.compile("Anyone on HD-2211")])
    expect(page.get_by_role("alert")).to_be_hidden()
