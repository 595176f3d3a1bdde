"""The form that asks for access, its errors, and the form that asks why a request is denied."""

from dataclasses import dataclass
from datetime import timedelta

from bot.access.ask import Incomplete
from bot.access.drafts import LONGEST_TICKET, LONGEST_WHY, SHORTEST_WHY, Fault, Part, durations_up_to
from bot.access.grants import Request
from bot.access.purposes import Purpose, Shown
from bot.company import Company, listed
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
from handlers.views.times import length
from handlers.views.words import fields_of, value_of

FORM = "access.request"
PURPOSE_CHOSEN = "access.purpose"
DENY_FORM = "access.deny_reason"

BLOCK_OF = {
    Part.ACCOUNT: "account",
    Part.PURPOSE: "purpose",
    Part.DATA_CLASSES: "data_classes",
    Part.WHY: "why",
    Part.DURATION: "duration",
    Part.TICKET: "ticket",
}


@dataclass(frozen=True, slots=True)
class Prefill:
    """What the form shows when it opens."""

    account: str = ""
    purpose: Purpose | None = None
    duration: timedelta | None = None
    why: str = ""
    ticket: str = ""


def form(purposes: tuple[Purpose, ...], prefill: Prefill, company: Company, memo: str = "") -> Block:
    """The request; classes and durations are those of the purpose chosen."""
    purpose = prefill.purpose or purposes[0]
    chooser = select(PURPOSE_CHOSEN, [option(one.label, one.key) for one in purposes], purpose.key)
    purpose_block = field("Purpose", BLOCK_OF[Part.PURPOSE], chooser)
    purpose_block["dispatch_action"] = True
    example = "id, e-mail, domain or name"
    blocks = [
        field(
            "Account", BLOCK_OF[Part.ACCOUNT], text_input("account", initial=prefill.account, most=200, example=example)
        ),
        purpose_block,
        _classes(purpose, company),
        _why(prefill.why),
        _durations(purpose, prefill.duration),
        field(
            "Ticket",
            BLOCK_OF[Part.TICKET],
            text_input("ticket", initial=prefill.ticket, most=LONGEST_TICKET, example="HD-2211"),
            optional=True,
        ),
        context(_what_happens(purpose, company)),
    ]
    return modal("Request access", blocks, callback=FORM, submit="Send request", close="Cancel", memo=memo)


def _classes(purpose: Purpose, company: Company) -> Block:
    """The block's id carries the purpose, so that Slack forgets ticks when the choices change."""
    classes = [company.rules.data_classes[key] for key in purpose.data_classes]
    asked = [one for one in classes if one.shown is not Shown.OPEN] or classes
    options = []
    for one in asked:
        choice = option(one.label, one.key)
        choice["description"] = {"type": "plain_text", "text": cut(fields_of(one), 75), "emoji": False}
        options.append(choice)
    ticked = [asked[0].key] if len(asked) == 1 else []
    return field("What do you need to see?", f"data_classes:{purpose.key}", checkboxes("data_classes", options, ticked))


def _why(initial: str) -> Block:
    example = "Newsletters bounce since Monday; I need the sender's address to trace them"
    hint = f"At least {SHORTEST_WHY} characters. The approvers read it, and it stays in the audit table."
    return field(
        "Why?", "why", text_input("why", initial=initial, multiline=True, most=LONGEST_WHY, example=example), hint=hint
    )


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
    group = escape(company.groups.get(purpose.approvers, purpose.approvers))
    who = "Someone" if purpose.approvals == 1 else f"{purpose.approvals} people"
    decide = "decides" if purpose.approvals == 1 else "decide"
    return f"{clause}\n{who} of @{group} {decide}. You get a message."


def errors(found: Incomplete, company: Company, purpose: Purpose | None) -> dict[str, str]:
    """Words under the fields, by block id: all at once."""
    return {
        block_of(part, purpose): _words(fault, part, found, company, purpose) for part, fault in found.faults.items()
    }


def block_of(part: Part, purpose: Purpose | None) -> str:
    """The block's id; those whose choices depend on the purpose carry its key."""
    depends = part in (Part.DATA_CLASSES, Part.DURATION) and purpose is not None
    return f"{BLOCK_OF[part]}:{purpose.key}" if depends and purpose else BLOCK_OF[part]


def _words(fault: Fault, part: Part, found: Incomplete, company: Company, purpose: Purpose | None) -> str:
    if fault is Fault.SEVERAL_MATCHES:
        named = [f"{ref.id} ({next(iter(ref.title.values()), '')})" for ref in found.candidates[:5]]
        return cut(f"Which one? {listed(named, 'or')}. Type the id.", 500)
    if fault is Fault.TOO_LONG and part is Part.DURATION and purpose:
        return f"At most {length(purpose.max_duration)} for {purpose.label}."
    if fault is Fault.ALREADY_ASKED:
        return f"You asked for this already: {found.same_as} is waiting for a decision."
    if fault is Fault.NO_APPROVER and purpose:
        return f"Nobody but you could approve this. Ask {company.contact} for a second person in the approvers' group."
    return _WORDS.get((part, fault)) or _ANY_PART[fault]


_WORDS = {
    (Part.ACCOUNT, Fault.MISSING): "Which account? Type its id, e-mail, domain or name.",
    (Part.DATA_CLASSES, Fault.MISSING): "Tick at least one.",
    (Part.WHY, Fault.MISSING): "Say why. The approvers decide on it.",
    (Part.WHY, Fault.TOO_SHORT): f"Say a little more: at least {SHORTEST_WHY} characters.",
    (Part.WHY, Fault.ALL_THE_SAME): "That is one character again and again. Say why you need it.",
    (Part.WHY, Fault.TOO_LONG): f"At most {LONGEST_WHY:,} characters.",
    (Part.DURATION, Fault.MISSING): "Choose how long you need it.",
    (Part.TICKET, Fault.TOO_LONG): f"At most {LONGEST_TICKET} characters.",
}
_ANY_PART = {
    Fault.MISSING: "This is needed.",
    Fault.NO_MATCH: "No account matches. Try the id, the whole e-mail address or the domain.",
    Fault.TOO_SHORT: "Type at least three letters, or the whole id.",
    Fault.NOT_YOURS: "That purpose is not one of your group's.",
    Fault.CLAUSE_GONE: "The policy in force does not permit this purpose any more.",
    Fault.NOT_IN_PURPOSE: "This purpose does not reach that kind of data.",
    Fault.TOO_LONG: "That is too long.",
}


def deny_form(request: Request, company: Company) -> Block:
    """Asks for the reason that the requester will read."""
    classes = f"{escape(company.labels(request.data_classes))} of {code(request.account)}"
    what = f"{request.name}: {classes} for {escape(company.purpose(request.purpose))}"
    reason = text_input("why", multiline=True, most=1000, example="Please ask the customer for the address first")
    return modal(
        f"Deny {request.name}",
        [section(what), field("Why?", "why", reason, hint="The person who asked reads this.")],
        callback=DENY_FORM,
        submit="Deny",
        close="Cancel",
        memo=value_of(request=request.number),
    )
