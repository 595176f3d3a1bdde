"""The form for a disclosure to outsiders, what is wrong in it, and what comes of it."""

from bot.access.reasons import Reason
from bot.accounts.disclosures.ask import Incomplete, NotAllowed
from bot.accounts.disclosures.draft import LONGEST_TEXT, LONGEST_WHY, SHORTEST_WHY, Basis, Fault, Part, disclosable
from bot.accounts.disclosures.records import Disclosure
from bot.company import Company, field_label
from handlers.views.blocks import (
    Block,
    actions,
    checkboxes,
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
from handlers.views.disclosures.disclosure import TITLE, cancel_button, needed, why_not
from handlers.views.words import TOO_MANY_LOOK_UPS, value_of

FORM = "disclosure.form"
TICKS = 10  # checkboxes in one block

BASES = {
    Basis.CONSENT: "The account holder's written consent",
    Basis.COURT_ORDER: "A court's order",
    Basis.PAYMENT: "They pay for it: it is sold or rented",
    Basis.NONE: "None of these",
}


def form(account: str, company: Company, channel: str | None) -> Block:
    """`/access disclose`: what, to whom, on what basis."""
    blocks = [
        section("*Giving data to somebody outside* needs a written consent or a court's order, and two people's yes."),
        _line("Account", "account", initial=account, example=f"its id, such as {company.example}"),
        section("*What is to be given?* Tick exactly that, and nothing more."),
        *_fields(company),
        _line("Who gets it?", "recipient", example="A person's name"),
        _line("Of which organisation?", "organisation", example="A court, an authority, a company"),
        field("On what basis?", "basis", select("basis", [option(words, key.value) for key, words in BASES.items()])),
        _line(
            "Reference",
            "reference",
            example="C-77/2026, or the consent's file",
            hint="The consent's document, or the order's number.",
        ),
        field("Of which day?", "dated", {"type": "datepicker", "action_id": "dated"}),
        _line(
            "Given by", "given_by", example="The court, or who signed", hint="Who signed the consent, or which court."
        ),
        field(
            "What for?",
            "why",
            text_input("why", multiline=True, most=LONGEST_WHY),
            hint="Whoever decides reads it, and it stays in the disclosure register.",
        ),
    ]
    memo = value_of(channel=channel)
    return modal(TITLE, blocks, callback=FORM, submit="Send", close="Cancel", memo=memo)


def _line(label: str, block: str, *, initial: str = "", example: str = "", hint: str = "") -> Block:
    return field(label, block, text_input(block, initial=initial, most=LONGEST_TEXT, example=example), hint=hint)


def _fields(company: Company) -> list[Block]:
    """Every field by its class; the blocks' ids share their beginning."""
    allowed, blocks = set(disclosable(company.rules)), []
    for one in company.rules.data_classes.values():
        names = [name for name in one.fields if name in allowed]
        for start in range(0, len(names), TICKS):
            options = [option(field_label(name), name) for name in names[start : start + TICKS]]
            ticks = checkboxes("fields", options)
            blocks.append(field(one.label, f"fields_{one.key}_{start}", ticks, optional=True))
    return blocks


def errors(found: Incomplete, company: Company) -> dict[str, str]:
    """Words under the fields, by block id: all at once."""
    first = next(iter(_fields(company)), {"block_id": "account"})["block_id"]
    words = {part: cut(_words(part, fault, company), 500) for part, fault in found.faults.items()}
    return {first if part is Part.FIELDS else part.value: said for part, said in words.items()}


def _words(part: Part, fault: Fault, company: Company) -> str:
    if fault is Fault.NO_APPROVER:
        return f"Nobody but you could agree to this. Ask {company.contact} for more people in {needed(company)}."
    if (part, fault) == (Part.ACCOUNT, Fault.NO_MATCH):
        return f"No account has this id. Type the exact id, such as {company.example}."
    return _PARTS.get((part, fault)) or _FAULTS[fault]


_PARTS = {
    (Part.ACCOUNT, Fault.MISSING): "Which account? Type its id.",
    (Part.FIELDS, Fault.MISSING): "Tick what is to be given, here or below.",
    (Part.BASIS, Fault.MISSING): "Choose one.",
    (Part.WHY, Fault.TOO_SHORT): f"Say a little more: at least {SHORTEST_WHY} characters.",
    (Part.WHY, Fault.TOO_LONG): f"At most {LONGEST_WHY:,} characters.",
}
_FAULTS = {
    Fault.MISSING: "This is needed.",
    Fault.TOO_LONG: f"At most {LONGEST_TEXT} characters.",
    Fault.NO_MATCH: "This is not there.",
    Fault.TOO_MANY_LOOK_UPS: TOO_MANY_LOOK_UPS,
    Fault.NO_DAY: "Choose a day.",
    Fault.IN_THE_FUTURE: "That day has not come yet.",
    Fault.NOT_OURS: "That is the customer's own data, which is not given to outsiders.",
}


def sent(found: Disclosure, company: Company) -> Block:
    """What the asker reads in place of the form."""
    said = (
        f"*{found.name} waits for two people*: {needed(company)}. You get a message when it is decided; "
        "the data is shown to you then, once."
    )
    where = context("It stands in App Home and in `/access mine`, where you can cancel it too.")
    return modal(TITLE, [section(said), where, actions(cancel_button(found))], callback="disclosure.sent")


def not_allowed(result: NotAllowed, company: Company) -> str:
    """Why there is none, with the policy's words where it is the policy that says no."""
    said = f"\n“{escape(cut(result.clause, 600))}”" if result.clause else ""
    match result.reason:
        case Reason.SOLD_OR_RENTED:
            return f"*Refused: personal data is not sold or rented.* The privacy office is told.{said}"
        case Reason.NO_BASIS:
            return (
                "*Refused: it needs a written consent or a court's order.* The privacy office is told; "
                f"ask them how to get one.{said}"
            )
    return why_not(result.reason, company)
