"""Erasures as messages to the privacy officers: ids and counts, never whose words or which."""

from collections.abc import Sequence
from datetime import datetime

from bot.access.reasons import Reason
from bot.access.roles import PRIVACY
from bot.audit.erasures.records import NEEDED, Erasure, Status
from bot.audit.erasures.scope import Kind
from bot.audit.erasures.steps import Counted, NotCounted
from bot.audit.read import short_id
from bot.company import Company, listed
from handlers.views.audit.search import actor
from handlers.views.blocks import Block, actions, button, code, confirmation, context, escape, message, section
from handlers.views.times import moment_of
from handlers.views.words import counted, value_of

CONFIRM = "audit.erase.confirm"
REFUSE = "audit.erase.refuse"
AT_ONCE = 3  # on one screen

_FIELDS = {
    "actor_email": ("e-mail address", "e-mail addresses"),
    "query": ("query", "queries"),
    "given_by": ("signer", "signers"),
    "why": ("purpose of a disclosure", "purposes of disclosures"),
}


def asked(erasure: Erasure, now: datetime) -> Block:
    """The message in the privacy officers' channel, as the erasure stands now."""
    head = _head(erasure)
    if not erasure.is_open(now):
        return message(f"{erasure.name}: {_title(erasure)}", [section(head), section(_outcome(erasure, now))])
    rest = "The entries stay, and the ledger verifies as before. What is erased can't be brought back."
    blocks = [section(f"{head}\n{rest}"), section(_waiting(erasure)), _decide(erasure)]
    expires = f"expires unanswered at {moment_of(erasure.expires_at, now)}"
    waits = f"{NEEDED} of you" if not erasure.confirmed_by else "one more of you"
    return message(
        f"{erasure.name}: an erasure waits for {waits}", [*blocks, context(f"{_recorded(erasure)} · {expires}")]
    )


def to_decide(waiting: Sequence[Erasure], now: datetime) -> list[Block]:
    """In App Home: what waits for this officer, with the buttons that decide it; what is not shown is counted."""
    blocks: list[Block] = []
    for one in waiting[:AT_ONCE]:
        state = f"{_waiting(one)} · expires unanswered at {moment_of(one.expires_at, now)}"
        blocks += [section(f"{_head(one)}\n{state}"), _decide(one)]
    more = len(waiting) - AT_ONCE
    return [*blocks, context(f"And {counted(more, 'more erasure')} after these.")] if more > 0 else blocks


def _recorded(erasure: Erasure) -> str:
    return f"asked by {_asker(erasure)}, recorded as {code(short_id(erasure.asked_in))}"


def _head(erasure: Erasure) -> str:
    where = "the audit table and the disclosure register" if erasure.of_disclosures else "the audit table"
    return f"*{erasure.name}: erase {_what(erasure)} from {where}* · {_how_much(erasure)}"


def reminder(erasure: Erasure, now: datetime) -> Block:
    """The officers' second message, while there is time left; afterwards how it ended."""
    if not erasure.is_open(now):
        return asked(erasure, now)
    still = NEEDED - len(erasure.confirmed_by)
    people = counted(still, "privacy officer has", "privacy officers have")
    text = f"{erasure.name} still waits: {people} to confirm before {moment_of(erasure.expires_at, now)}"
    confirmed = [section(_waiting(erasure))] if erasure.confirmed_by else []
    head = section(f":hourglass: *{text}*\n{_head(erasure)}")
    return message(text, [head, *confirmed, _decide(erasure), context(_recorded(erasure))])


def _decide(erasure: Erasure) -> Block:
    value = value_of(erasure=erasure.number)
    sure = confirmation(
        f"Erase for {erasure.name}?",
        f"{_how_much(erasure)} are erased for good once {NEEDED} privacy officers have confirmed.",
        "Confirm",
        "Not now",
    )
    return actions(
        button("Confirm erasure", CONFIRM, value, style="primary", sure=sure),
        button("Refuse", REFUSE, value, style="danger"),
    )


def _what(erasure: Erasure) -> str:
    match erasure.kind:
        case Kind.PERSON:
            return f"what {actor(erasure.subject)} ({code(erasure.subject)}) typed, and their address,"
        case Kind.ACCOUNT:
            return f"what was typed about {code(erasure.subject)}"
        case Kind.ADDRESS:
            return "a name or an e-mail address and what was typed with it"


def _how_much(erasure: Erasure) -> str:
    words = [counted(number, *_FIELDS.get(name, (name, None))) for name, number in erasure.found.items()]
    places = ("entry or disclosure", "entries and disclosures") if erasure.of_disclosures else ("entry", "entries")
    return f"{listed(words)} in {counted(erasure.entries, *places)}"


def _asker(erasure: Erasure) -> str:
    return actor(erasure.asked_by)


def _waiting(erasure: Erasure) -> str:
    if not erasure.confirmed_by:
        return f":hourglass: *Waiting* for {NEEDED} privacy officers to confirm"
    return f":hourglass: *Confirmed by {_people(erasure)}* · one more is needed"


def _people(erasure: Erasure) -> str:
    return listed(f"<@{person}>" for person in erasure.confirmed_by)


def _title(erasure: Erasure) -> str:
    if erasure.withdrawn:
        return "withdrawn, nothing was erased"
    return {Status.DONE: "erased", Status.REFUSED: "refused"}.get(erasure.status, "expired, nothing was erased")


def _outcome(erasure: Erasure, now: datetime) -> str:
    """One line that says where it stands: who, when, what."""
    settled = moment_of(erasure.settled_at or erasure.expires_at, now)
    match erasure.status:
        case Status.DONE:
            return f":white_check_mark: *Erased* at {settled} · confirmed by {_people(erasure)}"
        case Status.REFUSED if erasure.withdrawn:
            return f":no_entry_sign: *Withdrawn* by {_asker(erasure)} at {settled} · nothing was erased"
        case Status.REFUSED:
            return f":no_entry_sign: *Refused* by <@{erasure.settled_by}> at {settled} · nothing was erased"
        case Status.PENDING | Status.EXPIRED:
            by = f" · {_people(erasure)} alone had confirmed" if erasure.confirmed_by else ""
            return f":hourglass: *Expired* at {moment_of(erasure.expires_at, now)} · nothing was erased{by}"


def counted_press(result: Counted, now: datetime) -> str:
    """What the officer who pressed is told."""
    erasure = result.erasure
    if erasure.status is Status.PENDING:
        return f"You confirmed {erasure.name}. One more privacy officer is needed; nothing is erased yet."
    return f"{erasure.name}: {_outcome(erasure, now)}"


def not_counted(result: NotCounted, company: Company, now: datetime, presser: str) -> str:
    """Why a press changed nothing, and what the state is."""
    erasure = result.erasure
    if erasure is None or result.reason is Reason.NO_SUCH_ERASURE:
        return "That erasure is not there."
    match result.reason:
        case Reason.NOT_A_PRIVACY_OFFICER:
            return f"Only {escape(company.handle(PRIVACY))} can decide {erasure.name}. That you pressed is recorded."
        case Reason.CONCERNS_YOU:
            return f"{erasure.name} would erase what you typed yourself, so others have to decide it."
        case Reason.OWN_REQUEST:
            return f"You asked for {erasure.name} yourself, so two others have to decide it."
        case Reason.ALREADY_CONFIRMED:
            return f"You confirmed {erasure.name} already. It waits for another privacy officer."
        case Reason.NOT_AS_ASKED:
            what = f"The list of what {erasure.name} takes out is not the one that was asked for: it was changed since."
            return f"{what} Nothing is erased. Tell whoever runs Steward, and refuse it here."
    if presser in (*erasure.confirmed_by, erasure.settled_by):
        return f"You decided {erasure.name} already. {_outcome(erasure, now)}"
    return f"{erasure.name} can't be decided any more. {_outcome(erasure, now)}"
