"""Whoever writes to the database opens marketing to nobody: an objection counts while an entry says it."""

from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from bot.access.people import Person, Standing
from bot.access.rules.purposes import Rules
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.verify import verify_live
from bot.database import Database
from bot.privacy.customer_requests.accounts import FormAccounts
from bot.privacy.objections.choices import Said, came_with, choices_of, objected, standings
from bot.privacy.objections.on_record import Stated, as_recorded, read_stated
from bot.privacy.objections.reading import recorded_choices
from bot.privacy.objections.record import Objections
from tests.bot.audit.integration.integrating import SIGNER, integrator_of, tamper
from tests.bot.audit.reviews.watching import Effects
from tests.conftest import SettableClock

ZANE = Origin(Actor("U0ZANE", "T1"), Surface.MODAL)
OFFICER = Person("U0LAILA", "T1", "Laila", None, Standing.MEMBER, roles=frozenset({"privacy"}))
MEDIA = ("email", "telephone", "mail")
TODAY = date(2026, 3, 2)


class Desk:
    """Records what account pw-1 says, and looks what marketing may use."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database, self.clock = database, clock
        self.ledger = Ledger(database, clock)
        accounts, rules = cast("FormAccounts", None), cast("Rules", None)  # nobody is searched for, and nobody refused
        self.objections = Objections(self.ledger, rules, Effects(), clock, ZoneInfo("UTC"), accounts, tells=False)
        self.integrator = integrator_of(database, clock)

    def says(
        self, said: Said, *media: str, on: date = TODAY, reason: str | None = None, request: int | None = None
    ) -> None:
        self.clock.advance(minutes=1)
        with self.ledger.entry(ZANE, Action.CUSTOMER_REQUEST) as entry:
            entry.ticket = f"C-{request}" if request else None
            self.objections.write(entry, OFFICER, "pw-1", media, said, on, request)
            entry.close(Outcome.DONE, reason or said.value)

    def mistaken(self, request: int) -> None:
        """A request was registered by mistake, and what it objected to is lifted."""
        self.clock.advance(minutes=1)
        with self.ledger.entry(ZANE, Action.CUSTOMER_REQUEST) as entry:
            said = choices_of(entry.connection, ["pw-1"])["pw-1"]
            self.objections.lift(entry, OFFICER, came_with(said, request))
            entry.ticket, entry.account = f"C-{request}", "pw-1"
            entry.close(Outcome.ENDED, "mistake_other")

    def undo(self, number: int) -> None:
        self.clock.advance(minutes=1)
        self.objections.undo(ZANE, OFFICER, number)

    def barred(self, account: str = "pw-1") -> set[str]:
        with self.database.reading() as connection:
            found = recorded_choices(connection, [account], MEDIA)
        return set(objected(standings(MEDIA, found[account].choices)))

    def fault(self) -> tuple[Code, str] | None:
        self.integrator.tick()
        with at_one_moment(self.database) as connection:
            found = verify_live(connection, (SIGNER.key,)).fault
        return (found.code, found.words) if found else None


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    """O-1 and O-2: objections to telephone and mail; O-3: an agreement to mail of the day before, which lifts nothing;
    O-4: an objection to e-mail; O-5: an agreement to it, which O-6 takes back.
    """
    made = Desk(database, clock)
    made.says(Said.OBJECTED, "telephone", "mail")
    made.says(Said.AGREED, "mail", on=date(2026, 3, 1))
    made.says(Said.OBJECTED, "email")
    made.says(Said.AGREED, "email")
    made.undo(5)
    return made


TABLE = "marketing_choices"
COPIED = f"INSERT INTO {TABLE} (team, account, medium, choice, said_on, recorded_at, recorded_by, entry, undoes) SELECT"
SAME_BUT = "team, account, medium, '%s', said_on, recorded_at, recorded_by, entry, %s"
TAMPERED = [
    (f"DELETE FROM {TABLE} WHERE number = 1", "O-1", "it is gone"),
    (f"DELETE FROM {TABLE} WHERE number <= 2", "O-1", "it is gone"),
    (f"UPDATE {TABLE} SET medium = 'mail' WHERE number = 1", "O-1", "its entry says something else"),
    (f"UPDATE {TABLE} SET choice = 'agreed' WHERE number = 1", "O-1", "its entry says something else"),
    (f"UPDATE {TABLE} SET account = 'pw-2' WHERE number = 1", "O-1", "it is gone"),
    (f"UPDATE {TABLE} SET said_on = '2026-02-28' WHERE number = 2", "O-2", "its entry says something else"),
    (f"UPDATE {TABLE} SET said_on = '2026-03-02' WHERE number = 3", "O-3", "its entry says something else"),
    (f"UPDATE {TABLE} SET entry = 'e' WHERE number = 1", "O-1", "its entry says something else"),
    (f"DELETE FROM {TABLE} WHERE undoes = 5", "O-5", "it is not kept so"),
    (f"UPDATE {TABLE} SET undoes = 4 WHERE undoes = 5", "O-4", "no entry says that it was taken back"),
    (
        f"{COPIED} {SAME_BUT % ('undone', '1')} FROM {TABLE} WHERE number = 1",
        "O-1",
        "no entry says that it was taken back",
    ),
    (
        f"{COPIED} {SAME_BUT % ('agreed', 'NULL')} FROM {TABLE} WHERE number = 1",
        "O-7",
        "no entry says that it was recorded",
    ),
]


def test_what_was_said_counts_and_verifies(desk: Desk) -> None:
    assert desk.barred() == {*MEDIA}
    assert desk.fault() is None
    desk.says(Said.AGREED, "telephone", "mail")
    desk.undo(4)
    assert (desk.barred(), desk.fault()) == (set(), None)


def test_what_a_mistaken_request_objected_to_is_lifted(desk: Desk) -> None:
    desk.says(Said.AGREED, *MEDIA)
    desk.says(Said.OBJECTED, "telephone", reason="registered", request=7)
    assert desk.barred() == {"telephone"}
    desk.mistaken(7)
    assert (desk.barred(), desk.fault()) == (set(), None)
    tamper(desk.database, f"DELETE FROM {TABLE} WHERE undoes = 10")
    assert desk.barred() == set()
    assert (desk.fault() or (None, ""))[0] is Code.OTHER_OBJECTION


@pytest.mark.parametrize(("statement", "name", "what"), TAMPERED)
def test_a_row_opens_nothing_to_marketing(desk: Desk, statement: str, name: str, what: str) -> None:
    tamper(desk.database, statement)
    assert desk.barred() == {*MEDIA}
    code, words = desk.fault() or (None, "")
    assert code is Code.OTHER_OBJECTION
    assert words.startswith(f"What is kept of {name}, which an account said about marketing, is not what the entries")
    assert what in words


def test_an_objection_that_no_entry_says_counts_and_is_named(desk: Desk) -> None:
    values = "team, 'pw-2', medium, choice, said_on, recorded_at, recorded_by, entry, NULL"
    tamper(desk.database, f"{COPIED} {values} FROM {TABLE} WHERE number = 1")
    assert desk.barred("pw-2") == {"telephone"}
    assert (desk.fault() or (None, ""))[0] is Code.OTHER_OBJECTION


def test_all_of_them_taken_away(desk: Desk) -> None:
    tamper(desk.database, f"DELETE FROM {TABLE} WHERE undoes IS NOT NULL", f"DELETE FROM {TABLE}")
    assert desk.barred() == {*MEDIA}
    assert (desk.fault() or (None, ""))[0] is Code.OTHER_OBJECTION


class TestOfARelease:
    """Entries of a release that named no choices among their fields."""

    @pytest.fixture(autouse=True)
    def before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Stated, "written", lambda _: None)
        with_nothing = Ledger.write

        def write(ledger: Ledger, entry: OpenEntry, **how: bool) -> None:
            entry.fields = ()
            with_nothing(ledger, entry, **how)

        monkeypatch.setattr(Ledger, "write", write)

    def test_verify_and_count(self, desk: Desk) -> None:
        desk.says(Said.OBJECTED, "telephone", reason="registered", request=7)
        desk.says(Said.OBJECTED, "mail", reason="linked", request=7)
        desk.mistaken(7)
        desk.undo(1)
        assert (desk.barred(), desk.fault()) == ({"email", "mail"}, None)

    def test_one_that_is_gone_is_an_objection_to_all(self, desk: Desk) -> None:
        desk.says(Said.AGREED, *MEDIA)
        assert desk.barred() == set()
        tamper(desk.database, f"DELETE FROM {TABLE} WHERE number = 2")
        assert desk.barred() == set()  # said before they agreed to all
        tamper(desk.database, f"DELETE FROM {TABLE} WHERE undoes IS NOT NULL", f"DELETE FROM {TABLE}")
        assert desk.barred() == {*MEDIA}
        assert (desk.fault() or (None, ""))[0] is Code.OTHER_OBJECTION

    @pytest.mark.parametrize("choice", ["agreed", "undone"])
    def test_what_came_with_a_request_is_no_agreement(self, desk: Desk, choice: str) -> None:
        desk.says(Said.OBJECTED, "telephone", reason="registered", request=7)
        assert desk.fault() is None
        undoes = 7 if choice == "undone" else "NULL"
        values = SAME_BUT % (choice, undoes)
        tamper(desk.database, f"{COPIED} {values} FROM {TABLE} WHERE number = 7")
        assert desk.barred() == {*MEDIA}
        assert (desk.fault() or (None, ""))[0] is Code.OTHER_OBJECTION


def test_who_never_said_anything_costs_one_read(desk: Desk) -> None:
    heard: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
    assert desk.barred("pw-2") == set()
    assert len([one for one in heard if one.startswith("SELECT")]) == 1


stated = st.builds(
    Stated, st.integers(1, 10**6), st.sampled_from([Said.OBJECTED, Said.AGREED]), st.sampled_from(MEDIA), st.dates()
)


@given(stated)
def test_what_an_entry_states_is_read_as_it_was_written(one: Stated) -> None:
    assert read_stated(one.written()) == one
    assert read_stated(Stated(one.number, Said.UNDONE).written()) == Stated(one.number, Said.UNDONE)


@given(stated, st.integers(0, 40), st.integers(0, 2), st.sampled_from(["", " ", "0", "x", "-", " undone"]))
def test_what_is_not_word_for_word_as_it_was_written_states_nothing(one: Stated, at: int, gone: int, new: str) -> None:
    for whole in (one.written(), Stated(one.number, Said.UNDONE).written()):
        text = whole[:at] + new + whole[at + gone :]
        found = read_stated(text)
        assert found is None or found.written() == text


@pytest.mark.parametrize(
    "text",
    [
        "O-1 undone email",
        "O-01 undone",
        "O-1 objected email 20260302",
        "email",
        "O-1",
        "O-1 objected",
        "O-1 objected email",
        "O-1 kept email 2026-03-02",
        "O-x undone",
    ],
)
def test_other_words_state_nothing(text: str) -> None:
    assert read_stated(text) is None


def test_entries_of_other_kinds_state_nothing() -> None:
    told = {
        "id": "e",
        "action": "privacy.request",
        "outcome": "refused",
        "reason": "objected",
        "ticket": "O-1",
        "fields": [],
    }
    assert as_recorded((), [(datetime(2026, 3, 2, tzinfo=UTC), told)], MEDIA).choices == ()
