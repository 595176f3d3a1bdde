"""The reference company's Steward, and a page of the local Slack to use it in."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.in_slack import with_a_courier
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward
from tests.slack_local.page_windows import PATIENCE_MS


@pytest.fixture
def steward(sqlite_url: str, clock: SettableClock) -> Iterator[Steward]:
    clock.now = datetime(2026, 3, 2, 10, 40, tzinfo=UTC)
    with with_a_courier(sqlite_url, clock) as made:
        yield made


@pytest.fixture
def window() -> ViewportSize:
    """Pixels wide and high."""
    return {"width": 1280, "height": 860}


@pytest.fixture
def page(chromium: Browser, window: ViewportSize) -> Iterator[Page]:
    """A page in a browser of its own; an error of the page's own fails the test."""
    context = chromium.new_context(viewport=window, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []
