"""From which day a changed text holds: at once, on a later day, and of several texts which one."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.notices.announcing import Status
from bot.notices.telling.schedule import Done, NotChanged, NotDone
from bot.notices.watching import Outcome
from bot.privacy.versions import Coming
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.harness import CLI, Steward, person_of
from tests.scenarios.policy.changes.publishing import (
    RIGA,
    SELLS,
    SOLD,
    announce,
    changes,
    desk,
    once,
    publish,
    sound,
    text_in_force,
)


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
