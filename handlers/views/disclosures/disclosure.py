"""Disclosures to outsiders: the message to those who decide, what came of it, and the values."""

from datetime import datetime

from bot.access.reasons import Reason
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.judge import NotDecided
from bot.accounts.disclosures.records import NEEDS, Approval, Disclosure, Entered, Status
from bot.accounts.disclosures.show import NotShown, Shown
from bot.company import Company, field_label, field_name, listed
from bot.written import written_day
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    code,
    confirmation,
    context,
    cut,
    divider,
    escape,
    message,
    modal,
    section,
    strong,
    verbatim,
)
from handlers.views.times import moment_of, until
from handlers.views.words import SHARED_ID, SOURCE_BROKEN, SOURCE_DOWN, recorded, refusal, value_of

APPROVE = "disclosure.approve"
DENY = "disclosure.deny"
SHOW = "disclosure.show"
CANCEL = "disclosure.cancel"
TITLE = "Disclose to outsiders"

NAME, IN_LISTS = 200, 80  # characters of a name or a reference; five disclosures fit a message, escaped too


def cancel_button(found: Disclosure) -> Element:
    """**Cancel request**, which asks once more."""
    sure = confirmation(
        f"Cancel {found.name}?", "Nothing is given to anybody. You can ask again.", "Cancel it", "Keep it"
    )
    return button("Cancel request", CANCEL, value_of(disclosure=found.number), sure=sure)


def why_not(reason: Reason, company: Company) -> str:
    """Why nothing is done."""
    words = {
        Reason.SOURCE_DOWN: SOURCE_DOWN,
        Reason.SOURCE_SLOW: SOURCE_DOWN,
        Reason.SOURCE_BROKEN: SOURCE_BROKEN,
        Reason.SHARED_ID: SHARED_ID,
        Reason.NO_DISCLOSURES: "Nothing is given to outsiders here: steward.toml has no [disclosure] with a clause.",
        Reason.NOT_AN_EMPLOYEE: f"Only employees of {escape(company.name)} may ask for that.",
        Reason.CLAUSE_GONE: (
            "The clause that disclosures rest on is not in the privacy policy in force, so there are none. "
            f"Ask {escape(company.contact)} what applies now."
        ),
        Reason.NOT_FOR_YOU: "Only privacy officers and auditors may read the disclosure register. This is recorded.",
    }
    return words.get(reason) or refusal(reason, company)


def asked(found: Disclosure, company: Company, quote: str | None, now: datetime) -> Block:
    """The message to those who decide, as it stands now."""
    head = f"*<@{found.asked_by}> wants to give data of {code(found.account or '')} to an outsider* · {found.name}"
    text = f"{found.name}: giving data of {escape(found.account or '')} to an outsider waits for two of you"
    blocks = [section(f"{head}\n{to_whom(found)}\n{basis_of(found)}"), verbatim(cut(found.why, 1500))]
    if quote:
        blocks.append(context(f"Policy: “{escape(cut(quote, 400))}”"))
    if not found.is_open(now):
        return message(f"{found.name}: {_title(found)}", [*blocks, section(_outcome(found, now))])
    blocks += [section(waiting(found, company)), decision(found)]
    return message(text, [*blocks, context(f"Expires unanswered at {moment_of(found.expires_at, now)}")])


def decision(found: Disclosure) -> Block:
    """**Approve** and **Deny**, which asks once more."""
    value = value_of(disclosure=found.number)
    sure = confirmation(f"Deny {found.name}?", "Nothing is given to anybody. They can ask again.", "Deny", "Not now")
    return actions(
        button("Approve", APPROVE, value, style="primary"), button("Deny", DENY, value, style="danger", sure=sure)
    )


def to_whom(found: Disclosure | Entered, most: int = NAME) -> str:
    """Who gets which fields."""
    fields = escape(listed(map(field_name, found.fields)))
    return f"To {strong(cut(found.recipient, most))} of {strong(cut(found.organisation, most))}: {fields}"


def basis_of(found: Disclosure | Entered, most: int = NAME) -> str:
    """What permits it: the document or the order, of which day, by whom."""
    what = "Written consent" if found.basis is Basis.CONSENT else "Court order"
    by = "signed by" if found.basis is Basis.CONSENT else "of"
    day = f" of {found.dated:%-d %b %Y}" if found.dated else ""
    return f"{what} {code(cut(found.reference, most))}{day}, {by} {escape(cut(found.given_by, most))}"


def needed(company: Company) -> str:
    """Whose yes it takes."""
    return _of(list(NEEDS), company)


def _of(roles: list[str], company: Company) -> str:
    return listed(f"someone of {escape(company.handle(role))}" for role in roles)


def waiting(found: Disclosure, company: Company) -> str:
    """Who agreed, and who is still needed."""
    agreed = listed(_who(one) for one in found.approvals)
    if not agreed:
        return f":hourglass: *Waiting* for {needed(company)}"
    return f":hourglass: *Approved by {agreed}* · waiting for {_of(list(found.missing), company)}"


def _who(approval: Approval) -> str:
    """Who agreed, and for whom where a deputy did."""
    return f"<@{approval.by}>" + (f" for <@{approval.behalf}>" if approval.behalf else "")


def cancelled(found: Disclosure, company: Company, now: datetime) -> Block:
    """In place of the window in which it was cancelled."""
    return modal(TITLE, [section(came_to(found, company, now))], callback="disclosure.sent")


def came_to(found: Disclosure, company: Company, now: datetime) -> str:
    """To whoever pressed in a list: where it stands after the press."""
    stands = waiting(found, company) if found.is_open(now) else _outcome(found, now)
    return f"{found.name}: {stands}"


def _title(found: Disclosure) -> str:
    if found.withdrawn:
        return "taken back, nothing was given"
    return {Status.APPROVED: "approved", Status.DENIED: "denied"}.get(found.status, "expired, nothing was given")


def _outcome(found: Disclosure, now: datetime) -> str:
    """One line that says where it stands: who, when, what."""
    settled = moment_of(found.decided_at or found.expires_at, now)
    match found.status:
        case Status.APPROVED:
            who = listed(_who(one) for one in found.approvals)
            seen = f" · shown at {moment_of(found.shown_at, now)}" if found.shown_at else " · not shown yet"
            return f":white_check_mark: *Approved* by {who} at {settled}, in the register as {found.name}{seen}"
        case Status.DENIED if found.withdrawn:
            return f":leftwards_arrow_with_hook: *Taken back* by <@{found.decided_by}> at {settled} · nothing was given"
        case Status.DENIED:
            return f":no_entry_sign: *Denied* by <@{found.decided_by}> at {settled}"
        case Status.REFUSED:
            return f":no_entry_sign: *Refused* at {settled}"
        case Status.PENDING | Status.EXPIRED:
            return f":hourglass: *Expired* at {moment_of(found.expires_at, now)} · nothing was given"


def refused(found: Disclosure, quote: str | None) -> Block:
    """To the privacy office: somebody wanted to sell, rent, or give data without a basis."""
    money = found.basis is Basis.PAYMENT
    about = f" of {code(found.account)}" if found.account else ""
    wanted = f"sell or rent data{about}" if money else f"give data{about} away without a consent or an order"
    head = f"*<@{found.asked_by}> wanted to {wanted}: refused* · {found.name}"
    to = to_whom(found) if found.recipient and found.organisation and found.fields else ""
    blocks = [section("\n".join(part for part in (head, to) if part))]
    if found.why:
        blocks.append(verbatim(cut(found.why, 1500)))
    if quote:
        blocks.append(context(f"Policy: “{escape(cut(quote, 400))}”"))
    title = "selling or renting data was refused" if money else "giving data away without a basis was refused"
    return message(f"{found.name}: {title}", blocks)


def decided(found: Disclosure, now: datetime) -> Block:
    """To the asker, when it was decided."""
    account = code(found.account or "")
    if found.status is not Status.APPROVED:
        text = f"{found.name}: giving data of {escape(found.account or '')} to an outsider was {_title(found)}"
        return message(text, [section(f"*{found.name}* · data of {account}\n{_outcome(found, now)}")])
    open_still = found.shown_at is None and found.shown_until is not None and now < found.shown_until
    text = f"*{found.name} is approved* · data of {account} for {strong(cut(found.recipient, 200))}"
    blocks = [section(f"{text}\n{_outcome(found, now)}")]
    if open_still and found.shown_until:
        blocks.append(
            section(f"It is shown once, to you alone. Have the letter ready. Open {until(found.shown_until, now)}.")
        )
        blocks.append(actions(show_button(found)))
    return message(f"{found.name} is approved", blocks)


def show_button(found: Disclosure) -> Element:
    """**Show the data**."""
    return button("Show the data", SHOW, value_of(disclosure=found.number), style="primary")


def shown(result: Shown) -> Block:
    """The values, once, in a modal."""
    found = result.disclosure
    blocks = [
        section(f"*{found.name}* · {code(found.account or '')}\n{to_whom(found)}\n{basis_of(found)}"),
        context("These are shown this once. Give exactly this, to nobody else."),
        divider(),
    ]
    for name, value in result.values.items():
        text = written_day(value) if isinstance(value, str) else ", ".join(value)
        blocks += [context(escape(field_label(name))), verbatim(text)]
    if missing := [field_name(name) for name in found.fields if name not in result.values]:
        blocks.append(context(f"Nothing is on file of: {escape(listed(missing))}"))
    return modal(f"Disclosure {found.name}", [*blocks, context(recorded(result.entry))], callback="disclosure.shown")


def not_shown(result: NotShown, company: Company, now: datetime) -> str:
    """Why there is nothing to see."""
    found = result.disclosure
    match result.reason:
        case Reason.SHOWN_ALREADY if found and found.shown_at:
            when = moment_of(found.shown_at, now)
            return f"{found.name} was shown at {when}, and it is shown once. Ask again if needed."
        case Reason.TIMED_OUT if found:
            return f"The time to look at {found.name} is over. Ask again with `/access disclose`."
        case Reason.NOT_YOURS:
            return "Only whoever asked for it sees it. That you pressed is recorded."
        case Reason.NOT_APPROVED:
            return "Two people have not agreed to this."
        case Reason.NO_SUCH_REQUEST:
            return "That disclosure is not there."
    return why_not(result.reason, company)


def not_decided(result: NotDecided, company: Company, now: datetime, presser: str) -> str:
    """Why a press changed nothing, and what the state is."""
    found = result.disclosure
    if found is None or result.reason is Reason.NO_SUCH_REQUEST:
        return "That disclosure is not there."
    match result.reason:
        case Reason.OWN_REQUEST:
            return f"You can't decide on your own {found.name}. It waits for {_of(list(found.missing), company)}."
        case Reason.NOT_AN_APPROVER:
            groups = listed((escape(company.handle(role)) for role in NEEDS), "or")
            return f"Only {groups} can decide {found.name}. That you pressed is recorded."
        case Reason.APPROVED_ALREADY:
            return f"You approved {found.name} already. It waits for {_of(list(found.missing), company)}."
        case Reason.PLACE_FILLED:
            return f"{found.name} has a yes of your group's. It waits for {_of(list(found.missing), company)}."
        case Reason.NOT_YOURS:
            return f"Only whoever asked for {found.name} takes it back. That you pressed is recorded."
        case Reason.CLAUSE_GONE:
            return why_not(result.reason, company)
    own = "You decided it already. " if presser in {found.decided_by, *(one.by for one in found.approvals)} else ""
    return f"{found.name} can't be decided any more. {own}{_outcome(found, now)}"
