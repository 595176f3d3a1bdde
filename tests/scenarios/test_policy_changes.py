"""Changes of the policy from where it is published to the officer's decision, through the real app."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.access.people import Conversation
from bot.database import Database
from bot.notices.announcing import Change, Status
from bot.notices.changing import list_changes
from bot.notices.deciding import NotNow
from bot.notices.telling.schedule import Done, NotChanged, NotDone
from bot.notices.watching import Outcome
from bot.privacy.versions import Coming, policy_in_force
from slack_local.block_kit import validate_surface
from slack_local.people.shown import Shown
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.promises.surfaces import hidden_texts, links_by_itself, marked_up, problems, told
from tests.scenarios.harness import CLI, ROOT, Steward, running
from tests.scenarios.test_customer_requests import person_of

SOLD = "We neither sell nor rent out your personal or business data, whatever the circumstances, except"
SELLS = "We may sell or rent out your personal or business data to Brightmail Ltd in Estonia"
SUPPORT = "such as technical support"
RIGA = ZoneInfo("Europe/Riga")
once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is about words: one database is enough."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The reference company's configuration and policy, to be changed."""
    shutil.copy(ROOT / "steward.toml", tmp_path / "steward.toml")
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    return tmp_path


@pytest.fixture
def steward(database: Database, clock: SettableClock, folder: Path) -> Iterator[Steward]:
    with running(database, clock, folder=folder) as made:
        assert made.services.changes.watching.check(CLI).outcome is Outcome.UNCHANGED
        yield made


def publish(folder: Path, steward: Steward, clock: SettableClock, before: str = SOLD, after: str = SELLS) -> Change:
    """The file changes, and is looked at twice."""
    path = folder / "policies" / "postwing.md"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    clock.advance(hours=6)
    watching = steward.services.changes.watching
    assert watching.check(CLI).outcome is Outcome.LOOK_AGAIN
    clock.advance(minutes=10)
    steward.tick()
    return changes(steward)[-1]


def changes(steward: Steward) -> list[Change]:
    with steward.database.reading() as connection:
        return list(reversed(list_changes(connection)))


def text_in_force(steward: Steward) -> str:
    with steward.database.reading() as connection:
        policy = policy_in_force(connection, steward.services.clock())
    assert policy is not None
    return policy.text


def desk(steward: Steward, who: str = "laila") -> Shown:
    return steward.person(who).read("privacy-desk")[-1]


def announce(steward: Steward, answers: Mapping[str, object] | None = None) -> str:
    """Laila decides in the form; what the modal says then."""
    person = steward.person("laila")
    person.press("Decide", in_="privacy-desk")
    person.fill(answers or {})
    errors = person.submit()
    said = str(errors) if errors else person.modal().text
    person.close(everything=True)
    steward.deliver()
    return said


def sound(shown: Shown) -> None:
    """What every message holds to."""
    assert problems(dict(shown.body)) == []
    assert len(shown.body["blocks"]) <= 8
    assert links_by_itself(shown.body) == []
    assert [one for text in marked_up(shown.body) for one in told(text, set())] == []


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


def test_a_later_day_keeps_the_former_version_until_then(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    assert "may sell" in text_in_force(steward)
    said = announce(steward, {"From when?": date(2026, 4, 1), "Who is told?": ["@support", "@billing"]})
    assert "to @support and @billing" in said
    assert "Effective 1 Apr 2026" in said
    assert "late" not in said
    assert "may sell" not in text_in_force(steward)
    (change,) = changes(steward)
    assert change.effective_at == datetime.combine(date(2026, 4, 1), time.min, RIGA).astimezone(UTC)
    clock.advance(days=1)
    assert steward.services.changes.watching.check(CLI).outcome is Outcome.UNCHANGED
    clock.now = change.effective_at
    assert "may sell" in text_in_force(steward)
    assert steward.services.changes.watching.check(CLI).outcome is Outcome.UNCHANGED
    assert len(changes(steward)) == 1


@once
def test_a_day_in_the_past_goes_out_at_once_and_says_so(steward: Steward, clock: SettableClock, folder: Path) -> None:
    publish(folder, steward, clock)
    steward.person("laila").press("Decide", in_="privacy-desk")
    form = steward.person("laila").modal()
    assert "nobody is told before you announce it" in form.text
    steward.person("laila").close()
    assert "It is late" in announce(steward, {"From when?": date(2026, 2, 1)})
    assert changes(steward)[0].late
    assert "may sell" in text_in_force(steward)


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


@once
def test_the_desk_hears_which_purpose_loses_its_clause_and_whose_grants_rest_on_it(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 4h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "Ticket HD-2211: newsletters bounce"})
    assert inese.submit() == {}
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    clock.now -= timedelta(hours=6)
    publish(folder, steward, clock, SUPPORT, "such as the help desk")
    shown = desk(steward)
    sound(shown)
    assert "live grants: R-1001" in shown.text
    assert "Technical support: its clause is gone: nobody can look anything up for it from now on" in shown.text


def test_a_draft_is_in_force_from_its_day_and_the_page_may_follow(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    path = folder / "policies" / "postwing.md"
    draft = path.read_text().replace(SOLD, SELLS)
    starts = datetime(2026, 4, 1, 0, 0, tzinfo=RIGA).astimezone(UTC)
    steward.services.changes.keeping.bring_in(Coming.read(draft.encode(), "draft.md"), CLI, starts)
    steward.deliver()
    assert "a draft of the policy was uploaded by tests on the command line, to come into force on 1 Apr 2026" in (
        desk(steward).text
    )
    assert "may sell" not in text_in_force(steward)
    nils = steward.person("nils")
    nils.type("/policy history", channel="general")
    assert nils.read("general")[-1].text.count("in force") == 1, "nobody hears of a draft before it is announced"
    assert "to everyone" in announce(steward)
    path.write_text(draft)
    clock.now = starts - timedelta(days=1)
    assert steward.services.changes.watching.check(CLI).outcome is Outcome.UNCHANGED
    clock.now = starts
    steward.tick()
    assert "may sell" in text_in_force(steward)
    (change,) = changes(steward)
    assert (change.status, change.incident, change.late) == (Status.ANNOUNCED, False, False)


@once
def test_a_draft_that_nobody_decided_on_is_an_incident_on_its_day(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    draft = (folder / "policies" / "postwing.md").read_text().replace(SOLD, SELLS)
    starts = clock() + timedelta(days=3)
    steward.services.changes.keeping.bring_in(Coming.read(draft.encode(), "draft.md"), CLI, starts)
    steward.deliver()
    clock.now = starts
    steward.tick()
    assert changes(steward)[0].incident
    assert "N-1 is in force since 5 Mar 2026, and nobody was told" in desk(steward).text
    sound(desk(steward))
    assert "It is late" in announce(steward)


def test_a_change_while_a_notice_is_going_out_is_another_one(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    publish(folder, steward, clock)
    announce(steward, {"From when?": date(2026, 4, 1)})
    second = publish(folder, steward, clock, "Brightmail Ltd in Estonia", "Brightmail Ltd in Peru")
    first, _ = changes(steward)
    assert (first.status, second.status, second.before) == (Status.ANNOUNCED, Status.FOUND, first.after)
    assert "Peru" in text_in_force(steward)
    clock.now = datetime(2026, 4, 2, tzinfo=UTC)
    assert "Peru" in text_in_force(steward), "the text that waited for its day has given way"


@once
def test_a_change_that_was_promised_for_a_day_keeps_it_when_another_one_is_announced(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    publish(folder, steward, clock)
    announce(steward, {"From when?": date(2026, 4, 1)})
    publish(folder, steward, clock, "Brightmail Ltd in Estonia", "Brightmail Ltd in Peru")
    laila, officer = steward.person("laila"), person_of(steward, "laila")
    laila.press("Decide", in_="privacy-desk")
    assert "It has N-1 in it, which people were told of for a later day" in laila.modal().text
    laila.close(everything=True)
    assert "announced for a later day" in announce(steward, {"From when?": date(2026, 3, 25)})
    assert steward.last()["reason"] == "out_of_order"
    assert "Effective 1 Apr 2026" in announce(steward)  # the day that the form proposes
    clock.now = datetime(2026, 3, 31, 21, 1, tzinfo=UTC)
    assert "Peru" in text_in_force(steward), "of two texts of one day the later one holds"
    clock.now = datetime(2026, 3, 5, tzinfo=UTC)
    first, second = changes(steward)
    moved = steward.services.telling.schedule.new_date(by(officer), officer, 2, second.revision, date(2026, 4, 10))
    assert isinstance(moved, Done)
    assert SOLD in text_in_force(steward), "what people were told of for April does not hold in March"
    first, second = changes(steward)
    refused = steward.services.telling.schedule.new_date(by(officer), officer, 1, first.revision, date(2026, 4, 20))
    assert isinstance(refused, NotDone)
    assert refused.reason is NotChanged.OUT_OF_ORDER
    clock.now = datetime(2026, 4, 2, tzinfo=UTC)
    assert "Estonia" in text_in_force(steward)
    clock.now = datetime(2026, 4, 11, tzinfo=UTC)
    assert "Peru" in text_in_force(steward)
    assert (second.status, second.before) == (Status.ANNOUNCED, first.after)


@once
def test_a_source_that_fails_is_said_once_and_when_it_is_well(
    steward: Steward, clock: SettableClock, folder: Path
) -> None:
    path = folder / "policies" / "postwing.md"
    text = path.read_text()
    path.unlink()
    for _ in range(4):
        clock.advance(hours=6)
        assert steward.services.changes.watching.check(CLI).fault == "no_file"
    steward.deliver()
    shown = desk(steward)
    assert "The policy can't be read where it is published: the file is not there." in shown.text
    assert "4 checks in a row" in shown.text
    sound(shown)
    path.write_text(text)
    steward.services.changes.watching.check(CLI)
    steward.deliver()
    assert "can be read again" in desk(steward).text
    assert sum("can't be read" in one.text for one in steward.person("laila").read("privacy-desk")) == 0


@once
def test_what_a_page_says_is_data(steward: Steward, clock: SettableClock, folder: Path) -> None:
    hostile = r"We share it with \<!channel> Evil \*bold* Ltd in Peru, see \<@U0LAILA> & \<https://evil.example|us>. "
    publish(folder, steward, clock, SOLD, hostile + SOLD)
    shown = desk(steward)
    sound(shown)
    assert "Peru" in shown.text
    laila = steward.person("laila")
    laila.press("What changed?", in_="privacy-desk")
    assert "<!channel>" in laila.modal().text
    assert [one for text in marked_up(laila.modal().body) for one in told(text, set())] == []
    laila.close()
    announce(steward)
    assert all("Evil" not in one for one in hidden_texts(desk(steward).body))
