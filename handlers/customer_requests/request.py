"""Customers' requests in Slack: registering one, the request itself, its owner, its term and its end."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.people import Person
from bot.audit.ledger import Origin
from bot.numbers import whole_number
from bot.privacy.customer_requests.decide import Draft, Part, Why
from bot.privacy.customer_requests.register import Duplicates, Flawed, NotRegistered
from bot.privacy.customer_requests.requests import Kind, kind_in
from bot.privacy.customer_requests.work import Changed, NotChanged
from bot.privacy.questions import Reply
from bot.services import Services
from handlers.command_text import unescape
from handlers.customer_requests import mistakes, tasks
from handlers.customer_requests.replies import after_form, after_press, shown_to, why_not_changed
from handlers.customer_requests.typed import customers_request, list_typed
from handlers.patience import Patience
from handlers.payloads import Body, Caller, memo, pressed, typed
from handlers.replies import answer_button, answer_command, form_in_place, form_on_top, show, words_only
from handlers.views.blocks import Block
from handlers.views.customer_requests import forms, lists
from handlers.views.customer_requests import request as views
from handlers.views.customer_requests.words import why_not
from handlers.views.privacy import answers
from handlers.views.words import value_of

LONGEST_NAME = 3  # words of an account after `new`; what is longer and names no kind is a question

Step = Callable[[Origin, Person, int], Changed | NotChanged]


def register(app: App, services: Services, patience: Patience) -> None:
    """What people press and fill in."""
    app.action(views.NEW)(partial(form_pressed, services))
    app.action(answers.REQUEST)(partial(from_question_pressed, services))
    app.action(re.compile(rf"{re.escape(views.OPEN)}(\.\d+)?"))(partial(open_pressed, services))
    for turn in (*lists.PAGES, lists.OTHERS):
        app.action(turn)(partial(page_turned, services))
    work, mistaken = services.customer_requests.work, services.customer_requests.mistakes
    app.action(views.TAKE)(partial(step_pressed, services, work.take, "is yours. *Open* shows its tasks."))
    app.action(views.CLOSE)(partial(step_pressed, services, work.close, "is closed."))
    app.action(views.REOPEN)(partial(step_pressed, services, mistaken.reopen, "is open again."))
    app.action(views.HAND_OVER)(hand_over_pressed)
    app.action(views.IDENTITY)(partial(identity_pressed, services))
    app.action(views.EXTEND)(partial(extend_pressed, services))
    app.action(views.UNDO_EXTENSION)(partial(undo_extension_pressed, services))
    app.view(forms.REGISTER_FORM)(partial(registered, services))
    app.view(forms.HAND_OVER_FORM)(partial(handed_over, services))
    app.view(forms.IDENTITY_FORM)(partial(identity_noted, services))
    app.view(forms.EXTEND_FORM)(partial(extended, services))
    app.view(forms.UNDO_EXTENSION_FORM)(partial(extension_undone, services))
    tasks.register(app, services, patience)
    mistakes.register(app, services)


def is_for_here(text: str) -> bool:
    """Whether `/privacy TEXT` is about customers' requests: `new …`, `requests`, `requests ended`, `C-77`."""
    first, _, rest = text.strip().partition(" ")
    if text.rstrip().endswith("?"):
        return False
    names_one = len(rest.split()) <= LONGEST_NAME or _prefilled(rest)[1] is not None
    asks = first.lower() == "new" and names_one
    return asks or list_typed(text) is not None or customers_request(text) is not None


def command(services: Services, ack: Ack, client: WebClient, body: Body, text: str) -> None:
    """`/privacy new [ACCOUNT] [KIND]`, `/privacy requests [ended]`, `/privacy C-77`."""
    caller = Caller.of_command(body)
    first, _, rest = text.strip().partition(" ")
    if first.lower() == "new":
        shown = _form(services, caller, *_prefilled(unescape(rest)))
    elif (ended := list_typed(text)) is not None:
        shown = _listing(services, caller, ended=ended)
    else:
        shown = _opened(services, caller, customers_request(text) or 0)
    answer_command(shown, body, client, ack)


def _prefilled(text: str) -> tuple[str, str | None]:
    """`pw-00412 erasure`: the account and the kind, where the last word is one."""
    account, _, last = text.strip().rpartition(" ")
    if last.lower() in set(Kind):
        return account, last.lower()
    return text.strip(), None


def _listing(services: Services, caller: Caller, page: int = 1, *, ended: bool = False) -> Block:
    person, requests = caller.person(services, fresh=True), services.customer_requests
    found = requests.listing(caller.origin(person), person, caller.conversation(services), page, ended=ended)
    if isinstance(found, NotChanged):
        return words_only(why_not_changed(services, found, person))
    return lists.listing(found, services.clock(), requests.counts.now() if found.all else None)


def page_turned(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Less urgent** and **More urgent** in the list, and from what is open to **What has ended** and back."""
    ids = pressed(action)
    shown = _listing(services, Caller.of_press(body), int(ids["page"]), ended=bool(ids.get("ended")))
    ack()
    show(shown, body, client, respond, title="Customers' requests")


def form_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Customer's request** on a card, and **Register a request** in the list: the form."""
    ids = pressed(action)
    shown = _form(services, Caller.of_press(body), ids.get("account", ""), ids.get("kind"))
    answer_button(shown, body, client, respond, ack)


def from_question_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Customer's request** on an answer: the form, with what was asked; empty if that can't be shown any more."""
    caller = Caller.of_press(body)
    asked = services.questions.policy.recall(caller.person(services), str(pressed(action)["asked"]))
    if isinstance(asked, Reply):
        shown = _form(services, caller, "", kind_in(asked.answer), asked.question)
    else:
        shown = _form(services, caller, "", None)
    answer_button(shown, body, client, respond, ack)


def _form(services: Services, caller: Caller, account: str, kind: str | None, text: str = "") -> Block:
    person = caller.person(services)
    refused = services.customer_requests.register.peek(caller.origin(person), person, caller.conversation(services))
    if refused is not None:
        return words_only(_not_registered(services, refused, person))
    draft = Draft(account, kind, None, None, text=text)
    return forms.register_form(draft, _choices(services), value_of(channel=caller.channel))


def registered(services: Services, ack: Ack, body: Body, view: Body) -> None:
    """The form was sent: errors under the fields, what is open already, or the number to tell the customer."""
    caller, draft = Caller.of_submission(body), _draft(services, typed(view))
    person, choices = caller.person(services, fresh=True), _choices(services)
    register_ = services.customer_requests.register
    result = register_(caller.origin(person), person, caller.conversation(services), draft)
    if isinstance(result, Flawed):
        ack(response_action="errors", errors=forms.errors(result, choices))
    elif isinstance(result, Duplicates):
        shown = forms.register_form(draft, choices, view.get("private_metadata") or "", result)
        ack(response_action="update", view=shown)
    elif isinstance(result, NotRegistered):
        ack(response_action="update", view=views.said("Not registered", _not_registered(services, result, person)))
    else:
        settings = services.customer_requests.settings
        shown = views.registered(result, services.company, settings, services.clock())
        ack(response_action="update", view=shown)


def _draft(services: Services, values: dict[str, Any]) -> Draft:
    same = values.get("same_as")
    return Draft(
        account=(values.get(Part.ACCOUNT) or "").strip(),
        kind=values.get(Part.KIND),
        channel=values.get(Part.CHANNEL),
        received=values.get(Part.RECEIVED),
        law=values.get(Part.LAW) or services.customer_requests.settings.law,
        text=values.get(Part.TEXT) or "",
        identity=_ways(services, values),
        media=tuple(values.get(Part.MEDIA) or ()),
        same_as=whole_number(str(same)) if same else None,
    )


def _ways(services: Services, values: dict[str, Any]) -> tuple[str, ...]:
    """The ticked ones by their places in the checklist; what is not in it stays as it is, to be refused."""
    ways = services.customer_requests.settings.identity
    places = [str(one) for one in values.get(Part.IDENTITY) or ()]
    by_place = {str(place): way for place, way in enumerate(ways)}
    return tuple(by_place.get(one, one) for one in places)


def _choices(services: Services) -> forms.Choices:
    requests = services.customer_requests
    return forms.Choices(requests.settings, requests.objections.media, requests.register.today())


def open_pressed(
    services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Open** in a message, the list or App Home: the request in a modal, for the person who pressed alone.

    **Back to C-77** in the window that took its place: there again.
    """
    ids = pressed(action)
    shown = _opened(services, Caller.of_press(body), ids["customer_request"])
    if ids.get("back") and shown.get("type") == "modal":
        form_in_place(shown, body, client)
        ack()
    else:
        answer_button(shown, body, client, respond, ack)


def _opened(services: Services, caller: Caller, number: int) -> Block:
    person = caller.person(services, fresh=True)
    found = services.customer_requests.work.open(caller.origin(person), person, caller.conversation(services), number)
    if isinstance(found, NotChanged):
        return words_only(why_not_changed(services, found, person))
    return shown_to(services, found, person)


def step_pressed(
    services: Services,
    step: Step,
    came_to: str,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """One press, one step of a request: **Take it**, **Close**, **Reopen**. Of two at once the other is told who."""
    caller, number = Caller.of_press(body), pressed(action)["customer_request"]
    person = caller.person(services, fresh=True)
    result = step(caller.origin(person), person, number)
    ack()
    after_press(services, result, person, body, client, respond, f"{_name(number)} {came_to}")


def hand_over_pressed(ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Hand over** asks to whom."""
    form_on_top(forms.hand_over_form(pressed(action)["customer_request"], _channel(body)), body, client)
    ack()


def identity_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Identity checked** asks how; **Correct the identity** shows what was ticked."""
    number, requests = pressed(action)["customer_request"], services.customer_requests
    checked = requests.work.checked_ways(Caller.of_press(body).person(services), number)
    form_on_top(forms.identity_form(number, requests.settings, _channel(body), checked), body, client)
    ack()


def extend_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Extend the term** says until when, and asks why, and whether the customer was told."""
    number = pressed(action)["customer_request"]
    term = "The law gives more time only where the request is complex, or there are many."
    until = services.customer_requests.work.extended_day(Caller.of_press(body).person(services), number)
    form_on_top(forms.extend_form(number, term, _channel(body), until), body, client)
    ack()


def undo_extension_pressed(services: Services, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]) -> None:
    """**Undo the extension** says until when then, and asks why."""
    number = pressed(action)["customer_request"]
    until = services.customer_requests.afterwards.first_day(Caller.of_press(body).person(services), number)
    form_on_top(forms.undo_extension_form(number, _channel(body), until), body, client)
    ack()


def handed_over(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The new owner was chosen."""
    caller, number = Caller.of_submission(body), memo(view)["customer_request"]
    person = caller.person(services, fresh=True)
    to = services.directory.person(person.team, typed(view)["person"], fresh=True)
    result = services.customer_requests.work.hand_over(caller.origin(person), person, number, to)
    after_form(services, result, person, view, client, ack, "person")


def identity_noted(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """How it was checked was ticked."""
    caller, number = Caller.of_submission(body), memo(view)["customer_request"]
    person, ways = caller.person(services, fresh=True), _ways(services, typed(view))
    result = services.customer_requests.work.check_identity(caller.origin(person), person, number, ways)
    after_form(services, result, person, view, client, ack, Part.IDENTITY)


def extended(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The reason was given."""
    caller, number, values = Caller.of_submission(body), memo(view)["customer_request"], typed(view)
    person, told = caller.person(services, fresh=True), forms.TOLD in (values.get("told") or [])
    work = services.customer_requests.work
    result = work.extend(caller.origin(person), person, number, values.get("why") or "", told=told)
    block = "told" if isinstance(result, NotChanged) and result.reason is Why.CUSTOMER_NOT_TOLD else "why"
    after_form(services, result, person, view, client, ack, block)


def extension_undone(services: Services, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The reason was given."""
    caller, number, why = Caller.of_submission(body), memo(view)["customer_request"], typed(view).get("why") or ""
    person = caller.person(services, fresh=True)
    result = services.customer_requests.afterwards.undo_extension(caller.origin(person), person, number, why)
    after_form(services, result, person, view, client, ack, "why")


def _channel(body: Body) -> str | None:
    return Caller.of_press(body).channel


def _not_registered(services: Services, result: NotRegistered, person: Person) -> str:
    return why_not(result.reason, None, services.company, services.clock(), person.id)


def _name(number: int) -> str:
    return f"C-{number}"
