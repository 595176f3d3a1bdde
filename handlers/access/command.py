"""Asking for access and having it: `/access`, its form, **End now**, **Cancel request**."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.asking.starting import read_start
from bot.access.decide import Refusal, purposes_of, why_none
from bot.access.ending.finish import Finished, NotFinished
from bot.access.ending.revoke import Of
from bot.access.grants import Request, request_number
from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.requests.drafts import Draft, Part
from bot.access.requests.filing import Incomplete, NotAllowed
from bot.access.rules.purposes import Purpose
from bot.accounts.disclosures.waiting import NOTHING
from bot.company import Company
from bot.services import Services
from handlers import home
from handlers.access import emergency, extensions
from handlers.access.approver_commands import ABOUT_APPROVERS, APPROVERS_HELP, about_approvers
from handlers.command_text import Typed, nearest_subcommand, read, subcommand
from handlers.disclosures import outsiders
from handlers.payloads import Body, Caller, chosen, instant, places, pressed, seconds, typed, view_of
from handlers.replies import answer_button, answer_command, beside, words_only
from handlers.views.access import form, lists
from handlers.views.access import requests as views
from handlers.views.accounts.account import ASK, END
from handlers.views.blocks import Block, code, cut, modal
from handlers.views.limits import limit_words
from handlers.views.words import refusal, value_of

SUBCOMMANDS = ("mine", "pending", "end", "extend", *ABOUT_APPROVERS, *outsiders.SUBCOMMANDS, "emergency", "help")


def help_text(company: Company, own: Sequence[Purpose]) -> str:
    """`/access help` for somebody with these purposes."""
    of_account = f"`--account {company.example}`"
    asked = f"{company.example} for {company.example_purpose(own)}"
    urgent = [purpose for purpose in own if purpose.emergency]
    at_once = f"`/access emergency {company.example} for {company.example_purpose(urgent)}`"
    lines = (
        "*Ask for access, and see yours*",
        f"`/access` opens the form; `/access {asked} 2h` opens it filled in.",
        "`/access mine` what you have and what is waiting · `/access end` ends a grant (`/access end R-1042` that one)",
        "`/access extend R-1042 2h` asks for more time before it ends",
        f"`/access {asked} 2h from tomorrow 9:00` for later; in the form also for somebody else",
        *([f"{at_once} at once and for a short time: everybody is told, and it is reviewed"] if urgent else []),
        "`/access pending` what you may decide",
        outsiders.help_text(company),
        APPROVERS_HELP,
        f"Approvers end what others have: `/access end R-1042`, `/access end --person @name`, {of_account}",
        "Whoever decides reads your reason. Access ends by itself, and every look is recorded.",
    )
    return "\n".join(lines)


ABOUT_REQUESTS = re.compile(
    r"(?:(?P<own>cancel|withdraw)|(?P<others>approve|agree|deny|decline|reject))(?:\s+R-\d{1,12})?|(?P<name>R-\d{1,12})",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?P<word>[a-z]+)\s+(?P<named>R-\d{1,12}\b.*)", re.IGNORECASE)
TAKE_A_NUMBER: Final = ("end", "extend")
ANY_SLIP: Final = 60  # of 100: with a request's number behind it, a word is no customer's name
WHEN = "Like `from 14:00`, `from tomorrow 9:00` or `from monday 8:30`, in your own time zone."


def register(app: App, services: Services) -> None:
    """Everything that a person does for access of their own."""
    app.command("/access")(partial(access, services))
    app.action(ASK)(partial(open_form, services))
    app.action(form.PURPOSE_CHOSEN)(partial(purpose_chosen, services))
    app.action(form.REASON_CHOSEN)(partial(reason_chosen, services))
    app.view(form.FORM)(partial(submitted, services))
    app.action(re.compile(rf"{re.escape(END)}(\.\d+)?"))(partial(end_pressed, services))
    app.action(views.CANCEL)(partial(cancel_pressed, services))


def access(services: Services, ack: Ack, client: WebClient, command: dict[str, Any]) -> None:
    """/access [QUERY for PURPOSE DURATION] | mine | pending | end [ID] | extend ID DURATION | help."""
    caller = Caller.of_command(command)
    if about_approvers(services, caller, client, command, ack):
        return
    word, rest = subcommand(command.get("text") or "", SUBCOMMANDS)
    if word is None and (meant := nearest_subcommand(rest, SUBCOMMANDS)):
        ack(**words_only(f"There is no `/access {rest}`. Did you mean `/access {meant}`?"))
    elif word == "help":
        own = purposes_of(caller.person(services), services.company.rules)
        ack(**words_only(help_text(services.company, own)))
    elif word in ("mine", "pending"):
        ack(**_listing(services, caller, word))
    elif word == "end" and extensions.is_about_others(rest):
        extensions.end_others_typed(services, caller, client, command, ack, rest)
    elif word == "end":
        _end_typed(services, caller, client, command, ack, rest)
    elif word in outsiders.SUBCOMMANDS:
        outsiders.command(services, caller, client, command, ack, (word, rest))
    elif word == "extend":
        extensions.extend_typed(services, caller, client, command, ack, rest)
    elif word == "emergency":
        emergency.typed_in(services, caller, client, command, ack, rest)
    else:
        _open(services, caller, client, command, ack, rest)


def _about_requests(services: Services, caller: Caller, about: re.Match[str]) -> Block:
    """For what is a button and no subcommand (`cancel R-1042`), the list that has it; for a number alone, what is."""
    if about["name"] is None:
        return _listing(services, caller, "mine" if about["own"] else "pending")
    name = about["name"].upper()
    shows = "`/access mine` shows your requests, `/access pending` those that you may decide"
    return words_only(f"{name} is a request's number. {shows}; `/access end {name}` ends it.")


def _misspelt(word: str, named: str) -> str:
    """For what is no subcommand and stands before a request's number: the one that was meant, if one is near."""
    meant = nearest_subcommand(word, TAKE_A_NUMBER, alike=ANY_SLIP)
    near = (
        f"Did you mean {code(cut(f'/access {meant} {named}', 120))}?"
        if meant
        else "`/access help` lists what there is."
    )
    return f"There is no {code(cut(f'/access {word}', 60))}. {near}"


def _listing(services: Services, caller: Caller, word: str) -> Block:
    person = caller.person(services)
    seen, outside = services.look(person), services.special_cases.disclosures.waiting(person)
    if word == "pending":
        return lists.waiting_list(seen, outside, services.company, services.clock())
    return lists.own_list(seen, outside, services.company, services.clock(), _further(services, person))


def _further(services: Services, person: Person) -> str:
    """How somebody who has nothing gets more, or why they can't."""
    if services.ask.own_purposes(person):
        return "`/access` asks for more."
    return refusal(why_none(person, services.company.rules), services.company)


def _open(services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack, text: str) -> None:
    if about := ABOUT_REQUESTS.fullmatch(text):
        ack(**_about_requests(services, caller, about))
        return
    if numbered := NUMBERED.fullmatch(text):
        ack(**words_only(_misspelt(numbered["word"], numbered["named"])))
        return
    asked = read(text, {key: purpose.label for key, purpose in services.company.rules.purposes.items()})
    shown = _form(services, caller, asked)
    answer_command(shown, body, client, ack)


def open_form(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Request access** on a card or in App Home: the form, filled in as far as the card knows."""
    ids = pressed(action)
    shown = _form(services, Caller.of_press(body), Typed(ids.get("account", ""), ids.get("purpose")))
    answer_button(shown, body, client, respond, ack)


def _form(services: Services, caller: Caller, asked: Typed) -> Block:
    person = caller.person(services)
    stated = asked.purpose or asked.meant
    purposes = services.ask.purposes(caller.origin(person), person, caller.conversation(services), stated)
    if isinstance(purposes, Refusal):
        yours = services.ask.own_purposes(person)
        return words_only(refusal(purposes.reason, services.company, purposes.purpose, yours))
    wanted = next((one for one in purposes if one.key == stated), None)
    start = read_start(asked.start, services.clock(), person.timezone) if asked.start else None
    if asked.start and start is None:
        return words_only(f"I can't read {code(cut(asked.start, 60))} as a time. {WHEN}")
    prefill = form.Prefill(asked.query, wanted, asked.duration, starts_at=start, note=form.unlike(asked, wanted))
    return form.form(purposes, prefill, services.company, value_of(channel=caller.channel))


def purpose_chosen(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """Another purpose in the form: its classes and durations take the place of the former one's."""
    _again(services, client, body, lambda purposes: _chosen(purposes, chosen(action)), 0)
    ack()


def reason_chosen(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """A usual reason was chosen: what is typed begins with it. Choosing none changes nothing."""
    values = {"reason": [chosen(action)] if action.get("selected_option") else []}
    key = str(action.get("block_id")).partition(":")[2]
    for reason in places(values, "reason"):
        _again(services, client, body, lambda purposes: _chosen(purposes, key), reason)
    ack()


def _chosen(purposes: tuple[Purpose, ...], key: str) -> Purpose | None:
    return next((one for one in purposes if one.key == key), None)


def _again(
    services: Services,
    client: WebClient,
    body: Body,
    choose: Callable[[tuple[Purpose, ...]], Purpose | None],
    reason: int,
) -> None:
    """The form once more, with all that was filled in and what was chosen now."""
    view, person = view_of(body), Caller.of_press(body).person(services)
    purposes = services.ask.own_purposes(person)
    purpose = choose(purposes)
    if purpose is None:
        return
    draft = draft_of(typed(view))
    why = form.begun_with(purpose.reasons, reason, draft.why)
    prefill = form.Prefill(
        draft.account,
        purpose,
        draft.duration,
        why,
        draft.ticket or "",
        draft.data_classes if reason else (),
        reason,
        draft.starts_at,
        draft.person,
    )
    shown = form.form(purposes, prefill, services.company, view.get("private_metadata") or "")
    client.views_update(view_id=view["id"], hash=view["hash"], view=shown)


def submitted(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was sent: errors under the fields, all at once, or the request stands."""
    caller, draft = Caller.of_submission(body), draft_of(typed(view))
    person = caller.person(services, fresh=True)
    result = services.ask(caller.origin(person), person, caller.conversation(services), draft)
    purpose = services.company.rules.purposes.get(draft.purpose or "")
    if isinstance(result, Incomplete):
        ack(response_action="errors", errors=form.errors_in(view, form.errors(result, services.company, purpose)))
    elif isinstance(result, NotAllowed):
        ack(response_action="errors", errors=form.errors_in(view, _not_allowed(services, result, person)))
    else:
        said = views.asked(result.request, services.company, services.clock())
        ack(response_action="update", view=modal("Request access", said["blocks"], callback="access.sent"))


def _not_allowed(services: Services, result: NotAllowed, person: Person) -> dict[str, str]:
    """Why it can't be asked for, under the field that it is about."""
    if result.reached is not None:
        return {form.BLOCK_OF[Part.ACCOUNT]: limit_words(result.reached, services.clock(), person.timezone)}
    part = Part.PERSON if result.reason is Reason.NOT_THEIR_PURPOSE else Part.PURPOSE
    yours = services.ask.own_purposes(person)
    return {form.BLOCK_OF[part]: refusal(result.reason, services.company, result.purpose, yours)}


def draft_of(values: Mapping[str, Any]) -> Draft:
    """What the form holds."""
    return Draft(
        account=(values.get("account") or "").strip(),
        purpose=values.get("purpose"),
        data_classes=tuple(values.get("data_classes") or ()),
        why=values.get("why") or "",
        duration=seconds(values, "duration"),
        ticket=(values.get("ticket") or "").strip() or None,
        starts_at=instant(values, "start"),
        person=values.get("person") or None,
    )


def _end_typed(services: Services, caller: Caller, client: WebClient, command: Body, ack: Ack, text: str) -> None:
    """One's own grant ends at once; somebody else's asks those who may end it for a reason."""
    number = request_number(text) if text else None
    if number is not None and not services.finish.is_own(caller.person(services), number):
        extensions.end_others_typed(services, caller, client, command, ack, Of(number=number))
    else:
        ack(**_end(services, caller, text))


def _end(services: Services, caller: Caller, text: str) -> Block:
    person = caller.person(services)
    grants = services.look(person).grants
    number = request_number(text) if text else grants[0].number if len(grants) == 1 else None
    if text and number is None:
        return words_only("Which one? Like `/access end R-1042`; `/access mine` lists yours.")
    if number is None:
        seen, nothing = services.look(person), "So there is nothing to end."
        return lists.own_list(seen, NOTHING, services.company, services.clock(), nothing)
    result = services.finish.end(caller.origin(person), person, number)
    return words_only(_finished(services, result, person, views.ended))


def end_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**End now**."""
    caller = Caller.of_press(body)
    person = caller.person(services)
    result = services.finish.end(caller.origin(person), person, pressed(action)["request"])
    ack()
    beside(words_only(_finished(services, result, person, views.ended)), body, client, respond)
    home.again(services, client, body)


def cancel_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Cancel request**."""
    caller = Caller.of_press(body)
    person = caller.person(services)
    result = services.finish.cancel(caller.origin(person), person, pressed(action)["request"])
    ack()
    beside(words_only(_finished(services, result, person, views.withdrawn)), body, client, respond)
    home.again(services, client, body)


Words = Callable[[Request, Company], str]


def _finished(services: Services, result: Finished | NotFinished, person: Person, words: Words) -> str:
    if isinstance(result, Finished):
        return words(result.request, services.company)
    return views.not_decided(result.reason, result.request, services.company, services.clock(), person.id)
