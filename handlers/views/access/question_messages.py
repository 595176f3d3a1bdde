"""The direct messages about a question before a decision: to whoever asked for access, and to whoever asked them."""

from datetime import datetime

from bot.access.deciding.answers import question_of
from bot.access.grants import Request
from bot.company import Company
from handlers.views.access.questions import answer_button, said
from handlers.views.access.requests import outcome, to_approvers, what_of
from handlers.views.blocks import Block, actions, context, message, section
from handlers.views.times import moment_of


def question(request: Request, nth: int, company: Company, now: datetime) -> Block | None:
    """To whoever asked for the access. Afterwards it says what they answered, or that nothing is to be answered."""
    asked = question_of(request, nth)
    if asked is None:
        return None
    head = f"*<@{asked.by}> asks you about {request.name} before deciding* · {what_of(request, company)}"
    blocks = [section(head), said(asked.text)]
    if asked.answered_at is not None:
        answered = f":white_check_mark: You answered at {moment_of(asked.answered_at, now)}:"
        blocks += [section(answered), said(asked.answer)]
        return message(f"{request.name}: you answered", blocks)
    if not request.is_open(now):
        blocks.append(section(f"No answer is needed any more. {outcome(request, company, now)}"))
        return message(f"{request.name}: no answer is needed any more", blocks)
    waits = f"{request.name} waits for a decision until {moment_of(request.expires_at, now)}."
    blocks += [actions(answer_button(request, asked)), context(f"{waits} Whoever may decide reads your answer.")]
    return message(f"{request.name}: an approver asks you something", blocks)


def answer(request: Request, nth: int, company: Company, quote: str | None, now: datetime) -> Block | None:
    """To whoever asked: the request with the answer, and what decides it."""
    asked = question_of(request, nth)
    if asked is None:
        return None
    told = f"<@{asked.asked}> answered your question about {request.name}"
    shown = to_approvers(request, company, quote, now)
    return message(f"{request.name}: your question is answered", [section(f"*{told}*"), *shown["blocks"]])
