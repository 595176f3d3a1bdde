"""Requests and grants as messages: to the approvers, to the requester, and what a press came to."""

from collections import Counter
from datetime import datetime
from typing import TypeGuard

from bot.access.deciding.judge import still_missing
from bot.access.grants import Grant, Request, RequestKind, Status
from bot.access.reasons import Reason
from bot.access.rules.quorum import Approval, agreed, agreed_accounts
from bot.audit.entry import SYSTEM
from bot.company import Company, listed
from handlers.views.access.asking import (
    asked_for_you,
    at_once_words,
    begins_words,
    details_button,
    from_until,
    is_ahead,
    who_asks,
    why_early,
)
from handlers.views.access.questions import ask_button, lines
from handlers.views.accounts.account import end_button
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    context,
    cut,
    escape,
    message,
    section,
    verbatim,
)
from handlers.views.times import ago_of, clock_time, length, moment_of, until
from handlers.views.which import ask_again, codes, codes_and_names, in_short, open_buttons
from handlers.views.words import value_of, without_addresses

APPROVE = "access.approve"
EXTEND = "access.extend"
APPROVE_LESS = "access.approve_less"
DENY = "access.deny"
CANCEL = "access.cancel"
EXTRACT = 600  # characters of a clause or a reason in a message


def to_approvers(request: Request, company: Company, quote: str | None, now: datetime, *, most: int = EXTRACT) -> Block:
    """The message in the approvals channel, as the request stands now. No personal data: ids and a company's name.

    Of a reason that is longer than `most` characters **Details** shows the rest.
    """
    what = what_of(request, company, named=True)
    head = f"*{who_asks(request)} for {what}* · {request.name}"
    extends = request.kind is RequestKind.EXTENSION
    starts = "from its end" if extends else begins_words(request, now)
    details = f"For *{escape(company.purpose(request.purpose))}* · {length(request.duration)}, {starts}"
    if sum(request.needs.values()) > 1:
        details += f" · needs {needed(request, company)}"
    if request.ticket:
        details += f" · ticket {escape(request.ticket)}"
    why = without_addresses(request.justification)
    blocks = [section(f"{head}\n{details}"), verbatim(f"“{cut(why, most)}”")]
    if quote:
        blocks.append(context(f"Clause: “{escape(cut(quote, EXTRACT))}”"))
    blocks.extend(lines(request, now))
    if request.is_open(now):
        if request.approvals:
            blocks.append(section(outcome(request, company, now)))
        blocks.extend(decide(request, whole=len(why) <= most))
        blocks.append(context(_if_approved(request, now)))
    else:
        blocks.append(section(outcome(request, company, now)))
    of = in_short(request.accounts)
    notice = escape(f"{request.name}: a request for {company.labels(request.data_classes)} of {of}")
    return message(notice, blocks)


def _if_approved(request: Request, now: datetime) -> str:
    """The small print. What lasts from approval on has no end yet: whoever reads this in an hour approves then."""
    begins = request.starts_at if request.starts_at is not None and request.starts_at > now else None
    if _extends(request) and request.grant is not None:
        begins = request.grant.ends_at
    expires = moment_of(request.expires_at, now)
    if begins is None:
        return f"Expires unanswered at {expires}"
    return f"If approved now: until {moment_of(begins + request.duration, now)} · expires unanswered at {expires}"


def decide(request: Request, *, whole: bool = True) -> list[Block]:
    """The buttons under a request that waits; `whole`: its reason is there in full."""
    value = value_of(request=request.number)
    return [
        actions(
            button("Approve", APPROVE, value, style="primary"),
            button("Approve less", APPROVE_LESS, value),
            button("Deny", DENY, value, style="danger"),
            ask_button(request),
            *([] if whole else [details_button(request)]),
        )
    ]


def needed(request: Request, company: Company) -> str:
    """Who must agree: "2 of @access-approvers and 1 of @privacy-office"."""
    return listed([f"{count} of {escape(company.handle(role))}" for role, count in request.needs.items()])


def _still_needed(request: Request, company: Company) -> str:
    """Whose yes is missing: "1 more of @privacy-office"."""
    roles = Counter(still_missing(request, company.rules))
    return listed([f"{count} more of {escape(company.handle(role))}" for role, count in roles.items()])


def what_of(one: Request | Grant, company: Company, *, named: bool = False) -> str:
    """Which data of which accounts, by id; a business's name beside each where that helps."""
    which = codes_and_names(one.labelled) if named and isinstance(one, Request) else codes(one.accounts)
    more = f"{length(one.duration)} more of {one.grant_name}: " if _extends(one) else ""
    return f"{more}{escape(company.labels(one.data_classes))} of {which}"


def _extends(one: Request | Grant) -> TypeGuard[Request]:
    return isinstance(one, Request) and one.kind is RequestKind.EXTENSION


def outcome(request: Request, company: Company, now: datetime) -> str:
    """One line that says where a request stands: who, when, what."""
    decided = moment_of(request.decided_at, now) if request.decided_at else ""
    match request.status:
        case Status.GRANTED:
            return _granted_line(request, company, now, decided)
        case Status.DENIED:
            why = f": “{escape(cut(request.decision_note, EXTRACT))}”" if request.decision_note else ""
            return f":no_entry_sign: *Denied* by <@{request.decided_by}> at {decided}{why}"
        case Status.CANCELLED:
            by = "Steward" if request.decided_by == SYSTEM else f"<@{request.decided_by}>"
            why = f": “{escape(cut(request.decision_note, EXTRACT))}”" if request.decision_note else ""
            return f":heavy_minus_sign: *Withdrawn* by {by} at {decided}{why}"
        case Status.EXPIRED:
            return f":hourglass: *Expired* unanswered at {moment_of(request.expires_at, now)}"
        case Status.PENDING:
            return _pending_line(request, company, now)


def _pending_line(request: Request, company: Company, now: datetime) -> str:
    until_then = moment_of(request.expires_at, now)
    if not request.approvals:
        return f":hourglass: *Waiting* for a decision until {until_then}"
    agreed = listed([f"{_approver(one)} at {moment_of(one.at, now)}" for one in request.approvals])
    still = _still_needed(request, company)
    less = _narrowed(request, company)
    return f":hourglass: *Agreed* by {agreed}{less}. Still needed: {still}, until {until_then}"


def _granted_line(request: Request, company: Company, now: datetime, decided: str) -> str:
    line = f":white_check_mark: *Approved* {_by(request)} at {decided}"
    grant = request.grant
    if grant is None:
        return line
    line += _narrowed(request, company)
    if _extends(request):
        return f"{line} · {request.grant_name} {_lasts(grant, now)}"
    if grant.is_live(now):
        classes = escape(company.labels(grant.data_classes))
        return f"{line} · <@{request.person}> has {classes} {until(grant.ends_at, now)}"
    return f"{line} · {_lasts(grant, now)}"


def _lasts(grant: Grant, now: datetime) -> str:
    """Until when it lasts, or when it ended and by whom, if not by time."""
    if grant.ended_at is None and now < grant.starts_at:
        return f"lasts {from_until(grant, now)}"
    if grant.ended_at is None and now < grant.ends_at:
        return f"lasts {until(grant.ends_at, now)}"
    at = moment_of(grant.ended_at or grant.ends_at, now)
    if grant.ended_by == grant.person:
        return f"ended at {at} by the holder"
    if grant.ended_by == SYSTEM or grant.ended_by is None:
        early = grant.ended_at is not None and grant.ended_at < grant.ends_at
        return f"ended at {at}" + (why_early(grant) if early else "")
    why = f": “{escape(cut(grant.end_note, EXTRACT))}”" if grant.end_note else ""
    return f"ended at {at} by <@{grant.ended_by}>{why}"


def _approver(approval: Approval) -> str:
    """Who agreed, and for whom where a deputy did."""
    return f"<@{approval.by}>" + (f" for <@{approval.behalf}>" if approval.behalf else "")


def _by(request: Request) -> str:
    if request.decided_by == "policy":
        return f"at once, {at_once_words(request)},"
    return "by " + listed([_approver(one) for one in request.approvals] or [f"<@{request.decided_by}>"])


def _narrowed(request: Request, company: Company) -> str:
    """What approvers took away, and why; nothing when all was given."""
    classes, given = agreed(request.approvals, request.data_classes, request.duration)
    gone = [key for key in request.data_classes if key not in classes]
    left = agreed_accounts(request.approvals, request.accounts)
    parts = [f"without {escape(company.labels(tuple(gone)))}"] if gone else []
    if out := [one for one in request.accounts if one not in left]:
        parts.append(f"not {codes(out)}")
    if given < request.duration:
        parts.append(f"{length(given)} instead of {length(request.duration)}")
    said = request.decision_note or "\n".join(one.note for one in request.approvals if one.note)
    note = f": “{escape(cut(said, EXTRACT))}”" if said else ""
    return f" · less than asked: {listed(parts)}{note}" if parts else ""


def to_requester(request: Request, company: Company, now: datetime) -> Block:
    """The direct message about how it was decided, and what to do next."""
    grant = request.grant
    if _extends(request):
        return _about_extension(request, company, now)
    what = what_of(grant or request, company)
    if request.status is Status.GRANTED and grant is not None:
        if not is_ahead(grant, now) and not grant.is_live(now):
            return message(
                f"{request.name} ended", [section(f"{request.name} · {what}\n{outcome(request, company, now)}")]
            )
        by = at_once_words(request) if request.decided_by == "policy" else _by(request)
        less = _narrowed(request, company)
        text = f":white_check_mark: *Granted {from_until(grant, now)}* · {what} · {by} · {request.name}{less}"
        buttons = actions(end_button(grant.number, grant.name)) if is_ahead(grant, now) else open_or_end(request)
        return message(f"Granted: {request.name}", [section(text), buttons, *asked_for_you(request)])
    if request.status is Status.DENIED:
        again = "Ask again with more detail, or talk to whoever decided."
        blocks = [section(f"{request.name} · {what}\n{outcome(request, company, now)}"), context(again)]
        return message(f"Denied: {request.name}", blocks)
    small = f"{ask_again(request.accounts)} asks again." if request.status is Status.EXPIRED else ""
    blocks = [section(f"{request.name} · {what}\n{outcome(request, company, now)}")]
    return message(f"{request.name}: {request.status.value}", [*blocks, *([context(small)] if small else [])])


def _about_extension(request: Request, company: Company, now: datetime) -> Block:
    """What came of asking for more time, and until when the grant lasts now."""
    what, grant = what_of(request, company), request.grant
    line = f"{outcome(request, company, now)}\n{request.grant_name} {_lasts(grant, now)}." if grant else ""
    if request.status is Status.GRANTED and grant is not None and grant.is_live(now):
        by = at_once_words(request) if request.decided_by == "policy" else _by(request)
        less = _narrowed(request, company)
        text = f":white_check_mark: *{request.grant_name} extended {until(grant.ends_at, now)}* · {what} · {by}{less}"
        ends = end_button(grant.number, request.grant_name)
        return message(f"Extended: {request.grant_name}", [section(text), actions(ends)])
    if request.status is Status.GRANTED:
        line = outcome(request, company, now)
    return message(f"{request.grant_name}: {request.status.value}", [section(f"{request.name} · {what}\n{line}")])


def open_or_end(request: Request, *, extend: bool = False) -> Block:
    """**Open the account**, **Extend** where it is near its end, **End now**."""
    opens = open_buttons(request.concerns, request.purpose)
    more = [extend_button(request.number)] if extend else []
    return actions(*opens, *more, end_button(request.number, request.name))


def extend_button(number: int) -> Element:
    """**Extend**, which asks for how long and why."""
    return button("Extend", EXTEND, value_of(request=number))


def ending_soon(request: Request, company: Company, now: datetime) -> Block:
    """Ten minutes before the end; afterwards the same message says that it is over."""
    grant = request.grant
    if grant is None or not grant.is_live(now):
        return message(f"{request.name} ended", [section(f"{request.name} is over.")])
    text = f"{request.name} ends at {clock_time(grant.ends_at)}: {what_of(grant, company)}."
    return message(f"{request.name} ends soon", [section(text), open_or_end(request, extend=True)])


def over(request: Request, company: Company, looked: int, now: datetime) -> Block:
    """After the end: how often it was used."""
    used = {0: "You never used it.", 1: "You looked at it once.", 2: "You looked at it twice."}
    text = f"{_over_line(request, company, now)} {used.get(looked, f'You looked at it {looked} times.')}"
    return message(f"{request.name} ended", [section(text)])


def _over_line(request: Request, company: Company, now: datetime) -> str:
    grant = request.grant
    lasts = _lasts(grant, now) if grant else f"ended at {moment_of(now, now)}"
    return f"{request.name} {lasts} · {what_of(grant or request, company)}."


def asked(request: Request, company: Company, now: datetime) -> Block:
    """What the requester sees at once after sending the form."""
    what = what_of(request, company, named=True)
    if request.status is Status.GRANTED and request.grant is not None:
        text = f":white_check_mark: *Granted {from_until(request.grant, now)}* · {what} · {request.name}"
        why = f"{at_once_words(request).capitalize()}. It is recorded."
        return message(f"Granted: {request.name}", [section(text), context(why)])
    group, whom = escape(_approvers(request, company)), f" for <@{request.person}>" if request.asked_by else ""
    told = f"You and <@{request.person}> get a message." if request.asked_by else "You get a message."
    waiting = f"It waits for {group} until {moment_of(request.expires_at, now)}. {told}"
    text = f":hourglass: *{request.name} sent* · {what}{whom}\n{waiting}"
    return message(f"{request.name} is waiting", [section(text)])


def _approvers(request: Request, company: Company) -> str:
    """The groups whose yes is still missing, or that had to agree: "@access-approvers and @privacy-office"."""
    roles = list(dict.fromkeys(still_missing(request, company.rules))) or list(request.needs)
    return " and ".join(map(company.handle, roles)) or "the approvers"


SAID_OF_REQUESTS = frozenset(
    {
        Reason.NO_SUCH_REQUEST,
        Reason.NOT_YOURS,
        Reason.NOT_LIVE,
        Reason.CAP_REACHED,
        Reason.BEYOND_CAP,
        Reason.ALREADY_ASKED,
        Reason.NO_APPROVER,
        Reason.UNKNOWN_PURPOSE,
    }
)
"""Reasons that `not_decided` has words for when more time is asked for; the others are refusals of the purpose."""

NOT_DECIDED = {
    Reason.OWN_REQUEST: "You can't decide your own request. {name} is waiting for {group}.",
    Reason.APPROVED_ALREADY: "You agreed to {name} already. {state}",
    Reason.PLACE_FILLED: "Enough of your group agreed to {name}. {state}",
    Reason.NOTHING_LEFT: "What you would give and what others agreed to have nothing in common. {state}",
    Reason.NOT_LESS: "That is not less than {name} asks for. Approve it as it is, or take something away.",
    Reason.NOT_AN_APPROVER: "Only {group} can decide {name}. That you pressed is recorded.",
    Reason.NOT_YOUR_PURPOSE: "<@{person}> is in no group with this purpose any more, so {name} can't be granted.",
    Reason.SOURCE_DOWN: "{name} can't be decided now: the accounts' system does not answer. Try again soon.",
    Reason.CLAUSE_GONE: "{name} can't be granted: the clause it rests on is not in the policy in force.",
    Reason.NOT_YOURS: "{name} is <@{person}>'s, so only they can do that.",
    Reason.NOT_LIVE: "{name} is over already. {state}",
    Reason.CAP_REACHED: "{name} lasts as long as its purpose allows already. `/access` asks anew.",
    Reason.BEYOND_CAP: "{name} can't last as long as that for its purpose.",
    Reason.ALREADY_ASKED: "You asked for more time of {name} already; that waits for a decision.",
    Reason.NO_APPROVER: "Nobody but you could approve more time of {name}.",
    Reason.UNKNOWN_PURPOSE: "The purpose of {name} is not configured any more.",
}
"""Why a press changed nothing, where no account of another and no time says it otherwise."""

OTHER_ACCOUNTS = {
    Reason.OWN_REQUEST: "You asked for {name} with another account of yours. It is waiting for {group}.",
    Reason.APPROVED_ALREADY: "You agreed to {name} already, with another account of yours.",
}
"""What is said to who has two accounts, and acted with the other one."""


def _pressed(request: Request) -> set[str | None]:
    """The accounts that asked for it, agreed, or for which somebody agreed."""
    agreed = (one for approval in request.approvals for one in (approval.by, approval.behalf))
    return {request.person, request.asked_by, *agreed}


def not_decided(reason: Reason, request: Request | None, company: Company, now: datetime, presser: str) -> str:
    """Why a press changed nothing, and what the state is."""
    if request is None or reason is Reason.NO_SUCH_REQUEST:
        return "That request is not there. `/access mine` shows yours."
    if reason in (Reason.NOT_PENDING, Reason.TIMED_OUT):
        return _too_late(request, company, now, presser)
    if reason is Reason.NOT_LIVE and _may_come(request, now):
        return f"{request.name} is not granted yet. {outcome(request, company, now)}. `/access mine` withdraws it."
    if reason in OTHER_ACCOUNTS and presser not in _pressed(request):
        what = OTHER_ACCOUNTS[reason].format(name=request.name, group=escape(_approvers(request, company)))
        return f"{what} Two accounts of one person count once."
    words = NOT_DECIDED.get(reason, "{name} can't be decided. {state}")
    return words.format(
        name=request.name,
        person=request.person,
        group=escape(_approvers(request, company)),
        state=outcome(request, company, now),
    )


def _may_come(request: Request, now: datetime) -> bool:
    """Whether it waits, and can still be granted: more time only of what has not ended."""
    possible = not _extends(request) or (request.grant is not None and request.grant.is_live(now))
    return request.is_open(now) and possible


def _too_late(request: Request, company: Company, now: datetime, presser: str) -> str:
    line = outcome(request, company, now)
    if request.decided_by == presser:
        return f"You decided {request.name} already. {line}"
    if request.decided_at and request.status in (Status.GRANTED, Status.DENIED):
        verb = "approved" if request.status is Status.GRANTED else "denied"
        ago = ago_of((now - request.decided_at).total_seconds())
        return f"<@{request.decided_by}> {verb} {request.name} {ago} before you. Nothing else to do."
    return f"{request.name} can't be decided any more. {line}"


def ended(request: Request, company: Company) -> str:
    """After **End now**."""
    return f"{request.name} is over. You no longer have {what_of(request.grant or request, company)}."


def withdrawn(request: Request, _: Company) -> str:
    """After **Cancel request**."""
    return f"{request.name} is withdrawn. Nobody is asked any more."
