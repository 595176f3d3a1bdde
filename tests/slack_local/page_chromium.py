"""A pytest plugin: a real Chromium, and the page of a local Slack in it.

One Playwright a process: whoever else drives a browser in these tests takes the fixture `chromium` from here.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from slack_local.delivery.answer import DEADLINE
from slack_local.local_slack import LocalSlack
from slack_local.platform import Timing
from tests.slack_local.page_app import MANIFEST, WORKSPACE, Clerk
from tests.slack_local.page_windows import DESKTOP, PATIENCE_MS, PHONE, OpenPage

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Skips where no browser is installed."""
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser found: none of {', '.join(_NAMES)} is on the PATH, so the page is not tested")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def office() -> Iterator[LocalSlack]:
    """A small workspace on a free port, without an app. What the app answers late it takes as well: see `impatient`."""
    patient = Timing(deadline=PATIENCE_MS / 1000)
    with LocalSlack.start(manifest=MANIFEST, workspace=WORKSPACE, timing=patient) as running:
        yield running


@contextmanager
def impatient(office: LocalSlack) -> Iterator[None]:
    """It waits no longer than Slack does."""
    delivery = office.platform.delivery
    patience, delivery.deadline = delivery.deadline, DEADLINE
    yield
    delivery.deadline = patience


@pytest.fixture
def clerk(office: LocalSlack) -> Iterator[Clerk]:
    """The app of the workspace, connected."""
    app = Clerk(office)
    app.connect()
    yield app
    app.close()


@pytest.fixture
def open_page(chromium: Browser, office: LocalSlack) -> Iterator[OpenPage]:
    """Opens the page at an address like "?as=inese", in a browser of its own; fails on any error of the page's own."""
    with pages_of(chromium, office) as opened:
        yield opened


@contextmanager
def pages_of(chromium: Browser, office: LocalSlack) -> Iterator[OpenPage]:
    """What the fixture `open_page` is, for as long as wanted."""
    contexts, wrong = [], []

    def opened(address: str = "", *, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            has_touch=size == PHONE,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(f"{office.url}/{address}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
