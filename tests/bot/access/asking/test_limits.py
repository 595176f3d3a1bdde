"""How much one person may have at once, and how often look up within an hour: as a plain count has it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.access.asking.limits import FORMS, look_up_limit, reached
from bot.access.decide import Reached
from bot.access.grants import Grant, Request, RequestKind, Status
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.purposes import Limits, Purpose, Rules
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.database import Database
from tests.bot.access.strategies import NOW
from tests.conftest import SettableClock

HOUR = timedelta(hours=1)
SUPPORT = Purpose("support", "Support", "clause", frozenset(), frozenset(), (), HOUR, 1, "approvers")
KEYS = ("support", "billing")
numbers = count(1)


@dataclass(frozen=True)
class Act:
    """What somebody did, and how many minutes ago."""

    ago: int
    by: int  # which of the two accounts of this person, or a stranger's
    action: Action
    outcome: Outcome
    purpose: str | None
    account: str | None

    @property
    def counts(self) -> bool:
        """Whether it told its actor something of an account, or that there is none."""
        if self.action in (Action.LOOK_UP, Action.REVEAL):
            return self.outcome is not Outcome.REFUSED
        told = self.outcome in (Outcome.SUGGESTED, Outcome.NOT_FOUND)
        return self.action in FORMS and (told or (self.outcome is Outcome.REFUSED and self.account is not None))


acts = st.lists(
    st.builds(
        Act,
        ago=st.integers(0, 70),
        by=st.sampled_from([0, 0, 0, 1, 2]),
        action=st.sampled_from([Action.LOOK_UP, Action.LOOK_UP, Action.REVEAL, *FORMS, Action.AUDIT_SEARCH]),
        outcome=st.sampled_from([Outcome.MASKED, Outcome.SUGGESTED, Outcome.NOT_FOUND, Outcome.REFUSED]),
        purpose=st.sampled_from([None, *KEYS]),
        account=st.sampled_from([None, "pw-1"]),
    ),
    max_size=12,
)
mosts = st.sampled_from([None, 1, 2, 3])

LOOKED = [Act(ago, 0, Action.LOOK_UP, Outcome.MASKED, "support", "pw-1") for ago in (10, 30)]


def expected(done: Sequence[Act], most: int | None) -> Reached | None:
    """The limit as it would be told to somebody who asks: of the last hour, the one that has to become older."""
    within = sorted(act.ago for act in done if act.counts and act.ago < 60)
    if most is None or len(within) < most:
        return None
    return Reached(Reason.TOO_MANY_LOOK_UPS, most, NOW - timedelta(minutes=within[most - 1]) + HOUR)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts, mosts, mosts, st.booleans(), st.booleans())
@example(LOOKED, 2, 1, False, True)  # the limit of the purpose lasts longer
@example(LOOKED, 1, 2, False, True)
@example([replace(LOOKED[0], by=1)], 1, None, True, False)  # with the other of two accounts
def test_the_hour_is_counted_over_all_and_for_the_purpose(
    database: Database, clock: SettableClock, done: list[Act], overall: int | None, own: int | None, two: bool, to: bool
) -> None:
    ids = tuple(f"U{next(numbers)}" for _ in range(3))
    ledger = Ledger(database, clock)
    for act in done:
        clock.now = NOW - timedelta(minutes=act.ago)
        with ledger.entry(Origin(Actor(ids[act.by], "T1"), Surface.COMMAND), act.action) as entry:
            entry.account, entry.purpose = act.account, act.purpose
            entry.close(act.outcome)
    person = Person(ids[0], "T1", "Inese", None, Standing.MEMBER, others=frozenset(ids[1:2] if two else ()))
    purpose = replace(SUPPORT, look_ups_per_hour=own) if to else None
    rules = Rules({"support": SUPPORT}, {}, HOUR, limits=Limits(look_ups_per_hour=overall))
    with database.transaction() as connection:
        found = look_up_limit(connection, person, purpose, rules, NOW)
    mine = [act for act in done if act.by == 0 or (two and act.by == 1)]
    limits = [expected(mine, overall)]
    limits += [expected([act for act in mine if act.purpose == "support"], own)] if to else []
    latest = max((one.frees_at for one in limits if one), default=None)
    assert (found.frees_at if found else None) == latest
    assert found is None or found in limits


def held_for(minutes: int, *, grant: bool) -> Request:
    """A request that waits, or what was given of it, for so many minutes yet."""
    until = NOW + timedelta(minutes=minutes)
    given = Grant(1, "T1", "U1", "a-1", "billing", ("contact",), NOW - HOUR, until, "U9") if grant else None
    status, expires = (Status.GRANTED, NOW - HOUR) if grant else (Status.PENDING, until)
    return Request(
        1, "T1", "U1", "a-1", None, "billing", ("contact",), HOUR, "why", None, status, NOW - HOUR, expires, grant=given
    )


minutes = st.lists(st.integers(1, 90), max_size=3, unique=True)
most_held = st.none() | st.integers(1, 4)


@given(minutes, minutes, most_held, most_held)
@example([10, 20], [], 2, None)
@example([10], [20, 30], 2, 2)
@example([10], [20], None, 2)
def test_a_limit_is_reached_exactly_when_as_many_are_open(
    waiting: list[int], given_for: list[int], most_requests: int | None, most_grants: int | None
) -> None:
    """It frees when so many have ended that one more fits. Requests count among what is held: each may be given."""
    held = [*(held_for(one, grant=False) for one in waiting), *(held_for(one, grant=True) for one in given_for)]
    found = reached(held, most_requests, most_grants, NOW)
    if most_requests is not None and len(waiting) >= most_requests:
        frees = sorted(waiting)[len(waiting) - most_requests]
        assert found == Reached(Reason.TOO_MANY_REQUESTS, most_requests, NOW + timedelta(minutes=frees))
    elif most_grants is not None and len(held) >= most_grants:
        frees = sorted([*waiting, *given_for])[len(held) - most_grants]
        assert found == Reached(Reason.TOO_MANY_GRANTS, most_grants, NOW + timedelta(minutes=frees))
    else:
        assert found is None


@pytest.mark.parametrize("most", [1, 2])
def test_more_time_and_what_is_over_count_for_nothing(most: int) -> None:
    waiting = held_for(10, grant=False)
    over = replace(waiting, expires_at=NOW)
    more = replace(waiting, kind=RequestKind.EXTENSION)
    assert reached([over, more], 1, 1, NOW) is None
    assert (reached([over, more, waiting], most, None, NOW) is None) is (most == 2)
