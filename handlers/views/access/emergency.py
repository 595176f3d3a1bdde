"""Emergency access: the form that says what happens, what everybody reads, and why there is none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access.asking.emergency import NoEmergency
from bot.access.grants import Request
from bot.access.reasons import Reason
from bot.access.requests.filing import Asked
from bot.access.roles import AUDITORS
from bot.access.rules.purposes import Purpose
from bot.audit.reviews.items import Item
from bot.company import Company
from handlers.views.access.form import Prefill, account_field, classes_field, ticket_field
from handlers.views.access.requests import EXTRACT, outcome, what_of
from handlers.views.accounts.account import end_button
from handlers.views.audit.review import SYMBOLS
from handlers.views.blocks import (
    Block,
    actions,
    button,
    checkboxes,
    code,
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
    verbatim,
)
from handlers.views.times import length, moment_of, until
from handlers.views.which import in_short, open_buttons
from handlers.views.words import refusal, value_of, without_addresses

FORM = "access.emergency"
PURPOSE_CHOSEN = "access.emergency_purpose"
END_THEIRS = "access.revoke"
SURE = "sure"
LONGEST_WHY = 2000


def form(purposes: tuple[Purpose, ...], prefill: Prefill, company: Company, memo: str = "") -> Block:
    """What to see, why, and one tick that says: I know what this does."""
    purpose = prefill.purpose or purposes[0]
    chooser = select(PURPOSE_CHOSEN, [option(one.label, one.key) for one in purposes], purpose.key)
    example = "What is going wrong for the customer right now, and has to be stopped"
    why = text_input("why", initial=prefill.why, multiline=True, most=LONGEST_WHY, example=example)
    known = [option("I need it now, and can't wait for a decision", SURE)]
    return modal(
        "Emergency access",
        [
            section(what_happens(purpose, company)),
            *([section(prefill.note)] if prefill.note else []),
            account_field(prefill.account),
            {**field("Purpose", "purpose", chooser), "dispatch_action": True},
            classes_field(purpose, company, prefill.data_classes),
            field("Why?", "why", why, hint="Everybody who is told reads it, and whoever reviews it."),
            ticket_field(purpose, prefill.ticket),
            field("Is it an emergency?", SURE, checkboxes(SURE, known)),
        ],
        callback=FORM,
        submit="Take access now",
        close="Cancel",
        memo=memo,
    )


def what_happens(purpose: Purpose, company: Company) -> str:
    """Before anything is taken."""
    lasts = length(purpose.emergency) if purpose.emergency else "no time"
    group, auditors = escape(company.handle(purpose.approvers)), escape(company.handle(AUDITORS))
    return (
        f":rotating_light: You get access *at once, for {lasts}*. Nobody decides. All of {group} and the audit "
        f"channel are told, with your reason, and {auditors} review it afterwards. What you look at is recorded."
    )


def taken(asked: Asked, company: Company, now: datetime) -> Block:
    """What the person sees at once."""
    request, grant = asked.request, asked.request.grant
    ends = until(grant.ends_at, now) if grant else ""
    text = f":white_check_mark: *You have it {ends}* · {what_of(request, company)} · {request.name}"
    small = f"Everybody of {escape(company.handle(_approvers(request, company)))} is told, and it will be reviewed."
    opens = open_buttons(request.concerns, request.purpose)
    buttons = actions(*opens, end_button(request.number, request.name))
    return message(f"Emergency access: {request.name}", [section(text), buttons, context(small)])


def told(
    request: Request,
    company: Company,
    now: datetime,
    review: Item | None = None,
    names: Mapping[str, str] | None = None,
    *,
    to_approver: bool,
) -> Block:
    """To each approver and to the audit channel, as it stands now. No personal data: ids and a company's name.

    `review`: how far its review is, and `names` those of the reviewers. What it came to is the auditors' to know.
    """
    what = what_of(request, company, named=True)
    head = f":rotating_light: *<@{request.person}> took emergency access to {what}* · {request.name}"
    details = f"For *{escape(company.purpose(request.purpose))}*, without a decision"
    if request.ticket:
        details += f" · ticket {escape(request.ticket)}"
    grant = request.grant
    live = grant is not None and grant.is_live(now)
    stands = f"They have it {until(grant.ends_at, now)}." if grant and live else outcome(request, company, now)
    why = request.justification if to_approver else without_addresses(request.justification)
    blocks = [section(f"{head}\n{details}"), verbatim(f"“{cut(why, EXTRACT)}”"), section(stands)]
    small = _reviewed(review, names or {}, company, now, whole=not to_approver)
    if to_approver and live:
        ends = button("End it now", END_THEIRS, value_of(request=request.number), style="danger")
        blocks.append(actions(ends))
        small += " Ending it asks you for a reason first."
    blocks.append(context(small))
    return message(f"{request.name}: emergency access to {escape(in_short(request.accounts))}", blocks)


def _reviewed(review: Item | None, names: Mapping[str, str], company: Company, now: datetime, *, whole: bool) -> str:
    """Who reviews it or did; `whole`: and what they found."""
    last = review.last if review else None
    if review is None or last is None or not review.is_closed:
        return f"{escape(company.handle(AUDITORS))} review it."
    found = f" · {SYMBOLS[review.status]}" if whole else ""
    return f"Reviewed by {escape(names.get(last.by, last.by))}, {moment_of(last.at, now)} · {review.name}{found}"


def none(found: NoEmergency, company: Company, now: datetime, yours: Sequence[Purpose] = ()) -> str:
    """Why there is none, who can change that, and what else there is. `yours` are the purposes that allow it."""
    if found.reason is not Reason.REVIEW_OVERDUE or found.overdue is None:
        return refusal(found.reason, company, found.purpose, yours)
    overdue = found.overdue
    item = f" ({code(overdue.item)} in {code('/audit review')})" if overdue.item else ""
    return (
        f"Your emergency access {overdue.request} of {moment_of(overdue.taken_at, now)} has not been reviewed in time, "
        f"so there is no other one yet. {escape(company.handle(AUDITORS))} can review it{item}: ask them. "
        f"Until then, {code('/access')} asks for access the usual way."
    )


def _approvers(request: Request, company: Company) -> str:
    purpose = company.rules.purposes.get(request.purpose)
    return purpose.approvers if purpose else "approvers"
