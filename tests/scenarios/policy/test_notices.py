"""Changes of the policy told in Slack: on schedule, in each person's own time, once, until they are read."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.access.reasons import Reason
from bot.audit.faults import Code
from bot.cli import main
from bot.notices.announcing import Change
from bot.notices.telling.schedule import Done, NotChanged, NotDone
from tests.bot.audit.integration.integrating import tamper
from tests.bot.captured_logs import logs_as_before
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.harness import ROOT, Steward, person_of
from tests.scenarios.on_record.written import found as fault_of
from tests.scenarios.policy.announcing import announced, found, withdrawn
from tests.scenarios.policy.telling import AHEAD, DAY, NEW, go_on

MORNING = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)  # 09:00 in Riga: clocks there went forward on 29 March


@pytest.fixture
def change(steward: Steward, clock: SettableClock) -> Change:
    """Announced on 2 March for 1 April."""
    made = found(steward.database, steward.services.ledger, NEW, clock())
    return announced(steward.database, steward.services.telling.announcer, made, DAY, clock())


def newest(steward: Steward, name: str) -> str:
    """The last that Steward said to somebody alone."""
    return steward.person(name).dm()[-1].text


def test_people_and_channels_hear_ahead_and_on_the_day_once(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    inese = steward.person("inese")
    steward.tick()
    assert steward.count("policy_notices") == 0
    go_on(steward, clock, AHEAD.replace(hour=6, minute=59))
    assert steward.count("policy_notices") == 0
    go_on(steward, clock, AHEAD)
    assert "Our privacy policy changes on 1 April 2026." in newest(steward, "inese")
    assert "Technical support" in newest(steward, "inese")
    told = steward.count("policy_notices")
    for _ in range(3):
        go_on(steward, clock, AHEAD)
    assert steward.count("policy_notices") == told
    assert "changes on 1 April" in inese.read("general")[-1].text
    go_on(steward, clock, MORNING)
    assert "Our privacy policy changed on 1 April 2026." in newest(steward, "inese")
    assert change.name in newest(steward, "inese")


def test_reading_is_kept_once_and_the_message_shows_it(steward: Steward, clock: SettableClock, change: Change) -> None:
    go_on(steward, clock, AHEAD)
    inese = steward.person("inese")
    inese.press("I have read this")
    steward.deliver()
    assert "You have read this" in newest(steward, "inese")
    inese.press("I have read this", in_="general")
    entry = [one for one in steward.audit() if one["action"] == "policy.acknowledge"]
    assert [(one["outcome"], one["reason"], one["policy_version"]) for one in entry] == [("done", "read", change.after)]
    assert steward.count("policy_acknowledgements") == 1
    told = len(inese.dm())
    go_on(steward, clock, AHEAD + timedelta(days=5))
    assert len(inese.dm()) == told
    assert "Not read yet" in newest(steward, "janis")


def test_what_changed_is_shown_in_pages(steward: Steward, clock: SettableClock, change: Change) -> None:
    go_on(steward, clock, AHEAD)
    inese = steward.person("inese")
    inese.press("What changed?")
    assert "fraud checks" in inese.modal().text
    assert f"{change.name} · page 1 of 1" in inese.modal().text


def test_a_question_goes_to_the_officers_with_the_change_and_is_answered(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    go_on(steward, clock, AHEAD)
    inese = steward.person("inese")
    inese.press("Ask the privacy officer")
    inese.fill({"What would you like to know?": "Who does the fraud checks?"})
    inese.submit()
    assert "with the privacy officers" in inese.modal().text
    steward.deliver()
    desk = steward.person("laila").read("privacy-desk")[-1].text
    assert "Who does the fraud checks?" in desk
    assert change.name in desk


def test_who_is_said_to_have_read_it_has_pressed(steward: Steward, clock: SettableClock, change: Change) -> None:
    """Whoever writes to the database lets nobody go on."""
    go_on(steward, clock, AHEAD)
    clock.now = AHEAD + timedelta(days=14, hours=1)
    inese, kaspars = steward.person("inese"), steward.person("kaspars")
    inese.type("/account pw-00412")
    inese.press("I have read this")
    assert fault_of(steward) is None
    tamper(steward.database, f"UPDATE policy_acknowledgements SET person = '{steward.slack.people['kaspars'].id}'")
    kaspars.type("/account pw-00412")
    assert steward.last()["reason"] == "policy_unread"
    code, said = fault_of(steward) or (None, "")
    assert code is Code.OTHER_READING
    assert said.startswith("That somebody has read a version of the policy is not what its entry says.")


def test_whoever_has_not_read_it_reads_it_in_the_look_up(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    go_on(steward, clock, AHEAD)
    clock.now = AHEAD + timedelta(days=14, hours=1)
    inese = steward.person("inese")
    inese.type("/account pw-00412")
    refused = steward.last()
    assert (refused["action"], refused["outcome"], refused["reason"]) == ("account.lookup", "refused", "policy_unread")
    assert (refused["fields"], refused["query"]) == ([], "pw-00412")
    inese.press("I have read this")
    read, again = steward.audit()[-2:]
    assert (read["action"], read["outcome"]) == ("policy.acknowledge", "done")
    assert (again["action"], again["query"], again["purpose"]) == ("account.lookup", "pw-00412", "technical_support")
    assert again["outcome"] == "masked"
    inese.type("/account pw-00412")
    assert steward.last()["outcome"] == "masked"


def test_nobody_is_stopped_by_what_is_not_material_or_was_withdrawn(steward: Steward, clock: SettableClock) -> None:
    telling = steward.services.telling
    made = found(steward.database, steward.services.ledger, NEW, clock())
    made = announced(steward.database, telling.announcer, made, DAY, clock(), material=True)
    go_on(steward, clock, AHEAD)
    clock.now = AHEAD + timedelta(days=20)
    inese = steward.person("inese")
    inese.type("/account pw-00412")
    assert steward.last()["reason"] == "policy_unread"
    withdrawn(steward.database, telling.announcer, made, clock())
    inese.type("/account pw-00412")
    assert steward.last()["outcome"] == "masked"


def test_a_withdrawn_change_stops_and_whoever_heard_of_it_is_told(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    go_on(steward, clock, AHEAD)
    withdrawn(steward.database, steward.services.telling.announcer, change, clock())
    go_on(steward, clock, AHEAD + timedelta(minutes=1))
    said = [one.text for one in steward.person("inese").dm()]
    assert "Withdrawn: the change of our privacy policy on 1 April 2026 does not come." in said[-2]
    assert "was withdrawn" in said[-1]
    go_on(steward, clock, MORNING)
    assert len(steward.person("inese").dm()) == len(said)


def test_a_withdrawal_before_anybody_heard_is_not_told(steward: Steward, clock: SettableClock, change: Change) -> None:
    withdrawn(steward.database, steward.services.telling.announcer, change, clock())
    go_on(steward, clock, AHEAD)
    assert steward.count("policy_notices") == 0


def test_what_was_due_while_all_was_down_goes_out_at_once_and_says_so(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    go_on(steward, clock, AHEAD + timedelta(hours=2))
    assert "This comes late" in newest(steward, "inese")
    assert change.name in newest(steward, "inese")


def test_a_change_that_is_in_force_already_is_told_at_once(steward: Steward, clock: SettableClock) -> None:
    made = found(steward.database, steward.services.ledger, NEW, clock())
    announced(steward.database, steward.services.telling.announcer, made, date(2026, 2, 1), clock())
    go_on(steward, clock, clock() + timedelta(seconds=1))
    assert "You hear of this after the day" in newest(steward, "inese")


def test_officers_move_stop_and_send_and_others_may_not(steward: Steward, clock: SettableClock, change: Change) -> None:
    laila, inese = steward.person("laila"), steward.person("inese")
    inese.type("/policy schedule")
    assert "Only privacy officers" in inese.read()[-1].text
    laila.type("/policy schedule")
    planned = laila.read()[-1].text
    assert f"{change.name} takes effect on 1 April 2026 · nobody told yet" in planned
    assert "Ahead · 18 March 2026 at 09:00, everybody at once · " in planned
    laila.press("E-mail for customers")
    assert "Subject: The privacy policy of Postwing changes on 1 April 2026" in laila.modal().text
    laila.close()
    laila.press("Another date")
    laila.fill({"It takes effect on": "2026-04-08"})
    laila.submit()
    laila.close()
    moved = steward.last()
    assert (moved["action"], moved["outcome"], moved["reason"]) == ("policy.announce", "done", "new_date")
    go_on(steward, clock, AHEAD)
    assert steward.count("policy_notices") == 0
    laila.type("/policy schedule")
    assert "Ahead" in laila.read()[-1].text
    laila.press("Send now")
    go_on(steward, clock, clock() + timedelta(seconds=1))
    assert "changes on 8 April" in newest(steward, "inese")
    told = steward.count("policy_notices")
    laila.type("/policy schedule")
    laila.press("Stop")
    assert steward.last()["reason"] == "stopped"
    go_on(steward, clock, MORNING + timedelta(days=7))
    assert steward.count("policy_notices") >= told


def test_a_press_on_what_changed_meanwhile_changes_nothing(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    schedule, laila = steward.services.telling.schedule, person_of(steward, "laila")

    def press(step: int, to: date = date(2026, 3, 20)) -> Reason | NotChanged | None:
        made = schedule.move(by(laila), laila, change.number, "ahead", step, (to, time(9)))
        return made.reason if isinstance(made, NotDone) else None

    assert press(0) is None
    for revision, day in enumerate((date(2026, 4, 8), date(2026, 4, 15)), start=change.revision):
        assert isinstance(schedule.new_date(by(laila), laila, change.number, revision, day), Done)
    assert [press(step) for step in range(3)] == [NotChanged.CHANGED_MEANWHILE] * 3
    assert press(3, date(2026, 3, 1)) is NotChanged.IN_THE_PAST
    assert press(3) is None


def test_what_is_sent_at_night_is_sent_at_once_and_leaves_nothing_earlier_to_tell(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    schedule, laila = steward.services.telling.schedule, person_of(steward, "laila")

    def upcoming() -> dict[str, tuple[int, int]]:
        found = [one for planned in schedule.overview() for one in planned.upcoming]
        return {one.stage.name: (one.stage.step, one.number) for one in found}

    before = upcoming()
    assert list(before) == ["ahead", "day"]
    go_on(steward, clock, datetime(2026, 3, 8, 2, 0, tzinfo=UTC))  # a Sunday, and all have just been looked at
    assert isinstance(schedule.send_now(by(laila), laila, change.number, "day", 0), Done)
    go_on(steward, clock, clock() + timedelta(seconds=1))
    assert steward.count("policy_notices") == before["day"][1]
    (reminders,) = upcoming()
    refused = schedule.send_now(by(laila), laila, change.number, reminders, 0)
    assert isinstance(refused, NotDone)
    assert refused.reason is NotChanged.NO_SUCH_NOTICE
    assert isinstance(schedule.stop(by(laila), laila, change.number, reminders, 0), Done)
    assert upcoming() == {}


def test_readers_are_counted_for_officers_and_others_see_their_own(
    steward: Steward, clock: SettableClock, change: Change
) -> None:
    go_on(steward, clock, AHEAD)
    inese, laila = steward.person("inese"), steward.person("laila")
    inese.type("/policy readers")
    assert "You have 1 change of the privacy policy to read." in inese.read()[-1].text
    assert change.name in inese.home().text
    inese.press("I have read this", in_="home")
    assert change.name not in inese.home().text
    laila.type("/policy readers")
    said = laila.read()[-1].text
    assert f"{change.name}: 1 of" in said
    assert "░" in said


def test_officers_look_at_older_changes_too(steward: Steward, clock: SettableClock, change: Change) -> None:
    later = found(steward.database, steward.services.ledger, f"{NEW} We answer within a week.", clock())
    announced(steward.database, steward.services.telling.announcer, later, date(2026, 5, 1), clock(), summary="Sooner")
    laila = steward.person("laila")
    laila.type("/policy readers")
    assert f"{later.name}: 0 of" in laila.read()[-1].text
    laila.choose(f"{change.name}, from 1 April 2026")
    assert f"{change.name}: 0 of" in laila.read()[-1].text
    laila.choose(f"{later.name}, from 1 May 2026: Sooner")
    assert f"{later.name}: 0 of" in laila.read()[-1].text
    laila.type(f"/policy readers {change.number}")
    assert f"{change.name}: 0 of" in laila.read()[-1].text
    for no_change in ("N-99", "everybody"):
        laila.type(f"/policy readers {no_change}")
        assert f"{no_change} is no change that was announced. /policy changes lists them." in laila.read()[-1].text
    laila.type("/policy readers")
    steward.slack.groups["privacy-office"].remove("laila")
    laila.choose(f"{change.name}, from 1 April 2026")
    assert "Only privacy officers" in laila.read()[-1].text


@pytest.fixture
def command_line(steward: Steward, monkeypatch: pytest.MonkeyPatch, clock: SettableClock) -> pytest.MonkeyPatch:
    """The command line of the same Steward, without its token."""
    monkeypatch.setenv("DATABASE_URL", steward.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("STEWARD_CONFIG", str(ROOT / "steward.toml"))
    monkeypatch.setenv("SLACK_API_URL", steward.slack.api_url)
    monkeypatch.setattr("bot.command_line.opening.system_clock", clock)
    return monkeypatch


def readers(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[str, str]:
    with logs_as_before():
        assert main(["policy", "readers", *more]) == 0
    said = capsys.readouterr()
    return said.out, said.err


def test_the_command_line_names_readers_as_slack_does(
    steward: Steward,
    clock: SettableClock,
    change: Change,
    command_line: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go_on(steward, clock, AHEAD)
    steward.person("inese").press("I have read this")
    steward.slack.people["edgars"].deactivate()
    clock.advance(minutes=20)
    laila = steward.person("laila")
    laila.type("/policy readers")
    capsys.readouterr()
    command_line.setenv("SLACK_BOT_TOKEN", steward.slack.bot_token)
    said = readers(capsys)[0].splitlines()  # among it may be what Steward logs of what was typed before
    counts = next(line for line in said if line.startswith(f"{change.name}: "))
    assert laila.read()[-1].text.startswith(counts.removesuffix(".").split(",")[0])
    names = [line.removeprefix("  not yet: ") for line in said if line.startswith("  not yet: ")]
    assert f"Not yet: {', '.join(names)}" in laila.read()[-1].text
    assert "Jānis" in names
    assert "Edgars" not in names
    told = json.loads(readers(capsys, change.name, "--json")[0])
    janis = steward.slack.people["janis"].id
    assert (janis in told["not_read"], told["names"][janis]) == (True, "Jānis")


def test_without_slack_the_command_line_says_why_it_names_nobody(
    steward: Steward,
    clock: SettableClock,
    change: Change,
    command_line: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    go_on(steward, clock, AHEAD)
    janis = steward.slack.people["janis"].id
    command_line.delenv("SLACK_BOT_TOKEN", raising=False)
    said, why = readers(capsys)
    assert f"not yet: {janis}" in said
    assert "set SLACK_BOT_TOKEN to see their names" in why
    command_line.setenv("SLACK_BOT_TOKEN", "xoxb-of-somebody-else")
    said, why = readers(capsys)
    assert f"not yet: {janis}" in said
    assert "Slack does not answer" in " ".join(why.split())
