"""A purpose whose clause is gone: suspended, told, and restored by two privacy officers who point to the new one."""

from pathlib import Path

import pytest
from sqlalchemy import text as text_of

from bot.access.clauses.suspensions import NotTaken, Taken, Why
from bot.access.people import Person
from bot.database import Database
from bot.privacy.clauses import Suspension, open_suspensions
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.access.asking import ask
from tests.scenarios.access.suspending import HELPING, changed, desk, looked, point, postwing, publish
from tests.scenarios.harness import ROOT, Steward, person_of, running


def about(steward: Steward, purpose: str) -> str:
    return next(text for text in desk(steward) if text.startswith(f"{purpose} is suspended"))


def open_ones(steward: Steward) -> list[Suspension]:
    with steward.database.reading() as connection:
        return list(open_suspensions(connection))


def officers(steward: Steward) -> tuple[Person, Person]:
    people, team = steward.slack.people, steward.slack.team_id
    laila, ieva = (steward.services.directory.person(team, people[name].id) for name in ("laila", "ieva"))
    return laila, ieva


@pytest.fixture
def granted(steward: Steward) -> str:
    name = ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    return name


def test_it_is_suspended_its_grants_end_and_the_privacy_office_is_told(
    steward: Steward, clock: SettableClock, granted: str
) -> None:
    publish(steward, clock, changed())
    said = about(steward, "Technical support")
    assert "It was: “employees who need it for a legitimate purpose of our business, such as technical support”" in said
    assert f"1 grant ended with it: {granted}." in said
    assert "The nearest sentence now: “At Postwing, data is open to those employees" in said
    assert not [text for text in desk(steward) if text.startswith("Marketing")]
    inese = steward.person("inese")
    assert "because the privacy policy in force does not permit the purpose any more" in inese.dm()[-1].text
    inese.type("/account pw-00412", channel="general")
    assert "not permitted any more" in inese.read("general")[-1].text
    ends = [one for one in steward.audit(grant=granted) if one["action"] == "access.end"]
    assert [(one["actor"], one["reason"]) for one in ends] == [("system", "clause_gone")]
    steward.services.special_cases.suspensions.look()
    told = [one for one in steward.audit() if (one["action"], one["reason"]) == ("config.change", "clause_gone")]
    assert {one["purpose"] for one in told} == {"technical_support", "customer_service"}
    assert len(told) == 2


def test_two_officers_restore_it(steward: Steward, clock: SettableClock) -> None:
    text = changed().replace("customer service, ", "")
    publish(steward, clock, text.replace("We built", f"{HELPING}.\n\nWe built"))
    number = next(one.number for one in open_ones(steward) if one.purpose == "technical_support")
    use, laila, ieva = steward.services.special_cases.suspensions, *officers(steward)

    def why(result: Taken | NotTaken) -> Why | None:
        return result.reason if isinstance(result, NotTaken) else None

    assert why(use.propose(by(laila), laila, number, "employees may do as they please")) is Why.NOT_IN_POLICY
    assert why(use.propose(by(laila), laila, number, "for billing or")) is Why.TOO_SHORT
    inese = person_of(steward, "inese")
    assert why(use.propose(by(inese), inese, number, HELPING)) is Why.NOT_AN_OFFICER
    proposed = use.propose(by(laila), laila, number, HELPING)
    assert isinstance(proposed, Taken)
    at = proposed.suspension.proposed_at
    assert why(use.confirm(by(laila), laila, number, at)) is Why.OWN_PROPOSAL
    assert why(use.confirm(by(ieva), ieva, number, None)) is Why.CHANGED
    assert looked(steward) is False
    assert why(use.confirm(by(ieva), ieva, number, at)) is None
    assert looked(steward) is True
    assert why(use.confirm(by(ieva), ieva, number, at)) is Why.SETTLED
    for column, value in (
        ("proposed", steward.services.company.rules.purposes["billing"].clause),
        ("settled_by", "U0"),
    ):
        with steward.database.transaction() as connection:  # somebody who writes to the database permits it otherwise
            mine = f"FROM clause_suspensions WHERE number = {number}"
            before = connection.execute(text_of(f"SELECT {column} {mine}")).scalar_one()
            change = text_of(f"UPDATE clause_suspensions SET {column} = :value WHERE number = {number}")
            connection.execute(change, {"value": value})
        assert looked(steward) is False, column
        with steward.database.transaction() as connection:
            connection.execute(change, {"value": before})
    assert looked(steward) is True
    use.look()
    assert [one.purpose for one in open_ones(steward)] == ["customer_service"]
    publish(steward, clock, text)
    assert looked(steward) is False
    assert "technical_support" in [one.purpose for one in open_ones(steward)]


def test_in_slack_with_buttons(steward: Steward, clock: SettableClock) -> None:
    publish(steward, clock, postwing().replace("such as technical support", "such as giving technical help"))
    steward.deliver()
    assert point(steward, "laila", "whatever we find useful for ourselves") == {
        "Or its words": "These words do not stand in the policy in force. Quote it word for word."
    }
    assert point(steward, "laila", "such as giving technical help") == {}
    laila, ieva = steward.person("laila"), steward.person("ieva")
    laila.press("Confirm", in_="privacy-desk")
    assert "You pointed to it yourself" in laila.read("privacy-desk")[-1].text
    ieva.press("Confirm", in_="privacy-desk")
    steward.deliver()
    assert any(
        "Restored by" in text and "It rests on “such as giving technical help”" in text for text in desk(steward)
    )
    assert looked(steward) is True


def test_when_the_clause_comes_back_nobody_has_to_do_anything(steward: Steward, clock: SettableClock) -> None:
    publish(steward, clock, changed())
    publish(steward, clock, postwing())
    assert open_ones(steward) == []
    assert any("stands in the policy again" in text for text in desk(steward))
    assert looked(steward) is True


def test_grants_may_wait(database: Database, clock: SettableClock, tmp_path: Path) -> None:
    text = (ROOT / "steward.toml").read_text()
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "postwing.md").write_text(postwing())
    (tmp_path / "steward.toml").write_text(text.replace('on_clause_gone = "end" ', 'on_clause_gone = "wait"'))
    with running(database, clock, folder=tmp_path) as steward:
        name = ask(steward)
        steward.person("janis").press("Approve", in_="access-approvals")
        steward.deliver()
        publish(steward, clock, changed())
        assert f"1 grant waits, closed, while time is left: {name}." in about(steward, "Technical support")
        assert looked(steward) is False
        publish(steward, clock, postwing())
        steward.person("inese").type("/account pw-00412", channel="general")
        assert name in steward.person("inese").read("general")[-1].text
