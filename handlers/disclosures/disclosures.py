"""Giving data to outsiders: `/access disclose`, its form, the presses on it, and `/access disclosures`."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.people import Person
from bot.accounts.disclosures.ask import Incomplete, NotAllowed
from bot.accounts.disclosures.draft import Basis, Draft
from bot.accounts.disclosures.judge import Decided, NotDecided
from bot.accounts.disclosures.register import NotListed
from bot.accounts.disclosures.show import NotShown
from bot.audit.ledger import Origin
from bot.services import Services
from handlers import home
from handlers.command_text import unescape
from handlers.payloads import FIELDS, Body, Caller, one_of, pressed, typed
from handlers.replies import beside, form_in_place, open_modal, show, whisper, words_only
from handlers.views.blocks import Block, modal, section
from handlers.views.disclosures import disclosure as views
from handlers.views.disclosures import form as forms
from handlers.views.disclosures import register as registers

Decide = Callable[[Origin, Person, int], Decided | NotDecided]


def register(app: App, services: Services) -> None:
    """Everything about disclosures that people can touch."""
    judge = services.special_cases.disclosures.judge
    app.view(forms.FORM)(partial(submitted, services))
    app.action(views.APPROVE)(partial(decide, services, judge.approve))
    app.action(views.DENY)(partial(decide, services, judge.deny))
    app.action(views.CANCEL)(partial(decide, services, judge.withdraw))
    app.action(views.SHOW)(partial(show_pressed, services))
    for way in ("newer", "older"):
        app.action(f"{registers.PAGE}.{way}")(partial(turned, services))


def command(services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack, rest: str) -> None:
    """`/access disclose [ACCOUNT]`: the form; whoever may not ask reads why."""
    person = caller.person(services)
    refused = services.special_cases.disclosures.ask.peek(caller.origin(person), person, caller.conversation(services))
    if refused is not None:
        ack(**words_only(forms.not_allowed(refused, services.company)))
        return
    open_modal(forms.form(unescape(rest), services.company, caller.channel), body, client)
    ack()


def submitted(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was sent: errors under the fields, a refusal with the policy's words, or it waits."""
    caller, draft = Caller.of_submission(body), draft_of(typed(view))
    person = caller.person(services, fresh=True)
    ask = services.special_cases.disclosures.ask
    result = ask(caller.origin(person), person, caller.conversation(services), draft)
    if isinstance(result, Incomplete):
        ack(response_action="errors", errors=forms.errors(result, services.company))
        return
    if isinstance(result, NotAllowed):
        said = section(forms.not_allowed(result, services.company))
        ack(response_action="update", view=modal(views.TITLE, [said], callback="disclosure.sent"))
    else:
        ack(response_action="update", view=forms.sent(result.disclosure, services.company))


def draft_of(values: Mapping[str, Any]) -> Draft:
    """What the form holds."""

    def text(name: str) -> str:
        return str(values.get(name) or "").strip()

    ticked = (values[block] for block in sorted(values) if block.startswith(FIELDS))
    basis = values.get("basis")
    return Draft(
        account=text("account"),
        fields=tuple(name for names in ticked for name in names or ()),
        recipient=text("recipient"),
        organisation=text("organisation"),
        basis=one_of(Basis, "basis", basis) if basis else None,
        reference=text("reference"),
        dated=values.get("dated"),
        given_by=text("given_by"),
        why=text("why"),
    )


def decide(
    services: Services,
    settle: Decide,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """**Approve**, **Deny** and **Cancel request**: every copy of the message says afterwards where it stands."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    result = settle(caller.origin(person), person, pressed(action)["disclosure"])
    ack()
    if isinstance(result, NotDecided):
        whisper(views.not_decided(result, services.company, services.clock(), person.id), body, client, respond)
    elif (body.get("view") or {}).get("type") == "modal":
        form_in_place(views.cancelled(result.disclosure, services.company, services.clock()), body, client)
    elif body.get("view") or (body.get("container") or {}).get("is_ephemeral"):
        beside(words_only(views.came_to(result.disclosure, services.company, services.clock())), body, client, respond)
    home.again(services, client, body)


def show_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Show the data**: once, in a modal."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    use = services.special_cases.disclosures.show
    result = use(caller.origin(person), person, caller.conversation(services), pressed(action)["disclosure"])
    ack()
    if isinstance(result, NotShown):
        said = views.not_shown(result, services.company, services.clock())
        beside(words_only(said), body, client, respond)
    else:
        open_modal(views.shown(result), body, client)
    home.again(services, client, body)


def listing(services: Services, caller: Caller, page: int = 1) -> Block:
    """`/access disclosures`: the register."""
    person = caller.person(services)
    found = services.special_cases.disclosures.register(
        caller.origin(person), person, caller.conversation(services), page
    )
    if isinstance(found, NotListed):
        return words_only(views.why_not(found.reason, services.company))
    return registers.register(found)


def turned(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Older** and **Newer**: each page is recorded."""
    shown = listing(services, Caller.of_press(body), int(pressed(action).get("page", 1)))
    ack()
    show(shown, body, client, respond, title="Disclosure register")
