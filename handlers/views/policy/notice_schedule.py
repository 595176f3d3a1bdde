"""`/policy schedule`: the next notices, and the officer's buttons."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.company import Company
from bot.notices.announcing import Change
from bot.notices.telling.occasions import REMINDERS, State
from bot.notices.telling.schedule import Done, NotChanged, NotDone, Planned, Step, Upcoming
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    confirmation,
    context,
    divider,
    ephemeral,
    field,
    modal,
    section,
    text_input,
)
from handlers.views.policy.notices import day_of
from handlers.views.times import day_and_time
from handlers.views.words import counted, value_of

MOVE, STOP, SEND, DATE = "notice.move", "notice.stop", "notice.send", "notice.date"
EMAIL, EMAIL_SHOWN = "notice.email", "notice.email_shown"
MOVE_FORM, DATE_FORM = "notice.moved", "notice.dated"
MOST = 4
TO = ("person or channel", "people and channels")
_NAMES = {"ahead": "Ahead", "day": "On the day", "moved": "New date", "reminders": "Reminders"}
_NOT = {
    NotChanged.NO_SUCH_NOTICE: "That notice is not planned any more. `/policy schedule` shows what is.",
    NotChanged.CHANGED_MEANWHILE: "Somebody changed the plan meanwhile. `/policy schedule` shows how it stands.",
    NotChanged.NOTHING_LEFT: "That is the date already. Nothing was changed.",
    NotChanged.IN_THE_PAST: "That day is over. Choose today or a later one.",
    NotChanged.OUT_OF_ORDER: "Another change goes on from this one, or this one from it: it can't hold in that order.",
}


def schedule(planned: Sequence[Planned], zone: ZoneInfo) -> Block:
    """The next notices of every change."""
    if not planned:
        return ephemeral("No notices are planned. When a change is announced, they stand here.")
    blocks: list[Block] = []
    for one in planned[:MOST]:
        blocks += [divider()] if blocks else []
        day = day_of(one.change.effective_at, zone) if one.change.effective_at else ""
        ids = value_of(c=one.change.number)
        buttons = actions(button("Another date", DATE, ids), button("E-mail for customers", EMAIL, ids))
        told = f"{counted(one.told, *TO)} told so far" if one.told else "nobody told yet"
        blocks.append(section(f"*{one.change.name}* takes effect on {day} · {told}"))
        blocks.append(buttons)
        for upcoming in one.upcoming:
            blocks += _stage(one.change, upcoming)
    blocks.append(context("Times are by each person's own clock, on working days. Every press is recorded."))
    return ephemeral("The next notices about the privacy policy", blocks)


def _stage(change: Change, one: Upcoming) -> list[Block]:
    who = counted(one.number, *TO)
    text = f"*{name_of(one.stage.name)}* · {_when(one)} · {who} to be told"
    buttons = []
    ids = value_of(c=change.number, n=one.stage.name, s=one.stage.step)
    if one.stage.name != REMINDERS:
        buttons.append(button("Move", f"{MOVE}.{one.stage.name}", ids))
        explained = (
            f"{who} {'hears' if one.number == 1 else 'hear'} of it at once, whatever the time of day where they are."
        )
        sure = confirmation(f"Send {change.name} now?", explained, "Send now", "Keep the plan")
        buttons.append(button("Send now", f"{SEND}.{one.stage.name}", ids, sure=sure))
    explained = "Whoever has not had it will not get it. What was sent stays."
    sure = confirmation(f"Stop this notice of {change.name}?", explained, "Stop", "Keep the plan")
    buttons.append(button("Stop", f"{STOP}.{one.stage.name}", ids, style="danger", sure=sure))
    return [section(text), actions(*buttons)]


def _when(one: Upcoming) -> str:
    if one.stage.state is State.NOW:
        return "being sent"
    if one.stage.day is not None and one.stage.at is not None:
        local = f"{one.stage.day:%-d %B %Y} at {one.stage.at:%H:%M}"
        return f"{local}{_by_your_clock(one)}"
    return f"next {day_and_time(one.first)}" if one.first else "none due"


def _by_your_clock(one: Upcoming) -> str:
    """Between when, for whoever reads; people are told by their own clocks, which may all show the same."""
    if one.first is None or one.last is None:
        return ""
    if one.first == one.last:
        return ", everybody at once"
    return f" where each of them is (for you from {day_and_time(one.first)} to {day_and_time(one.last)})"


def name_of(stage: str) -> str:
    """What officers call a stage."""
    return _NAMES.get(stage.partition("-")[0], stage)


def move_form(change: Change, one: Upcoming, memo: str) -> Block:
    """When to tell it instead."""
    day = one.stage.day.isoformat() if one.stage.day else None
    at = f"{one.stage.at:%H:%M}" if one.stage.at else "09:00"
    return modal(
        "Move the notice",
        [
            section(f"{change.name}, {name_of(one.stage.name).lower()}: by each person's own clock."),
            field("Day", "day", _date("day", day)),
            field("Time of day", "at", {"type": "timepicker", "action_id": "at", "initial_time": at}),
        ],
        callback=MOVE_FORM,
        submit="Move",
        close="Keep the plan",
        memo=memo,
    )


def date_form(change: Change, zone: ZoneInfo, memo: str) -> Block:
    """When the change takes effect instead."""
    day = change.effective_at.astimezone(zone).date().isoformat() if change.effective_at else None
    return modal(
        "Another date",
        [
            section(f"{change.name} takes effect on another day. The plan is made anew; whoever was told hears of it."),
            field("It takes effect on", "day", _date("day", day)),
        ],
        callback=DATE_FORM,
        submit="Change the date",
        close="Keep it",
        memo=memo,
    )


def email(text: str) -> Block:
    """The e-mail for customers, to be copied."""
    return modal(
        "E-mail for customers",
        [field("Select it all and copy it", "email", text_input("email", initial=text, multiline=True), optional=True)],
        callback=EMAIL_SHOWN,
        submit="Done",
    )


def officers_only(company: Company) -> str:
    """Whoever is no privacy officer."""
    office = company.handle(PRIVACY)
    return f"Only privacy officers ({office}) may see and change when people are told. Ask one of them."


def _date(action: str, initial: str | None) -> Element:
    element: Element = {"type": "datepicker", "action_id": action}
    return element | ({"initial_date": initial} if initial else {})


def said(result: Done | NotDone, company: Company, zone: ZoneInfo) -> str:
    """What came of a press."""
    if isinstance(result, NotDone):
        return officers_only(company) if isinstance(result.reason, Reason) else _NOT[result.reason]
    change = result.change
    day = day_of(change.effective_at, zone) if change.effective_at else ""
    return {
        Step.MOVED: f"Moved. `/policy schedule` shows the plan of {change.name}.",
        Step.STOPPED: f"Stopped. What was sent of {change.name} stays.",
        Step.SENT_NOW: f"{change.name} is being sent now.",
        Step.NEW_DATE: f"{change.name} takes effect on {day}. Whoever was told hears of it.",
    }[result.step]
