"""Who is away and who decides meanwhile, on the screen."""

from collections.abc import Sequence
from datetime import datetime

from bot.access.deputising.away import NotSet, Standings
from bot.access.deputising.deputies import Absence
from bot.access.reasons import Reason
from bot.company import Company, listed
from handlers.views.blocks import Block, actions, button, code, context, cut, ephemeral, escape, message, section
from handlers.views.times import day_and_time, moment_of

BACK = "access.back"
HOW = "`/access away friday @name`, `/access away 6 March 14:00 @name`; `/access back` ends it."
UNREAD = f"Until when, and who decides meanwhile? Like {HOW}"


def unknown(name: str) -> str:
    """Somebody was named whom Slack does not know by that name."""
    named = code(cut(f"@{name}", 60))
    return f"Slack knows nobody as {named}. Choose the person from the list that comes as you type. {UNREAD}"


def shown(found: Standings, now: datetime) -> Block:
    """`/access away`: how things stand, and how they were."""
    on = found.away(now)
    text = _away_line(on, now) if on else "You are not away."
    others = [_for_other(one, now) for one in found.for_others]
    blocks = [section("\n".join([text, *others])), *([actions(_back())] if on else [])]
    past = [_past(one, now) for one in found.own if not one.is_on(now)]
    if past:
        blocks.append(context("Before: " + " · ".join(past)))
    blocks.append(context(HOW))
    return ephemeral(text, blocks)


def _away_line(absence: Absence, now: datetime) -> str:
    return f"*You are away* until {moment_of(absence.until, now)}. <@{absence.deputy}> decides for you."


def _for_other(absence: Absence, now: datetime) -> str:
    return (
        f"*You stand in for <@{absence.person}>* until {moment_of(absence.until, now)}: "
        "you decide what they could approve, but never what they or you ask for."
    )


def _past(absence: Absence, now: datetime) -> str:
    ended = absence.ended_at or absence.until
    return f"{moment_of(absence.since, now)} to {moment_of(ended, now)}, <@{absence.deputy}>"


def _back() -> Block:
    return button("I am back", BACK)


def begun(absence: Absence, now: datetime, *, deputy: bool) -> Block:
    """To the deputy, and to the approvals channel; afterwards it says that it is over."""
    if not absence.is_on(now):
        return ended(absence, now)
    until = moment_of(absence.until, now)
    if deputy:
        head = f"*You stand in for <@{absence.person}>* until {until}"
        said = "You decide what they could approve, but never what they or you ask for. `/access pending` shows it."
        return message(f"You decide for somebody who is away: {absence.name}", [section(f"{head}\n{said}")])
    text = f"*<@{absence.person}> is away* until {until}. <@{absence.deputy}> decides for them."
    return message(f"An approver is away: {absence.name}", [section(text)])


def ended(absence: Absence, now: datetime) -> Block:
    """They are back, or another deputy was named."""
    at = moment_of(absence.ended_at or absence.until, now)
    text = f"<@{absence.deputy}> stood in for <@{absence.person}> until {at}. That is over."
    return message(f"That is over: {absence.name}", [section(text)])


def named(absence: Absence, now: datetime) -> str:
    """After `/access away`."""
    return (
        f"{_away_line(absence, now)} They are told, and so is the approvals channel. You are not asked meanwhile; "
        "`/access back` ends it."
    )


def back(absence: Absence) -> str:
    """After `/access back`."""
    return f"Welcome back. <@{absence.deputy}> does not decide for you any more, and is told."


def not_set(result: NotSet, company: Company) -> str:
    """Why nothing changed, and what to do."""
    roles = {one.approvers for one in company.rules.purposes.values()}
    groups = listed([escape(company.handle(role)) for role in sorted(roles)], "or")
    return {
        Reason.NOT_AN_APPROVER: f"Only those who approve have a deputy: people of {groups}.",
        Reason.OWN_DEPUTY: "Name somebody else: you can't stand in for yourself.",
        Reason.NOT_A_MEMBER: "A deputy must be an employee: no guest, no app, nobody who has left.",
        Reason.NOT_IN_FUTURE: "That is over already, or more than 180 days away. Say a time that is to come.",
        Reason.NOT_AWAY: "You are not away. `/access away friday @name` says until when, and who decides meanwhile.",
    }[result.reason]


def home_lines(found: Standings, now: datetime) -> list[Block]:
    """App Home: that I am away, and for whom I stand in."""
    on = found.away(now)
    blocks = [section(_away_line(on, now), _back())] if on else []
    return [*blocks, *(section(_for_other(one, now)) for one in found.for_others)]


def standstill(name: str, absences: Sequence[Absence], expires_at: datetime, now: datetime) -> Block:
    """To whoever asked: nobody could decide it now, and who is back when."""
    when = [f"<@{one.person}> is back {day_and_time(one.until)}" for one in absences]
    who = f" {listed(when)}." if when else ""
    text = (
        f":hourglass: *Nobody is there who could decide {name} now.*{who} It waits until {moment_of(expires_at, now)}."
    )
    return message(f"{name} waits: nobody is there", [section(text)])
