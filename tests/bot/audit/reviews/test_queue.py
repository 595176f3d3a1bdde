"""What gets into the review queue: exactly once, whoever looks and whenever they die; and what is late."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger
from bot.audit.reviews.items import Kind, Verdict, item_name, item_number, round_name
from bot.audit.reviews.queue import kind_of
from bot.audit.reviews.unusual import Least, Rule, Thresholds
from bot.database import Database
from bot.effects import Message
from migrations.schema import upgrade
from tests.bot.audit.reviews.watching import AGNESE, HERE, INESE, JANIS, Directory, Effects, Watched, watched
from tests.conftest import SettableClock
from tests.promises.racing import at_once

QUIET = Thresholds(off=frozenset(Rule))


def reveal_entry(**more: str) -> dict[str, str]:
    return {"action": Action.REVEAL, "outcome": Outcome.DISCLOSED, **more}


@given(st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_a_reveal_is_drawn_when_chance_is_below_the_share(share: float, drawn: float) -> None:
    assert (kind_of(reveal_entry(), share, lambda: drawn) is Kind.SAMPLE) is (drawn < share)


@given(st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_every_emergency_access_is_reviewed_and_no_refused_one(share: float, drawn: float) -> None:
    emergency = {"action": "access.emergency", "outcome": "granted"}
    assert kind_of(emergency, share, lambda: drawn) is Kind.EMERGENCY
    assert kind_of(emergency | {"outcome": "refused"}, share, lambda: drawn) is None


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.DISCLOSED])
def test_only_what_was_shown_is_drawn(outcome: Outcome) -> None:
    assert kind_of(reveal_entry(outcome=outcome), 1.0, lambda: 0.0) is None


@given(st.integers(1, 10**9), st.integers(0, 10**6))
def test_names_are_read_back(number: int, version: int) -> None:
    assert item_number(item_name(number)) == (number, None)
    assert item_number(round_name(number, version)) == (number, version)


@pytest.mark.parametrize("text", ["", "V-", "V-1.x", "R-1", "12", "V-1.2.3", "V--1"])
def test_other_names_are_none(text: str) -> None:
    assert item_number(text) is None


def test_a_share_is_drawn_and_each_entry_once(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, share=0.5, thresholds=QUIET, draws=(0.4, 0.6))
    revealed = [made.reveal(f"pw-{n}") for n in range(10)]
    assert made.look() == 10
    assert made.look() == 0
    with database.reading() as connection:
        drawn = connection.execute(text("SELECT entry_id FROM review_items ORDER BY number")).scalars().all()
    assert drawn == revealed[::2]
    made.reveal()
    assert made.look() == 1


def test_what_is_not_integrated_yet_is_seen_later(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, thresholds=QUIET)
    made.reveal()
    assert made.watch() == 0
    assert made.look() == 1
    assert made.count("review_items") == 1


def test_an_entry_that_commits_late_is_not_missed(database: Database, clock: SettableClock) -> None:
    """Its id is older than those that were seen before it: the ledger's order counts, not the ids'."""
    made = watched(database, clock, thresholds=QUIET)
    begun = Ledger(database, clock, new_id=lambda: "00000000-0000-7000-8000-000000000001")
    made.reveal()
    made.look()
    replace_ledger = Watched(database, clock, made.effects, begun, made.watch, made.review)
    late = replace_ledger.reveal("pw-late")
    made.look()
    assert made.count("review_items", f"entry_id = '{late}'") == 1


def test_of_two_that_look_at_once_one_writes(postgresql_url: str, clock: SettableClock) -> None:
    databases = [Database(postgresql_url), Database(postgresql_url)]
    alone = Thresholds(refusals=Least(3, timedelta(hours=1)), off=frozenset(set(Rule) - {Rule.REFUSALS}))
    made = [watched(one, clock, thresholds=alone) for one in databases]
    rounds: list[tuple[Callable[[], int], Callable[[], int]]] = []
    for n in range(20):
        made[0].reveal(f"pw-{n}")
        made[0].record(INESE, Action.LOOK_UP, Outcome.REFUSED)
        rounds.append((made[0].look, made[1].look))
    at_once(rounds)
    made[0].look()
    assert made[0].count("review_items", "kind = 'sample'") == 20
    assert made[0].count("review_items", "rule = 'refusals'") == 1
    assert made[0].count("audit_entries", "action = 'audit.alert'") == 1
    for one in databases:
        one.close()


class Died(Exception):
    """The end of the process, within a transaction."""


class Dying(Effects):
    """Dies when something is to be done later."""

    def due(self, connection: Connection, kind: str, about: str, at: datetime) -> None:
        raise Died


def test_dying_before_the_commit_loses_and_doubles_nothing(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, thresholds=QUIET)
    made.reveal()
    made.integrate()

    dying = replace(made.watch, queue=replace(made.review.queue, effects=Dying()))
    with pytest.raises(Died):
        dying()
    assert made.count("review_items") == 0
    after = watched(database, clock, thresholds=QUIET)
    assert after.look() == 1
    assert after.count("review_items") == 1


def test_what_was_there_before_the_upgrade_is_passed_over(tmp_path: object, clock: SettableClock) -> None:
    database = Database(f"sqlite:///{tmp_path}/old.db")
    with database.transaction() as connection:
        upgrade(connection, "0005_erasure")
    made = watched(database, clock, thresholds=QUIET)
    made.reveal()
    clock.advance(seconds=1)
    with database.transaction() as connection:
        upgrade(connection)
    new = made.reveal()
    assert made.look() == 2
    assert made.count("review_items") == made.count("review_items", f"entry_id = '{new}'") == 1
    database.close()


def test_an_alert_says_why_and_stands_on_its_entries(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, share=0.0)
    ids = [made.record(INESE, Action.LOOK_UP, Outcome.REFUSED) for _ in range(6)]
    made.look()
    made.look()
    with database.reading() as connection:
        row = connection.execute(text("SELECT * FROM review_items")).mappings().one()
        links = connection.execute(text("SELECT entry_id FROM review_links ORDER BY entry_id")).scalars().all()
    assert (row["kind"], row["rule"], row["person"]) == ("alert", "refusals", INESE.id)
    assert links == ids[:5]
    assert made.effects.sent == [Message("review.alert", "V-1", "channel:audit")]
    clock.advance(minutes=59)
    made.record(INESE, Action.LOOK_UP, Outcome.REFUSED)
    made.look()
    assert made.count("review_items") == 1
    clock.advance(minutes=2)
    for _ in range(5):
        made.record(INESE, Action.LOOK_UP, Outcome.REFUSED)
    made.look()
    assert made.count("review_items") == 2


def test_breadth_is_held_against_the_persons_own_past(database: Database, clock: SettableClock) -> None:
    only = Thresholds(breadth=Least(4, timedelta(hours=1)), times=2, off=frozenset(set(Rule) - {Rule.BREADTH}))
    made = watched(database, clock, share=0.0, thresholds=only)

    def day_of(accounts: int) -> None:
        for n in range(accounts):
            made.record(INESE, Action.LOOK_UP, Outcome.MASKED, account=f"pw-{n}")
        made.look()
        clock.advance(days=1)

    day_of(3)
    day_of(3)
    day_of(5)
    assert made.count("review_items") == 0
    day_of(6)
    with database.reading() as connection:
        facts = connection.execute(text("SELECT facts FROM review_items")).scalar_one()
    assert '"usual": 3' in str(facts).replace("'", '"')


def test_tickets_come_from_the_requests(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, share=0.0)
    for n in range(1, 4):
        made.reveal(f"pw-{n}", grant=made.grant(n, account=f"pw-{n}", ticket=f"HD-{n}"))
    made.look()
    assert made.count("review_items") == 0
    for n in range(4, 7):
        made.reveal(f"pw-{n}", grant=made.grant(n, account=f"pw-{n}"))
    made.look()
    with database.reading() as connection:
        rules = connection.execute(text("SELECT rule FROM review_items ORDER BY rule")).scalars().all()
    assert rules == ["after_grant", "without_ticket"]


def test_what_is_read_in_pieces_says_the_same(
    database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tickets, grants, presses and hours are told across the pieces, and each alert has all of its entries."""
    monkeypatch.setattr("bot.audit.reviews.past.CHUNK", 2)
    breadth = Thresholds(breadth=Least(5, timedelta(hours=1)))
    made = watched(database, clock, share=0.0, thresholds=breadth)
    refused = [made.record(INESE, Action.LOOK_UP, Outcome.REFUSED) for _ in range(5)]
    with_ticket = [made.reveal(f"pw-{n}", grant=made.grant(n, account=f"pw-{n}", ticket="HD-1")) for n in (1, 2)]
    without = [made.reveal(f"pw-{n}", grant=made.grant(n, account=f"pw-{n}")) for n in (3, 4, 5)]
    clock.advance(hours=10)  # 21:00 in Riga
    late = [made.record(INESE, Action.LOOK_UP, Outcome.MASKED, account="pw-1") for _ in range(3)]
    made.look()
    found: dict[str, list[tuple[str, str | None]]] = {}
    with database.reading() as connection:
        for rule, entry, grant in connection.execute(
            text(
                'SELECT i.rule, l.entry_id, l."grant" FROM review_items i JOIN review_links l ON l.item = i.number'
                " ORDER BY i.rule, l.entry_id"
            )
        ):
            found.setdefault(rule, []).append((entry, grant))
    of_grants = list(zip([*with_ticket, *without], [f"R-{n}" for n in range(1, 6)], strict=True))
    assert found == {
        "refusals": [(one, None) for one in refused],
        "breadth": of_grants,
        "without_ticket": of_grants[2:],
        "after_grant": of_grants[:4],
        "outside_hours": [(one, None) for one in late],
    }


def test_without_slack_the_companys_time_counts(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, share=0.0, directory=Directory(silent=True))
    clock.advance(hours=10)  # 21:00 in Riga
    for _ in range(3):
        made.record(INESE, Action.LOOK_UP, Outcome.MASKED, account="pw-1")
    made.look()
    assert made.count("review_items", "rule = 'outside_hours'") == 1


def test_steward_does_not_watch_itself(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock)
    for _ in range(6):
        made.record(INESE, Action.LOOK_UP, Outcome.REFUSED)
    for _ in range(5):
        made.look()
    assert made.count("review_items") == 1


def test_late_steps_are_said_once_in_each_channel(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, thresholds=QUIET)
    made.reveal()
    made.look()
    queue = made.review.queue
    assert made.effects.later == [("review.overdue", "V-1.0/1", clock() + timedelta(days=3))]
    queue.overdue("V-1.0/1")
    queue.overdue("V-1.0/1")
    assert made.effects.sent == [Message("review.overdue", "V-1.0", "channel:audit")]
    assert made.effects.later[1:] == [("review.overdue", "V-1.0/2", clock() + timedelta(days=2))]
    queue.overdue("V-1.0/2")
    queue.overdue("V-1.0/2")
    assert made.effects.sent[1:] == [Message("review.overdue", "V-1.0", "channel:privacy")]
    assert len(made.effects.later) == 2


def test_a_step_in_time_is_never_late(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock, thresholds=QUIET)
    made.reveal()
    made.look()
    made.review.judge(made.origin(AGNESE), AGNESE, HERE, 1, 0, Verdict.IN_ORDER, "")
    made.review.queue.overdue("V-1.0/1")
    assert made.effects.sent == []


def test_a_company_without_the_channel_is_told_nothing(database: Database, clock: SettableClock) -> None:
    made = watched(database, clock)
    settings = replace(made.review.queue.settings, channels=frozenset({"approvals"}))
    queue = replace(made.review.queue, settings=settings)
    for _ in range(5):
        made.record(JANIS, Action.LOOK_UP, Outcome.REFUSED)
    made.integrate()
    replace(made.watch, queue=queue)()
    queue.overdue("V-1.0/1")
    assert made.count("review_items") == 1
    assert made.effects.sent == []


@pytest.mark.parametrize("about", ["V-1/1", "R-1/1", "V-1.0"])
def test_work_about_nothing_known_is_an_error(database: Database, clock: SettableClock, about: str) -> None:
    with pytest.raises(ValueError, match=r"item|literal"):
        watched(database, clock).review.queue.overdue(about)
