"""Watching a policy on the web: what is a change, what is none, and what is a fault of the page. On both databases."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from bot.audit.entry import Action
from bot.audit.entry import Outcome as Done
from bot.database import Database
from bot.notices.announcing import Status
from bot.notices.rereading import Reread, read_snapshots_again
from bot.notices.watch_state import read_state
from bot.notices.watching import CHECK, CONFIRM, Outcome
from bot.privacy.versions import Coming
from bot.schedule.clockwork import Clockwork
from tests.bot.notices.watched import CLI, POLICY, SOLD, Request, Site, Watched, published, watched
from tests.conftest import SettableClock


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with published() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    server.page, server.kind, server.etag, server.answer = POLICY, "text/markdown; charset=utf-8", False, None
    server.asked.clear()
    return server


@pytest.fixture
def watch(site: Site, database: Database, clock: SettableClock) -> Watched:
    made = watched(site, database, clock)
    assert made.check().outcome is Outcome.UNCHANGED
    return made


@pytest.fixture
def on_sqlite(site: Site, sqlite_url: str, clock: SettableClock) -> Iterator[Watched]:
    """For what is decided before any row is written."""
    database = Database(sqlite_url)
    made = watched(site, database, clock)
    assert made.check().outcome is Outcome.UNCHANGED
    yield made
    database.close()


def test_a_change_is_believed_when_it_came_twice(watch: Watched) -> None:
    watch.site.page = SOLD
    first = watch.check(hours=6)
    assert first.outcome is Outcome.LOOK_AGAIN
    assert first.again_at is not None
    assert watch.check(minutes=5).outcome is Outcome.LOOK_AGAIN
    assert "never sell" in watch.in_force()
    found = watch.check(minutes=5)
    assert found.outcome is Outcome.CHANGED
    change = found.change
    assert change is not None
    assert (change.name, change.kind, change.status, change.incident) == ("N-2", "text", Status.FOUND, True)
    assert "may sell" in watch.in_force()
    assert watch.messages("change.found") == ["N-2"]
    assert watch.told.planned == []
    assert watch.check(hours=6).outcome is Outcome.UNCHANGED
    assert len(watch.changes()) == 2


def test_the_second_look_is_in_the_schedule_and_is_skipped_when_it_is_settled(watch: Watched) -> None:
    watch.site.page = SOLD
    watch.check(hours=6)
    with watch.database.reading() as connection:
        about = connection.execute(text(f"SELECT about FROM due_work WHERE kind = '{CONFIRM}'")).scalar_one()
    watch.clock.advance(minutes=10)
    watch.watching.confirm(about)
    assert [one.kind for one in watch.changes()] == ["first", "text"]
    asked = len(watch.site.asked)
    watch.watching.confirm(about)
    assert len(watch.site.asked) == asked


def test_what_is_gone_at_the_second_look_is_no_change(watch: Watched) -> None:
    watch.site.page = SOLD
    assert watch.check(hours=6).outcome is Outcome.LOOK_AGAIN
    watch.site.page = POLICY
    assert watch.check(minutes=10).outcome is Outcome.WENT_BACK
    assert len(watch.changes()) == 1


def test_a_page_that_shows_another_text_each_time_is_a_fault(watch: Watched) -> None:
    outcomes = []
    for number in range(4):
        watch.site.page = SOLD.replace("partners", f"partners number {number}")
        outcomes.append(watch.check(minutes=10))
    assert [one.outcome for one in outcomes] == [*[Outcome.LOOK_AGAIN] * 3, Outcome.FAULT]
    assert outcomes[-1].fault == "unsteady"
    assert len(watch.changes()) == 1


NOISE = {
    "links": POLICY.replace("your name", "[your name](https://www.example.com/name?session=81)"),
    "case and punctuation": POLICY.replace("We never sell them to anyone.", "We NEVER sell them — to anyone!"),
    "white space": POLICY.replace(". ", ".   \n"),
    "mark-up": POLICY.replace("Our support", "**Our support**"),
    "order": POLICY.replace(
        "We never sell them to anyone. We keep\ninvoices for 30 days.",
        "We keep invoices for 30 days. We never sell them to anyone.",
    ),
}


@pytest.mark.parametrize("page", NOISE.values(), ids=NOISE.keys())
def test_noise_is_kept_and_listed_and_put_before_nobody(on_sqlite: Watched, page: str) -> None:
    on_sqlite.site.page = page
    on_sqlite.check(hours=6)
    on_sqlite.check(hours=6)
    assert on_sqlite.check(hours=6).outcome in (Outcome.UNCHANGED, Outcome.NOISE)
    assert on_sqlite.messages("change.found") == []
    assert all(one.status is Status.DISMISSED for one in on_sqlite.changes())


def test_a_date_is_shown_apart_and_a_day_of_fetching_is_noise(watch: Watched) -> None:
    found = watch.change_to(POLICY.replace("1 March 2026", "20 February 2026"))
    assert found.change is not None
    assert (found.change.kind, found.change.incident, found.change.status) == ("date", False, Status.FOUND)


def test_the_day_of_fetching_is_noise(site: Site, database: Database, clock: SettableClock) -> None:
    site.page = POLICY.replace("1 March 2026", "2 March 2026")
    watch = watched(site, database, clock)
    for _ in range(6):
        assert watch.check(hours=12).outcome in (Outcome.UNCHANGED, Outcome.NOISE)
        site.page = POLICY.replace("1 March 2026", f"{watch.clock():%-d %B %Y}")
    assert [one.kind for one in watch.changes()] == ["first"]


def test_a_page_that_goes_back_before_anybody_decided_settles_both(watch: Watched) -> None:
    watch.change_to(SOLD)
    watch.change_to(POLICY)
    first, there, back = watch.changes()
    assert (there.status, back.status, there.incident) == (Status.DISMISSED, Status.DISMISSED, True)
    assert back.after == first.after == there.before
    assert "came back" in str(back.note)
    assert "never sell" in watch.in_force()


def test_two_changes_in_one_day_are_two(watch: Watched) -> None:
    one = watch.change_to(SOLD).change
    two = watch.change_to(SOLD.replace("30 days", "90 days")).change
    assert one is not None
    assert two is not None
    assert (one.number, two.number, two.before) == (2, 3, one.after)
    assert watch.messages("change.found") == ["N-2", "N-3"]


def test_unchanged_pages_are_not_sent_again(watch: Watched) -> None:
    watch.site.etag = True
    watch.check(hours=6)
    assert watch.check(hours=6).outcome is Outcome.UNCHANGED
    assert "If-None-Match" in watch.site.asked[-1]
    assert watch.count("policy_snapshots") == 3
    assert watch.count("policy_snapshot_bytes") == 1
    watch.site.page = SOLD
    watch.check(hours=6)
    watch.check(minutes=10)
    assert "If-None-Match" not in watch.site.asked[-1]
    assert len(watch.changes()) == 2


def _status(number: int) -> Callable[[Request], None]:
    return lambda request: request.reply(number, b"<h1>No.</h1>")


def _circle(request: Request) -> None:
    request.reply(302, b"", Location=request.path)


def _huge(request: Request) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.end_headers()
    for _ in range(50):
        request.wfile.write(b"<p>We care.</p>" * 66_667)


def _cut_in_flight(request: Request) -> None:
    body = POLICY.encode()
    request.send_response(200)
    request.send_header("Content-Type", "text/markdown")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body[:300])


def _page(kind: str, body: str | bytes) -> Callable[[Request], None]:
    def answer(request: Request) -> None:
        request.site.kind = kind
        request.reply(200, body if isinstance(body, bytes) else body.encode())

    return answer


LOGIN = "<html><title>Sign in</title><body><h1>Welcome</h1><p>Please log in to continue.</p></body></html>"
CAPTCHA = "<html><title>Just a moment</title><body><p>Verify you are human to go on to the site.</p></body></html>"
ERROR = "<html><body><h1>Sorry</h1><p>The page could not be found. It may have moved elsewhere.</p></body></html>"
BAD: dict[str, tuple[Callable[[Request], None], str]] = {
    "an error": (_status(503), "status"),
    "gone": (_status(404), "status"),
    "a circle": (_circle, "redirects"),
    "50 MB": (_huge, "too_large"),
    "cut in flight": (_cut_in_flight, "no_answer"),
    "empty": (_page("text/html", "<html><body></body></html>"), "no_text"),
    "no bytes": (_page("text/markdown", b""), "no_text"),
    "a login": (_page("text/html", LOGIN), "login_page"),
    "a captcha": (_page("text/html", CAPTCHA), "captcha"),
    "an error with 200": (_page("text/html", ERROR), "error_page"),
    "another encoding": (_page("text/plain; charset=utf-8", "Wir löschen Ihre Daten für Sie.".encode("utf-16")), ""),
    "a picture": (_page("image/png", b"\x89PNG"), "wrong_type"),
    "half of it": (_page("text/markdown", POLICY[: len(POLICY) * 2 // 5]), ""),
    "cut in a sentence": (_page("text/markdown", POLICY.rstrip()[:-30]), "cut_off"),
}


@pytest.mark.parametrize(("answer", "fault"), BAD.values(), ids=BAD.keys())
def test_a_bad_page_is_a_fault_and_never_a_change(
    on_sqlite: Watched, answer: Callable[[Request], None], fault: str
) -> None:
    on_sqlite.site.answer = answer
    for _ in range(3):
        checked = on_sqlite.check(hours=6)
        assert checked.outcome is Outcome.FAULT
        assert checked.fault == fault or (not fault and checked.fault)
    assert len(on_sqlite.changes()) == 1
    assert "never sell" in on_sqlite.in_force()
    assert on_sqlite.messages("source.faulty") == ["source/1"]
    on_sqlite.site.answer, on_sqlite.site.kind = None, "text/markdown; charset=utf-8"
    assert on_sqlite.check(hours=6).outcome is Outcome.UNCHANGED
    assert on_sqlite.messages("source.well") == ["source/1"]
    with on_sqlite.database.reading() as connection:
        assert read_state(connection).faults == 0


def test_a_short_fault_is_told_to_nobody(watch: Watched) -> None:
    for _ in range(3):
        watch.site.answer = _status(500)
        watch.check(hours=6)
        watch.check(hours=6)
        watch.site.answer = None
        watch.check(hours=6)
    assert watch.messages("source.faulty") == watch.messages("source.well") == []


def test_a_policy_that_lost_its_headings_is_classed_by_its_words(watch: Watched) -> None:
    flat = "\n\n".join(line for line in POLICY.split("\n\n") if not line.startswith("#"))
    watch.site.page = flat
    watch.check(hours=6)
    watch.check(hours=6)
    assert watch.messages("change.found") == []
    found = watch.change_to(flat.replace("We never sell them to anyone.", "We may sell them to partners."))
    assert found.change is not None
    assert found.change.kind == "text"


def test_several_sources_are_one_policy(site: Site, database: Database, clock: SettableClock) -> None:
    watch = watched(site, database, clock, more=(f"{site.url}?part=2",))
    watch.check()
    first = watch.check(minutes=10).change
    assert first is not None
    assert first.kind == "first"
    assert watch.in_force().count("We never sell them to anyone.") == 2
    assert watch.check(hours=6).outcome is Outcome.UNCHANGED
    assert watch.change_to(SOLD).change is not None


def test_what_is_announced_by_itself(site: Site, database: Database, clock: SettableClock) -> None:
    watch = watched(site, database, clock, automatic=True)
    watch.check()
    watch.change_to(SOLD)
    (change,) = watch.told.planned
    assert (change.status, change.audience, change.late) == (Status.ANNOUNCED, ("everyone",), True)
    assert "never sell" in str(change.summary) or "may sell" in str(change.summary)
    watch.change_to(SOLD.replace("1 March 2026", "20 February 2026"))
    assert len(watch.told.planned) == 1


def test_a_better_reading_is_no_change(watch: Watched) -> None:
    """What an earlier release read from the same bytes: other words, kept under their own hash."""
    older = Coming.read(b"# Privacy\n\nRead in other words.\n", "policy.md")
    values = {"hash": older.text.hash, "text": older.text.text, "document": older.document}
    with watch.database.transaction() as connection:
        reading = "UPDATE policy_versions SET extraction = 0, hash = :hash, text = :text, document = :document"
        connection.execute(text(reading), values)
        connection.execute(text("UPDATE policy_watch SET seen = :hash"), values)
    with watch.watching.ledger.entry(CLI, Action.POLICY_CHANGE) as entry:  # as that release wrote it
        entry.policy_version = older.text.hash
        entry.close(Done.DONE, "first_version")
    assert watch.check(hours=6).outcome is Outcome.UNCHANGED
    assert len(watch.changes()) == 1


def test_a_text_that_was_brought_by_hand_stays_until_the_page_changes(watch: Watched) -> None:
    brought = watch.watching.keeping.bring_in(Coming.read(SOLD.encode(), "policy.md"), CLI)
    assert brought.change is not None
    assert (brought.change.found_how, brought.change.incident) == ("import", False)
    assert watch.check(hours=6).outcome is Outcome.UNCHANGED
    watch.site.page = SOLD
    assert watch.check(hours=6).outcome is Outcome.UNCHANGED
    assert "may sell" in watch.in_force()


def test_old_snapshots_are_read_again_and_nothing_comes_of_it(watch: Watched) -> None:
    with watch.database.transaction() as connection:
        connection.execute(text("UPDATE policy_snapshots SET extraction = 0, version = 'old'"))
    assert read_snapshots_again(watch.database) == Reread(read=1, otherwise=1, unreadable=0)
    assert read_snapshots_again(watch.database) == Reread(read=0, otherwise=0, unreadable=0)
    assert watch.check(hours=6).outcome is Outcome.UNCHANGED
    assert len(watch.changes()) == 1


def test_of_several_replicas_one_checks(watch: Watched) -> None:
    replicas = [Clockwork(watch.database, {CHECK: watch.watching.due}, watch.clock) for _ in range(3)]
    for _ in replicas:
        watch.watching.plan()
    assert watch.watching.next_check(watch.clock()) == watch.clock().replace(hour=12)
    watch.clock.now = watch.clock().replace(hour=12)
    asked = len(watch.site.asked)
    assert sum(one.tick() for one in replicas) == 1
    assert len(watch.site.asked) == asked + 1
