"""The rules of unusual use, one by one, and what holds for all of them however the entries come."""

import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.reviews.unusual import Finding, Least, Rule, Seen, Thresholds, Window, WorkingHours, first_of, usual
from bot.audit.reviews.unusual import findings as findings_of
from bot.audit.reviews.unusual_words import named, span, why, why_you

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIGA = ZoneInfo("Europe/Riga")
ALONE = {rule: Thresholds(off=frozenset(set(Rule) - {rule})) for rule in Rule}


def seen(n: int, at: datetime, account: str | None = "a-1", **more: object) -> Seen:
    values: dict[str, object] = {"action": Action.REVEAL, "outcome": Outcome.DISCLOSED, "account": account, **more}
    return Seen(f"e{n:04}", at, **values)  # type: ignore[arg-type]  # hypothesis and tests build them loosely


def look_ups(begin: datetime, accounts: int, every: timedelta, first: int = 0) -> list[Seen]:
    return [
        seen(first + n, begin + n * every, f"a-{n}", action=Action.LOOK_UP, outcome=Outcome.MASKED, ticket=True)
        for n in range(accounts)
    ]


def findings(
    history: Sequence[Seen],
    since: datetime,
    quiet: dict[Rule, datetime],
    thresholds: Thresholds,
    zone: ZoneInfo,
) -> list[Finding]:
    """What is found by reading this history, when what is new begins at `since`."""
    return of_new(history, [one for one in history if one.at >= since], quiet, thresholds, zone)


def of_new(
    history: Sequence[Seen],
    new: Sequence[Seen],
    quiet: dict[Rule, datetime],
    thresholds: Thresholds,
    zone: ZoneInfo,
) -> list[Finding]:
    def read(_: Rule, after: datetime, upto: datetime) -> list[Seen]:
        return [one for one in history if after < one.at <= upto]

    return findings_of(read, first_of(new), history[-1].at, quiet, thresholds, zone)


def fired(rule: Rule, history: Sequence[Seen], zone: ZoneInfo = RIGA) -> list[Finding]:
    return findings(history, history[0].at, {}, ALONE[rule], zone)


def test_many_accounts_in_an_hour_without_a_past() -> None:
    assert fired(Rule.BREADTH, look_ups(MONDAY, 14, timedelta(minutes=1))) == []
    one = fired(Rule.BREADTH, look_ups(MONDAY, 20, timedelta(minutes=1)))
    assert [(finding.at, finding.facts["count"], finding.facts["usual"]) for finding in one] == [
        (MONDAY + timedelta(minutes=14), 15, 0)
    ]
    assert fired(Rule.BREADTH, look_ups(MONDAY, 40, timedelta(minutes=5))) == []


def test_the_same_account_again_and_again_is_no_breadth() -> None:
    same = [seen(n, MONDAY + timedelta(minutes=n), "a-1", action=Action.LOOK_UP) for n in range(50)]
    assert fired(Rule.BREADTH, same) == []


def test_many_accounts_are_usual_for_whoever_always_has_many() -> None:
    past = [
        look
        for day in range(1, 11)
        for look in look_ups(MONDAY - timedelta(days=day), 10, timedelta(minutes=2), first=100 * day)
    ]
    past.sort(key=lambda one: one.at)
    day = MONDAY.date()
    assert usual(past, day, Thresholds(), RIGA) == 10
    busy = [*past, *look_ups(MONDAY, 29, timedelta(minutes=1))]
    assert findings(busy, MONDAY, {}, ALONE[Rule.BREADTH], RIGA) == []
    busier = [*past, *look_ups(MONDAY, 30, timedelta(minutes=1))]
    (one,) = findings(busier, MONDAY, {}, ALONE[Rule.BREADTH], RIGA)
    assert (one.facts["count"], one.facts["usual"]) == (30, 10)


def test_what_is_usual_is_known_from_so_many_days_and_no_more() -> None:
    first = look_ups(MONDAY - timedelta(days=28), 9, timedelta(minutes=1))
    earlier = [look_ups(MONDAY - timedelta(days=day), 30, timedelta(minutes=1), first=100 * day) for day in (30, 29)]
    before = [one for day in earlier for one in day]
    assert usual([*before, *first], MONDAY.date(), Thresholds(), RIGA) == 9
    past = [*before, *first]
    assert findings([*past, *look_ups(MONDAY, 26, timedelta(minutes=1))], MONDAY, {}, ALONE[Rule.BREADTH], RIGA) == []
    busy = [*past, *look_ups(MONDAY, 27, timedelta(minutes=1))]
    (one,) = findings(busy, MONDAY, {}, ALONE[Rule.BREADTH], RIGA)
    assert one.facts["usual"] == 9


def test_what_was_refused_in_the_past_makes_nothing_usual() -> None:
    tried = look_ups(MONDAY - timedelta(days=1), 30, timedelta(minutes=1), first=100)
    refused = [replace(one, outcome=Outcome.REFUSED) for one in tried]
    busy = [*refused, *look_ups(MONDAY, 15, timedelta(minutes=1))]
    (one,) = findings(busy, MONDAY, {}, ALONE[Rule.BREADTH], RIGA)
    assert (one.facts["count"], one.facts["usual"]) == (15, 0)


def test_one_burst_does_not_make_the_next_one_usual() -> None:
    days = [look_ups(MONDAY - timedelta(days=day), 3, timedelta(minutes=1), 100 * day) for day in range(2, 9)]
    burst = look_ups(MONDAY - timedelta(days=1), 50, timedelta(minutes=1), 100)
    history = sorted([*burst, *(one for day in days for one in day)], key=lambda one: one.at)
    assert usual(history, MONDAY.date(), Thresholds(), RIGA) == 3


@pytest.mark.parametrize(
    ("local", "within"),
    [
        ("2026-03-02 06:59", False),
        ("2026-03-02 07:00", True),
        ("2026-03-02 19:59", True),
        ("2026-03-02 20:00", False),
        ("2026-03-07 12:00", False),
        ("2026-03-29 12:00", False),
        ("2026-03-30 07:00", True),  # the day after clocks went forward
    ],
)
def test_working_hours_are_local(local: str, within: bool) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=RIGA).astimezone(UTC)
    assert WorkingHours().hold(at, RIGA) is within


def test_a_night_shift_belongs_to_the_day_it_began() -> None:
    night = WorkingHours(frozenset({4}), time(22), time(6))  # Fridays from 22:00
    held = {hour: night.hold(datetime(2026, 3, 6, hour, tzinfo=UTC), ZoneInfo("UTC")) for hour in (5, 21, 22, 23)}
    assert held == {5: False, 21: False, 22: True, 23: True}
    assert night.hold(datetime(2026, 3, 7, 5, 59, tzinfo=UTC), ZoneInfo("UTC"))
    assert not night.hold(datetime(2026, 3, 7, 6, 0, tzinfo=UTC), ZoneInfo("UTC"))


def test_outside_working_hours_depends_on_where_the_person_is() -> None:
    looks = [seen(n, datetime(2026, 3, 2, 18, n, tzinfo=UTC), ticket=True) for n in range(3)]
    (late,) = fired(Rule.OUTSIDE_HOURS, looks)  # 20:00 in Riga
    assert late.entries == ("e0000", "e0001", "e0002")
    assert fired(Rule.OUTSIDE_HOURS, looks, ZoneInfo("America/Toronto")) == []


def test_reveals_without_a_ticket_count_accounts() -> None:
    twice_each = [seen(n, MONDAY + timedelta(minutes=n), f"a-{n // 2}") for n in range(6)]
    (one,) = fired(Rule.WITHOUT_TICKET, twice_each)
    assert (one.at, one.facts["count"], one.facts["looks"]) == (MONDAY + timedelta(minutes=4), 3, 5)
    named_ones = [seen(n, MONDAY + timedelta(minutes=n), f"a-{n}", ticket=True) for n in range(9)]
    assert fired(Rule.WITHOUT_TICKET, named_ones) == []


def test_refusals() -> None:
    refused = [seen(n, MONDAY + timedelta(minutes=n), None, outcome=Outcome.REFUSED) for n in range(5)]
    (one,) = fired(Rule.REFUSALS, refused)
    assert one.facts["count"] == 5
    assert fired(Rule.REFUSALS, refused[:4]) == []
    for slip in (Reason.UNCLEAR_QUERY, Reason.NOT_AWAY, Reason.NOT_IN_FUTURE):
        assert fired(Rule.REFUSALS, [replace(one, reason=slip) for one in refused]) == []
    assert fired(Rule.REFUSALS, [replace(one, reason=Reason.NO_PURPOSE) for one in refused])


def test_searches_for_what_is_not_there() -> None:
    looking = (Action.LOOK_UP, Action.REVEAL)
    asking = (Action.REQUEST, Action.EMERGENCY, Action.CUSTOMER_REQUEST, Action.DISCLOSE)
    actions = (*looking, *asking)
    tried = [
        seen(n, MONDAY + timedelta(minutes=n), None, action=actions[n % 6], outcome=Outcome.NOT_FOUND)
        for n in range(15)
    ]
    (one,) = fired(Rule.GUESSES, tried)
    assert why(one.rule, one.facts) == "Searched 15 times within 1 hour for what is not there."
    assert fired(Rule.GUESSES, tried[1:]) == []
    others = [replace(one, action=Action.AUDIT_SEARCH) for one in tried]
    assert fired(Rule.GUESSES, others) == []


def test_reveals_right_after_their_grants() -> None:
    def reveal(n: int, after: timedelta) -> Seen:
        at = MONDAY + timedelta(minutes=10 * n)
        return seen(n, at, f"a-{n}", ticket=True, granted_at=at - after)

    quick = [reveal(n, timedelta(minutes=10)) for n in range(4)]
    (one,) = fired(Rule.AFTER_GRANT, quick)
    assert one.facts == {"count": 4, "looks": 4, "within_s": 3600, "soon_s": 600}
    slow = [reveal(n, timedelta(minutes=10, seconds=1)) for n in range(4)]
    assert fired(Rule.AFTER_GRANT, slow) == []


def test_a_rule_that_is_off_finds_nothing() -> None:
    everything = look_ups(MONDAY, 60, timedelta(seconds=1))
    assert findings(everything, MONDAY, {}, Thresholds(off=frozenset(Rule)), RIGA) == []


@st.composite
def histories(draw: st.DrawFn) -> list[Seen]:
    """A person's entries: bursts and pauses, over a few days."""
    gaps = draw(st.lists(st.sampled_from([0, 1, 30, 60, 600, 3599, 3600, 40_000]), min_size=1, max_size=40))
    history, at = [], MONDAY
    for n, gap in enumerate(gaps):
        at += timedelta(seconds=gap)
        granted = draw(st.sampled_from([None, at, at - timedelta(minutes=5), at - timedelta(hours=3)]))
        history.append(
            Seen(
                f"e{n:04}",
                at,
                draw(st.sampled_from([Action.LOOK_UP, Action.REVEAL, Action.REQUEST])),
                draw(st.sampled_from([Outcome.DISCLOSED, Outcome.MASKED, Outcome.REFUSED, Outcome.NOT_FOUND])),
                draw(st.sampled_from([None, "a-1", "a-2", "a-3", "a-4"])),
                draw(st.booleans()),
                granted,
                draw(st.sampled_from([None, None, "press-1", "press-2"])),
            )
        )
    return history


LOW = Thresholds(
    breadth=Least(2, timedelta(hours=1)),
    outside_hours=Least(2, timedelta(hours=12)),
    without_ticket=Least(2, timedelta(days=1)),
    refusals=Least(2, timedelta(hours=1)),
    guesses=Least(2, timedelta(hours=1)),
    after_grant=Least(2, timedelta(hours=1)),
    times=2,
)


@given(histories(), st.data())
def test_batches_find_what_one_look_at_everything_finds(history: list[Seen], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(history)))) | {len(history)})
    whole = findings(history, history[0].at, {}, LOW, RIGA)
    pieces: list[Finding] = []
    begin = 0
    for cut in cuts:
        quiet = {one.rule: one.at + LOW.of(one.rule).within for one in pieces}
        pieces += of_new(history[:cut], history[begin:cut], quiet, LOW, RIGA)
        begin = cut
    assert sorted(pieces, key=lambda one: (one.at, one.rule)) == whole


def counted(rule: Rule, one: Seen) -> str | None:
    """What a rule tells apart."""
    return {Rule.OUTSIDE_HOURS: one.id, Rule.REFUSALS: one.press or one.id, Rule.GUESSES: one.press or one.id}.get(
        rule, one.account
    )


def plainly(rule: Rule, history: Sequence[Seen]) -> list[tuple[datetime, tuple[str, ...], int]]:
    """A rule as it is said, from all entries at once: when it fires, at what, and how much it counts."""
    quick = [one for one in history if one.granted_at and one.at - one.granted_at <= LOW.soon]
    looks = [one for one in history if one.is_look]
    matter = {
        Rule.BREADTH: looks,
        Rule.OUTSIDE_HOURS: [one for one in looks if not LOW.working_hours.hold(one.at, RIGA)],
        Rule.WITHOUT_TICKET: [one for one in history if one.is_reveal and not one.ticket],
        Rule.REFUSALS: [one for one in history if one.outcome == Outcome.REFUSED],
        Rule.GUESSES: [one for one in history if one.outcome == Outcome.NOT_FOUND],
        Rule.AFTER_GRANT: [one for one in quick if one.is_reveal],
    }[rule]
    within, quiet, fired = LOW.of(rule).within, history[0].at, []
    for n, last in enumerate(matter):
        window = [one for one in matter[: n + 1] if one.at > last.at - within]
        count = len({counted(rule, one) for one in window})
        usually = usual(matter, last.at.astimezone(RIGA).date(), LOW, RIGA) if rule is Rule.BREADTH else 0
        if last.at >= quiet and count >= max(LOW.of(rule).count, LOW.times * usually):
            quiet = last.at + within
            fired.append((last.at, tuple(one.id for one in window), count))
    return fired


@given(histories())
def test_rules_fire_as_they_are_said(history: list[Seen]) -> None:
    found = findings(history, history[0].at, {}, LOW, RIGA)
    for rule in Rule:
        assert [(one.at, one.entries, one.facts["count"]) for one in found if one.rule is rule] == plainly(
            rule, history
        )


def test_what_matters_to_no_rule_has_the_past_read_for_none() -> None:
    """Whoever only looks up is not read again for the rules on reveals and refusals, however much they do."""
    asked: list[Rule] = []

    def read(rule: Rule, after: datetime, upto: datetime) -> list[Seen]:
        asked.append(rule)
        return []

    for new, rules in (
        (look_ups(MONDAY, 3, timedelta(minutes=1)), {Rule.BREADTH, Rule.OUTSIDE_HOURS}),
        ([seen(1, MONDAY, action=Action.LOOK_UP, outcome=Outcome.REFUSED)], {Rule.REFUSALS}),
        ([seen(1, MONDAY, action=Action.LOOK_UP, outcome=Outcome.NOT_FOUND)], {Rule.GUESSES}),
        ([seen(1, MONDAY)], set(Rule) - {Rule.REFUSALS, Rule.GUESSES}),
        ([seen(1, MONDAY, action=Action.REQUEST, outcome=Outcome.REQUESTED)], set()),
    ):
        asked.clear()
        assert findings_of(read, first_of(new), MONDAY, {}, Thresholds(), RIGA) == []
        assert set(asked) == rules


def test_a_busy_person_costs_no_memory() -> None:
    """Five thousand looks within the windows of every rule: a megabyte, if they were kept."""

    def read(_: Rule, after: datetime, upto: datetime) -> Iterator[Seen]:
        for n in range(5_000):
            if after < (at := MONDAY + timedelta(milliseconds=500 * n)) <= upto:
                yield seen(n, at, f"a-{n % 3}", ticket=True)

    since = dict.fromkeys(Rule, MONDAY)
    findings_of(read, since, MONDAY + timedelta(hours=1), {}, Thresholds(), RIGA)  # what is made once is made
    tracemalloc.start()
    try:
        assert findings_of(read, since, MONDAY + timedelta(hours=1), {}, Thresholds(), RIGA) == []
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50_000


def test_what_goes_on_and_on_is_told_once_a_window() -> None:
    """Refused each minute for three hours: at the fifth, and then whenever an hour has passed since it was told."""
    refused = [
        seen(n, MONDAY + timedelta(minutes=n), action=Action.LOOK_UP, outcome=Outcome.REFUSED, reason=Reason.NO_PURPOSE)
        for n in range(180)
    ]
    found = findings(refused, MONDAY, {}, ALONE[Rule.REFUSALS], RIGA)
    assert [one.at - MONDAY for one in found] == [timedelta(minutes=minutes) for minutes in (4, 64, 124)]


@given(histories())
def test_a_rule_fires_once_a_window(history: list[Seen]) -> None:
    found = findings(history, history[0].at, {}, LOW, RIGA)
    for rule in Rule:
        times = [one.at for one in found if one.rule is rule]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert all(gap >= LOW.of(rule).within for gap in gaps)


@given(histories())
def test_each_finding_stands_on_its_entries(history: list[Seen]) -> None:
    known = {one.id: one for one in history}
    for one in findings(history, history[0].at, {}, LOW, RIGA):
        entries = [known[id_] for id_ in one.entries]
        least = LOW.of(one.rule)
        assert entries[-1].at == one.at
        assert entries[0].at > one.at - least.within
        keys = {counted(one.rule, entry) for entry in entries}
        assert len(keys) == one.facts["count"] >= least.count
        assert len(entries) == one.facts["looks"]


@given(histories(), st.integers(1, 5))
def test_a_higher_threshold_never_finds_sooner(history: list[Seen], more: int) -> None:
    def first(count: int) -> datetime:
        thresholds = Thresholds(refusals=Least(count, timedelta(hours=1)), off=frozenset(set(Rule) - {Rule.REFUSALS}))
        found = findings(history, history[0].at, {}, thresholds, RIGA)
        return found[0].at if found else datetime.max.replace(tzinfo=UTC)

    assert first(1) <= first(1 + more)


@given(histories())
def test_windows_count_as_a_plain_loop_does(history: list[Seen]) -> None:
    within = timedelta(hours=1)
    whole, bounded = Window(within), Window(within, 2)
    for last, entry in enumerate(history):
        inside = {one.account or "" for one in history[: last + 1] if one.at > entry.at - within}
        assert whole.take(entry.account or "", entry.at) == len(inside)
        assert bounded.take(entry.account or "", entry.at) == min(2, len(inside))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
ZONES = st.sampled_from(["Europe/Riga", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))


@given(MOMENTS, ZONES.map(ZoneInfo), st.frozensets(st.integers(0, 6)), TIMES, TIMES)
def test_spans_of_working_hours_hold_and_leave_out_little(
    at: datetime, zone: ZoneInfo, days: frozenset[int], start: time, end: time
) -> None:
    hours = WorkingHours(days, start, end)
    before, after = at - timedelta(hours=1), at + timedelta(hours=1)
    surely = any(begin <= at < stop for begin, stop in hours.surely(before, after, zone))
    changed = {(at + timedelta(days=day)).astimezone(zone).utcoffset() for day in (-2, 2)}
    if surely or len(changed) == 1:
        assert surely == hours.hold(at, zone)


@given(histories())
def test_sentences_have_numbers_and_nobody(history: list[Seen]) -> None:
    for one in findings(history, history[0].at, {}, LOW, RIGA):
        sentence = why(one.rule, one.facts)
        assert sentence.endswith(".")
        assert sentence[0].isupper()
        assert "a-" not in sentence
        assert named(one.rule)


def test_sentences() -> None:
    breadth = {"count": 18, "looks": 20, "within_s": 3600, "usual": 4}
    assert why(Rule.BREADTH, breadth) == (
        "Looked at 18 accounts within 1 hour; the busiest hour of a usual day of theirs has 4 accounts."
    )
    assert "no past of theirs" in why(Rule.BREADTH, {**breadth, "usual": 0})
    assert why(Rule.REFUSALS, {"count": 5, "within_s": 3600}) == "Was refused 5 times within 1 hour."
    assert why_you(Rule.REFUSALS, {"count": 5, "within_s": 3600}) == "You were refused 5 times within 1 hour."
    assert why_you(Rule.BREADTH, {"count": 18, "within_s": 3600, "usual": 4}) == (
        "You looked at 18 accounts within 1 hour; the busiest hour of a usual day of yours has 4 accounts."
    )
    assert span(5400) == "90 minutes"
    assert span(172800) == "2 days"
    assert span(61) == "61 seconds"
