"""What follows a press or a form about a customer's request: the request as it stands, or why nothing changed."""

from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.access.people import Person
from bot.access.roles import is_officer
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.requests import standing_for
from bot.privacy.customer_requests.work import Changed, NotChanged, Opened
from bot.services import Services
from handlers import home
from handlers.payloads import Body
from handlers.replies import beside, show_under, words_only
from handlers.views.blocks import Block
from handlers.views.customer_requests import request as views
from handlers.views.customer_requests.words import stands_for, why_not

MENDED_IN_THE_FORM = frozenset(
    {
        Why.NO_REASON,
        Why.CUSTOMER_NOT_TOLD,
        Why.NEW_OWNER_NO_OFFICER,
        Why.NO_SUCH_WAY,
        Why.NOBODY_TO_ASSIGN,
        Why.NO_TASK_NAMED,
    }
)


def after_form(
    services: Services,
    result: Changed | NotChanged,
    person: Person,
    view: Body,
    client: WebClient,
    ack: Ack,
    block: str,
) -> None:
    """The request as it stands now; an error under the field where the form can mend it."""
    if isinstance(result, Changed):
        show_under(shown_to(services, result, person), view, client, ack)
    elif result.reason in MENDED_IN_THE_FORM:
        ack(response_action="errors", errors={str(block): why_not_changed(services, result, person)})
    else:
        ack(response_action="update", view=views.said("Nothing was changed", why_not_changed(services, result, person)))


def after_press(
    services: Services,
    result: Changed | NotChanged,
    person: Person,
    body: Body,
    client: WebClient,
    respond: Respond,
    done: str,
) -> None:
    """In its modal: the request as it stands now. In a message: a line beside it; the message itself follows."""
    view = body.get("view") or {}
    if isinstance(result, NotChanged):
        said = words_only(why_not_changed(services, result, person))
        beside(said, body, client, respond, title="Nothing was changed")
    elif view.get("type") == "modal":
        client.views_update(view_id=view["id"], hash=view["hash"], view=shown_to(services, result, person))
    else:
        beside(words_only(done), body, client, respond)
    home.again(services, client, body)


def shown_to(services: Services, found: Opened | Changed, person: Person) -> Block:
    """The request as this person may act on it."""
    settings, now = services.customer_requests.settings, services.clock()
    return views.request_modal(found, settings, now, person.id, officer=is_officer(person))


def why_not_changed(services: Services, result: NotChanged, person: Person) -> str:
    """Why a press changed nothing, for this person."""
    if result.reason is Why.STANDS_FOR_ANOTHER and result.request is not None:
        with services.database.reading() as connection:
            return stands_for(result.request, standing_for(connection, result.request.number))
    return why_not(result.reason, result.request, services.company, services.clock(), person.id)
