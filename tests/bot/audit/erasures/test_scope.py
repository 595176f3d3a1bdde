"""Whom somebody means by a subject, and exactly which values an erasure for them takes out."""

import pytest

from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.erasures.scope import Kind, Plan, Subject, Unclear, Value, digest_of, plan_of, subject_of
from bot.audit.ledger import Ledger, Origin
from bot.database import Database
from tests.conftest import SettableClock

INESE = Actor("U0INESE", "T1", "Inese@postwing.example")
NILS = Actor("U0NILS", "T1", "nils@postwing.example")


class Desk:
    """Writes entries and names them, so that a plan can be read."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self.database = database
        self.ledger = Ledger(database, clock)
        self.names: dict[str, str] = {}

    def write(
        self,
        name: str,
        actor: Actor,
        *,
        account: str | None = None,
        query: str | None = None,
        why: str | None = None,
        action: Action = Action.LOOK_UP,
    ) -> None:
        with self.ledger.entry(Origin(actor, Surface.COMMAND), action, query=query) as entry:
            entry.account, entry.justification = account, why
            entry.close(Outcome.MASKED)
        self.names[entry.id] = name

    def subject(self, typed: str) -> Subject | Unclear | None:
        with self.database.reading() as connection:
            return subject_of(connection, typed)

    def plan(self, typed: str) -> set[str]:
        """The plan for what is typed, as "entry.field"."""
        subject = self.subject(typed)
        assert isinstance(subject, Subject)
        with self.database.reading() as connection:
            return {f"{self.names[entry]}.{field}" for entry, field in plan_of(connection, subject).values}


@pytest.fixture
def desk(database: Database, clock: SettableClock) -> Desk:
    return Desk(database, clock)


def test_of_a_person_all_that_they_typed_and_their_address_goes(desk: Desk) -> None:
    desk.write("a", INESE, account="pw-1", query="bean", why="they asked")
    desk.write("b", INESE)
    desk.write("c", NILS, account="pw-1", query="bean")
    everything = {"a.query", "a.justification", "a.actor_email", "b.actor_email"}
    for typed in ("U0INESE", " U0INESE ", "person:U0INESE", "inese@POSTWING.example"):
        assert desk.plan(typed) == everything


def test_a_persons_address_goes_from_what_others_typed_when_they_are_named_by_it(desk: Desk) -> None:
    desk.write("a", INESE)
    desk.write("b", NILS, query="x", why="for inese@postwing.example, who is ill")
    assert desk.plan("inese@postwing.example") == {"a.actor_email", "b.justification"}
    assert desk.plan("U0INESE") == {"a.actor_email"}


def test_of_an_account_what_was_typed_about_it_goes_and_nobodys_address(desk: Desk) -> None:
    desk.write("a", INESE, account="pw-00412", query="mara@beans.example", why="cannot log in")
    desk.write("b", NILS, query="PW-00412")
    desk.write("c", NILS, query="<pw-00412> for billing")
    desk.write("other", NILS, account="pw-004121", query="pw-004121")
    desk.write("another", NILS, query="xpw-00412 or pw-00412-b")
    assert desk.plan("pw-00412") == {"a.query", "a.justification", "b.query", "c.query"}


def test_an_account_that_no_entry_is_about_is_found_by_what_was_typed(desk: Desk) -> None:
    desk.write("a", NILS, query="pw-00999")
    assert desk.subject("pw-00999") is None  # any word could be meant; it has to be said that it is an account
    assert desk.plan("account:pw-00999") == {"a.query"}


def test_an_address_of_no_user_goes_wherever_it_was_typed(desk: Desk) -> None:
    desk.write("a", INESE, query="Mara@Beans.example")
    desk.write("b", NILS, why="wrote from <mailto:mara@beans.example|mara@beans.example>.")
    desk.write("other", NILS, query="tamara@beans.example and a.mara@beans.example and mara@beans.example.org")
    assert desk.subject("mara@beans.example") == Subject(Kind.ADDRESS, "mara@beans.example")
    assert desk.plan("mara@beans.example") == {"a.query", "b.justification"}


@pytest.mark.parametrize("address", ["māra@pupiņas.example", "50%_off@beans.example", 'a\\"b@beans.example'])
def test_letters_that_databases_read_in_their_own_way(desk: Desk, address: str) -> None:
    desk.write("a", INESE, query=address.upper())
    desk.write("other", NILS, query="mara@beans.example")
    assert desk.plan(address) == {"a.query"}


@pytest.mark.parametrize(
    "typed", ["nobody", "U0NOBODY", "who@nowhere.example", "person:pw-1", "account:U0INESE", "account:", ""]
)
def test_nobody_is_known(desk: Desk, typed: str) -> None:
    desk.write("a", INESE, account="pw-1", query="bean")
    assert desk.subject(typed) is None


def test_who_is_meant_has_to_be_said_where_it_is_not_clear(desk: Desk) -> None:
    desk.write("a", INESE, account="U0NILS", query="bean")
    desk.write("b", Actor("U0NILS", "T1", "inese@postwing.example"))
    assert desk.subject("U0NILS") == Unclear(("person:U0NILS", "account:U0NILS"))
    assert desk.subject("inese@postwing.example") == Unclear(("person:U0INESE", "person:U0NILS"))
    assert desk.plan("account:U0NILS") == {"a.query"}


def test_the_entries_of_erasures_keep_what_they_say(desk: Desk) -> None:
    desk.write("a", INESE, account="pw-1", query="E-1", why="she asked", action=Action.ERASE)
    assert desk.plan("pw-1") == {"a.justification"}
    assert desk.plan("U0INESE") == {"a.justification", "a.actor_email"}


def test_what_tables_are_compared_with_stays(desk: Desk) -> None:
    """Who was to leave which group, and in which roles somebody agreed to a disclosure, is nobody's text."""
    desk.write("a", NILS, query="U0INESE in support", action=Action.RECERTIFY)
    desk.write("b", NILS, account="pw-1", query="D-1 as approvers, privacy", action=Action.DISCLOSE)
    desk.write("c", NILS, account="pw-1", query="D-1 as the court said", why="for Inese", action=Action.DISCLOSE)
    assert desk.plan("U0NILS") == {"a.actor_email", "b.actor_email", "c.query", "c.justification", "c.actor_email"}
    assert desk.plan("account:pw-1") == {"c.query", "c.justification"}


def test_the_name_of_a_grant_that_was_ended_stays_and_whatever_else_was_typed_goes(desk: Desk) -> None:
    desk.write("a", NILS, query="R-1042", action=Action.END)
    desk.write("b", NILS, query="R-1042 of Inese", action=Action.END)
    desk.write("c", NILS, query="R-1042")
    assert desk.plan("U0NILS") == {"a.actor_email", "b.query", "b.actor_email", "c.query", "c.actor_email"}


def test_a_name_goes_where_it_stands_by_itself(desk: Desk) -> None:
    desk.write("a", INESE, query="Mara Liepa", why="for MARA LIEPA, who called")
    desk.write("other", NILS, query="Tamara Liepa", why="Mara Liepa-Ozola, and Mara from Liepaja")
    assert desk.subject("name:  mara   LIEPA ") == Subject(Kind.ADDRESS, "mara liepa")
    assert desk.plan("name:mara liepa") == {"a.query", "a.justification"}


def test_a_name_that_is_too_short_would_take_too_much(desk: Desk) -> None:
    desk.write("a", INESE, query="Ann and Anna")
    assert desk.subject("name:Ann") is None
    assert desk.plan("name:Anna") == {"a.query"}


def test_a_plan_counts_entries_and_values() -> None:
    values = (Value("1", "query"), Value("1", "actor_email"), Value("2", "query"))
    plan = Plan(Subject(Kind.ACCOUNT, "pw-1"), values)
    assert (plan.entries, plan.found) == (2, {"query": 2, "actor_email": 1})


def test_the_digest_is_of_the_values_in_any_order() -> None:
    one, two = Value("1", "query"), Value("2", "query")
    assert digest_of([one, two]) == digest_of([two, one]) != digest_of([one])
