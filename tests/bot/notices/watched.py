"""A policy on a web site that can do everything wrong, and the watching of it, without Slack."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sqlalchemy import Connection, text

from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.notices.announcing import Change
from bot.notices.changing import list_changes
from bot.notices.keeping import Keeping
from bot.notices.snapshots import Sources
from bot.notices.watch_settings import WatchSettings
from bot.notices.watching import Checked, Outcome, Watching
from bot.privacy.source import Limits
from bot.privacy.versions import Coming, policy_in_force
from bot.queued import QueuedEffects
from tests.conftest import SettableClock

CLI = Origin(Actor("cli:ana"), Surface.CLI)

POLICY = """# Privacy policy

Last updated 1 March 2026.

## What we keep

We keep your name and your e-mail address for as long as your account is open. We never sell them to anyone. We keep
invoices for 30 days.

## Who sees it

Our support sees it when you ask for help. We have no other companies that see it. Nobody else may look at it.

## Your choices

You may ask us for a copy at any time. You may close your account, and then we delete everything within a month.
"""
SOLD = POLICY.replace("We never sell them to anyone.", "We may sell them to partners.")


@dataclass
class Site:
    """A web site with one page. `answer` says what the next requests get: status, headers, body."""

    page: str = POLICY
    kind: str = "text/markdown; charset=utf-8"
    etag: bool = False
    answer: Callable[["Request"], None] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


class Request(BaseHTTPRequestHandler):
    """One request to the site."""

    site: Site

    def do_GET(self) -> None:
        self.site.asked.append(dict(self.headers.items()))
        if self.site.answer is not None:
            with suppress(BrokenPipeError, ConnectionResetError):
                self.site.answer(self)
            return
        tag = f'"{hash(self.site.page)}"'
        if self.site.etag and self.headers["If-None-Match"] == tag:
            self.reply(304, b"")
            return
        self.reply(200, self.site.page.encode(), ETag=tag if self.site.etag else "")

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.site.kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given: object) -> None:
        """Nothing."""


@contextmanager
def published() -> Iterator[Site]:
    """The site, while it answers."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (Request,), {"site": site}))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}/privacy"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Told:
    """Who was told what of decisions, instead of notices."""

    planned: list[Change] = field(default_factory=list)
    withdrawn: list[Change] = field(default_factory=list)

    def plan(self, connection: Connection, change: Change) -> None:
        assert connection.in_transaction()
        self.planned.append(change)

    def withdraw(self, connection: Connection, change: Change) -> None:
        assert connection.in_transaction()
        self.withdrawn.append(change)


@dataclass
class Watched:
    """The watching of a site, and what became of it."""

    site: Site
    database: Database
    clock: SettableClock
    watching: Watching
    told: Told

    def check(self, **later: float) -> Checked:
        """Check now, or after a while."""
        self.clock.advance(**later)
        return self.watching.check(CLI)

    def change_to(self, page: str) -> Checked:
        """The page changes, and is looked at twice."""
        self.site.page = page
        assert self.check(hours=6).outcome is Outcome.LOOK_AGAIN
        return self.check(minutes=10)

    def changes(self) -> list[Change]:
        """Oldest first."""
        with self.database.reading() as connection:
            return list(reversed(list_changes(connection)))

    def in_force(self) -> str:
        """The text in force."""
        with self.database.reading() as connection:
            policy = policy_in_force(connection, self.clock())
        assert policy is not None
        return policy.text

    def messages(self, kind: str) -> list[str]:
        """What the outbox has of a kind: what each message is about."""
        with self.database.reading() as connection:
            query = text("SELECT about FROM deliveries WHERE kind = :kind ORDER BY id")
            return [str(one) for one in connection.execute(query, {"kind": kind}).scalars()]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.reading() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def watched(
    site: Site, database: Database, clock: SettableClock, *, automatic: bool = False, more: tuple[str, ...] = ()
) -> Watched:
    """A company that has the site's page in force and watches it."""
    told, ledger, effects = Told(), Ledger(database, clock), QueuedEffects(Outbox(clock))
    settings = WatchSettings((site.url, *more), check="0 */6 * * *", automatic=automatic)
    keeping = Keeping(ledger, effects, told, clock, UTC, posts=True, automatic=automatic)
    sources = Sources(settings.sources, Path(), Limits(seconds=5, allow_private_addresses=True))
    watching = Watching(database, ledger, effects, keeping, clock, UTC, sources, settings, posts=True)
    if not more:
        keeping.bring_in(Coming.read(site.page.encode(), "policy.md"), CLI)
    return Watched(site, database, clock, watching, told)
