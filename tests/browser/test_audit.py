"""Searching the audit table and reporting to a customer, in a real browser.

STEWARD_SCREENSHOTS=docs/screenshots keeps the pictures that the docs show.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.in_slack import become, messages_of_the_app, newest, picture, send
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward

pytest_plugins = ["tests.slack_local.page_chromium"]
pytestmark = pytest.mark.browser

WHY = "Ticket HD-2211: newsletters bounce since Monday, need the sender address"


def looked_at(steward: Steward, clock: SettableClock) -> None:
    """A week in which Inese and Kaspars help Baltic Beans, with Jānis's approval where they need more."""
    inese, kaspars, janis = (steward.person(name) for name in ("inese", "kaspars", "janis"))
    inese.type("/account pw-00412", channel="support")
    clock.advance(days=1)
    kaspars.type("/account baltic beans", channel="support")
    clock.advance(days=1, minutes=12)
    inese.type("/access pw-00412 for technical support 2h", channel="support")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": WHY, "Ticket": "HD-2211"})
    assert inese.submit() == {}
    inese.close(everything=True)
    steward.deliver()
    janis.press("Approve", in_="access-approvals")
    inese.type("/account pw-00412", channel="support")
    inese.press("Reveal", in_="support")
    inese.close(everything=True)
    steward.person("nils").type("/account pw-00412", channel="general")
    steward.integrator.tick()
    clock.advance(days=6)


def test_an_auditor_searches_and_opens_an_entry(page: Page, steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    become(page, steward, "agnese", "audit-log")
    send(page, "/audit pw-00412 contact details last month")
    expect(newest(page)).to_contain_text("No entry for pw-00412, Contact details, since")
    send(page, "/audit pw-00412 contact details last 10 days")
    expect(newest(page)).to_contain_text("5 entries for pw-00412, Contact details")
    expect(newest(page)).to_contain_text("revealed pw-00412")
    picture(page, "12-audit-search")
    send(page, '/audit "newsletters bounce"')
    expect(newest(page)).to_contain_text("asked for access to pw-00412")
    (revealed,) = steward.audit(actions=("account.reveal",))
    send(page, f"/audit {str(revealed['id'])[-8:]}")
    expect(newest(page)).to_contain_text("R-1001, granted by @Jānis Bērziņš")
    expect(newest(page)).to_contain_text("under the signed checkpoint of")
    picture(page, "13-audit-entry")


def test_an_auditor_verifies_and_takes_the_ledger_away(page: Page, steward: Steward, clock: SettableClock) -> None:
    looked_at(steward, clock)
    become(page, steward, "agnese", "audit-log")
    send(page, "/audit verify")
    expect(newest(page)).to_contain_text("verified: each is what was signed")
    picture(page, "16-audit-verify")
    steward.integrator.tick()
    send(page, "/audit export")
    expect(newest(page)).to_contain_text("exported: all of the signed ledger")
    picture(page, "17-audit-export")
    messages_of_the_app(page)
    expect(newest(page).get_by_role("link", name="audit.jsonl", exact=True)).to_be_visible()
    picture(page, "18-audit-export-files")


def test_the_privacy_officer_reports_to_a_customer(
    page: Page, steward: Steward, clock: SettableClock, tmp_path: Path
) -> None:
    looked_at(steward, clock)
    become(page, steward, "laila", "privacy-desk")
    send(page, "/privacy report pw-00412 since 1 march")
    expect(newest(page)).to_contain_text("Two people at Postwing looked at your data four times")
    messages_of_the_app(page)
    expect(newest(page)).to_contain_text("Read it before you send it.")
    file = newest(page).get_by_role("link", name="Who looked at pw-00412 (HTML)")
    address = file.get_attribute("href")
    assert address
    answer = page.request.get(address if address.startswith("http") else f"{steward.slack.url}{address}")
    assert answer.ok
    page.set_viewport_size({"width": 900, "height": 1200})
    saved = tmp_path / "report.html"
    saved.write_bytes(answer.body())
    page.goto(saved.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Who looked at your data between 1 March and 10 March 2026"
    )
    expect(page.get_by_role("row")).to_have_count(1 + 4)
    expect(page.get_by_role("img", name=re.compile("Look-ups by week"))).to_be_visible()
    picture(page, "15-report-to-a-customer", whole=True)
