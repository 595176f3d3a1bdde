"""How often one person may look up within an hour: counted in SQL as a plain reading of the audit table counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.access.asking.limits import FORMS, look_up_limit
from bot.access.decide import Reached
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
