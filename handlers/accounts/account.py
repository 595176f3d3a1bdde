"""Looking an account up: `/account`, the list to choose from, Reveal. Knows Slack; decides nothing."""

import json
import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.access.decide import admit, choose_purpose, purposes_of
from bot.access.people import Conversation
from bot.access.reasons import Reason
from bot.access.rules.processors import is_outsider
from bot.access.rules.purposes import Purpose
from bot.accounts.results import Refused, Revealed
from bot.services import Services
from handlers.accounts import going_on, objections
from handlers.command_text import Typed, read, subcommand
from handlers.patience import Patience
from handlers.payloads import Body, Caller, memo, pressed, typed
from handlers.replies import answer_button, answer_command, open_modal, show, words_only
from handlers.slow_presses import answer_in_message, answer_page, answer_press, answer_submission
from handlers.views.accounts import account as views
from handlers.views.blocks import Block, option
from handlers.views.policy import notices
from handlers.views.words import value_of


def register(app: App, services: Services, patience: Patience) -> None:
    """Everything about accounts that people can touch."""
    app.command("/account")(partial(look_up, services, patience))
    app.action(re.compile(rf"{re.escape(views.OPEN)}(\.\d+)?$"))(partial(open_account, services, patience))
    app.action(views.REVEAL)(partial(reveal, services, patience))
    app.action(f"{views.PAGE}.next")(partial(turn_page, services, patience))
    app.action(f"{views.PAGE}.previous")(partial(turn_page, services, patience))
    app.action(views.FORM)(partial(open_form, services))
    app.view(views.FORM_SUBMITTED)(partial(form_submitted, services, patience))


def look_up(
    services: Services, patience: Patience, ack: Ack, respond: Respond, client: WebClient, command: dict[str, Any]
) -> None:
    """/account QUERY [for PURPOSE]: the card is the acknowledgement itself."""
    text = (command.get("text") or "").strip()
    caller = Caller.of_command(command)
    if not text:
        answer_command(_form(services, caller), command, client, ack)
    elif subcommand(text, ["help"])[0]:
        ack(**_help(services, caller))
    elif said := objections.read(text):
        objections.command(services, ack, client, command, said)
    else:
        asked = read(text, _labels(services))
        patience.answer(lambda: _look_up(services, caller, asked), ack, respond)


def _look_up(services: Services, caller: Caller, asked: Typed) -> Block:
    if asked.meant is not None:
        label = services.company.rules.purposes[asked.meant].label
        return words_only(f"There is no such purpose. Did you mean *for {label.lower()}*? Nothing was looked up.")
    if not asked.query:
        return words_only("Which account? Put its id, e-mail, domain or name before `for`.")
    person = caller.listed(services)
    conversation = caller.conversation(services)
    result = services.look_up(caller.origin(person), person, conversation, asked.query, asked.purpose)
    yours = purposes_of(person, services.company.rules) if isinstance(result, Refused) else ()
    return views.render(result, services.company, services.clock(), yours)


def open_account(
    services: Services,
    patience: Patience,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """**Open** in a short list, or **Open the account** in a message about a grant."""
    caller, ids = Caller.of_press(body), pressed(action)

    def opened() -> Block:
        person, conversation = caller.listed(services), caller.conversation(services)
        origin = caller.origin(person)
        result = services.look_up.open(origin, person, conversation, ids["account"], ids.get("purpose"))
        return views.render(result, services.company, services.clock())

    answer_in_message(patience, opened, ack, body, client, respond)


def reveal(
    services: Services,
    patience: Patience,
    ack: Ack,
    respond: Respond,
    client: WebClient,
    body: Body,
    action: dict[str, Any],
) -> None:
    """**Reveal**: a look-up of its own; the values are shown in a modal."""
    caller, ids = Caller.of_press(body), pressed(action)
    answer_press(patience, lambda: _reveal(services, caller, ids), ack, body, client, respond)


def go_on(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body, ids: dict[str, Any]) -> None:
    """A look-up that waited for a change of the policy to be read: again, as it was asked, with an entry of its own."""
    caller = Caller.of_press(body)
    person = caller.person(services, fresh=True)
    waited = going_on.waited(services, person, ids["e"])
    if waited is None:
        shown = words_only("That look-up is no longer kept. Look the account up once more.")
    elif "data_class" in ids and waited.account and waited.purpose:
        asked = {"account": waited.account, "data_class": ids["data_class"], "purpose": waited.purpose}
        shown = _reveal(services, going_on.again(caller), asked)
    else:
        origin = going_on.again(caller).origin(person)
        result = services.look_up(origin, person, caller.conversation(services), waited.query, waited.purpose)
        shown = views.render(result, services.company, services.clock())
    ack()
    if shown.get("type") == "modal":
        open_modal(shown, body, client)
    else:
        show(shown, body, client, respond, title="Account")


def turn_page(
    services: Services, patience: Patience, ack: Ack, client: WebClient, body: Body, action: dict[str, Any]
) -> None:
    """**Next** and **Previous** in a long list: each page is a look-up."""
    caller, ids = Caller.of_press(body), pressed(action)

    def turned() -> Block:
        shown = _reveal(services, caller, ids)
        return shown if shown.get("type") == "modal" else views.as_modal(shown)

    answer_page(patience, turned, ack, body, client)


def _reveal(services: Services, caller: Caller, ids: dict[str, Any]) -> Block:
    person = caller.person(services, fresh=True)
    result = services.reveal(
        caller.origin(person),
        person,
        caller.conversation(services),
        ids["account"],
        ids["data_class"],
        ids["purpose"],
        ids.get("page", 1),
    )
    if isinstance(result, Refused) and result.reason is Reason.POLICY_UNREAD:
        return notices.read_first(result, services.company, {"data_class": ids["data_class"]})
    if isinstance(result, Revealed):
        return views.revealed(result, services.clock(), memo=value_of(channel=caller.channel))
    return views.render(result, services.company, services.clock())


def open_form(services: Services, ack: Ack, respond: Respond, client: WebClient, body: Body) -> None:
    """**Look up an account** in App Home."""
    answer_button(_form(services, Caller.of_press(body)), body, client, respond, ack)


def form_submitted(services: Services, patience: Patience, ack: Ack, client: WebClient, body: Body, view: Body) -> None:
    """The modal was filled in: the card takes its place, or what to type otherwise stands under its field."""
    caller, values = Caller.of_submission(body), typed(view)
    query, purpose = (values.get("account") or "").strip(), values.get("purpose")
    if not query:
        ack(response_action="errors", errors={"account": "Which account? Type its id, e-mail, domain or name."})
        return

    def looked_up() -> Block:
        person, conversation = caller.listed(services), caller.conversation(services)
        result = services.look_up(caller.origin(person), person, conversation, query, purpose)
        if errors := views.to_mend(result, services.company, purposes_of(person, services.company.rules)):
            return {"response_action": "errors", "errors": errors}
        return views.as_modal(views.render(result, services.company, services.clock()), memo=json.dumps(memo(view)))

    answer_submission(patience, looked_up, ack, body, client)


def _form(services: Services, caller: Caller) -> Block:
    """The form, with the person's own purposes; who has none is turned away as a look-up would do it, and recorded."""
    person = caller.person(services)
    own = purposes_of(person, services.company.rules)
    if not own:
        person = caller.person(services, fresh=True)
        own = purposes_of(person, services.company.rules)
    if not own:
        turned_away = services.look_up(caller.origin(person), person, caller.conversation(services), "", None)
        return views.render(turned_away, services.company, services.clock())
    default = choose_purpose(person, None, services.company.rules)
    chosen = default.key if isinstance(default, Purpose) else None
    options = [option(purpose.label, purpose.key) for purpose in own]
    return views.look_up_form(options, chosen, value_of(channel=caller.channel))


def _help(services: Services, caller: Caller) -> Block:
    person, rules = caller.person(services), services.company.rules
    own, default = [purpose.label for purpose in purposes_of(person, rules)], choose_purpose(person, None, rules)
    barred = admit(person, Conversation.INTERNAL) or (None if own or isinstance(default, Purpose) else default)
    usual = default.label if isinstance(default, Purpose) else None
    outside = is_outsider(person, rules.processors)
    return words_only(views.help_text(services.company, own, usual, barred=barred, outside=outside))


def _labels(services: Services) -> dict[str, str]:
    return {key: purpose.label for key, purpose in services.company.rules.purposes.items()}
