"""The week in numbers: what is counted, whose week it is, and when it goes out, also when clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.rules.purposes import DataClass, Rules, Shown
from bot.audit.entry import Action, Outcome
from bot.audit.reviews.items import Status, Verdict
from bot.audit.reviews.unusual import Rule
from bot.audit.weekly.digest import Digest, Digests, DigestTime, read_digest, week_named, week_of
from bot.company import Company
from bot.database import Database
from bot.effects import Message
from handlers.views.audit import digest as views
from slack_local.block_kit.surface import validate_surface
from tests.bot.audit.reviews.watching import AGNESE, HERE, INESE, JANIS, Effects, watched
from tests.conftest import SettableClock

RIGA = ZoneInfo("Europe/Riga")
ZONES = st.sampled_from([RIGA, ZoneInfo("America/Toronto"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CLASSES = {
    "contact": DataClass("contact", "Contact details", ("email", "phone"), Shown.MASKED),
    "payment": DataClass("payment", "Payment details", ("iban",), Shown.MASKED),
}
RULES = Rules({}, CLASSES, timedelta(hours=8))
COMPANY = Company("Postwing", "privacy@postwing.example", RULES, {})


@given(MOMENTS, ZONES, st.integers(0, 6), st.times())
def test_the_next_digest_is_within_a_week_at_its_local_time(now: datetime, zone: ZoneInfo, day: int, at: time) -> None:
    at = at.replace(microsecond=0)
    next_ = DigestTime(day, at).after(now, zone)
    assert now < next_ <= now + timedelta(days=7, hours=2)
    local = next_.astimezone(zone)
    shown = local.replace(tzinfo=None)
    wanted = datetime.combine(local.date(), at)
    exists = wanted.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wanted
    assert shown == wanted if exists else shown > wanted
    assert local.weekday() == day or not exists


@given(MOMENTS, ZONES, st.integers(0, 6))
def test_going_from_one_to_the_next_leaves_out_no_week(now: datetime, zone: ZoneInfo, day: int) -> None:
    time_of = DigestTime(day, time(8, 30))
    moments = [now]
    for _ in range(5):
        moments.append(time_of.after(moments[-1], zone))
    weeks = [week_of(moment.astimezone(zone).date(), zone).monday for moment in moments[1:]]
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(weeks))


def test_clocks_change_and_the_digest_does_not() -> None:
    before = datetime(2026, 3, 23, 6, 30, tzinfo=UTC)  # 08:30 in Riga in winter
    after = DigestTime().after(before, RIGA)
    assert (after, after.astimezone(RIGA).hour) == (datetime(2026, 3, 30, 5, 30, tzinfo=UTC), 8)
    skipped = DigestTime(6, time(3, 30)).after(datetime(2026, 3, 28, tzinfo=UTC), RIGA)
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 04:30: there is no 03:30 that day
    twice = DigestTime(6, time(3, 30)).after(datetime(2026, 10, 24, tzinfo=UTC), RIGA)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of two


@pytest.mark.parametrize(
    ("day", "name", "hours"),
    [(date(2026, 3, 4), "2026-W10", 168), (date(2026, 3, 29), "2026-W13", 167), (date(2026, 10, 25), "2026-W43", 169)],
)
def test_a_week_is_the_companys(day: date, name: str, hours: int) -> None:
    week = week_of(day, RIGA)
    assert (week.name, week.stop - week.start) == (name, timedelta(hours=hours))
    assert week_named(name, RIGA) == week
    assert week.start.astimezone(RIGA).time() == time.min


@pytest.mark.parametrize("name", ["", "2026", "2026-W99", "R-1001", "2026-Wx"])
def test_no_weeks_name(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        week_named(name, RIGA)


def digest_of(database: Database, clock: SettableClock, rules: Rules = RULES) -> Digest:
    week = week_of(clock().astimezone(RIGA).date(), RIGA)
    before = week_of(week.monday - timedelta(days=1), RIGA)
    with database.reading() as connection:
        return read_digest(connection, week, before, rules)


def test_a_week_is_counted(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock)
    clock.advance(days=-3)  # Friday of the week before
    made.reveal("pw-old")
    clock.advance(days=3)
    used, unused = made.grant(1), made.grant(2)
    made.reveal("pw-1", grant=used)
    made.record(INESE, Action.LOOK_UP, Outcome.MASKED, account="pw-1")
    clock.advance(days=1)
    made.record(JANIS, Action.LOOK_UP, Outcome.DISCLOSED, account="pw-2")
    made.record(JANIS, Action.LOOK_UP, Outcome.SUGGESTED)
    made.record(JANIS, Action.LOOK_UP, Outcome.REFUSED, reason="no_purpose")
    for _ in range(5):
        made.record(INESE, Action.REVEAL, Outcome.REFUSED, reason="no_grant")
    made.look()
    made.review.judge(made.origin(AGNESE), AGNESE, HERE, 1, 0, Verdict.VIOLATION, "No reason at all")
    seen = digest_of(database, clock)
    assert unused
    assert (seen.looks, seen.looks_before, seen.accounts) == (3, 1, 2)
    assert seen.by_day == (2, 1, 0, 0, 0, 0, 0)
    assert seen.by_purpose == {"technical_support": 3}
    assert seen.by_class == {"contact": 1}
    assert seen.people == (("T1", INESE.id, 2, 1), ("T1", JANIS.id, 1, 0))
    assert (seen.granted, seen.over, seen.unused) == (2, 2, 1)
    assert seen.refusals == {"no_grant": 5, "no_purpose": 1}
    assert seen.alerts == {Rule.REFUSALS: 1}
    assert seen.verdicts == {Status.VIOLATION: 1, Status.OPEN: 2}
    assert (seen.waiting, seen.late) == (2, 0)


def words_of(digest: Digest) -> str:
    block = views.render(digest, {INESE.id: "Inese Ozola", JANIS.id: "Jānis"}, COMPANY)
    assert validate_surface(block, "message") == []
    assert len(block["blocks"]) <= 8
    return "\n".join(str(one.get("text", one)) for one in block["blocks"])


def test_the_digest_names_employees_and_no_customer(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock)
    made.reveal("pw-secret", grant=made.grant(1, account="pw-secret"))
    text = words_of(digest_of(database, clock))
    assert "1 look at 1 account by 1 person; 0 looks the week before." in text
    assert "Inese Ozola" in text
    assert "Contact details" in text
    assert "2 to 8 March 2026" in text
    assert "pw-" not in text
    assert "U0INESE" not in text


def test_a_quiet_week(database: Database, clock: SettableClock) -> None:
    text = words_of(digest_of(database, clock))
    assert "Nobody looked at a customer's account" in text
    assert "*Grants* 0 given; none ended." in text
    assert "*Refusals* none." in text
    assert "*Alerts* none." in text


def test_what_is_all_of_one_kind_is_counted_once(database: Database, clock: SettableClock) -> None:
    quiet = digest_of(database, clock)
    one_kind = words_of(replace(quiet, refusals={"no_purpose": 7}, alerts={Rule.REFUSALS: 1}))
    assert "*Refusals* 7 (no purpose)." in one_kind
    assert "*Alerts* 1 (refused again and again)." in one_kind
    assert "*Refusals* 9: 7 no purpose and 2 no grant." in words_of(
        replace(quiet, refusals={"no_purpose": 7, "no_grant": 2})
    )


def test_it_is_sent_once_and_the_next_is_planned(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock)
    effects = Effects()
    digests = Digests(made.ledger, effects, clock, RIGA, DigestTime(), frozenset({"privacy"}))
    digests.plan()
    digests.plan()
    due = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)  # it is Monday, 11:00: the next one tells of this week
    assert effects.later == [("digest.week", "2026-W10", due)] * 2
    clock.now = due
    digests.send("2026-W10")
    assert effects.sent == [Message("digest.week", "2026-W10", "channel:privacy")]
    assert effects.later[2:] == [("digest.week", "2026-W11", due + timedelta(days=7))]


def test_a_company_without_a_privacy_channel_gets_none(database: Database, clock: SettableClock) -> None:
    effects = Effects()
    Digests(watched(database, clock).ledger, effects, clock, RIGA, DigestTime(), frozenset()).plan()
    assert effects.later == []
