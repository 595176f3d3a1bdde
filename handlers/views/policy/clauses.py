"""Purposes whose clause is gone: the message at the privacy desk, and the form that points to a new one."""

from datetime import datetime

from bot.access.clauses.suspensions import FEWEST_WORDS, NotTaken, Why
from bot.access.roles import PRIVACY
from bot.company import Company, listed
from bot.privacy.clauses import Standing, Suspension
from bot.privacy.text import Clause
from handlers.views.blocks import (
    Block,
    actions,
    button,
    context,
    cut,
    escape,
    field,
    message,
    modal,
    option,
    section,
    select,
    text_input,
)
from handlers.views.times import moment_of
from handlers.views.words import counted, value_of

POINT = "clause.point"
FORM = "clause.form"
CONFIRM = "clause.confirm"
TAKE_BACK = "clause.take_back"
EXTRACT = 600


def gone(found: Suspension, nearest: Clause | None, company: Company, now: datetime) -> Block:
    """The message, as it stands now."""
    label = company.purpose(found.purpose)
    was = section(f"It was: “{escape(cut(found.clause, EXTRACT))}”")
    if found.status is not Standing.SUSPENDED:
        head = f"*{escape(label)} was suspended: its clause was gone from the policy* · {found.name}"
        return message(f"{found.name}: {label}, {_title(found)}", [section(head), was, section(_outcome(found, now))])
    head = f"*{escape(label)} is suspended: its clause is not in the policy in force* · {found.name}"
    blocks = [section(f"{head}\nNobody can look anything up for it. {_grants(found)}"), was]
    if nearest is not None and found.proposed is None:
        blocks.append(section(f"The nearest sentence now: “{escape(cut(nearest.quote, EXTRACT))}”{_under(nearest)}"))
    blocks += _proposal(found) if found.proposed else [actions(_point(found, primary=True))]
    return message(f"{label} is suspended: its clause is gone from the policy", blocks)


def _grants(found: Suspension) -> str:
    many = len(found.ended) + len(found.waiting)
    if not many:
        return "No grant rests on it."
    names = ", ".join((*found.ended, *found.waiting)[:20]) + (" …" if many > 20 else "")
    if found.ended:
        return f"{counted(many, 'grant')} ended with it: {names}."
    return f"{counted(many, 'grant')} {'waits' if many == 1 else 'wait'}, closed, while time is left: {names}."


def _point(found: Suspension, *, primary: bool) -> Block:
    style = "primary" if primary else None
    return button("Point to the new clause", POINT, value_of(suspension=found.number), style=style)


def _proposal(found: Suspension) -> list[Block]:
    words = f"*<@{found.proposed_by}> points to*: “{escape(cut(found.proposed or '', EXTRACT))}”"
    value = value_of(suspension=found.number, at=microseconds(found.proposed_at))
    return [
        section(f"{words}\n:hourglass: *Waiting* for another privacy officer to confirm it"),
        actions(
            button("Confirm", CONFIRM, value, style="primary"),
            button("Refuse", TAKE_BACK, value_of(suspension=found.number), style="danger"),
            _point(found, primary=False),
        ),
    ]


def microseconds(moment: datetime | None) -> int | None:
    """A moment as a whole number, for a button's value."""
    return round(moment.timestamp() * 1_000_000) if moment else None


def _title(found: Suspension) -> str:
    return "restored" if found.status is Standing.RESTORED else "its clause is back"


def _outcome(found: Suspension, now: datetime) -> str:
    at = moment_of(found.settled_at or now, now)
    if found.status is Standing.RETURNED:
        return f":white_check_mark: *Its clause stands in the policy again* since {at}; nobody had to do anything"
    who = listed([f"<@{found.proposed_by}>", f"<@{found.settled_by}>"])
    words = f"“{escape(cut(found.proposed or '', EXTRACT))}”"
    return f":white_check_mark: *Restored* by {who} at {at}. It rests on {words}"


def _under(clause: Clause) -> str:
    return f" · {escape(clause.heading)}" if clause.heading else ""


def form(found: Suspension, candidates: tuple[Clause, ...], company: Company, channel: str | None) -> Block:
    """Which passage the purpose is to rest on: one of the nearest sentences, or words of the policy."""
    lines = [f"*{place}*  “{escape(cut(one.quote, 500))}”{_under(one)}" for place, one in enumerate(candidates, 1)]
    options = [option(f"{place}: {one.quote}", str(place)) for place, one in enumerate(candidates, 1)]
    was = f"*{escape(company.purpose(found.purpose))}* rested on “{escape(cut(found.clause, EXTRACT))}”"
    blocks = [section(was), *(section(line) for line in lines)]
    if options:
        blocks.append(field("Which sentence permits it now?", "sentence", select("sentence", options), optional=True))
    hint = "Word for word as they stand in the policy in force; they go before the sentence above."
    typed = text_input("words", multiline=True, most=1000)
    blocks.append(field("Or its words", "words", typed, optional=True, hint=hint))
    blocks.append(context("Another privacy officer has to confirm it."))
    memo = value_of(suspension=found.number, channel=channel)
    return modal("Point to the new clause", blocks, callback=FORM, submit="Send", close="Cancel", memo=memo)


def error(reason: Why) -> str:
    """What is wrong with the words."""
    return _WORDS[reason]


def not_taken(result: NotTaken, company: Company, now: datetime) -> str:
    """Why a press changed nothing, and what the state is."""
    found = result.suspension
    if result.reason is Why.NOT_AN_OFFICER:
        return f"Only {escape(company.handle(PRIVACY))} can decide this. That you pressed is recorded."
    if result.reason is Why.SETTLED and found is not None and found.status is not Standing.SUSPENDED:
        return f"{found.name} is settled. {_outcome(found, now)}"
    return _WORDS.get(result.reason, "Somebody was first. The message says how it stands now.")


_WORDS = {
    Why.NO_SUCH_SUSPENSION: "That suspension is not there.",
    Why.NOT_IN_POLICY: "These words do not stand in the policy in force. Quote it word for word.",
    Why.TOO_SHORT: f"Quote at least {FEWEST_WORDS} words.",
    Why.MEDIUM_NOT_NAMED: "Marketing goes by the media that its clause names; this passage does not name each.",
    Why.NOTHING_PROPOSED: "Nothing is proposed at the moment.",
    Why.OWN_PROPOSAL: "You pointed to it yourself, so another privacy officer has to confirm it.",
    Why.PROPOSER_LEFT: (
        "Whoever pointed to it is no privacy officer any more, so it is one officer's word. Press *Refuse*, then "
        "*Point to the new clause* yourself; another officer confirms it."
    ),
    Why.CHANGED: "Another clause was pointed to in the meantime. Read the message again.",
}
