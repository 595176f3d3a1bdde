"""Whoever writes to the database gives nobody a role back: it stays taken while an entry says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from sqlalchemy import Connection, event, insert, update
from sqlmodel import col

from bot.access.people import Person, Standing, WholeDirectory
from bot.access.recertification.removals import WithoutRemoved
from bot.access.recertification.taken import RolesOnRecord
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.ledger import Ledger, Origin
from bot.audit.recorded_removals import removals_fault
from bot.audit.verify import verify_live
from bot.database import Database
from models.recertification import RecertificationLine, RecertificationList, RoleRemoval
from tests.bot.audit.integration.integrating import SIGNER, integrator_of, tamper
from tests.conftest import SettableClock

OWNER, OFFICER = "U0OWNER", "U0OFFICER"


class Groups:
    """Slack's word: everybody is in both groups."""

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:
        return Person(user, team, "Somebody", None, Standing.MEMBER, roles=frozenset({"support", "billing"}))


class Company:
    """Takes roles from people and gives them back, each a row and an entry, as a recertification does."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database, self.clock = database, clock
        self.ledger, self.on_record = Ledger(database, clock), RolesOnRecord()
        self.directory = WithoutRemoved(cast("WholeDirectory", Groups()), database, self.on_record)
        self.integrator = integrator_of(database, clock)
        self.lists = 0

    def take(self, person: str, role: str = "support") -> None:
        with self._entry(OWNER, person, role, "removed") as connection:
            now, of = self.clock(), self._list(connection, role)
            said = {"verdict": "remove", "decided_at": now, "decided_by": OWNER}
            line = {"of": of, "person": person, "purposes": [], "data_classes": [], "looks": 0, **said}
            connection.execute(insert(RecertificationLine).values(line))
            row = {"team": "T1", "person": person, "role": role, "of": of}
            connection.execute(insert(RoleRemoval).values(**row, removed_at=now, removed_by=OWNER))

    def _list(self, connection: Connection, role: str) -> int:
        """A list of the group's, of a term of its own."""
        self.lists += 1
        row = {"number": self.lists, "term": f"of {self.lists}", "role": role, "team": "T1"}
        connection.execute(insert(RecertificationList).values(**row, opened_at=self.clock(), due_at=self.clock()))
        return self.lists

    def end(self, person: str, how: str, by: str, role: str = "support") -> None:
        with self._entry(by, person, role, how) as connection:
            still = (col(RoleRemoval.person) == person, col(RoleRemoval.role) == role)
            connection.execute(update(RoleRemoval).where(*still).values(ended=how, ended_at=self.clock(), ended_by=by))

    @contextmanager
    def _entry(self, by: str, person: str, role: str, reason: str) -> Iterator[Connection]:
        self.clock.advance(hours=1)
        origin = Origin(Actor(by, "T1"), Surface.MODAL)
        with self.ledger.entry(origin, Action.RECERTIFY, query=f"{person} in {role}") as entry:
            yield entry.connection
            entry.close(Outcome.DONE, reason)

    def roles(self, person: str) -> set[str]:
        with self.database.reading() as connection:
            self.on_record.refresh(connection)
        return set(self.directory.person("T1", person).roles)

    def fault(self) -> Code | None:
        self.integrator.tick()
        with at_one_moment(self.database) as connection:
            found = verify_live(connection, (SIGNER.key,)).fault
        assert found is None or "U0" not in found.words
        return found.code if found else None


@pytest.fixture
def company(database: Database, clock: SettableClock) -> Company:
    """From U0ANNA support was taken; from U0BEN it was, and was given back; U0CARL lost it and left the group."""
    made = Company(database, clock)
    for person in ("U0ANNA", "U0BEN", "U0CARL"):
        made.take(person)
    made.end("U0BEN", "lifted", OFFICER)
    made.end("U0CARL", "gone", "system")
    return made


def test_what_entries_say_counts_and_verifies(company: Company) -> None:
    people = ("U0ANNA", "U0BEN", "U0CARL", "U0DORA")
    assert [company.roles(one) == {"billing"} for one in people] == [True, False, False, False]
    assert company.fault() is None
    company.take("U0BEN")
    assert (company.roles("U0BEN"), company.fault()) == ({"billing"}, None)


ENDED = "ended = 'lifted', ended_at = removed_at, ended_by = 'U0OFFICER'"
TAMPERED = (
    "DELETE FROM role_removals WHERE person = 'U0ANNA'",
    "DELETE FROM role_removals",
    f"UPDATE role_removals SET {ENDED} WHERE person = 'U0ANNA'",
    "UPDATE role_removals SET person = 'U0DORA' WHERE person = 'U0ANNA'",
    "UPDATE role_removals SET role = 'sales' WHERE person = 'U0ANNA'",
    "UPDATE role_removals SET team = 'T2' WHERE person = 'U0ANNA'",
)


@pytest.mark.parametrize("statement", TAMPERED)
def test_a_row_gives_no_role_back(company: Company, statement: str) -> None:
    tamper(company.database, statement)
    assert company.roles("U0ANNA") == {"billing"}
    assert company.roles("U0BEN") == {"support", "billing"}
    assert company.fault() is Code.OTHER_REMOVAL


MADE_UP = (
    'INSERT INTO role_removals (team, person, role, "of", removed_at, removed_by) '
    "SELECT team, 'U0DORA', role, \"of\", removed_at, removed_by FROM role_removals WHERE person = 'U0ANNA'"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE role_removals SET ended = NULL, ended_at = NULL, ended_by = NULL WHERE person = 'U0BEN'",
        "UPDATE role_removals SET removed_by = 'U0OFFICER' WHERE person = 'U0BEN'",
        "UPDATE role_removals SET ended_by = 'U0OWNER' WHERE person = 'U0BEN'",
        "UPDATE role_removals SET removed_at = '2020-03-02 09:00:00.000000' WHERE person = 'U0CARL'",
        MADE_UP,
    ],
)
def test_what_no_entry_says_is_named(company: Company, statement: str) -> None:
    tamper(company.database, statement)
    assert company.fault() is Code.OTHER_REMOVAL


def test_what_is_written_while_this_process_knows_less_counts(company: Company) -> None:
    """An entry that gives the role back counts at once, though what is known of was read a moment before."""
    assert company.roles("U0ANNA") == {"billing"}
    company.end("U0ANNA", "lifted", OFFICER)
    assert company.directory.person("T1", "U0ANNA").roles == {"support", "billing"}
    assert company.fault() is None


def test_an_entry_whose_text_was_erased_by_a_release_of_before_still_gives_back(company: Company) -> None:
    """Texts of such entries are no longer taken out: what they say is no one's."""
    opened = "SELECT id FROM audit_entries WHERE actor = 'U0OFFICER'"
    tamper(company.database, f"DELETE FROM audit_open WHERE entry_id IN ({opened})")
    assert company.roles("U0BEN") == {"support", "billing"}
    with company.database.reading() as connection:
        assert removals_fault(connection) is None


def test_an_entry_that_is_not_as_it_was_written_gives_nothing_back(company: Company) -> None:
    tamper(company.database, "UPDATE audit_entries SET account = 'pw-1' WHERE actor = 'U0OFFICER'")
    assert [company.roles(person) for person in ("U0ANNA", "U0BEN")] == [{"billing"}, {"billing"}]
    assert company.roles("U0CARL") == {"support", "billing"}


def test_of_whom_nothing_was_taken_nothing_more_is_read(company: Company) -> None:
    company.roles("U0DORA")
    heard: list[str] = []
    event.listen(company.database.engine, "before_cursor_execute", lambda *said: heard.append(said[2]))
    for person, reads in (("U0DORA", 1), ("U0ANNA", 1), ("U0BEN", 4)):
        company.directory.person("T1", person)
        assert len([one for one in heard if one.startswith("SELECT")]) == reads, person
        heard.clear()
