"""Lists of access: what a person has and waits for, and what they may decide. Ids only: a list is no look-up."""

from datetime import datetime
from itertools import chain
from typing import Final

from bot.access.grants import Grant, Request
from bot.access.overview import Overview
from bot.accounts.disclosures.waiting import OfDisclosures
from bot.company import Company
from handlers.views.access.asking import begins_words, details_button, from_until, who_asks
from handlers.views.access.questions import lines, to_answer
from handlers.views.access.requests import CANCEL, EXTRACT, decide, extend_button, needed, outcome, what_of
from handlers.views.accounts.account import end_button
from handlers.views.blocks import (
    MESSAGE_TEXT,
    Block,
    actions,
    button,
    confirmation,
    context,
    cut,
    ephemeral,
    escape,
    fitting,
    letters,
    section,
    verbatim,
)
from handlers.views.disclosures import lists as disclosure_lists
from handlers.views.times import length, moment_of, until
from handlers.views.which import open_buttons
from handlers.views.words import value_of

FOR_THE_REST: Final = 100  # characters of the line that counts what is not shown


def own_list(seen: Overview, outside: OfDisclosures, company: Company, now: datetime, further: str) -> Block:
    """`/access mine`: live grants, waiting requests and disclosures, with what can be done about each. `further`: what
    is said besides to somebody who has none of them.
    """
    blocks = [block for grant in seen.grants for block in own_grant(grant, company, now)]
    blocks.extend(section(later_line(one, company, now), end_button(one.number, one.name)) for one in seen.later)
    blocks.extend(to_answer(seen.to_answer, now))
    blocks.extend(section(waiting_line(request, company, now), cancel_button(request)) for request in seen.asked)
    blocks.extend(beyond(seen))
    blocks.extend(disclosure_lists.own(outside, company, now))
    if not blocks:
        return ephemeral(f"You have no access beyond your purposes, and nothing is waiting. {further}")
    return ephemeral("Your access", blocks)


def beyond(seen: Overview) -> list[Block]:
    """What of a person's own is not in a list, counted."""
    text = f"And {seen.beyond} more of yours, shown once some of these have ended or are withdrawn."
    return [context(text)] if seen.beyond else []


def own_grant(grant: Grant, company: Company, now: datetime) -> list[Block]:
    """One live grant in a list, with what can be done about it."""
    opens = open_buttons(grant.accounts, grant.purpose)
    buttons = actions(*opens, extend_button(grant.number), end_button(grant.number, grant.name))
    return [section(grant_line(grant, company, now)), buttons]


def grant_line(grant: Grant, company: Company, now: datetime) -> str:
    """One live grant in a list."""
    text = f":white_check_mark: *{grant.name}* {what_of(grant, company)} {until(grant.ends_at, now)}"
    return f"{text}\nFor {escape(company.purpose(grant.purpose))}"


def later_line(grant: Grant, company: Company, now: datetime) -> str:
    """One grant in a list that has not begun."""
    text = f":hourglass: *{grant.name}* {what_of(grant, company)} {from_until(grant, now)}"
    return f"{text}\nFor {escape(company.purpose(grant.purpose))}"


def waiting_line(request: Request, company: Company, now: datetime) -> str:
    """One own request in a list."""
    text = f":hourglass: *{request.name}* {what_of(request, company)}"
    whom = f" · for <@{request.person}>, asked by <@{request.asked_by}>" if request.asked_by else ""
    start = f" · {begins_words(request, now)}" if request.starts_at else ""
    if request.approvals:
        return f"{text}{start}{whom}\n{outcome(request, company, now)}"  # which says until when, too
    return f"{text}\nWaits until {moment_of(request.expires_at, now)}{start}{whom}"


def cancel_button(request: Request) -> Block:
    """**Cancel request**, which asks once more."""
    sure = confirmation(f"Withdraw {request.name}?", "The approvers are no longer asked.", "Withdraw", "Keep it")
    return button("Cancel request", CANCEL, value_of(request=request.number), sure=sure)


def waiting_list(seen: Overview, outside: OfDisclosures, company: Company, now: datetime) -> Block:
    """`/access pending`: what this person may decide, disclosures to outsiders first."""
    given = disclosure_lists.to_decide(outside, company, now)
    if not seen.to_decide and not given:
        return ephemeral("Nothing is waiting for you to decide.")
    parts = [to_decide(request, company, now) for request in seen.to_decide[: 5 if given else 15]]
    shown = fitting(parts, MESSAGE_TEXT - FOR_THE_REST - letters(given))
    blocks = [*given, *chain.from_iterable(shown)]
    if rest := len(seen.to_decide) - len(shown):
        blocks.append(context(f"And {rest} more after these."))
    return ephemeral("Requests that you may decide", blocks)


def to_decide(request: Request, company: Company, now: datetime) -> list[Block]:
    """One request in a list, with the buttons that decide it. By id alone: a list is no look-up and has no entry."""
    text = f"{who_asks(request)} for {what_of(request, company)} · *{request.name}*"
    terms = f"For {escape(company.purpose(request.purpose))} · {length(request.duration)}"
    terms += f", {begins_words(request, now)}" if request.starts_at else ""
    terms += f" · ticket {escape(request.ticket)}" if request.ticket else ""
    if request.approvals:
        terms += f"\n{outcome(request, company, now)}"  # which says until when, too
    else:
        terms += f" · waits until {moment_of(request.expires_at, now)}"
        terms += f" · needs {needed(request, company)}" if sum(request.needs.values()) > 1 else ""
    why = verbatim(f"“{cut(request.justification, EXTRACT)}”")
    return [section(f"{text}\n{terms}", details_button(request)), why, *lines(request, now), *decide(request)]
