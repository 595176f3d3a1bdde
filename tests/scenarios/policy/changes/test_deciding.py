"""An officer decides on a change of the policy: announces, dismisses or withdraws it, once and with words."""

from datetime import date
from pathlib import Path

from bot.access.people import Conversation
from bot.notices.announcing import Status
from bot.notices.deciding import NotNow
from slack_local.block_kit import validate_surface
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.promises.surfaces import hidden_texts
from tests.scenarios.harness import Steward, person_of
from tests.scenarios.policy.changes.publishing import (
    announce,
    changes,
    desk,
    once,
    publish,
    sound,
    text_in_force,
)


def test_from_discovery_to_decision(steward: Steward, clock: SettableClock, folder: Path) -> None:
    change = publish(folder, steward, clock)
    shown = desk(steward)
    sound(shown)
    assert shown.text.startswith("N-1: the policy changed where it is published")
    assert "Incident: it was in force before anybody announced it." in shown.text
    assert "1 promise perhaps weaker" in shown.text or "1 promise removed" in shown.text
    assert "Newly named countries: Estonia" in shown.text
    assert shown.buttons == ("Decide", "What changed?", "Not worth announcing")
    found = [one for one in steward.audit() if one["action"] == "policy.change"][-1]
    assert (found["outcome"], found["reason"], found["query"]) == ("done", "new_version", "N-1")
    assert found["policy_version"] == change.after
    assert "1 change of the policy waits for your decision." in steward.person("ieva").home().text
    said = announce(steward, {"In a sentence or two": "We may now sell what you tell us <!channel>."})
    assert "N-1. Announced by" in said
    assert "to everyone, as material" in said
    assert "It is late: the text was in force before." in said
    after = desk(steward)
    assert after.ts == shown.ts
    assert after.buttons == ("What changed?", "Withdraw")
    (decided,) = changes(steward)
    assert (decided.status, decided.late, decided.audience) == (Status.ANNOUNCED, True, ("everyone",))
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("policy.announce", "done", "announced")
    assert (entry["query"], entry["justification"]) == ("N-1", "We may now sell what you tell us <!channel>.")
    assert all("sell" not in one for one in hidden_texts(after.body))
    assert "waits for your decision" not in steward.person("ieva").home().text


@once
def test_what_changed_is_read_by_those_who_may(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    laila, inese = steward.person("laila"), steward.person("inese")
    laila.press("What changed?", in_="privacy-desk")
    view = laila.modal()
    assert "Waits for a decision." in view.text
    assert "Brightmail Ltd" in view.text
    assert (
        validate_surface({key: view.body[key] for key in ("type", "callback_id", "title", "close", "blocks")}, "modal")
        == []
    )
    laila.close()
    inese.type("/policy changes", channel="general")
    assert inese.read("general")[-1].text == "No change of the policy was announced yet."
    laila.type("/policy changes", channel="general")
    assert "N-1 · another text" in laila.read("general")[-1].text
    announce(steward)
    inese.type("/policy changes", channel="general")
    assert "Announced by" in inese.read("general")[-1].text
    inese.press("Open", in_="general")
    assert "Brightmail Ltd" in inese.modal().text


@once
def test_what_can_be_mended_in_the_form(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    assert "more than two years" in announce(steward, {"From when?": date(2031, 1, 1)})
    assert "Say it in a sentence" in announce(steward, {"In a sentence or two": "no"})
    assert changes(steward)[0].status is Status.FOUND


def test_of_two_officers_one_wins(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    laila, ieva = steward.person("laila"), steward.person("ieva")
    for one in (laila, ieva):
        one.press("Decide", in_="privacy-desk")
    assert laila.submit() == {}
    clock.advance(seconds=3)
    assert ieva.submit() == {}
    assert "N-1 was decided before you, 3 seconds ago. Announced by" in ieva.modal().text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("policy.announce", "refused", "already_decided")
    stale = ieva.find("Decide", in_="privacy-desk")
    steward.deliver()
    ieva.press(stale)
    assert changes(steward)[0].revision == 1


@once
def test_only_officers_decide(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    laila = steward.person("laila")
    laila.press("Decide", in_="privacy-desk")
    steward.slack.groups["privacy-office"].remove("laila")
    assert laila.submit() == {}
    assert "Only privacy officers (@privacy-office) decide on changes of the policy." in laila.modal().text
    laila.close(everything=True)
    for button in ("Decide", "Not worth announcing"):
        laila.press(button, in_="privacy-desk")
        assert "That you tried is recorded." in laila.read("privacy-desk")[-1].text
        assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "not_a_privacy_officer")
    assert changes(steward)[0].status is Status.FOUND


@once
def test_dismissed_with_a_reason(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    laila = steward.person("laila")
    laila.press("Not worth announcing", in_="privacy-desk")
    laila.fill({"Why?": "It was a typing error."})
    assert laila.submit() == {}
    assert "Not announced: dismissed by" in laila.modal().text
    steward.deliver()
    shown = desk(steward)
    assert "“It was a typing error.”" in shown.text
    assert shown.buttons == ("What changed?",)
    assert (steward.last()["reason"], steward.last()["justification"]) == ("dismissed", "It was a typing error.")


@once
def test_nobody_dismisses_or_withdraws_without_words(steward: Steward, clock: SettableClock, folder: Path) -> None:
    change = publish(folder, steward, clock)
    laila, deciding = person_of(steward, "laila"), steward.services.changes.deciding
    for step, status in ((deciding.dismiss, Status.FOUND), (deciding.withdraw, Status.ANNOUNCED)):
        at = (change.number, change.revision)
        refused = step(by(laila), laila, Conversation.INTERNAL, *at, "  no  ")
        assert getattr(refused, "reason", None) is NotNow.NO_WORDS
        assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "no_words")
        assert changes(steward)[0].status is status
        if status is Status.FOUND:
            announce(steward, {"From when?": date(2026, 4, 1)})
            change = changes(steward)[0]


def test_an_announcement_is_withdrawn_with_a_reason(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    announce(steward, {"From when?": date(2026, 4, 1)})
    assert "may sell" not in text_in_force(steward)
    laila = steward.person("laila")
    laila.press("Withdraw", in_="privacy-desk")
    assert "The text is in force at once without the announcement" in laila.modal().text
    laila.fill({"Why?": "The board decided otherwise."})
    assert laila.submit() == {}
    steward.deliver()
    assert "The announcement was withdrawn by" in desk(steward).text
    assert changes(steward)[0].status is Status.WITHDRAWN
    assert "may sell" in text_in_force(steward), "the page shows it, so the public reads it"
