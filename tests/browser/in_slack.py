"""What people do and see in the page of the local Slack, and a Steward for them to do it with.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward, running


@contextmanager
def with_a_courier(url: str, clock: SettableClock, folder: Path = ROOT) -> Iterator[Steward]:
    """Steward of the configuration in `folder`, whose messages are brought as they come."""
    database = Database(url)
    stop = threading.Event()
    with running(database, clock, folder=folder) as made:
        courier = threading.Thread(target=made.courier.run, args=(stop,))
        courier.start()
        try:
            yield made
        finally:
            stop.set()
            courier.join()
    database.close()


def become(page: Page, steward: Steward, name: str, channel: str) -> None:
    """Act as this person, in this channel (its name or id). The page is there when this returns."""
    page.goto(f"{steward.slack.url}/?as={name}&channel={channel}")
    expect(composer(page)).to_be_visible()


def become_at_home(page: Page, steward: Steward, name: str) -> None:
    """Act as this person, at Steward's Home."""
    page.goto(f"{steward.slack.url}/?as={name}&tab=home")
    expect(page.get_by_role("tab", name="Home")).to_have_attribute("aria-selected", "true")


def composer(page: Page) -> Locator:
    """Where one writes. It has its name as soon as a conversation is open, not before."""
    return page.get_by_role("textbox", name=re.compile("^Message "))


def send(page: Page, text: str) -> None:
    composer(page).fill(text)
    composer(page).press("Enter")


def newest(page: Page) -> Locator:
    return page.get_by_role("region", name="Messages").get_by_role("article").last


def home_of_the_app(page: Page) -> None:
    _tab_of_the_app(page, "Home")


def messages_of_the_app(page: Page) -> None:
    _tab_of_the_app(page, "Messages")
    expect(page.get_by_role("textbox", name="Message Steward")).to_be_visible()


def _tab_of_the_app(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Conversations").get_by_role("link", name=re.compile("^Steward")).click()
    tab = page.get_by_role("tab", name=re.compile(f"^{name}"))
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")


def view(page: Page) -> Locator:
    """The view on top. Those under it stand in the page as well, hidden, and their words would count."""
    return page.get_by_role("dialog").locator("form").filter(visible=True)


def close(page: Page) -> None:
    """Close the only view."""
    expect(_views(page)).to_have_count(1)
    view(page).get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def back(page: Page) -> None:
    """Close the view on top: the one under it is there again when this returns."""
    under = _views(page).count() - 1
    assert under, "nothing stands under it"
    view(page).get_by_role("button", name="Close", exact=True).click()
    expect(_views(page)).to_have_count(under)


def _views(page: Page) -> Locator:
    return page.get_by_role("dialog").locator("form")


def choose(page: Page, label: str, option: str | re.Pattern[str]) -> None:
    """One of a menu, as people do it."""
    view(page).get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).first.click()


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture, if pictures are wanted."""
    folder = os.environ.get("STEWARD_SCREENSHOTS")
    if folder:
        page.wait_for_timeout(300)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
