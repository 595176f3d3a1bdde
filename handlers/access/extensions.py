"""More time for a grant, and ending what others have: `/access extend`, **Extend**, `/access end --person @x`."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

from pytimeparse2 import parse as parse_seconds
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.asking.exact import as_meant
from bot.access.ending.extend import NotExtended
from bot.access.ending.revoke import NotRevoked, Of
from bot.access.grants import request_number
from bot.access.reasons import Reason
from bot.access.requests.drafts import SHORTEST_REASON, fault_of_why
from bot.services import Services
from handlers.command_text import unescape
from handlers.payloads import Body, Caller, memo, places, pressed, seconds, typed
from handlers.replies import answer_button, answer_command, open_modal, words_only
from handlers.views.access import extension_form as forms
from handlers.views.access import form as access_form
from handlers.views.access import requests as views
from handlers.views.blocks import Block, code, cut, modal, section
from handlers.views.words import refusal

WHICH = "Which one, and for how long? Like `/access extend R-1042 2h`; `/access mine` lists yours."
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
WHOSE = re.compile(r"--(person|account)\s+(\S.*)\Z")  # an id may have spaces


def register(app: App, services: Services) -> None:
    """**Extend** and the two forms."""
    app.action(views.EXTEND)(partial(extend_pressed, services))
    app.view(forms.FORM)(partial(extend_submitted, services))
    app.view(forms.END_FORM)(partial(end_submitted, services))


def extend_typed(services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack, text: str) -> None:
    """/access extend ID DURATION: the form, filled in."""
    name, _, rest = text.strip().partition(" ")
    number, seconds = request_number(name), parse_seconds(rest.strip()) if rest.strip() else None
    if number is None:
        ack(**words_only(WHICH))
        return
    if rest.strip() and not isinstance(seconds, int | float):
        typed_length = code(cut(rest.strip(), 60))
        ack(**words_only(f"I can't read {typed_length} as a length of time. Like `/access extend R-{number} 2h`."))
        return
    asked = timedelta(seconds=int(seconds)) if seconds and 0 < seconds < 366 * 86400 else None
    shown = _form(services, caller, number, asked)
    answer_command(shown, body, client, ack)


def extend_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Extend**."""
    shown = _form(services, Caller.of_press(body), pressed(action)["request"], None)
    answer_button(shown, body, client, respond, ack)


def _form(services: Services, caller: Caller, number: int, asked: timedelta | None) -> Block:
    person = caller.person(services)
    found = services.life.extend.peek(caller.origin(person), person, number)
    if isinstance(found, NotExtended):
        return words_only(_why_not(services, found, person.id))
    return forms.extension(found, asked, services.company, caller.channel)


def extend_submitted(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was sent: the extension waits for a decision, or stands at once."""
    caller, values, ids = Caller.of_submission(body), typed(view), memo(view)
    why = (values.get("why") or "").strip()
    if fault := fault_of_why(why):
        ack(response_action="errors", errors={"why": access_form.why_words(fault)})
        return
    person, extra = caller.person(services, fresh=True), seconds(values, "duration") or timedelta(0)
    result = services.life.extend(
        caller.origin(person), person, caller.conversation(services), ids["request"], extra, why
    )
    if isinstance(result, NotExtended):
        said = [section(_why_not(services, result, person.id))]
        ack(response_action="update", view=modal("Not extended", said, callback="access.not_extended"))
    else:
        shown = views.asked(result.request, services.company, services.clock())
        ack(response_action="update", view=modal("More time", shown["blocks"], callback="access.extended"))


def _why_not(services: Services, found: NotExtended, presser: str) -> str:
    words = views.not_decided(found.reason, found.request, services.company, services.clock(), presser)
    if found.request is None or found.reason in views.SAID_OF_REQUESTS:
        return words
    return refusal(found.reason, services.company, found.purpose)


def is_about_others(text: str) -> bool:
    """Whether what follows `/access end` names a person or an account and no single grant of one's own."""
    return "--" in text


def end_others_typed(services: Services, caller: Caller, client: WebClient, body: Body, ack: Ack, of: Of | str) -> None:
    """/access end --person @x | --account ID | somebody else's R-1042: a confirmation that names them."""
    person = caller.person(services, fresh=True)
    whose = of if isinstance(of, Of) else _whose(of)
    if whose is None:
        ack(
            **words_only(
                "Whose? `/access end --person @name`, "
                f"`/access end --account {services.company.example}` or `/access end R-1042`."
            )
        )
        return
    found = services.life.revoke.plan(caller.origin(person), person, whose)
    if isinstance(found, NotRevoked):
        ack(**words_only(_none_of(services, found, whose, person.id)))
        return
    open_modal(forms.end_others(found, services.company, caller.channel), body, client)
    ack()


def _none_of(services: Services, found: NotRevoked, whose: Of, presser: str) -> str:
    if found.request is not None:
        return not_ended(services, found, presser)
    if found.reason is Reason.NOT_AN_APPROVER:
        return forms.not_theirs_to_end(services.company)
    return forms.nothing_to_end(whose)


def _whose(text: str) -> Of | None:
    found = WHOSE.search(text.strip())
    if found is None:
        return None
    if found[1] == "account":
        return Of(account=as_meant(unescape(found[2])))
    mention = MENTION.fullmatch(found[2])
    return Of(person=mention[1]) if mention else None


def end_submitted(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The reason was given."""
    caller, why = Caller.of_submission(body), (typed(view).get("why") or "").strip()
    if len(why) < SHORTEST_REASON:
        ack(response_action="errors", errors={"why": "Say why in a few words. Whoever had the access reads it."})
        return
    person = caller.person(services, fresh=True)
    numbers = places({"requests": memo(view)["requests"].split(",")}, "requests")
    result = services.life.revoke(caller.origin(person), person, numbers, why)
    if isinstance(result, NotRevoked):
        said = [section(not_ended(services, result, person.id))]
        ack(response_action="update", view=modal("Nothing ended", said, callback="access.nothing_ended"))
    else:
        names = ", ".join(f"{one.name} of <@{one.person}>" for one in result.requests)
        said = [section(f"Ended: {names}. They are told, with your reason.")]
        ack(response_action="update", view=modal("Ended", said, callback="access.ended_others"))


def not_ended(services: Services, result: NotRevoked, presser: str) -> str:
    """Why this person ended nothing."""
    if result.request is not None and result.reason is Reason.NOT_AN_APPROVER:
        return forms.may_not_end(result.request, services.company)
    return views.not_decided(result.reason, result.request, services.company, services.clock(), presser)
