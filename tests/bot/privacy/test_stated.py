"""Which version of the policy is in force is what the last entry about it says, whatever the tables are made to say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.audit.entry import Action
from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger
from bot.audit.verify import verify_live
from bot.database import Database
from bot.privacy.doubt import Doubtful, PolicyInDoubt
from bot.privacy.stated import (
    LAST,
    Begins,
    Stated,
    ToRead,
    change_written,
    kept_now,
    last_stated,
    read_stated,
    state,
    stepped,
)
from bot.privacy.versions import Coming, import_policy, keep_version, policy_in_force
from tests.bot.audit.integration.integrating import CLI, SIGNER, Told, integrator_of, tamper
from tests.conftest import SettableClock

LOOSE = b"# Privacy of beans\n\nWe look at beans for marketing, for billing and whenever we like.\n"
STRICT = b"# Privacy of beans\n\nWe look at beans for technical support alone.\n"
T = datetime(2026, 3, 2, 9, tzinfo=UTC)

BACK = "UPDATE policy_versions SET in_force_from = '{later}' WHERE hash = '{loose}'"
PUT_OFF = "UPDATE policy_versions SET in_force_from = '2027-01-01 09:00:00.000000' WHERE hash = '{strict}'"
NEVER_WAS = "UPDATE policy_versions SET in_force_from = '9000-01-01 00:00:00.000000' WHERE hash = '{strict}'"
SINCE = "UPDATE policy_versions SET in_force_from = '2026-03-01 09:00:00.000000' WHERE hash = '{strict}'"


@pytest.fixture
def versions(database: Database, clock: SettableClock) -> list[str]:
    """Two versions that came one after the other; the second, which permits less, is in force."""
    clock.advance(seconds=len(database.engine.dialect.name))
    made = []
    for data in (LOOSE, STRICT):
        made.append(import_policy(Ledger(database, clock), clock, data, "policy.md", CLI).version)
        clock.advance(days=1)
    return made


def fault(database: Database, clock: SettableClock) -> tuple[Code, str] | None:
    integrator_of(database, clock).tick()
    with at_one_moment(database) as connection:
        found = verify_live(connection, (SIGNER.key,)).fault
    return (found.code, found.words) if found else None


def in_force(database: Database, clock: SettableClock) -> str | None:
    with database.reading() as connection:
        policy = policy_in_force(connection, clock())
    return policy.version if policy else None


@pytest.mark.parametrize("statement", [BACK, PUT_OFF, NEVER_WAS, SINCE])
def test_no_older_version_is_put_in_force_again(
    database: Database, clock: SettableClock, versions: list[str], statement: str
) -> None:
    loose, strict = versions
    assert (in_force(database, clock), fault(database, clock)) == (strict, None)
    later = f"{clock() - timedelta(hours=1):%Y-%m-%d %H:%M:%S.%f}"
    tamper(database, statement.format(loose=loose, strict=strict, later=later))
    assert in_force(database, clock) is None
    code, words = fault(database, clock) or (None, "")
    assert code is Code.OTHER_POLICY
    assert words.startswith("Which version of the policy is in force, or is to be, is not what the last entry")
    told = Told()
    look = PolicyInDoubt(database, clock, told)
    look()
    found = look.found()
    assert found == Doubtful(loose, unread=False, misplaced=True)
    assert told.messages == [("ledger.policy", found.version)]


def test_a_step_makes_nothing_right_that_somebody_changed(
    database: Database, clock: SettableClock, versions: list[str]
) -> None:
    """The same text, imported while another is said to be in force, states what was so; the true one mends it."""
    loose, strict = versions
    tamper(database, BACK.format(loose=loose, later=f"{clock() - timedelta(hours=1):%Y-%m-%d %H:%M:%S.%f}"))
    import_policy(Ledger(database, clock), clock, LOOSE, "policy.md", CLI)
    assert (in_force(database, clock), (fault(database, clock) or [None])[0]) == (None, Code.OTHER_POLICY)
    clock.advance(seconds=1)
    import_policy(Ledger(database, clock), clock, STRICT, "policy.md", CLI)
    assert (in_force(database, clock), fault(database, clock)) == (strict, None)


def test_a_version_that_is_to_come_comes_on_its_day_alone(
    database: Database, clock: SettableClock, versions: list[str]
) -> None:
    _, strict = versions
    day, ledger = clock() + timedelta(days=7), Ledger(database, clock)
    with ledger.entry(CLI, Action.POLICY_CHANGE) as entry:
        before = kept_now(entry.connection, clock())
        coming = keep_version(entry, Coming.read(LOOSE + b"\nAnd more.\n", "draft.md"), clock(), day).version
        state(entry, clock(), before)
    assert (in_force(database, clock), fault(database, clock)) == (strict, None)
    tamper(
        database, f"UPDATE policy_versions SET in_force_from = '{clock():%Y-%m-%d %H:%M:%S.%f}' WHERE hash = '{coming}'"
    )
    clock.advance(minutes=1)
    assert in_force(database, clock) is None
    tamper(database, f"UPDATE policy_versions SET in_force_from = '{day:%Y-%m-%d %H:%M:%S.%f}' WHERE hash = '{coming}'")
    assert (in_force(database, clock), fault(database, clock)) == (strict, None)
    clock.now = day
    assert (in_force(database, clock), fault(database, clock)) == (coming, None)
    tamper(database, f"UPDATE policy_versions SET in_force_from = '9000-01-01 00:00:00.000000' WHERE hash = '{coming}'")
    assert in_force(database, clock) is None


def test_entries_of_before_say_nothing_and_the_table_counts(
    database: Database, clock: SettableClock, versions: list[str]
) -> None:
    """Also where an older release, beside this one for a while, keeps another version after it."""
    with Ledger(database, clock).entry(CLI, Action.POLICY_CHANGE) as entry:
        third = keep_version(entry, Coming.read(LOOSE + b"\nFor a third time.\n", "third.md"), clock()).version
    assert (in_force(database, clock), fault(database, clock)) == (third, None)
    with database.reading() as connection:
        assert last_stated(connection) == Stated()


def test_where_a_clock_is_set_back_the_last_entry_until_then_says_it(
    database: Database, clock: SettableClock, versions: list[str]
) -> None:
    loose, _ = versions
    clock.advance(days=-1, hours=-1)
    assert in_force(database, clock) == loose
    tamper(database, f"UPDATE policy_versions SET in_force_from = '2026-03-01 09:00:00.000000' WHERE hash = '{loose}'")
    assert in_force(database, clock) is None


def test_the_last_entry_is_found_by_its_index(database: Database, versions: list[str]) -> None:
    compiled = str(LAST.compile(database.engine, compile_kwargs={"literal_binds": True}))
    with database.reading() as connection:
        if database.is_sqlite:
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}")).all()
        else:
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = connection.execute(text(f"EXPLAIN {compiled}")).all()
    assert "audit_entries_of_policy" in str(plan)


hashes = st.sampled_from(["a" * 64, "b" * 64, "c" * 64])
moments = st.integers(0, 2**48).map(lambda later: T + timedelta(microseconds=later))
roles = st.lists(st.sampled_from(["everyone", "support", "billing"]), max_size=3, unique=True)


@given(
    st.lists(st.builds(Begins, hashes, moments), max_size=4),
    st.none() | st.builds(ToRead, st.integers(1, 10**6), hashes, moments, roles.map(tuple)),
)
def test_what_is_written_is_read(begins: list[Begins], to_read: ToRead | None) -> None:
    stated = Stated(tuple(begins), to_read)
    assert read_stated(["email", "L-3 withdrawn", *stated.written(), "N-12 told x 3 y"]) == stated


def test_a_step_states_what_it_changed_and_nothing_else() -> None:
    one, two, three = (Begins(version, T + timedelta(days=day)) for day, version in enumerate("abc"))
    said = Stated((two,))
    tampered = Stated((Begins("a", T + timedelta(days=1, hours=1)),))
    assert stepped(said, tampered, tampered, T + timedelta(days=2)) == said
    assert stepped(said, tampered, Stated((three,)), T + timedelta(days=2)) == Stated((three,))
    assert stepped(said, said, Stated((two, three)), T + timedelta(days=1)) == Stated((two, three))
    assert stepped(Stated((two, three)), Stated((two, three)), said, T + timedelta(days=1)) == said
    assert stepped(Stated(), tampered, Stated((one,)), T) == Stated((one,))


def test_what_begins_at_one_moment_stays_in_the_order_in_which_it_was_kept() -> None:
    """The later of two is in force; what was before the one in force is stated no more."""
    past, first, second = Begins("c", T - timedelta(days=1)), Begins("b", T), Begins("a", T)
    assert stepped(Stated((past,)), Stated((past,)), Stated((past, first, second)), T) == Stated((first, second))
    assert Stated((first, second)).in_force(T) == second
    assert Stated((first, second)).in_force(T - timedelta(seconds=1)) is None


def test_a_step_moves_what_is_to_be_read_only_where_it_changed_that() -> None:
    one, two = (ToRead(number, "a" * 64, T, ("everyone",)) for number in (1, 2))
    begins = (Begins("a", T),)
    said, by_tables = Stated(begins, one), Stated(begins, two)
    assert stepped(said, by_tables, by_tables, T).to_read == one
    assert stepped(said, by_tables, Stated(begins), T).to_read is None
    assert stepped(said, Stated(begins), by_tables, T).to_read == two


@dataclass(frozen=True)
class Row:
    """A change, as its table has it."""

    status: str
    material: bool | None = None
    effective_at: datetime | None = None
    audience: tuple[str, ...] | None = None
    number: int = 12
    after: str = "3fa9"


@pytest.mark.parametrize(
    ("row", "written"),
    [
        (Row("waiting"), "N-12 waiting 3fa9"),
        (Row("dismissed", False, T, ("everyone",)), "N-12 dismissed 3fa9 editorial"),
        (
            Row("announced", True, T, ("support", "billing")),
            "N-12 announced 3fa9 material from 2026-03-02T09:00:00.000000Z to support,billing",
        ),
        (Row("withdrawn", False, T), "N-12 withdrawn 3fa9 editorial from 2026-03-02T09:00:00.000000Z to nobody"),
        (Row("announced", True), "N-12 announced 3fa9 material"),
    ],
)
def test_how_far_a_change_is_stands_in_its_entries_so(row: Row, written: str) -> None:
    assert change_written(row) == written
