"""Each quarter owners of groups say who may still look up; whoever is removed loses it at once."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import text

from bot.access.recertification.certifying import Verdict, read_listing
from bot.access.recertification.recertify import Certified, NotCertified
from handlers.views.access import recertification as views
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.access.asking import ask
from tests.scenarios.access.recertifying import due as due
from tests.scenarios.harness import Steward


def test_an_owner_keeps_and_removes(due: Steward, clock: SettableClock) -> None:
    martins, kaspars, laila = (due.person(one) for one in ("martins", "kaspars", "laila"))
    name = ask(due, "kaspars")
    assert "Who of @support may still look customers up?" in martins.dm()[-1].text
    assert "RC-1" in martins.home().text
    martins.type("/access recertify", channel="general")
    form = martins.modal().text
    assert "looked 2 times in the term before" in form
    assert "Mārtiņš" not in form
    assert "Mark somebody" in str(martins.submit())
    martins.fill({"Kaspars": "Remove", "The others": ["Keep everybody who is not marked"], "Note": "Moved to sales"})
    assert martins.submit() == {}
    assert "removed: @Kaspars" in martins.modal().text
    due.deliver()
    told = kaspars.dm()[-1].text
    assert told.startswith(
        "You can't look customers up with @support any more. @Mārtiņš Kalniņš reviewed who still needs"
    )
    assert "ask the privacy office (privacy@postwing.example). · RM-1" in told
    for command in ("/account pw-00412", "/access pw-00412 for technical support"):
        kaspars.type(command, channel="general")
        assert "was taken away when it was reviewed" in kaspars.read("general")[-1].text
    assert "Your access was taken away when it was reviewed who may look customers up" in kaspars.home().text
    kaspars.type("/account pw-00412", channel="general")
    assert due.last()["reason"] == "removed"
    due.services.life.revoke.departed()
    assert any(one["reason"] == "person_left" for one in due.audit(grant=name))
    assert "Take @Kaspars Liepiņš out of @support in Slack" in laila.read("privacy-desk")[-1].text
    steps = [one for one in due.audit() if one["action"] == "access.recertify"]
    drawn_up = [(one["actor"], one["query"], one["fields"][0].rpartition(" ")[0]) for one in steps[:2]]
    assert drawn_up == [("system", "RC-1", "RC-1 of 3"), ("system", "RC-2", "RC-2 of 1")]
    said = [(one["outcome"], one["reason"], one["query"]) for one in steps[2:]]
    ids = {one: due.slack.people[one].id for one in ("inese", "kaspars")}
    assert sorted(said) == sorted(
        [("done", "kept", f"{ids['inese']} in support"), ("done", "removed", f"{ids['kaspars']} in support")]
    )
    due.slack.groups["support"].remove("kaspars")
    for _ in range(2):
        due.services.approvers.recertify.settle_removals()
    due.deliver()
    assert "is out of @support. Settled" in laila.read("privacy-desk")[-1].text
    assert [one["reason"] for one in due.audit() if one["action"] == "access.recertify"].count("gone") == 1


def test_each_message_says_what_is_left_of_the_list_and_for_whom(due: Steward, clock: SettableClock) -> None:
    """The owner's own line is the privacy office's: nobody asks the owner for it, or says that they are late."""
    martins, laila = due.person("martins"), due.person("laila")
    assert "may still look customers up? 2 people, by" in martins.dm()[-1].text
    martins.type("/access recertify", channel="general")
    martins.fill({"The others": ["Keep everybody who is not marked"]})
    assert martins.submit() == {}
    due.deliver()
    said = martins.dm()[-1]
    assert said.text.startswith(":white_check_mark: You confirmed the others of @support. The privacy office confirms")
    assert said.buttons == ()
    clock.advance(days=15)
    due.tick()
    (overdue,) = (one.text for one in laila.read("privacy-desk") if "RC-1" in one.text and "overdue" in one.text)
    assert "@Mārtiņš Kalniņš confirmed all but their own line, which they can't; 1 person is open" in overdue


def test_nobody_is_kept_whom_the_form_did_not_show(due: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group of hundreds is confirmed form by form, and not by one tick below the first forty."""
    monkeypatch.setattr(views, "AT_ONCE", 1)
    martins = due.person("martins")
    for left in (1, 0):
        martins.type("/access recertify", channel="general")
        assert ("And 1 more after these, on the next form" in martins.modal().text) == bool(left)
        martins.fill({"The others": ["Keep everybody who is not marked"]})
        assert martins.submit() == {}
        assert "1 person keeps it" in martins.modal().text
        assert ("1 person is still open" in martins.modal().text) == bool(left)
        martins.close(everything=True)
        steps = [one for one in due.audit() if one["action"] == "access.recertify" and one["reason"] == "kept"]
        assert len(steps) == 2 - left


def test_a_form_asks_slack_for_no_name(due: Steward, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form has to be there within three seconds, and forty names would be forty questions."""
    asked: list[str] = []
    call = WebClient.api_call

    def counted(client: WebClient, api_method: str, **arguments: Any) -> Any:
        asked.append(api_method)
        return call(client, api_method, **arguments)

    clock.advance(minutes=20)
    monkeypatch.setattr(WebClient, "api_call", counted)
    due.person("martins").type("/access recertify", channel="general")
    assert "Kaspars" in due.person("martins").modal().text
    assert asked.count("users.info") == 1, "whoever typed it is asked for anew, and nobody else"


def test_the_office_is_not_asked_again_for_a_line_that_it_confirmed(due: Steward) -> None:
    directory, recertify = due.services.directory, due.services.approvers.recertify
    laila, martins = (directory.person(due.slack.team_id, due.slack.people[one].id) for one in ("laila", "martins"))
    kept = recertify(by(laila), laila, 1, {martins.id: Verdict.KEEP}, keep_rest=False, note="")
    assert isinstance(kept, Certified)
    due.deliver()
    (own,) = (one for one in due.person("laila").read("privacy-desk") if "RC-1" in one.text)
    assert own.text.startswith(
        ":white_check_mark: The line of @Mārtiņš Kalniņš in @support is confirmed. The others are"
    )
    assert own.buttons == ()


def test_auditors_read_whom_a_list_kept_and_removed(due: Steward) -> None:
    martins, agnese = due.person("martins"), due.person("agnese")
    martins.type("/access recertify", channel="general")
    martins.fill({"Kaspars": "Remove", "The others": ["Keep everybody who is not marked"]})
    assert martins.submit() == {}
    agnese.type("/audit recertified", channel="audit-log")
    said = agnese.read("audit-log")[-1].text
    assert "took somebody off a list of who may look up\ndone: removed · about @Kaspars Liepiņš in support" in said
    assert "kept somebody on a list of who may look up\ndone: kept · about @Inese Ozola in support" in said
    assert "drew up a list of who may look up\ndone: listed · about RC-1" in said


def test_the_privacy_office_gives_it_back_and_nobody_certifies_themselves(due: Steward) -> None:
    martins, laila = due.person("martins"), due.person("laila")
    recertify, directory = due.services.approvers.recertify, due.services.directory
    people = {
        one: directory.person(due.slack.team_id, due.slack.people[one].id) for one in ("martins", "laila", "ieva")
    }
    own = {people["martins"].id: Verdict.KEEP}
    refused = recertify(by(people["martins"]), people["martins"], 1, own, keep_rest=False, note="")
    assert isinstance(refused, NotCertified)
    assert due.last()["reason"] == "concerns_you"
    laila.type("/access recertify", channel="general")
    assert "Mārtiņš" in laila.modal().text
    laila.close(everything=True)
    removed = recertify(
        by(people["laila"]), people["laila"], 1, {people["martins"].id: Verdict.REMOVE}, keep_rest=False, note=""
    )
    assert isinstance(removed, Certified)
    due.deliver()
    assert directory.person(due.slack.team_id, people["martins"].id).roles == {"approvers"}
    laila.press("Give it back", in_="privacy-desk")
    due.deliver()
    assert directory.person(due.slack.team_id, people["martins"].id).roles == {"support", "approvers"}
    assert "gave @Mārtiņš Kalniņš back" in laila.read("privacy-desk")[-1].text
    martins.type("/access recertify", channel="general")
    assert "Inese" in martins.modal().text


def test_an_overdue_list_goes_to_the_privacy_office(due: Steward, clock: SettableClock) -> None:
    laila, nils = due.person("laila"), due.person("nils")
    nils.type("/access recertify", channel="general")
    assert "No list waits for you" in nils.read("general")[-1].text
    clock.advance(days=15)
    due.tick()
    due.tick()
    late = [one.text for one in laila.read("privacy-desk") if "is overdue" in one.text]
    assert len(late) == 2
    laila.type("/access recertify", channel="general")
    assert "RC-2 who of @billing" in laila.read("general")[-1].text
    assert due.count("recertification_lists") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_work_that_is_done_again_opens_and_escalates_nothing_twice(due: Steward, clock: SettableClock) -> None:
    """As after a process died between its work and the note that it was done."""
    recertify = due.services.approvers.recertify
    lists, lines = due.count("recertification_lists"), due.count("recertification_lines")
    recertify.open("2026-04")
    assert (due.count("recertification_lists"), due.count("recertification_lines")) == (lists, lines)
    clock.advance(days=15)
    escalated = []
    for _ in range(2):
        recertify.overdue("RC-1")
        with due.database.reading() as connection:
            listing = read_listing(connection, 1)
        assert listing is not None
        escalated.append(listing.escalated_at)
        clock.advance(hours=1)
    assert escalated == [clock() - timedelta(hours=2)] * 2


def test_what_was_stored_when_lists_were_named_like_rulings_goes_on(due: Steward, clock: SettableClock) -> None:
    with due.database.transaction() as connection:
        for table in ("deliveries", "due_work"):
            named = text(f"UPDATE {table} SET about = 'L-1' WHERE about = 'RC-1'")
            assert connection.execute(named).rowcount
    martins, laila = due.person("martins"), due.person("laila")
    clock.advance(days=15)
    due.tick()
    assert any("is overdue" in one.text and "RC-1" in one.text for one in laila.read("privacy-desk"))
    people = [
        due.services.directory.person(due.slack.team_id, due.slack.people[one].id) for one in ("martins", "laila")
    ]
    for person in people:
        due.services.approvers.recertify(by(person), person, 1, {}, keep_rest=True, note="")
    due.deliver()
    assert martins.dm()[-1].text.startswith(":white_check_mark: RC-1")
