"""App Home: published when it is opened, and after what a person did there."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.access.decide import purposes_of, why_none
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.services import Services
from handlers.approver_home import with_approving
from handlers.payloads import Body, memo
from handlers.views import home as views
from handlers.views.audit.review import to_explain
from handlers.views.blocks import Block
from handlers.views.customer_requests.lists import with_customer_requests
from handlers.views.policy.changes import with_changes
from handlers.views.policy.readers import with_reading
from handlers.views.privacy.rereading import with_rereading
from handlers.views.words import refusal, value_of


def register(app: App, services: Services) -> None:
    """The event."""
    app.event("app_home_opened")(partial(opened, services))


def opened(services: Services, client: WebClient, event: dict[str, Any], body: dict[str, Any]) -> None:
    """Show the home tab as things stand now."""
    if event.get("tab", "home") == "home":
        publish(services, client, body["team_id"], event["user"])


def again(services: Services, client: WebClient, body: Mapping[str, Any]) -> None:
    """After a press in App Home, or a press or a form of a modal that was opened there: show what it changed."""
    if _is_from_home(body):
        publish(services, client, body["team"]["id"], body["user"]["id"])


def remembered(form: Block, body: Body) -> Block:
    """A form that is opened by a press in App Home: what it changed, once it was sent, is shown there (`again`)."""
    if not _is_from_home(body):
        return form
    return {**form, "private_metadata": value_of(**memo(form), home=1)}


def _is_from_home(body: Mapping[str, Any]) -> bool:
    view = body.get("view") or {}
    return view.get("type") == "home" or bool(memo(view).get("home"))


def publish(services: Services, client: WebClient, team: str, user: str) -> None:
    """Publish one person's home tab."""
    person = services.directory.person(team, user)
    seen = services.look(person)
    purposes = purposes_of(person, services.company.rules)
    reviews = services.review.number_waiting(person)
    customers = services.customer_requests.listing.mine(person)
    questions = services.questions.desk.number_waiting(person)
    outside = services.special_cases.disclosures.waiting(person)
    erasures = services.erasures.waiting(person)
    now, roles = services.clock(), _roles(person)
    taken = _taken(services, person)
    view = views.render(seen, purposes, services.company, now, reviews, questions, outside, erasures, roles, taken)
    view = with_changes(view, services.changes.number_waiting(person))
    view = with_rereading(view, services.questions.rereading.number_waiting(person))
    view = with_customer_requests(view, customers, person.id, services.clock())
    view = with_approving(view, services, person)
    view = views.with_more_to_do(view, to_explain(services.review.to_explain(person), now))
    view = with_reading(view, services.telling.reading.own(person).unread)
    client.views_publish(user_id=user, view=views.as_it_is(view))


def _taken(services: Services, person: Person) -> str | None:
    """What somebody is told whose groups would give them purposes, had these not been taken from them."""
    reason = why_none(person, services.company.rules)
    return refusal(reason, services.company) if reason is Reason.REMOVED else None


def _roles(person: Person) -> frozenset[str] | None:
    """An employee's; None for somebody of another company, whom no command of ours is suggested."""
    return person.roles if person.standing is Standing.MEMBER else None
