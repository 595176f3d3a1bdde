"""Access at once in an emergency: `/access emergency QUERY for PURPOSE`, its form, and **End it now** of approvers."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.asking.emergency import NoEmergency
from bot.access.ending.revoke import NotRevoked, Of
from bot.access.people import Person
from bot.access.requests.drafts import Draft
from bot.access.requests.filing import Asked, Incomplete
from bot.services import Services
from handlers.access import extensions
from handlers.command_text import read
from handlers.payloads import Body, Caller, chosen, pressed, typed, view_of
from handlers.replies import beside, open_modal, words_only
from handlers.views.access import emergency as views
from handlers.views.access import extension_form
from handlers.views.access import form as access_form
from handlers.views.blocks import modal, section
from handlers.views.words import value_of


def register(app: App, services: Services) -> None:
    """The form, and what approvers press in the message about it."""
    app.action(views.PURPOSE_CHOSEN)(partial(purpose_chosen, services))
    app.view(views.FORM)(partial(submitted, services))
    app.action(views.END_THEIRS)(partial(end_theirs, services))


def typed_in(services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack, text: str) -> None:
    """/access emergency [QUERY for PURPOSE]: the form that says what happens, or why there is none."""
    asked = read(text, {key: purpose.label for key, purpose in services.company.rules.purposes.items()})
    person = caller.person(services, fresh=True)
    found = services.life.emergency.peek(
        caller.origin(person), person, caller.conversation(services), asked.purpose or asked.meant
    )
    if isinstance(found, NoEmergency):
        able = services.life.emergency.purposes(person)
        ack(**words_only(views.none(found, services.company, services.clock(), able)))
        return
    asked = replace(asked, duration=None)  # it lasts as long as the purpose says, and the form says it
    prefill = access_form.Prefill(asked.query, found[0], note=access_form.unlike(asked, found[0]))
    memo = value_of(channel=caller.channel)
    open_modal(views.form(found, prefill, services.company, memo), body, client)
    ack()


def purpose_chosen(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """Another purpose in the form: its classes, and how long it lasts."""
    view, values = view_of(body), typed(view_of(body))
    person = Caller.of_press(body).person(services)
    purposes = services.life.emergency.purposes(person)
    purpose = next((one for one in purposes if one.key == chosen(action)), None)
    if purpose is not None:
        prefill = access_form.Prefill(
            values.get("account") or "", purpose, None, values.get("why") or "", values.get("ticket") or ""
        )
        shown = views.form(purposes, prefill, services.company, view.get("private_metadata") or "")
        client.views_update(view_id=view["id"], hash=view["hash"], view=shown)
    ack()


def submitted(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was sent: errors under the fields, all at once, or they have it."""
    caller, values = Caller.of_submission(body), typed(view)
    if views.SURE not in (values.get(views.SURE) or ()):
        ack(response_action="errors", errors={views.SURE: "Tick this if you can't wait. Otherwise ask with /access."})
        return
    draft = Draft(
        account=(values.get("account") or "").strip(),
        purpose=values.get("purpose"),
        data_classes=tuple(values.get("data_classes") or ()),
        why=values.get("why") or "",
        duration=None,
        ticket=(values.get("ticket") or "").strip() or None,
    )
    person = caller.person(services, fresh=True)
    _answer(services, ack, caller, person, view, draft)


def _answer(services: Services, ack: Ack, caller: Caller, person: Person, view: Body, draft: Draft) -> None:
    company, now = services.company, services.clock()
    result = services.life.emergency(caller.origin(person), person, caller.conversation(services), draft)
    purpose = company.rules.purposes.get(draft.purpose or "")
    if isinstance(result, Incomplete):
        ack(response_action="errors", errors=access_form.errors_in(view, access_form.errors(result, company, purpose)))
    elif isinstance(result, Asked):
        blocks = views.taken(result, company, now)["blocks"]
        ack(response_action="update", view=modal("Emergency access", blocks, callback="access.emergency_taken"))
    else:
        said = [section(views.none(result, company, now))]
        ack(response_action="update", view=modal("No emergency access", said, callback="access.no_emergency"))


def end_theirs(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**End it now** asks for a reason first; whoever may not is told so."""
    caller, number = Caller.of_press(body), pressed(action)["request"]
    person = caller.person(services, fresh=True)
    found = services.life.revoke.plan(caller.origin(person), person, Of(number=number))
    if isinstance(found, NotRevoked):
        ack()
        beside(words_only(extensions.not_ended(services, found, person.id)), body, client, respond)
    else:
        open_modal(extension_form.end_others(found, services.company, caller.channel), body, client)
        ack()
