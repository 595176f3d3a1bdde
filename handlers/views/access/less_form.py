"""The form in which an approver gives less than was asked for."""

from datetime import timedelta

from bot.access.grants import Request, RequestKind
from bot.access.requests.drafts import durations_up_to
from bot.company import Company
from handlers.views.access.asking import who_asks
from handlers.views.blocks import Block, checkboxes, escape, field, modal, option, section, select, text_input
from handlers.views.times import length
from handlers.views.which import codes
from handlers.views.words import value_of

FORM = "access.less"
LONGEST_NOTE = 1000


def form(request: Request, company: Company) -> Block:
    """What was asked for, all of it chosen, to take away from; and why, for the requester."""
    asked = (
        f"{escape(company.labels(request.data_classes))} of {codes(request.accounts)} for {length(request.duration)}"
    )
    classes = [option(company.labels((key,)), key) for key in request.data_classes]
    lengths = [option(length(one), _seconds(one)) for one in durations_up_to(request.duration)]
    example = "What is enough for this, and why"
    return modal(
        f"Approve less of {request.name}",
        [
            section(f"{who_asks(request)} for {asked}."),
            *([] if request.kind is RequestKind.EXTENSION else [*_accounts(request), _classes(classes, request)]),
            field("For how long?", "duration", select("duration", lengths, _seconds(request.duration))),
            field(
                "Why?",
                "why",
                text_input("why", multiline=True, most=LONGEST_NOTE, example=example),
                hint="The person who asked reads this.",
            ),
        ],
        callback=FORM,
        submit="Approve",
        close="Cancel",
        memo=value_of(request=request.number, data_classes=",".join(request.data_classes)),
    )


def _accounts(request: Request) -> list[Block]:
    """Which of several accounts; where there is only one, it is not asked."""
    if not request.several:
        return []
    options = [option(f"{account} ({name})" if name else account, account) for account, name in request.several]
    return [field("Which accounts?", "accounts", checkboxes("accounts", options, list(request.accounts)))]


def _classes(options: list[Block], request: Request) -> Block:
    ticked = checkboxes("data_classes", options, list(request.data_classes))
    return field("What do they get?", "data_classes", ticked)


def _seconds(span: timedelta) -> str:
    return str(int(span.total_seconds()))
