"""A change in a real browser, from discovery to the last acknowledgement: found, decided, told, asked about, read.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.notices.watching import Outcome
from tests.browser.in_slack import become, close, messages_of_the_app, newest, picture, send, view, with_a_courier
from tests.conftest import SettableClock
from tests.scenarios.harness import CLI, Steward
from tests.scenarios.policy.changes.publishing import SELLS, SOLD, SUPPORT, folder

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

__all__ = ["folder"]

AHEAD = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)  # 09:00 in Riga, 14 days before 1 April
NEWS = "\n## Partners\n\n" + "\n\n".join(
    f"{who} may see the {what} of your account while it works for us. It keeps them for {days} days after its contract"
    f" has ended and deletes them then. Until we tell you otherwise on this page, it may pass them on to nobody."
    for days, (who, what) in enumerate(
        (
            ("The company that prints our invoices", "postal address"),
            ("The company that checks cards for us", "payment details"),
            ("The company that answers the telephone for us at night", "contact details"),
            ("The company that keeps our backups", "recipient lists"),
            ("The company that tests our software", "number of recipients"),
        ),
        start=30,
    )
)


@pytest.fixture
def steward(sqlite_url: str, clock: SettableClock, folder: Path) -> Iterator[Steward]:
    clock.now = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    with with_a_courier(sqlite_url, clock, folder) as made:
        yield made


def go_on(steward: Steward, clock: SettableClock, to: datetime) -> None:
    """As its threads do: due work, and a look at the plans; the courier runs."""
    clock.now = to
    steward.clockwork.tick()
    steward.services.telling.rounds.look()


def test_from_discovery_to_the_last_acknowledgement(
    page: Page, steward: Steward, clock: SettableClock, folder: Path
) -> None:
    it_is_found(steward, clock, folder)
    laila_decides(page, steward)
    inese_hears_of_it_and_asks(page, steward, clock)
    laila_sees_who_has_read_it(page, steward)
    edgars_reads_it_first(page, steward, clock)
    the_others_read_it(page, steward)


def it_is_found(steward: Steward, clock: SettableClock, folder: Path) -> None:
    # The page changes, and is looked at twice.
    path = folder / "policies" / "postwing.md"
    path.write_text(path.read_text().replace(SOLD, SELLS).replace(SUPPORT, "such as the help desk") + NEWS)
    watching = steward.services.changes.watching
    assert watching.check(CLI).outcome is Outcome.LOOK_AGAIN
    clock.advance(minutes=10)
    assert watching.check(CLI).outcome is Outcome.CHANGED


def laila_decides(page: Page, steward: Steward) -> None:
    # Laila reads it at the desk and looks at the words.
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page)).to_contain_text("N-1: the policy changed where it is published")
    expect(newest(page)).to_contain_text("Technical support: its clause is gone")
    picture(page, "70-change-at-the-desk")
    newest(page).get_by_role("button", name="What changed?").click()
    expect(view(page)).to_contain_text("Brightmail Ltd")
    picture(page, "71-what-changed")
    close(page)

    # She decides.
    newest(page).get_by_role("button", name="Decide").click()
    form = page.get_by_role("dialog", name="Announce N-1")
    form.get_by_label("From when?").fill("2026-04-01")
    form.get_by_label("In a sentence or two").fill("From April on we may pass business data on to Brightmail Ltd.")
    picture(page, "72-decide")
    form.get_by_role("button", name="Announce").click()
    expect(view(page)).to_contain_text("Effective 1 Apr 2026")
    close(page)
    expect(newest(page)).to_contain_text("to everyone, as material")
    send(page, "/policy changes")
    expect(newest(page)).to_contain_text(re.compile("N-1 · another text"))


def inese_hears_of_it_and_asks(page: Page, steward: Steward, clock: SettableClock) -> None:
    # Fourteen days ahead, at nine by her clock, Inese hears of it.
    go_on(steward, clock, AHEAD)
    become(page, steward, "inese", "support")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("Our privacy policy changes on 1 April 2026.")
    expect(newest(page)).to_contain_text("Your purpose Technical support ends")
    picture(page, "73-notice")
    newest(page).get_by_role("button", name="What changed?").click()
    expect(view(page)).to_contain_text("page 1 of 2")
    view(page).get_by_role("button", name="Next").click()
    expect(view(page)).to_contain_text("page 2 of 2")
    picture(page, "74-what-changed-in-pages")
    close(page)

    # She asks, and says that she has read it.
    newest(page).get_by_role("button", name="Ask the privacy officer").click()
    form = view(page)
    form.get_by_label("What would you like to know?").fill("Do we have to tell customers who write to us?")
    form.get_by_role("button", name=re.compile("^(Ask|Send)")).click()
    expect(view(page)).to_contain_text("with the privacy officers")
    close(page)
    notice = page.get_by_role("region", name="Messages").get_by_role("article").filter(has_text="changes on 1 April")
    notice.get_by_role("button", name="I have read this").click()
    expect(notice).to_contain_text("You have read this")
    picture(page, "75-has-read")


def laila_sees_who_has_read_it(page: Page, steward: Steward) -> None:
    # Laila has the question at the desk, and sees who has read it.
    become(page, steward, "laila", "privacy-desk")
    expect(newest(page)).to_contain_text("Do we have to tell customers who write to us? (N-1)")
    send(page, "/policy readers")
    expect(newest(page)).to_contain_text("N-1: 1 of 11 people has read it (9%)")
    picture(page, "76-readers")


def edgars_reads_it_first(page: Page, steward: Steward, clock: SettableClock) -> None:
    # Edgars has not: after a fortnight his next look-up waits for it, and goes on with one press.
    go_on(steward, clock, AHEAD + timedelta(days=14, minutes=1))
    become(page, steward, "edgars", "support")
    send(page, "/account pw-00412")
    expect(newest(page)).to_contain_text("read")
    picture(page, "77-read-first")
    newest(page).get_by_role("button", name="I have read this").click()
    expect(newest(page)).to_contain_text("Baltic Beans SIA")
    picture(page, "78-went-on")


def the_others_read_it(page: Page, steward: Steward) -> None:
    # The others read it too, Laila last.
    for name in ("kaspars", "janis", "martins", "zane", "agnese", "nils", "ieva", "rihards"):
        steward.person(name).press("I have read this")
    become(page, steward, "laila", "privacy-desk")
    messages_of_the_app(page)
    newest(page).get_by_role("button", name="I have read this").click()
    expect(newest(page)).to_contain_text("You have read this")
    send(page, "/policy readers")
    expect(newest(page)).to_contain_text("N-1: 11 of 11 people have read it (100%)")
    picture(page, "79-everybody-has-read")
