"""What holds for every rule of unusual use, however the entries come."""

import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.reviews.unusual import Finding, Least, Rule, Seen, Thresholds, Window, first_of, usual
from bot.audit.reviews.unusual import findings as findings_of
from tests.bot.audit.reviews.seen import ALONE, LOW, MONDAY, RIGA, findings, histories, look_ups, of_new, seen


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
