"""The form that asks for access, its errors, and the form that asks why a request is denied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.access.grants import Request
from bot.access.requests.drafts import (
    LONGEST_TICKET,
    LONGEST_WHY,
    MOST_AHEAD,
    SHORTEST_WHY,
    Fault,
    Part,
    durations_up_to,
)
from bot.access.requests.filing import Incomplete, Named, Unclear
from bot.access.rules.purposes import Purpose, Shown
from bot.company import Company, listed
from handlers.command_text import Typed
from handlers.views.blocks import (
    Block,
    checkboxes,
    code,
    context,
    cut,
    escape,
    field,
    modal,
    option,
    section,
    select,
    text_input,
)
from handlers.views.pickers import moment_picker, person_picker
from handlers.views.times import length
from handlers.views.which import codes
from handlers.views.words import SHARED_ID, SOURCE_DOWN, TOO_MANY_LOOK_UPS, counted, fields_of, value_of

FORM = "access.request"
PURPOSE_CHOSEN = "access.purpose"
REASON_CHOSEN = "access.reason"
DENY_FORM = "access.deny_reason"
LONGEST_NAMING = 2000
NAMED_UNCLEAR = 3

BLOCK_OF = {
    Part.ACCOUNT: "account",
    Part.PURPOSE: "purpose",
    Part.DATA_CLASSES: "data_classes",
    Part.WHY: "why",
    Part.DURATION: "duration",
    Part.TICKET: "ticket",
    Part.START: "start",
    Part.PERSON: "person",
}


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the form shows when it opens.

    `reason` is the number, from 1, of the usual one that `why` begins with; `person` is a user id. `note` stands above
    all, where what was typed could not be taken as it was; it is mrkdwn.
    """

    account: str = ""
    purpose: Purpose | None = None
    duration: timedelta | None = None
    why: str = ""
    ticket: str = ""
    data_classes: tuple[str, ...] = ()
    reason: int = 0
    starts_at: datetime | None = None
    person: str | None = None
    note: str = ""


def form(purposes: tuple[Purpose, ...], prefill: Prefill, company: Company, memo: str = "") -> Block:
    """The request; classes and durations are those of the purpose chosen."""
    purpose = prefill.purpose or purposes[0]
    chooser = select(PURPOSE_CHOSEN, [option(one.label, one.key) for one in purposes], purpose.key)
    purpose_block = field("Purpose", BLOCK_OF[Part.PURPOSE], chooser)
    purpose_block["dispatch_action"] = True
    start, whom = moment_picker("start", prefill.starts_at), person_picker("person", prefill.person)
    start_hint = "Empty: at once. The time that you ask for counts from then, or from approval if that is later."
    whom_hint = "Empty: yourself. Whoever it is gets a message and can cancel it; neither of you decides."
    blocks = [
        *([section(prefill.note)] if prefill.note else []),
        account_field(prefill.account),
        purpose_block,
        classes_field(purpose, company, prefill.data_classes),
        *_reasons(purpose, prefill.reason),
        _why(prefill.why, prefill.reason),
        _durations(purpose, prefill.duration),
        ticket_field(purpose, prefill.ticket),
        field("From when?", BLOCK_OF[Part.START], start, optional=True, hint=start_hint),
        field("For whom?", BLOCK_OF[Part.PERSON], whom, optional=True, hint=whom_hint),
        context(_what_happens(purpose, company)),
    ]
    return modal("Request access", blocks, callback=FORM, submit="Send request", close="Cancel", memo=memo)


def unlike(asked: Typed, wanted: Purpose | None) -> str:
    """What of the command the form does not say as it was typed, for the person to look at before they send."""
    if asked.unknown:
        words = f"{code(cut(asked.unknown, 60))} is none of our purposes."
        return f"{words} If it was meant as one, choose below, and take it out of *Account*."
    if wanted is not None and asked.meant:
        return f"Taken as *{escape(wanted.label)}*. Check that, and for how long, before you send."
    if wanted is not None and asked.duration is not None and asked.duration > wanted.max_duration:
        return f"{length(asked.duration)} is more than {escape(wanted.label)} allows. Choose how long you need it."
    return ""


def account_field(initial: str) -> Block:
    """Which account, or which of several."""
    example = "id, e-mail, domain or name; several one a line"
    typed = text_input("account", initial=initial, multiline=True, most=LONGEST_NAMING, example=example)
    return field("Account", BLOCK_OF[Part.ACCOUNT], typed)


def ticket_field(purpose: Purpose, initial: str) -> Block:
    """The ticket's number, as the purpose wants it."""
    example = purpose.ticket.example or "its number"
    typed = text_input("ticket", initial=initial, most=LONGEST_TICKET, example=example)
    return field("Ticket", BLOCK_OF[Part.TICKET], typed, optional=not purpose.ticket.required)


def _reasons(purpose: Purpose, chosen: int) -> list[Block]:
    """The purpose's usual reasons; choosing one begins the reason with it."""
    if not purpose.reasons:
        return []
    options = [option(one, str(place)) for place, one in enumerate(purpose.reasons, start=1)]
    chooser = select(REASON_CHOSEN, options, str(chosen) if chosen else None, example="Choose one to begin with")
    block = field("Usual reasons", f"reason:{purpose.key}", chooser, optional=True)
    return [{**block, "dispatch_action": True}]


def begun_with(reasons: tuple[str, ...], chosen: int, typed: str) -> str:
    """What was typed, begun with the usual reason of this number, from 1, in place of another one. Pure."""
    rest = typed.strip()
    for one in sorted(reasons, key=len, reverse=True):
        if rest == one or rest.startswith(f"{one}:"):
            rest = rest[len(one) :].removeprefix(":").strip()
            break
    return f"{reasons[chosen - 1]}: {rest}" if 0 < chosen <= len(reasons) else typed


def classes_field(purpose: Purpose, company: Company, chosen: tuple[str, ...] = ()) -> Block:
    """The purpose's classes of which more can be seen.

    The block\'s id carries the purpose, so that Slack forgets ticks when the choices change.
    """
    classes = [company.rules.data_classes[key] for key in purpose.data_classes]
    asked = [one for one in classes if one.shown is not Shown.OPEN] or classes
    options = []
    for one in asked:
        choice = option(one.label, one.key)
        choice["description"] = {"type": "plain_text", "text": cut(fields_of(one), 75), "emoji": False}
        options.append(choice)
    ticked = [asked[0].key] if len(asked) == 1 else list(chosen)
    return field("What do you need to see?", f"data_classes:{purpose.key}", checkboxes("data_classes", options, ticked))


def _why(initial: str, reason: int) -> Block:
    """The block's id carries the usual reason that was chosen, so that Slack takes the text that begins with it."""
    example = "What the customer reported, and what you have to compare it with"
    hint = f"At least {SHORTEST_WHY} characters, without names. Approvers read it, and it stays in the audit table."
    typed = text_input("why", initial=initial, multiline=True, most=LONGEST_WHY, example=example)
    return field("Why?", f"why:{reason}" if reason else "why", typed, hint=hint)


def _durations(purpose: Purpose, asked: timedelta | None) -> Block:
    choices = durations_up_to(purpose.max_duration)
    wanted = asked if asked is not None and asked <= purpose.max_duration else None
    if wanted is not None and wanted not in choices:
        choices = tuple(sorted((*choices, wanted)))
    default = wanted or min(choices, key=lambda one: abs(one - timedelta(hours=1)))
    options = [option(length(one), _seconds(one)) for one in choices]
    hint = f"At most {length(purpose.max_duration)} for {purpose.label}. The clock starts at approval."
    return field("For how long?", f"duration:{purpose.key}", select("duration", options, _seconds(default)), hint=hint)


def _seconds(span: timedelta) -> str:
    return str(int(span.total_seconds()))


def _what_happens(purpose: Purpose, company: Company) -> str:
    clause = f"Policy: “{escape(cut(purpose.clause, 300))}”"
    if purpose.approvals == 0 and not any(company.rules.data_classes[key].approvers for key in purpose.data_classes):
        return f"{clause}\nGranted at once, and recorded."
    who = "Someone" if purpose.approvals == 1 else f"{purpose.approvals} people"
    decide = "decides" if purpose.approvals == 1 else "decide"
    return f"{clause}\n{who} of {escape(company.handle(purpose.approvers))} {decide}. You get a message."


def errors(found: Incomplete, company: Company, purpose: Purpose | None) -> dict[str, str]:
    """Words under the fields, by block id: all at once."""
    return {
        block_of(part, purpose): _words(fault, part, found, company, purpose) for part, fault in found.faults.items()
    }


def errors_in(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """By the ids that the view's blocks have, which may carry more behind a colon."""
    there = {block["block_id"].partition(":")[0]: block["block_id"] for block in view["blocks"] if "block_id" in block}
    return {there.get(key.partition(":")[0], key): words for key, words in errors.items()}


def block_of(part: Part, purpose: Purpose | None) -> str:
    """The block's id; those whose choices depend on the purpose carry its key."""
    depends = part in (Part.DATA_CLASSES, Part.DURATION) and purpose is not None
    return f"{BLOCK_OF[part]}:{purpose.key}" if depends and purpose else BLOCK_OF[part]


def _words(fault: Fault, part: Part, found: Incomplete, company: Company, purpose: Purpose | None) -> str:
    if part is Part.ACCOUNT and found.unclear:
        return _unclear(found.unclear)
    if fault is Fault.SEVERAL_MATCHES:
        return cut(f"Which one? {_candidates(found.candidates[:5])}. Type the id.", 500)
    if fault is Fault.TOO_MANY:
        return f"At most {counted(found.most, 'account')} in one request. Ask again for the others."
    if fault is Fault.TOO_LONG and part is Part.DURATION and purpose:
        return f"At most {length(purpose.max_duration)} for {purpose.label}."
    if part is Part.TICKET and purpose and fault in (Fault.MISSING, Fault.WRONG_FORM):
        return _ticket_words(fault, purpose)
    if fault is Fault.OBJECTED:
        return f"{found.closed} objected to marketing: nothing of this is shown for it, with a grant or without."
    if fault is Fault.ALREADY_ASKED:
        return f"You asked for this already: {found.same_as} is waiting for a decision."
    if fault is Fault.NO_APPROVER and purpose:
        return f"Nobody but you could approve this. Ask {company.contact} for a second person in the approvers' group."
    return _WORDS.get((part, fault)) or _ANY_PART[fault]


def why_words(fault: Fault) -> str:
    """What is wrong with a reason."""
    return _WORDS[Part.WHY, fault]


def _candidates(refs: Sequence[Named]) -> str:
    return listed([f"{ref.id} ({next(iter(ref.title.values()), '')})" for ref in refs], "or")


def _unclear(unclear: Sequence[Unclear]) -> str:
    """Which of several that were typed are not clear, and what each could be."""
    said = [_one_unclear(one) for one in unclear[:NAMED_UNCLEAR]]
    if len(unclear) > NAMED_UNCLEAR:
        said.append(f"{len(unclear) - NAMED_UNCLEAR} more are not clear.")
    return cut(" ".join(said), 700)


def _one_unclear(one: Unclear) -> str:
    query = f"“{cut(one.query, 60)}”"
    if one.fault is Fault.TOO_SHORT:
        return f"{query}: type at least three letters, or the whole id."
    if one.fault in (Fault.POLICY_UNREAD, Fault.TOO_MANY_LOOK_UPS):
        return f"{query}: {_ANY_PART[one.fault]}"
    if one.fault is Fault.NO_MATCH:
        return f"{query}: no account matches."
    return f"{query}: which one? {_candidates(one.candidates[:3])}. Type the id."


def _ticket_words(fault: Fault, purpose: Purpose) -> str:
    example = purpose.ticket.example
    looks = f"like {example}" if example else f"that matches {purpose.ticket.pattern}"
    if fault is Fault.MISSING:
        return f"{purpose.label} needs a ticket's number" + (f", {looks}." if purpose.ticket.pattern else ".")
    return cut(f"That is no ticket's number for {purpose.label}. Write one {looks}.", 500)


_WORDS = {
    (Part.ACCOUNT, Fault.MISSING): "Which account? Type its id, e-mail, domain or name.",
    (Part.DATA_CLASSES, Fault.MISSING): "Tick at least one.",
    (Part.WHY, Fault.MISSING): "Say why. The approvers decide on it.",
    (Part.WHY, Fault.TOO_SHORT): f"Say a little more: at least {SHORTEST_WHY} characters.",
    (Part.WHY, Fault.ALL_THE_SAME): "That is one character again and again. Say why you need it.",
    (Part.WHY, Fault.TOO_LONG): f"At most {LONGEST_WHY:,} characters.",
    (Part.DURATION, Fault.MISSING): "Choose how long you need it.",
    (Part.TICKET, Fault.TOO_LONG): f"At most {LONGEST_TICKET} characters.",
    (Part.START, Fault.PAST): "That time is past. Choose a later one, or leave it empty for at once.",
    (Part.START, Fault.TOO_FAR): f"At most {MOST_AHEAD.days} days ahead. Ask again when it is nearer.",
}
_ANY_PART = {
    Fault.MISSING: "This is needed.",
    Fault.NO_MATCH: "No account matches. Try the id, the whole e-mail address or the domain.",
    Fault.TOO_SHORT: "Type at least three letters, or the whole id.",
    Fault.SOURCE_DOWN: SOURCE_DOWN,
    Fault.SHARED_ID: SHARED_ID,
    Fault.NOT_YOURS: "That purpose is not one of your group's.",
    Fault.CLAUSE_GONE: "The policy in force does not permit this purpose any more.",
    Fault.NOT_IN_PURPOSE: "This purpose does not reach that kind of data.",
    Fault.TOO_LONG: "That is too long.",
    Fault.POLICY_UNREAD: "No account has exactly this id, and by names nothing is searched before you have read what "
    "changed in the privacy policy. `/account` shows it.",
    Fault.TOO_MANY_LOOK_UPS: TOO_MANY_LOOK_UPS,
    Fault.NO_APPROVER: "Nobody but you could approve this.",
    Fault.WRONG_FORM: "That is no ticket's number for this purpose.",
}


def deny_form(request: Request, company: Company) -> Block:
    """Asks for the reason that the requester will read."""
    classes = f"{escape(company.labels(request.data_classes))} of {codes(request.accounts)}"
    what = f"{request.name}: {classes} for {escape(company.purpose(request.purpose))}"
    reason = text_input("why", multiline=True, most=1000, example="What is missing, or what they should do first")
    return modal(
        f"Deny {request.name}",
        [section(what), field("Why?", "why", reason, hint="The person who asked reads this.")],
        callback=DENY_FORM,
        submit="Deny",
        close="Cancel",
        memo=value_of(request=request.number),
    )
