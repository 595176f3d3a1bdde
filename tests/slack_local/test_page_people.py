"""Acting as one or another, the left column, the App Home, narrow screens."""

import re

import pytest
from playwright.sync_api import Page, expect

from slack_local.local_slack import LocalSlack
from tests.slack_local.page_app import Clerk
from tests.slack_local.page_windows import PHONE, OpenPage

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser


def become(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile("^Act as")).click()
    page.get_by_role("dialog", name="Act as").get_by_role("button", name=name).click()


def test_one_becomes_another_person(office: LocalSlack, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    column = page.get_by_role("navigation", name="Conversations")
    expect(page.get_by_role("button", name="Act as Inese Ozola, Support agent · @support")).to_be_visible()
    expect(column.get_by_role("link", name=re.compile("decisions"))).to_have_count(0)
    become(page, "Jānis Bērziņš")
    expect(page.get_by_role("button", name="Act as Jānis Bērziņš")).to_be_focused()
    expect(page).to_have_title(re.compile("#support · Jānis Bērziņš"))
    expect(page).to_have_url(re.compile(r"as=janis&channel=support$"))
    column.get_by_role("link", name="decisions, private").click()
    expect(page.get_by_role("heading", level=1, name="decisions")).to_be_visible()
    become(page, "Inese Ozola")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("decisions")
    page.go_back()
    expect(page).to_have_title(re.compile("#decisions · Jānis Bērziņš"))
    expect(page.get_by_role("heading", level=1, name="decisions")).to_be_visible()


def test_people_are_found_by_title_and_group_and_those_who_left_are_not_there(
    office: LocalSlack, open_page: OpenPage
) -> None:
    page = open_page("?as=inese")
    page.get_by_role("button", name=re.compile("^Act as")).press("Enter")
    dialog = page.get_by_role("dialog", name="Act as")
    expect(dialog.get_by_text("Gone Away")).to_have_count(0)
    expect(dialog.get_by_role("button", name=re.compile("Paula Ābele.*guest"))).to_be_visible()
    search = dialog.get_by_role("searchbox", name="Find a person")
    expect(search).to_be_focused()
    search.fill("@approvers")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    search.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("Jānis Bērziņš"))


def test_unread_marks_come_and_go(office: LocalSlack, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    general = page.get_by_role("link", name=re.compile("^general"))
    office.as_user("janis").type("News", "general")
    office.as_user("janis").type("More news", "general")
    expect(general).to_have_accessible_name(re.compile("2 unread"))
    expect(page).to_have_title(re.compile(r"^\(2\) #support"))
    general.click()
    expect(general).not_to_have_accessible_name(re.compile("unread"))
    expect(general).to_have_attribute("aria-current", "page")
    expect(page).to_have_title(re.compile("^#general"))


def test_an_address_that_names_nobody_or_nowhere_is_told(office: LocalSlack, open_page: OpenPage) -> None:
    expect(open_page("?as=nobody").get_by_role("alert")).to_contain_text("No one here is called “nobody”")
    page = open_page("?as=inese&channel=decisions")
    expect(page.get_by_role("alert")).to_contain_text("Inese Ozola is in no conversation called “decisions”")


def test_the_home_opens_changes_and_answers(clerk: Clerk, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    page.get_by_role("navigation", name="Conversations").get_by_role("link", name="Clerk").click()
    home = page.get_by_role("tabpanel")
    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")
    expect(home.get_by_role("heading", name="What waits for you")).to_be_visible()
    count = home.get_by_role("button", name="Count")
    count.press("Enter")
    expect(home).to_contain_text("Pressed 1 times")
    expect(count).to_be_focused()
    home.get_by_role("button", name="Open the form").click()
    expect(page.get_by_role("dialog")).to_have_accessible_name("A short form")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("tab", name="Home").press("ArrowRight")
    expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("textbox", name="Message Clerk")).to_be_visible()


def test_the_apps_own_messages_stand_in_its_other_tab(clerk: Clerk, open_page: OpenPage) -> None:
    clerk.client.chat_postMessage(channel=clerk.slack.people["inese"].id, text="For you alone")
    page = open_page("?as=inese&channel=support")
    link = page.get_by_role("link", name=re.compile("Clerk, 1 unread"))
    link.click()
    expect(page.get_by_role("article")).to_contain_text("For you alone")
    become(page, "Jānis Bērziņš")
    expect(page.get_by_role("heading", level=1, name="Clerk")).to_be_visible()
    expect(page.get_by_text("For you alone")).to_have_count(0)


def test_on_a_phone_the_left_column_is_a_drawer(office: LocalSlack, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support", size=PHONE)
    opener = page.get_by_role("button", name="Open the left column")
    column = page.get_by_role("complementary", name="Workspace")
    expect(column).to_be_hidden()
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name=re.compile("^Act as"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(column).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.get_by_role("link", name="general").click()
    expect(column).to_be_hidden()
    expect(page.get_by_role("heading", level=1, name="general")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_the_column_is_always_there_on_a_wide_screen(office: LocalSlack, open_page: OpenPage) -> None:
    page = open_page("?as=inese&channel=support")
    expect(page.get_by_role("complementary", name="Workspace")).to_be_visible()
    expect(page.get_by_role("button", name="Open the left column")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the conversation")).to_be_focused()
