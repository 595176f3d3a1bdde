"""Registered by mistake: the form that says what will happen, and what people who had to do with it read."""

from collections.abc import Sequence
from datetime import datetime

from bot.access.grants import Request
from bot.company import listed
from bot.privacy.customer_requests.decide import LONGEST_REASON
from bot.privacy.customer_requests.mistaken import Claim, Flaw, Part
from bot.privacy.customer_requests.mistakes import Flawed, Preview
from bot.privacy.customer_requests.requests import Cause, CustomerRequest, TaskStatus, request_name
from bot.privacy.objections.choices import MediumStanding
from handlers.views.accounts.account import end_button
from handlers.views.blocks import (
    Block,
    actions,
    button,
    cut,
    cut_marked,
    field,
    literal,
    message,
    modal,
    option,
    section,
    select,
    text_input,
)
from handlers.views.customer_requests.request import NEW, OPEN
from handlers.views.customer_requests.words import KINDS, due, headline, media
from handlers.views.words import counted, value_of

FORM = "customer_request.mistaking"
CHOICES = {
    Cause.WRONG_ACCOUNT: "It is on the wrong account",
    Cause.NO_REQUEST: "It is no request, only a question",
    Cause.DUPLICATE: "It is a duplicate of another request",
    Cause.OTHER: "Something else",
}
NAMED = 5


def form(preview: Preview, now: datetime, channel: str | None) -> Block:
    """What will happen, what the mistake is, and why."""
    request = preview.request
    causes = [option(words, str(one)) for one, words in CHOICES.items()]
    known = [f"{one.name} ({KINDS[one.kind].lower()}, {'open' if one.is_open else 'closed'})" for one in preview.others]
    more = f" Of this account there is {listed(known[:NAMED])}." if known else ""
    why = text_input("why", multiline=True, most=LONGEST_REASON)
    blocks = [
        section(f"{headline(request)}\n{due(request, now)}"),
        section(cut_marked("*What will happen*\n" + "\n".join(f"• {one}" for one in _follows(preview)), 2900)),
        field("What is the mistake?", Part.CAUSE, select("cause", causes)),
        field(
            "A duplicate of which request?",
            Part.SAME_AS,
            text_input("same_as", most=20, example="C-76"),
            optional=True,
            hint=f"Only for a duplicate.{more}",
        ),
        field("Why?", Part.WHY, why, hint="It stands in the audit table. No more of the customer than is needed."),
    ]
    memo = value_of(customer_request=request.number, v=request.version, channel=channel)
    return modal("Registered by mistake", blocks, callback=FORM, submit="End the request", close="Cancel", memo=memo)


def _follows(preview: Preview) -> list[str]:
    """A sentence for each thing that ending it does, and for what it does not."""
    request = preview.request
    lines = [f"{request.name} ends as *registered by mistake*. Nothing is deleted, and *Reopen* takes it back."]
    if preview.given:
        tasks = sum(one.status is TaskStatus.OPEN and one.assignee is not None for one in request.tasks)
        people = listed(f"<@{one}>" for one in preview.given)
        lines.append(f"{counted(tasks, 'task')} of it {'is' if tasks == 1 else 'are'} taken back from {people}.")
    lines.append(f"No reminder follows. {_told(preview.told)}")
    lines += _objections(preview.objections)
    if preview.assembled:
        people = listed(f"<@{one}>" for one in preview.assembled)
        lines.append(f"{people} assembled data for it: I can't take the files back, and ask to delete them.")
    if preview.grants:
        names = listed(one.name for one in preview.grants)
        lines.append(f"Access that names it as its ticket ({names}) goes on: whoever has it is asked to end it.")
    return [*lines, "I tell the customer nothing: answer them if they wait for something."]


def _told(number: int) -> str:
    if not number:
        return "Nobody else had to do with it, so nobody is told."
    return f"{counted(number, 'person', 'people')} who had to do with it {'is' if number == 1 else 'are'} told, once."


def _objections(standings: Sequence[MediumStanding]) -> list[str]:
    lifted, stay = [one for one in standings if one.permitted], [one for one in standings if not one.permitted]
    lines = []
    if lifted:
        which = media([one.medium for one in lifted])
        what = f"Its objection to marketing by *{which}* is lifted, and marketing may use that again"
        lines.append(f"{what}; as a duplicate of a request of the same account it stays in force.")
    if stay:
        lines.append(f"Marketing by *{media([one.medium for one in stay])}* stays barred: {_because(stay)}.")
    return lines


def _because(stay: Sequence[MediumStanding]) -> str:
    choices = [one.choice for one in stay if one.choice is not None]
    names = [request_name(one.request) if one.request else one.name for one in choices]
    several = len(set(names)) > 1
    return f"{listed(dict.fromkeys(names))} {'object' if several else 'objects'} to it too"


_FLAWS = {
    Flaw.NO_CAUSE: "What was the mistake?",
    Flaw.NO_REASON: "Say why in a few words.",
    Flaw.TOO_LONG: "At most 2,000 characters.",
    Flaw.NONE_NAMED: "Of which request? Type its number, such as C-76.",
    Flaw.NO_DUPLICATE: "Only a duplicate names another request: choose that above, or leave this empty.",
    Flaw.NO_SUCH_REQUEST: "There is no such request. Type its number, such as C-76.",
    Flaw.ITSELF: "That is this request itself.",
    Flaw.MISTAKE_TOO: "That one was registered by mistake itself. Name the request that stands.",
}


def errors(found: Flawed) -> dict[str, str]:
    """Words under the fields, by block id: all at once."""
    return {part.value: _FLAWS[flaw] for part, flaw in found.flaws.items()}


def mistaken(
    request: CustomerRequest, person: str, now: datetime, *, assembled: bool, grants: Sequence[Request]
) -> Block:
    """To everybody who had to do with it: nothing is left to do, and what only they can put right."""
    if request.mistake is None:
        text = f"{request.name} was called a mistake, and is so no longer.\n{headline(request)}\n{due(request, now)}"
        return message(f"{request.name} is no mistake after all", [section(text)])
    title = f"{request.name}, {_theirs(request, person)}, was registered by mistake"
    blocks = [section(f"*{title}*\n{headline(request)}\n{due(request, now)}\nNothing of it is left to do.")]
    if assembled:
        where = f"{request.name}.json, {request.name}-data.html and the report above, in this conversation"
        blocks.append(section(f":warning: You assembled data for it. Delete the files ({where}): send them to nobody."))
    if grants:
        names = listed(one.name for one in grants)
        asked = f"You asked for {names} with it as the ticket."
        blocks.append(section(f"{asked} End what you do not need for something else."))
        live = [one.grant for one in grants if one.grant is not None]
        blocks += [actions(*(end_button(one.number, one.name, several=True) for one in live))] if live else []
    if person == request.recorded_by and request.mistake.cause is Cause.WRONG_ACCOUNT:
        again = button("Register a request", NEW, value_of(kind=request.kind.value))
        blocks += [section("Did the customer of another account ask for it? Register it there."), actions(again)]
    return message(title, blocks)


def _theirs(request: CustomerRequest, person: str) -> str:
    if person == request.owner:
        return "which was yours"
    if any(one.assignee == person for one in request.tasks):
        return "of which you had a task"
    return "which you registered" if person == request.recorded_by else "for which you did something"


def back(request: CustomerRequest, person: str, now: datetime) -> Block:
    """To the same: it was no mistake after all, and what of it is theirs."""
    if not request.is_open:
        text = f"{request.name} was opened again, and has ended since.\n{headline(request)}\n{due(request, now)}"
        return message(f"{request.name} has ended", [section(text)])
    title = f"{request.name} was no mistake after all, and is open again"
    own = [one for one in request.tasks if one.assignee == person and one.status is TaskStatus.OPEN]
    text = f"*{title}*\n{headline(request)}\n{due(request, now)}"
    text += "".join(f"\n• Your task: {literal(cut(one.title, 150))}" for one in own)
    sees = own or person == request.owner
    open_ = [actions(button("Open", OPEN, value_of(customer_request=request.number), style="primary"))] if sees else []
    return message(title, [section(text), *open_])


def claim_of(values: dict[str, object]) -> Claim:
    """The form as it was filled in."""
    cause, same_as, why = (str(values.get(part) or "") for part in (Part.CAUSE, Part.SAME_AS, Part.WHY))
    return Claim(cause or None, why, same_as)
