"""Words that several screens share: why something was refused, and how fields, lists and values are named."""

import re
from collections.abc import Sequence

import orjson

from bot.access.reasons import Reason
from bot.access.rules.purposes import DataClass, Purpose
from bot.accounts.masks import mask
from bot.audit.read import short_id
from bot.company import Company, field_name, listed


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 list", "1,204 lists"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def fields_of(data_class: DataClass) -> str:
    """The fields of a class in words: "contact name, email, phone and address"."""
    return listed([field_name(name) for name in data_class.fields])


ADDRESS = re.compile(r"[^\s@<>()\[\]|,;:\"“”'‘’]+@[^\s@<>()\[\]|,;:\"“”'‘’]+\.[^\s@<>()\[\]|,;:\"“”'‘’]+")


def without_addresses(text: str) -> str:
    """What somebody typed, for a channel: e-mail addresses in it are masked, as a customer's are everywhere."""
    return ADDRESS.sub(lambda found: mask("email", found[0]), text)


def value_of(**ids: str | int | None) -> str:
    """An action's value: ids only, never personal data."""
    return orjson.dumps({key: value for key, value in ids.items() if value is not None}).decode()


def recorded(entry: str) -> str:
    """The small print under whatever was shown."""
    return f"Recorded as `{short_id(entry)}`. Only you can see this."


SOURCE_DOWN = "The system that has this data can't be reached now, so nothing is shown. Try again in a minute."
SOURCE_BROKEN = (
    "The system that has this data was changed or closed to Steward, so it can't be read now and nothing is shown. To "
    "try again does not help: tell the operator, for whom `steward check` says what is missing."
)
TOO_MANY_LOOK_UPS = (
    "No account is searched by name now, and none at all while something else here is to be mended: you looked up as "
    "often as you may within an hour. Type the exact id."
)

SHARED_ID = (
    "The account that this finds shares its id with another one in the system that has it, so nobody can say whose "
    "data is whose, and nothing is shown. To try again does not help: tell the operator. The audit entry names the id."
)


def refusal(reason: Reason, company: Company, purpose: Purpose | None = None, yours: Sequence[Purpose] = ()) -> str:
    """Why nothing is shown, and what to do now. `yours` are the person's own purposes, where they are known."""
    if yours and reason in _OWN_PURPOSES:
        return _OWN_PURPOSES[reason].format(
            purpose=purpose.label if purpose else "That purpose", yours=listed([one.label for one in yours])
        )
    label = purpose.label if purpose else "this purpose"
    words = _REFUSALS.get(reason, "That is not allowed here.")
    return words.format(company=company.name, contact=company.contact, purpose=label, groups=_purpose_groups(company))


def _purpose_groups(company: Company) -> str:
    roles = {role: None for purpose in company.rules.purposes.values() for role in sorted(purpose.groups)}
    return listed([company.handle(role) for role in roles], "or")


_OWN_PURPOSES = {
    Reason.PURPOSE_NEEDED: "Say what it is for: add `for` and a purpose. Yours: {yours}.",
    Reason.UNKNOWN_PURPOSE: "There is no such purpose. Yours: {yours}.",
    Reason.NOT_YOUR_PURPOSE: "{purpose} is not one of your group's purposes. Yours: {yours}.",
}
_REFUSALS = {
    Reason.DEACTIVATED: "Your Slack account is deactivated, so nothing is shown.",
    Reason.BOT: "Only people may look customers up, not apps.",
    Reason.STRANGER: "Only people of {company} may look customers up.",
    Reason.SHARED_CHANNEL: (
        "This channel is shared with another company, so nothing about customers is shown here. "
        "Use a channel of our own, or a direct message with me."
    ),
    Reason.UNSEEN_CHANNEL: (
        "I can't see whether this conversation is shared with another company, so nothing is shown here. "
        "Use a channel that I am in, or a direct message with me."
    ),
    Reason.NO_PURPOSE: (
        "You are in no group that may look customers up. If your work needs it, ask to be added to {groups}."
    ),
    Reason.REMOVED: (
        "Your access was taken away when it was reviewed who may look customers up. If your work needs it, "
        "ask the privacy office ({contact})."
    ),
    Reason.PURPOSE_NEEDED: "Say what it is for: add `for` and a purpose. `/account help` lists yours.",
    Reason.UNKNOWN_PURPOSE: "There is no such purpose. `/account help` lists yours.",
    Reason.NOT_YOUR_PURPOSE: "That purpose is not one of your group's. `/account help` lists yours.",
    Reason.NOT_THEIR_PURPOSE: (
        "Whoever you ask for can't have access for {purpose}: they are in none of its groups, or no employee."
    ),
    Reason.NO_EMERGENCY: "{purpose} allows no emergency access. `/access` asks for access the usual way.",
    Reason.NO_POLICY: (
        "No privacy policy is in force yet, so no purpose is permitted and nothing is shown. "
        "Tell {contact}: the policy has to be imported first."
    ),
    Reason.CLAUSE_GONE: (
        "{purpose} is not permitted any more: the clause that it rests on is not in the privacy policy in force. "
        "Ask {contact} what applies now."
    ),
    Reason.POLICY_UNREAD: (
        "Our privacy policy has changed in a way that matters to your work, and you have not read it yet. "
        "Read what changed and say so: the look-up then goes on where it was."
    ),
    Reason.NO_WHOLE_ADDRESS: "Type one whole address, such as ana@inbox.example. A part of one is not looked for.",
    Reason.NOT_ENGAGED: (
        "Only people of {company}, and of companies that it engages, may look customers up. "
        "No contract that is in force names yours. Ask whoever you work with there."
    ),
    Reason.NOT_OPEN_TO_YOU: (
        "Nothing is open to you under that. Use an account's exact id, and ask for access with `/access` first: what "
        "you are granted stands here then."
    ),
    Reason.NO_GRANT: "You have no live grant for that any more. Ask again with *Request access*.",
    Reason.TOO_FEW_APPROVED: (
        "Fewer people agreed to your access than this account needs by now: it is an individual's, or the rules have "
        "become stricter. Ask again with *Request access*."
    ),
    Reason.NOT_ON_RECORD: (
        "What is kept of your access is not what the ledger says of it, so it opens nothing. Ask again with "
        "*Request access*, and tell whoever runs Steward: `steward audit verify` says what differs."
    ),
    Reason.NOT_IN_PURPOSE: "{purpose} does not reach that kind of data.",
    Reason.OBJECTED: (
        "This account objected to marketing, so its contact details are not shown for {purpose}, with or without a "
        "grant. For another purpose, say which: `/account help`."
    ),
    Reason.NO_MATCH: "That account is not there any more.",
    Reason.SOURCE_DOWN: SOURCE_DOWN,
    Reason.SOURCE_SLOW: (
        "The system that has this data did not answer in time, so nothing is shown. Try again in a minute; "
        "a whole id is found soonest."
    ),
    Reason.SOURCE_BROKEN: SOURCE_BROKEN,
    Reason.SHARED_ID: SHARED_ID,
    Reason.NOT_AN_AUDITOR: "Only auditors may search the audit table. That you tried is recorded.",
}
