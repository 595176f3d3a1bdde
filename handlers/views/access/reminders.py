"""A request that still waits, to the one person who is reminded, and to the next group."""

from datetime import datetime

from bot.access.ending.least_use import Ticket, TicketCheck
from bot.access.grants import Request
from bot.company import Company
from handlers.views.access.requests import to_approvers
from handlers.views.blocks import Block, actions, button, context, escape, message, section
from handlers.views.times import length, moment_of, until
from handlers.views.which import ask_again, codes
from handlers.views.words import value_of

STILL_OPEN = "access.ticket_open"
CLOSED = "access.ticket_closed"


def reminder(request: Request, company: Company, quote: str | None, now: datetime) -> Block:
    """One direct message; once somebody decided, it says who."""
    shown = to_approvers(request, company, quote, now)
    if not request.is_open(now):
        return shown
    waits = f"{request.name} has waited {length(now - request.asked_at)} for a decision."
    line = section(f"*{waits}* You are asked because you could decide it and are there.")
    return message(waits, [line, *shown["blocks"]])


def escalated(request: Request, company: Company, quote: str | None, now: datetime) -> Block:
    """To the next group: it may decide, or only knows."""
    shown, decides = to_approvers(request, company, quote, now), company.rules.reminding.decides
    if not request.is_open(now):
        return shown
    waits = f"{request.name} has waited {length(now - request.asked_at)}, and nobody decided it."
    if decides:
        return message(waits, [section(f"*{waits}* You may decide it now."), *shown["blocks"]])
    ends = f"Those who may were reminded. It ends unanswered at {moment_of(request.expires_at, now)}."
    kept = [one for one in shown["blocks"] if one["type"] == "section"][:2]
    return message(waits, [section(f"*{waits}* {ends}"), *kept])


def unused(request: Request, company: Company, now: datetime) -> Block:
    """To the holder: it ended because it was not used, and how to ask again."""
    grant, purpose = request.grant, company.rules.purposes.get(request.purpose)
    at = moment_of(grant.ended_at, now) if grant and grant.ended_at else ""
    span = f" for {length(purpose.end_when_unused)}" if purpose and purpose.end_when_unused else ""
    what = f"{escape(company.labels(request.data_classes))} of {codes(request.concerns)}"
    text = f"*{request.name} ended at {at}*: it was not used{span} · {what}"
    again = context(f"{ask_again(request.concerns)} asks again when you need it.")
    return message(f"{request.name} ended: not used", [section(text), again])


def ticket(request: Request, check: TicketCheck | None, company: Company, now: datetime) -> Block:
    """To the holder: is the ticket still open; afterwards what they said."""
    grant = request.grant
    name = escape(request.ticket or "")
    what = f"{escape(company.labels(request.data_classes))} of {codes(request.concerns)}"
    if grant is None or not grant.is_live(now):
        return message(f"{request.name} ended", [section(f"{request.name} is over · {what}")])
    lasts = f"{request.name} lasts {until(grant.ends_at, now)} · {what}"
    if check is not None and check.answer is Ticket.OPEN and check.answered_at is not None:
        said = f"You said at {moment_of(check.answered_at, now)} that {name} is still open. {lasts}"
        return message(f"{request.name}: the ticket is open", [section(said)])
    value = value_of(request=request.number)
    buttons = actions(button("Still open", STILL_OPEN, value), button("End now", CLOSED, value, style="danger"))
    text = f"*Is {name} still open?* {lasts}\nIf it is closed, end the access: it was given for that."
    return message(f"Is the ticket of {request.name} still open?", [section(text), buttons])
