"""What approvers ask before they decide, and the answers: lines, buttons and forms. By id alone, as lists are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.access.asked import MOST_QUESTIONS, Question
from bot.access.grants import Request
from bot.access.reasons import Reason
from bot.company import Company
from handlers.views.access.asking import who_asks
from handlers.views.blocks import (
    Block,
    Element,
    button,
    code,
    context,
    cut,
    escape,
    field,
    modal,
    section,
    text_input,
    verbatim,
)
from handlers.views.times import moment_of
from handlers.views.which import codes
from handlers.views.words import value_of, without_addresses

ASK, ASK_FORM = "access.question", "access.question_asked"
ANSWER, ANSWER_FORM = "access.answer", "access.answer_given"
LONGEST: Final = 600  # characters of a question or an answer
SHOWN: Final = 3  # questions in a message; the audit table has all
EXTRACT: Final = 300  # characters of each there
ERASED: Final = "(erased)"


def ask_button(request: Request) -> Element:
    """**Ask**, beside those that decide."""
    return button("Ask", ASK, value_of(request=request.number))


def answer_button(request: Request, asked: Question) -> Element:
    """**Answer**, for whoever made the request."""
    return button("Answer", ANSWER, value_of(request=request.number, nth=asked.nth), style="primary")


def lines(request: Request, now: datetime) -> list[Block]:
    """The newest questions and answers in one paragraph; nothing where nobody asked. Addresses in them are masked."""
    if not request.questions:
        return []
    return [section("\n".join(_line(one, now) for one in request.questions[-SHOWN:]))]


def _line(asked: Question, now: datetime) -> str:
    said = f"<@{asked.by}> asked at {moment_of(asked.at, now)}: {_quoted(asked.text)}"
    if asked.answered_at is None:
        return f":speech_balloon: {said}"
    return f"{said}\n<@{asked.asked}> answered at {moment_of(asked.answered_at, now)}: {_quoted(asked.answer)}"


def _quoted(text: str | None) -> str:
    if text is None:
        return ERASED
    one_line = " ".join(without_addresses(text).replace("*", "∗").replace("`", "ˋ").split())
    return f"“{escape(cut(one_line, EXTRACT))}”"


def said(text: str | None) -> Block:
    """A question or an answer in full, for the two people, as it was typed."""
    return verbatim(ERASED if text is None else f"“{cut(text, LONGEST)}”")


def to_answer(requests: Sequence[Request], now: datetime) -> list[Block]:
    """What a person is asked about requests of theirs, each with **Answer**."""
    return [
        section(
            f"<@{one.by}> asks about {request.name} before deciding: {_quoted(one.text)}\n{_until(request, now)}",
            answer_button(request, one),
        )
        for request in requests
        for one in request.questions
        if one.is_open
    ]


def _until(request: Request, now: datetime) -> str:
    return f"{request.name} waits for a decision until {moment_of(request.expires_at, now)}"


def ask_form(request: Request, company: Company, now: datetime) -> Block:
    """What was asked for and why, and the question."""
    what = f"{escape(company.labels(request.data_classes))} of {codes(request.accounts)}"
    example = "Which of the three lists bounced, and since when?"
    return modal(
        f"Ask about {request.name}",
        [
            section(f"{who_asks(request)} for {what}, for {escape(company.purpose(request.purpose))}."),
            verbatim(f"“{cut(without_addresses(request.justification), LONGEST)}”"),
            *lines(request, now),
            field(
                "What do you want to know?",
                "text",
                text_input("text", multiline=True, most=LONGEST, example=example),
                hint="They read it in a direct message and answer there. Whoever may decide reads both, so leave "
                "customers' names out. It stands in the audit table.",
            ),
            context(f"{_until(request, now)}. It can be decided meanwhile."),
        ],
        callback=ASK_FORM,
        submit="Ask",
        close="Cancel",
        memo=value_of(request=request.number),
    )


def was_asked(request: Request, now: datetime) -> Block:
    """After the question was sent."""
    told = f":speech_balloon: *<@{request.requester}> is asked about {request.name}.* You get the answer as a message."
    rest = f"{_until(request, now)}. It can be decided meanwhile."
    return modal("Asked", [section(told), context(rest)], callback="access.asked")


def answer_form(request: Request, asked: Question, company: Company, now: datetime) -> Block:
    """The question, and its answer."""
    what = f"{escape(company.labels(request.data_classes))} of {codes(request.accounts)}"
    return modal(
        f"{request.name}: your answer",
        [
            section(f"<@{asked.by}> asks about {request.name}, {what}:"),
            said(asked.text),
            field(
                "Your answer",
                "text",
                text_input("text", multiline=True, most=LONGEST),
                hint="Whoever may decide reads it, so leave customers' names out. It stands in the audit table.",
            ),
            context(f"{_until(request, now)}."),
        ],
        callback=ANSWER_FORM,
        submit="Answer",
        close="Cancel",
        memo=value_of(request=request.number, nth=asked.nth),
    )


def was_answered(request: Request, nth: int, now: datetime) -> Block:
    """After the answer was sent."""
    by = next((f"<@{one.by}>" for one in request.questions if one.nth == nth), "Whoever asked")
    told = f":white_check_mark: *{by} has your answer about {request.name}.*"
    return modal("Answered", [section(told), context(f"{_until(request, now)}.")], callback="access.answered")


def not_asked(reason: Reason, request: Request | None) -> str | None:
    """Why a question or an answer was not taken, where that is no matter of deciding."""
    if request is None:
        return None
    name, whom = request.name, f"<@{request.requester}>"
    return {
        Reason.ASKED_ALREADY: f"You asked about {name} already, and {whom} has not answered yet. You can decide "
        "without the answer.",
        Reason.TOO_MANY_QUESTIONS: f"{name} was asked about {MOST_QUESTIONS} times. Talk to {whom}, or decide: "
        f"{code('/access pending')} shows it.",
        Reason.ANSWERED_ALREADY: f"You answered that about {name} already. The approvers have it.",
    }.get(reason)
