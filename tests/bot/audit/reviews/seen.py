"""Entries of one person, and what the rules find in them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.audit.entry import Action, Outcome
from bot.audit.reviews.unusual import Finding, Least, Rule, Seen, Thresholds, first_of
from bot.audit.reviews.unusual import findings as findings_of

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
