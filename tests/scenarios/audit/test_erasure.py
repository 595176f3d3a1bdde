"""Erasing a person's text: asked for on the command line, confirmed by two privacy officers in Slack."""

import json

import pytest

from bot.cli import main
from slack_local import NotThere
from tests.bot.captured_logs import logs_as_before
from tests.conftest import SettableClock
from tests.scenarios.audit.erasing import DESK, Erase, message, press
from tests.scenarios.audit.erasing import erase as erase
from tests.scenarios.audit.exported import is_described
from tests.scenarios.harness import Steward, answered, files_of


def queries(steward: Steward) -> list[object]:
    looked_up = [one for one in steward.audit() if one["action"] == "account.lookup"]
    return [one["query"] for one in sorted(looked_up, key=lambda one: str(one["id"]))]


def test_two_officers_erase_what_was_typed_about_an_account(steward: Steward, erase: Erase) -> None:
    said = erase("pw-00412")
    assert "To be erased for this account: 2 queries in 2 entries. The entries stay." in said
    assert "E-1 waits for 2 privacy officers in #privacy-desk until 2026-03-05 09:00 UTC." in said
    shown = message(steward)
    assert "E-1: erase what was typed about pw-00412 from the audit table" in shown
    assert "2 queries in 2 entries" in shown
    assert "They asked us to" not in shown
    assert "balticbeans" not in shown
    told = press(steward, "laila", "Confirm erasure")
    assert told == "You confirmed E-1. One more privacy officer is needed; nothing is erased yet."
    assert queries(steward) == ["pw-00412", "mara@balticbeans.example"]
    assert "one more is needed" in message(steward)
    assert "Erased" in press(steward, "ieva", "Confirm erasure")
    assert all(str(query).startswith("sha256:") for query in queries(steward))
    assert "Erased" in message(steward)
    with pytest.raises(NotThere):
        steward.person("agnese").find("Confirm erasure", in_=DESK)


def test_exports_and_searches_say_what_was_erased(
    steward: Steward, erase: Erase, capsys: pytest.CaptureFixture[str]
) -> None:
    erase("pw-00412")
    for officer in ("laila", "ieva"):
        press(steward, officer, "Confirm erasure")
    steward.integrator.tick()
    answered(steward.person("agnese"), "/audit export pw-00412")
    files = files_of(steward.person("agnese"))
    assert is_described(files)
    described = json.loads(files["audit.jsonl.manifest.json"])
    assert [(one["fields"], one["erasure"]) for one in described["erased"]] == [(["query"], "E-1")] * 2
    assert [one["erasure"] for one in described["erasures"]] == ["E-1"]
    with logs_as_before():
        assert main(["audit", "search", "entry", described["erased"][0]["id"][-8:]]) == 0
        assert "  query           (erased)\n" in capsys.readouterr().out
        assert main(["audit", "search", "pw-00412", "looked up", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["entries"]
    assert [(one["query"], one["erased"]) for one in entries] == [(None, ["query"])] * 2


def test_nobody_confirms_twice_or_about_themselves(steward: Steward, erase: Erase) -> None:
    steward.person("laila").type("/account pw-00412", channel="general")
    erase("laila@postwing.example")
    assert "what you typed yourself, so others have to decide it" in press(steward, "laila", "Confirm erasure")
    assert "what you typed yourself" in press(steward, "laila", "Refuse")
    press(steward, "ieva", "Confirm erasure")
    assert "You confirmed E-1 already" in press(steward, "ieva", "Confirm erasure")
    assert steward.last()["reason"] == "already_confirmed"
    assert steward.count("audit_erased") == 0
    assert "Erased" in press(steward, "agnese", "Confirm erasure")
    assert steward.count("audit_erased") == 2


def test_it_can_be_decided_in_app_home(steward: Steward, erase: Erase, clock: SettableClock) -> None:
    laila = steward.person("laila")
    assert "E-1" not in laila.home().text
    erase("pw-00412")
    assert "E-1" not in steward.person("janis").home().text
    home = laila.home().text
    assert "E-1: erase what was typed about pw-00412 from the audit table · 2 queries in 2 entries" in home
    assert "Waiting for 2 privacy officers to confirm · expires unanswered at" in home
    assert "Nothing waits for you" not in home
    laila.press("Confirm erasure", in_="home")
    assert "One more privacy officer is needed" in laila.modal().text
    laila.close()
    assert "E-1" not in laila.glance_home().text
    steward.deliver()
    assert "Confirmed by @Laila Eglīte · one more is needed" in steward.person("ieva").home().text
    clock.advance(days=3)
    assert "E-1" not in steward.person("ieva").home().text


def test_who_left_the_group_before_pressing_does_not_count(steward: Steward, erase: Erase) -> None:
    erase("pw-00412")
    press(steward, "laila", "Confirm erasure")
    steward.slack.groups["privacy-office"].remove("ieva")
    assert "Only @privacy-office can decide E-1" in press(steward, "ieva", "Confirm erasure")
    assert steward.last()["outcome"] == "refused"
    assert steward.count("audit_erased") == 0


def test_a_no_ends_it(steward: Steward, erase: Erase) -> None:
    erase("pw-00412")
    press(steward, "laila", "Confirm erasure")
    assert "Refused" in press(steward, "ieva", "Refuse")
    assert "Refused" in message(steward)
    assert queries(steward) == ["pw-00412", "mara@balticbeans.example"]


def test_it_expires_unanswered(steward: Steward, erase: Erase, clock: SettableClock) -> None:
    erase("pw-00412")
    press(steward, "laila", "Confirm erasure")
    clock.advance(days=3)
    late = press(steward, "ieva", "Confirm erasure")
    assert "can't be decided any more" in late
    steward.tick()
    assert "Expired" in message(steward)
    assert steward.last()["outcome"] == "expired"
    assert queries(steward) == ["pw-00412", "mara@balticbeans.example"]


def test_a_requests_reason_goes_from_slack_too(steward: Steward, erase: Erase) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "Mara Liepa is locked out"})
    inese.submit()
    steward.deliver()
    janis = steward.person("janis")
    assert "Mara Liepa" in janis.read("access-approvals")[-1].text
    erase("pw-00412")
    press(steward, "laila", "Confirm erasure")
    press(steward, "ieva", "Confirm erasure")
    shown = janis.read("access-approvals")[-1].text
    assert "Mara Liepa" not in shown
    assert "(erased)" in shown


def test_the_officers_are_reminded_a_day_before_it_expires(
    steward: Steward, erase: Erase, clock: SettableClock
) -> None:
    erase("pw-00412")
    press(steward, "laila", "Confirm erasure")
    clock.advance(days=2)
    steward.tick()
    steward.deliver()
    reminder = steward.person("ieva").read(DESK)[-1].text
    assert "E-1 still waits: 1 privacy officer has to confirm before" in reminder
    assert "Erased" in press(steward, "ieva", "Confirm erasure")
    assert all("still waits" not in one.text for one in steward.person("ieva").read(DESK))


def test_who_asked_takes_it_back(
    steward: Steward, erase: Erase, capsys: pytest.CaptureFixture[str], clock: SettableClock
) -> None:
    erase("pw-00412")
    with logs_as_before():
        assert main(["audit", "erasures", "--withdraw", "e-1"]) == 0
        assert "E-1 is withdrawn, and nothing was erased." in capsys.readouterr().out
        assert main(["audit", "erasures", "--withdraw", "E-1"]) == 1
        assert "E-1 waits no longer: withdrawn by cli:" in capsys.readouterr().err
    steward.deliver()
    assert "Withdrawn by cli:" in message(steward)
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "not_pending")
    assert queries(steward) == ["pw-00412", "mara@balticbeans.example"]
