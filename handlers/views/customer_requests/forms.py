"""The forms about customers' requests: registering one, and what needs words or a choice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from bot.access.rules.media import medium_label
from bot.privacy.customer_requests.decide import ANOTHER, LONGEST_REASON, LONGEST_TASK, LONGEST_TEXT, Draft, Part
from bot.privacy.customer_requests.register import Duplicates, Flawed
from bot.privacy.customer_requests.requests import Channel, Kind
from bot.privacy.customer_requests.settings import RequestSettings
from handlers.views.blocks import (
    Block,
    Element,
    checkboxes,
    code,
    escape,
    field,
    modal,
    option,
    plain,
    section,
    select,
    text_input,
)
from handlers.views.customer_requests.words import CHANNELS, KINDS, day, flaw_words
from handlers.views.words import value_of

REGISTER_FORM = "customer_request.register"
HAND_OVER_FORM = "customer_request.handing_over"
IDENTITY_FORM = "customer_request.checking"
EXTEND_FORM = "customer_request.extending"
UNDO_EXTENSION_FORM = "customer_request.undoing_extension"
ADD_TASK_FORM = "customer_request.adding_task"
REFUSE_FORM = "customer_request.refusing"
ASSIGN_FORM = "customer_request.assigning"
TOLD = "told"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the company's configuration offers: the laws, the ways to check an identity, and the media."""

    settings: RequestSettings
    media: tuple[str, ...]
    today: date


def register_form(draft: Draft, choices: Choices, memo: str, duplicates: Duplicates | None = None) -> Block:
    """The request; shown again, filled in, with what is open already when there is such."""
    settings = choices.settings
    blocks = _duplicates(duplicates) if duplicates else []
    blocks += [
        field("What does the customer ask for?", Part.KIND, _select("kind", KINDS, draft.kind)),
        field(
            "Account",
            Part.ACCOUNT,
            text_input("account", initial=draft.account, most=200, example="id, e-mail, domain or name"),
        ),
        field("How did it come?", Part.CHANNEL, _select("channel", CHANNELS, draft.channel or Channel.EMAIL)),
        field(
            "When was it received?",
            Part.RECEIVED,
            date_picker("received", draft.received or choices.today.isoformat()),
            hint="The term counts from this day, also if it was found later.",
        ),
    ]
    if len(settings.laws) > 1:
        laws = [option(one.label, key) for key, one in settings.laws.items()]
        blocks.append(field("Which law?", Part.LAW, select("law", laws, draft.law or settings.law)))
    if choices.media:
        ticks = checkboxes("media", [option(medium_label(one), one) for one in choices.media], draft.media)
        hint = "To marketing, alone or with what else they ask for. It is in force as soon as you register it."
        blocks.append(field("Objects to", Part.MEDIA, ticks, optional=True, hint=hint))
    blocks += [_identity(settings, draft.identity, optional=True), _text(draft.text)]
    return modal("Customer's request", blocks, callback=REGISTER_FORM, submit="Register", close="Cancel", memo=memo)


def _text(initial: str) -> Block:
    words = text_input("text", initial=initial, multiline=True, most=LONGEST_TEXT)
    hint = "In their words, as far as needed. No documents, no numbers of papers. It can be erased later."
    return field("What did the customer write?", Part.TEXT, words, optional=True, hint=hint)


def _identity(settings: RequestSettings, chosen: Collection[str], *, optional: bool) -> Block:
    """A checklist. Options are told apart by their place in it: what is ticked is never text of its own."""
    ways = [option(one, str(place)) for place, one in enumerate(settings.identity)]
    ticked = [str(place) for place, one in enumerate(settings.identity) if one in chosen]
    label = "How was the customer's identity checked?"
    hint = "Never copy papers here." + (" It can be said later." if optional else "")
    return field(label, Part.IDENTITY, checkboxes("identity", ways, ticked), optional=optional, hint=hint)


def _duplicates(found: Duplicates) -> list[Block]:
    names = "\n".join(f"• {one.name}, received {day(one.received_on)}, due {day(one.due_on)}" for one in found.requests)
    first = found.requests[0]
    text = f"*The same is open already for {code(first.account)}*\n{escape(names)}"
    choices = [option(f"It is {one.name}: add what was written", str(one.number)) for one in found.requests]
    choices.append(option("It is another one: register it", str(ANOTHER)))
    return [section(text), field("Which is it?", "same_as", select("same_as", choices))]


def errors(found: Flawed, choices: Choices) -> dict[str, str]:
    """Words under the fields, by block id: all at once. A field that is not shown is told under the first one."""
    shown = {Part.LAW: len(choices.settings.laws) > 1, Part.MEDIA: bool(choices.media)}
    return {
        (part if shown.get(part, True) else Part.KIND).value: flaw_words(part, flaw, found.candidates)
        for part, flaw in found.flaws.items()
    }


def hand_over_form(number: int, channel: str | None) -> Block:
    """To whom?"""
    blocks = [field("New owner", "person", person_picker("person"), hint="A privacy officer. They get a message.")]
    return _form(f"Hand over C-{number}", blocks, HAND_OVER_FORM, "Hand over", number, channel)


def identity_form(number: int, settings: RequestSettings, channel: str | None, checked: Collection[str]) -> Block:
    """How was it checked? `checked`: what is ticked already."""
    blocks = [_identity(settings, checked, optional=False)]
    return _form(f"C-{number}: identity", blocks, IDENTITY_FORM, "Note it", number, channel)


def extend_form(number: int, term: str, channel: str | None, until: date | None = None) -> Block:
    """Why, and that the customer was told. `term`: when the law gives more time; `until`: the last day then."""
    hint = "The customer reads the same reason in your message to them. It stands in the audit table."
    words = text_input("why", multiline=True, most=LONGEST_REASON)
    told = checkboxes("told", [option("The customer was told, with this reason", TOLD)])
    blocks = [
        section(f"{escape(term)} Once, and only before the first term is over."),
        *([section(f"It will be due on *{day(until)}*. First tell the customer this date, and why.")] if until else []),
        field("Why does it take longer?", "why", words, hint=hint),
        field("Before that", "told", told, hint="Only then may the term be longer (of the GDPR: art. 12(3))."),
    ]
    return _form(f"Extend C-{number}", blocks, EXTEND_FORM, "Extend", number, channel)


def undo_extension_form(number: int, channel: str | None, until: date | None = None) -> Block:
    """Why? `until`: the last day of the first term."""
    when = f"Then it is due on *{day(until)}* again. " if until else ""
    told = "Only for a mistake. If the customer was told the later day, tell them this one."
    words = text_input("why", multiline=True, most=LONGEST_REASON)
    blocks = [section(f"{when}{told}"), field("Why?", "why", words, hint="It stands in the audit table.")]
    return _form(f"C-{number}: its first term", blocks, UNDO_EXTENSION_FORM, "Undo it", number, channel)


def add_task_form(number: int, channel: str | None) -> Block:
    """What else is to be done, and who does it?"""
    what = text_input("what", most=LONGEST_TASK, example="Ask the hosting company what it keeps in its logs")
    hint = "Whoever has it reads this, and whoever closes the request. Without names of people."
    who = field("Who does it?", "person", person_picker("person"), optional=True, hint="They get a message.")
    blocks = [field("What is to be done?", "what", what, hint=hint), who]
    return _form(f"Add a task to C-{number}", blocks, ADD_TASK_FORM, "Add", number, channel)


def refuse_form(number: int, position: int, title: str, channel: str | None) -> Block:
    """Why is this task not done?"""
    words = text_input("why", multiline=True, most=LONGEST_REASON)
    hint = "Whoever closes the request reads this. It stands in the audit table."
    blocks = [{"type": "section", "text": plain(title)}, field("Why?", "why", words, hint=hint)]
    return _form(f"Refuse a task of C-{number}", blocks, REFUSE_FORM, "Refuse", number, channel, position)


def assign_form(number: int, position: int, title: str, channel: str | None) -> Block:
    """Who does this task?"""
    blocks = [
        {"type": "section", "text": plain(title)},
        field("Who does it?", "person", person_picker("person"), hint="They get a message with its buttons."),
    ]
    return _form(f"Give a task of C-{number}", blocks, ASSIGN_FORM, "Give", number, channel, position)


def _form(
    title: str,
    blocks: list[Block],
    callback: str,
    submit: str,
    number: int,
    channel: str | None,
    task: int | None = None,
) -> Block:
    memo = value_of(customer_request=number, task=task, channel=channel)
    return modal(title, blocks, callback=callback, submit=submit, close="Cancel", memo=memo)


def _select(action: str, words: dict[Kind, str] | dict[Channel, str], chosen: str | None) -> Element:
    return select(action, [option(label, str(key.value)) for key, label in words.items()], chosen)


def date_picker(action: str, initial: str) -> Element:
    """A day."""
    return {
        "type": "datepicker",
        "action_id": action,
        "initial_date": initial,
        "placeholder": plain("Choose a day", 150),
    }


def person_picker(action: str) -> Element:
    """A person of Slack."""
    return {"type": "users_select", "action_id": action, "placeholder": plain("Choose a person", 150)}
