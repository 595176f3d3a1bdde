"""Messages about access that somebody asked for another, and about access that begins later."""

from datetime import datetime

from bot.access.grants import Request
from bot.company import Company
from handlers.views.access.asking import begins_words
from handlers.views.access.lists import cancel_button
from handlers.views.access.requests import EXTRACT, open_or_end, outcome, what_of
from handlers.views.blocks import Block, actions, context, cut, escape, message, section, verbatim
from handlers.views.times import length, moment_of, until


def for_you(request: Request, company: Company, now: datetime) -> Block:
    """To whoever is to have the access: who asked, why, and that they can cancel it."""
    what = what_of(request, company)
    head = f"*<@{request.asked_by}> asks for {what} on your behalf* · {request.name}"
    details = f"For *{escape(company.purpose(request.purpose))}* · {length(request.duration)}, "
    details += begins_words(request, now)
    blocks = [section(f"{head}\n{details}"), verbatim(f"“{cut(request.justification, EXTRACT)}”")]
    if request.is_open(now):
        blocks.append(actions(cancel_button(request)))
        blocks.append(
            context(f"It waits for a decision until {moment_of(request.expires_at, now)}, by neither of you.")
        )
    else:
        blocks.append(section(outcome(request, company, now)))
    return message(f"{request.name}: a request on your behalf", blocks)


def decided_for(request: Request, company: Company, now: datetime) -> Block:
    """To whoever asked on another's behalf: what came of it."""
    text = f"{request.name} for <@{request.person}> · {what_of(request, company)}\n{outcome(request, company, now)}"
    return message(f"{request.name}: {request.status.value}", [section(text)])


def begun(request: Request, company: Company, now: datetime) -> Block:
    """Access that was asked for later has begun; afterwards the same message says that it is over."""
    grant = request.grant
    if grant is None or not grant.is_live(now):
        return message(f"{request.name} ended", [section(f"{request.name} is over.")])
    text = f":white_check_mark: *{request.name} has begun* · {what_of(grant, company)} {until(grant.ends_at, now)}"
    return message(f"{request.name} has begun", [section(text), open_or_end(request)])
