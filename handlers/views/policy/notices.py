"""Notices of a change of the policy: the message, what it means for somebody's work, and what comes of the buttons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.access.grants import Grant
from bot.access.reasons import Reason
from bot.accounts.results import Refused
from bot.company import Company, listed
from bot.notices.announcing import Change, Status
from bot.notices.telling.acknowledging import HasRead, NotAcknowledged, NotRead
from bot.notices.telling.notice import ForWork
from bot.notices.telling.occasions import LATE, WITHDRAWN
from bot.notices.touched import State, TouchedClause
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    cut,
    ephemeral,
    escape,
    field,
    message,
    modal,
    section,
    text_input,
)
from handlers.views.times import day_and_time
from handlers.views.words import recorded, refusal, value_of

READ = "notice.read"
READ_AND_GO_ON = "notice.read_and_go_on"
CHANGED = "notice.changed"
ASK = "notice.ask"
ASK_FORM = "notice.question"
LONGEST_LINE = 500
MOST_LISTED = 5
_BECAME = {
    State.REWORDED: "now rests on a reworded clause",
    State.GONE: "ends: the clause that it rests on is gone",
    State.NEW: "is new: the policy permits it now",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice to one recipient says. `work` is None in a channel; `read_at` None: not read, or not theirs to say.

    `due_at` and `at` tell whether it comes late.
    """

    change: Change
    stage: str
    lines: Sequence[str]
    work: ForWork | None
    read_at: datetime | None
    due_at: datetime
    at: datetime
    asks: bool


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """A date in the company's time zone: 1 June 2026."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def notice(one: Notice, now: datetime, zone: ZoneInfo) -> Block:
    """The message."""
    change = one.change
    if change.status is Status.WITHDRAWN:
        return _withdrawn(one, zone)
    title = headline(change, one.stage, now, zone)
    blocks = [section(f"*{title}*")]
    blocks.append(section("\n".join(escape(cut(line, LONGEST_LINE)) for line in one.lines)))
    if one.work is not None and (said := for_work(one.work)):
        blocks.append(section(f"*For you:* {said}"))
    if one.read_at is not None:
        blocks.append(actions(what_changed(change.number), ask_button(change.number)))
        blocks.append(context(f"✓ You have read this, {day_and_time(one.read_at)} · {change.name}"))
    else:
        read = [button("I have read this", READ, value_of(c=change.number), style="primary")] if one.asks else []
        blocks.append(actions(*read, what_changed(change.number), ask_button(change.number)))
        blocks.append(context(" · ".join([change.name, *_late(one)])))
    return message(" ".join([title, *_late(one)]), blocks)


def headline(change: Change, stage: str, now: datetime, zone: ZoneInfo) -> str:
    """The first line: what happens to the policy, and when."""
    at = change.effective_at or now
    day = day_of(at, zone)
    if stage.startswith("moved-"):
        return f"A new date: our privacy policy changes on {day}."
    begins = f"changed on {day}" if at <= now else f"changes on {day}"
    if stage.startswith("reminder-"):
        return f"Not read yet: our privacy policy {begins}."
    return f"Our privacy policy {begins}."


def _late(one: Notice) -> list[str]:
    """Nothing comes late without saying so."""
    if one.at - one.due_at > LATE:
        return [f"This comes late: it was due {day_and_time(one.due_at)}."]
    if one.change.late and not one.stage.startswith(("reminder-", "moved-")):
        return ["You hear of this after the day: it was announced late."]
    return []


def _withdrawn(one: Notice, zone: ZoneInfo) -> Block:
    day = day_of(one.change.effective_at, zone) if one.change.effective_at else ""
    if one.stage == WITHDRAWN:
        text = f"Our privacy policy does not change on {day}: {one.change.name}, which you were told of, was withdrawn."
        return message(text, [section(f"*{text}*"), context(" · ".join(["Nothing is left to do.", *_late(one)]))])
    text = f"Withdrawn: the change of our privacy policy on {day} does not come. {one.change.name}"
    return message(text, [section(text)])


def for_work(work: ForWork) -> str:
    """ "Your purpose *Billing* now rests on a reworded clause; your grant R-1042 is not affected." """
    touched = [(purpose, clause) for purpose, clause in work.purposes if clause]
    parts = [f"your purpose *{escape(purpose.label)}* {_BECAME[clause.state]}" for purpose, clause in touched]
    grants = [*_grants(work.grants)]
    if not parts and work.purposes:
        labels = listed(f"*{escape(purpose.label)}*" for purpose, _ in work.purposes[:MOST_LISTED])
        parts = [f"the clauses of your purposes ({labels}) stand as they were"]
    if not parts and not grants:
        return ""
    said = "; ".join([*parts[:MOST_LISTED], *grants])
    return f"{said[0].upper()}{said[1:]}."


def _grants(grants: Sequence[tuple[Grant, TouchedClause | None]]) -> list[str]:
    groups: list[tuple[str, list[str]]] = [
        ("not affected", [grant.name for grant, clause in grants if clause is None]),
        ("under a reworded clause", [g.name for g, c in grants if c and c.state is State.REWORDED]),
        ("without a clause from then on", [g.name for g, c in grants if c and c.state is State.GONE]),
    ]
    return [
        f"your {'grant' if len(names) == 1 else 'grants'} {listed(names[:MOST_LISTED])}"
        f" {'is' if len(names) == 1 else 'are'} {what}"
        for what, names in groups
        if names
    ]


def what_changed(number: int) -> Element:
    """**What changed?**"""
    return button("What changed?", CHANGED, value_of(c=number))


def ask_button(number: int) -> Element:
    """**Ask the privacy officer**, about a change."""
    return button("Ask the privacy officer", ASK, value_of(c=number))


def ask_form(change: Change, memo: str) -> Block:
    """The question to the privacy officer."""
    return modal(
        "Ask the officer",
        [
            section(f"About {change.name}. A privacy officer answers, and you are told here in a direct message."),
            field("What would you like to know?", "question", text_input("question", multiline=True, most=2000)),
        ],
        callback=ASK_FORM,
        submit="Ask",
        close="Cancel",
        memo=memo,
    )


def acknowledged(result: HasRead | NotAcknowledged, company: Company) -> str:
    """What a press of **I have read this** came to."""
    if isinstance(result, HasRead):
        if result.before:
            return f"You have read {result.change.name} already, {day_and_time(result.at)}."
        return f"Noted: you have read {result.change.name}."
    if result.reason is NotRead.WITHDRAWN:
        return "This change was withdrawn. There is nothing to read any more."
    if isinstance(result.reason, Reason):
        return refusal(result.reason, company)
    return "There is no such change any more. `/policy readers` shows what you have to read."


def read_first(result: Refused, company: Company, again: dict[str, str | int]) -> Block:
    """A look-up that waits until a change was read: one press, and it goes on. `again` are ids only."""
    text = refusal(Reason.POLICY_UNREAD, company)
    go_on = button(
        "I have read this", READ_AND_GO_ON, value_of(c=result.unread, e=result.entry, **again), style="primary"
    )
    buttons = actions(go_on, what_changed(result.unread or 0))
    return ephemeral(text, [section(text), buttons, context(recorded(result.entry))])
