"""Words about who asked for whom, from when, and what nobody had to decide; and the button that shows all of it."""

from datetime import datetime
from typing import Final

from bot.access.clauses.suspensions import CLAUSE_GONE_NOTE
from bot.access.ending.least_use import UNUSED_NOTE
from bot.access.grants import Grant, Request, RequestKind
from handlers.views.blocks import Block, Element, button, context
from handlers.views.times import length, moment_of, until
from handlers.views.words import value_of

DETAILS: Final = "access.details"
ENDED_FOR: Final = {
    UNUSED_NOTE: "it was not used",
    CLAUSE_GONE_NOTE: "the privacy policy in force does not permit the purpose any more",
}


def details_button(request: Request) -> Element:
    """**Details**: the request with its whole reason, the business's name and the clause. That look is recorded."""
    return button("Details", DETAILS, value_of(request=request.number))


def who_asks(request: Request) -> str:
    """ "@Inese asks", "@Jānis asks on behalf of @Inese"; the mention tells them."""
    if request.asked_by is None:
        return f"<@{request.person}> asks"
    return f"<@{request.asked_by}> asks on behalf of <@{request.person}>"


def asked_for_you(request: Request) -> list[Block]:
    """Small print for the holder: who asked, if it was another."""
    return [context(f"<@{request.asked_by}> asked for it on your behalf.")] if request.asked_by else []


def begins_words(request: Request, now: datetime) -> str:
    """ "from approval", "from 14:00"; past that time it begins with the approval."""
    if request.starts_at is None or request.starts_at <= now:
        return "from approval"
    return f"from {moment_of(request.starts_at, now)}"


def is_ahead(grant: Grant, now: datetime) -> bool:
    """Whether it begins later and nobody ended it."""
    return grant.ended_at is None and now < grant.starts_at


def from_until(grant: Grant, now: datetime) -> str:
    """ "until 14:48 (in 2 h)", or "from 14:00 until 16:00 (2 h)" for what has not begun."""
    if not is_ahead(grant, now):
        return until(grant.ends_at, now)
    begins, ends = moment_of(grant.starts_at, now), moment_of(grant.ends_at, now)
    return f"from {begins} until {ends} ({length(grant.ends_at - grant.starts_at)})"


def at_once_words(request: Request) -> str:
    """Why nobody decided: no rule asks for it, the holder was on duty, or it is an emergency."""
    if request.kind is RequestKind.EMERGENCY:
        return "emergency access, reviewed afterwards"
    return "granted to people on duty" if request.needs else "no approval was needed"


def why_early(grant: Grant) -> str:
    """Why Steward ended it before its time."""
    no_group = "the holder is in no group with this purpose any more"
    return f", because {ENDED_FOR.get(grant.end_note or '', no_group)}"
