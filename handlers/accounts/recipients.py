"""**Check the address**: whether one address is on a customer's list. Knows Slack; decides nothing."""

from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.access.reasons import Reason
from bot.accounts.on_list import Answered, whole_address
from bot.accounts.results import Refused
from bot.services import Services
from handlers.patience import Patience
from handlers.payloads import Body, Caller, memo, typed
from handlers.slow_presses import answer_submission
from handlers.views.accounts import recipients as views
from handlers.views.blocks import Block
from handlers.views.words import refusal


def register(app: App, services: Services, patience: Patience) -> None:
    """The field under a list of a customer's own people."""
    app.view(views.SEARCHED)(partial(checked, services, patience))


def checked(
    services: Services, patience: Patience, ack: Ack, client: WebClient, body: Body, view: dict[str, Any]
) -> None:
    """The answer takes the list's place; a part of an address is asked for as a whole, under the field."""
    caller = Caller.of_submission(body)
    answer_submission(patience, lambda: _checked(services, caller, view), ack, body, client)


def _checked(services: Services, caller: Caller, view: dict[str, Any]) -> Block:
    ids, person = memo(view), caller.person(services, fresh=True)
    address = (typed(view).get(views.ADDRESS) or "").strip()
    result = services.special_cases.on_list(
        caller.origin(person),
        person,
        caller.conversation(services),
        ids["account"],
        ids["data_class"],
        ids["purpose"],
        address,
    )
    title = services.company.labels((ids["data_class"],))
    if isinstance(result, Answered):
        return views.answered(result, view.get("private_metadata") or "", title)
    if isinstance(result, Refused) and result.reason is Reason.NO_WHOLE_ADDRESS and whole_address(address) is None:
        return {"response_action": "errors", "errors": {views.ADDRESS: refusal(result.reason, services.company)}}
    purpose = result.purpose if isinstance(result, Refused) else None
    return views.not_answered(refusal(result.reason, services.company, purpose), title)
