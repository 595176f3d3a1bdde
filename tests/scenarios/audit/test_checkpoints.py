"""The ledger's proof in Slack: checkpoints on demand and each day, verifying, and what people read when it fails."""

from dataclasses import replace

import pytest

from bot.audit.merkle.checkpoints import Checkpoint, read_checkpoint
from bot.audit.tamper import Acknowledge, Unacknowledged, open_faults
from tests.bot.audit.integration.integrating import CLI, assert_sound, tamper
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward


def asked(steward: Steward, text: str, name: str = "agnese") -> str:
    person = steward.person(name)
    person.type(text, channel="general")
    return person.read("general")[-1].text


def integrate(steward: Steward) -> int:
    steward.integrator.refresh()
    return steward.integrator.tick()


def posted(steward: Steward) -> list[str]:
    return [one.text for one in steward.person("agnese").read("audit-log")]


def note_in(text: str) -> str:
    return text.partition("```\n")[2].partition("\n```")[0] + "\n"


def test_a_checkpoint_is_posted_on_demand_and_each_day(steward: Steward, clock: SettableClock) -> None:
    assert "No entry is in the ledger yet" in asked(steward, "/audit checkpoint")
    integrate(steward)
    answer = asked(steward, "/audit checkpoint")
    assert "Posted to the audit channel" in answer
    assert steward.last()["action"] == "audit.checkpoint"
    steward.deliver()
    assert len(posted(steward)) == 1
    stated = read_checkpoint(note_in(posted(steward)[0]), steward.services.proof.keys.signer.key)
    assert isinstance(stated, Checkpoint), (stated, posted(steward))
    assert note_in(answer) == note_in(posted(steward)[0])
    integrate(steward)
    steward.services.proof.daily.begin()
    steward.services.proof.daily.begin()
    clock.advance(hours=25)
    steward.tick()
    steward.tick()
    assert len(posted(steward)) == 2
    later = read_checkpoint(note_in(posted(steward)[1]), steward.services.proof.keys.signer.key)
    assert isinstance(later, Checkpoint)
    assert later.size > stated.size
    clock.advance(hours=24)
    steward.tick()
    assert len(posted(steward)) == 3


def test_only_auditors_ask_for_proof(steward: Steward) -> None:
    integrate(steward)
    for text in ("/audit checkpoint", "/audit verify"):
        assert "Only auditors may" in asked(steward, text, "janis")
        assert steward.last()["outcome"] == "refused"
    steward.deliver()
    assert posted(steward) == []


def test_verifying(steward: Steward) -> None:
    integrate(steward)
    answer = asked(steward, "/audit verify")
    assert "2 entries verified: each is what was signed" in answer
    assert "Not yet signed: 1 entry" in answer
    assert steward.last()["action"] == "audit.verify"


def test_what_was_changed_stops_look_ups_until_somebody_has_looked(steward: Steward, clock: SettableClock) -> None:
    asked(steward, "/account pw-00412", "inese")
    integrate(steward)
    changed = steward.last()["id"]
    tamper(steward.database, f"UPDATE audit_entries SET actor = 'U0NOBODY' WHERE id = '{changed}'")
    answer = asked(steward, "/audit verify")
    assert "The audit ledger does not hold: F-1" in answer
    assert "its column actor differs from its text" in answer
    (found,) = steward.services.proof.standing.open
    before = steward.count("audit_entries")
    refused = asked(steward, "/account pw-00412", "inese")
    assert "customers can't be looked up until somebody has looked into it" in refused
    assert found.reference in refused
    assert steward.count("audit_entries") == before
    steward.deliver()
    (alarm,) = posted(steward)
    assert found.reference in alarm
    assert "Customers can't be looked up until an operator has looked" in alarm
    assert integrate(steward) == 0

    acknowledge = Acknowledge(steward.services.ledger, clock)
    with pytest.raises(Unacknowledged, match="no fault F-7"):
        acknowledge(CLI, "F-7", "")
    acknowledge(CLI, "F-1", "Restored from the backup of Sunday")
    with pytest.raises(Unacknowledged, match="before"):
        acknowledge(CLI, "f-1", "again")
    assert integrate(steward) > 0
    assert "Baltic Beans SIA" in asked(steward, "/account pw-00412", "inese")
    assert "Somebody has acknowledged that" in asked(steward, "/audit verify")
    with steward.database.reading() as connection:
        assert open_faults(connection) == ()


def test_what_came_in_while_nobody_ran_is_no_alarm_at_the_start(steward: Steward, clock: SettableClock) -> None:
    """As after `accounts import` and a minute more: the integrator of a process that has just begun has its time."""
    clock.advance(seconds=61)
    overdue = replace(steward.services.proof.overdue, since=clock())
    assert overdue.oldest() is not None, "which /readyz tells"
    overdue()
    steward.deliver()
    assert posted(steward) == []
    clock.advance(seconds=61)
    overdue()
    steward.deliver()
    (alarm,) = posted(steward)
    assert "not yet in the signed ledger" in alarm


def test_an_entry_that_waits_too_long_is_told_once(steward: Steward, clock: SettableClock) -> None:
    overdue = steward.services.proof.overdue
    overdue()
    assert overdue.oldest() is None
    clock.advance(seconds=61)
    assert overdue.oldest() is not None
    overdue()
    overdue()
    steward.deliver()
    (alarm,) = posted(steward)
    assert "2 audit entries not yet in the signed ledger, for 2 min" in alarm
    integrate(steward)
    assert overdue.oldest() is None
    assert_sound(steward.database, signer=steward.services.proof.keys.signer)
