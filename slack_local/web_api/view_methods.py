"""views.*: modals and App Homes.

Source: https://docs.slack.dev/reference/methods/views.open and its neighbours
"""

from collections.abc import Mapping
from typing import Any

from slack_local import shapes
from slack_local.errors import SlackError, invalid
from slack_local.json_types import Json
from slack_local.surfaces import STACK_LIMIT, View
from slack_local.web_api.call import Call, Method


def views_open(call: Call) -> Json:
    body = _body(call, "modal")
    user = call.platform.triggers.redeem(call.arguments.required("trigger_id"))
    return _answer(call, call.platform.views.open(user, body))


def views_push(call: Call) -> Json:
    body = _body(call, "modal")
    user = call.platform.triggers.redeem(call.arguments.required("trigger_id"))
    if len(call.platform.views.stack(user)) >= STACK_LIMIT:
        raise SlackError("push_limit_reached")
    return _answer(call, call.platform.views.push(user, body))


def views_update(call: Call) -> Json:
    given, views = call.arguments, call.platform.views
    view_id, external_id = given.text("view_id"), given.text("external_id")
    if not view_id and not external_id:
        raise invalid("missing required field: view_id")
    found = views.find(view_id) if view_id else views.with_external_id(external_id)
    if found is None:
        raise SlackError("not_found")
    body = _body(call, found.type, allowed=found)
    if given.text("hash") not in ("", found.hash):
        raise SlackError("hash_conflict")
    return _answer(call, views.update(found, body))


def views_publish(call: Call) -> Json:
    if not call.platform.manifest.home_tab:
        raise SlackError("not_enabled")
    views = call.platform.views
    person = call.platform.world.people.get(call.arguments.required("user_id"))
    if person is None or person.is_bot:
        raise invalid("invalid `user_id`")
    body = _body(call, "home", allowed=views.homes.get(person.id))
    home, wanted = views.homes.get(person.id), call.arguments.text("hash")
    if home is not None and wanted not in ("", home.hash):
        raise SlackError("hash_conflict")
    return _answer(call, views.publish(person.id, body))


def _body(call: Call, kind: str, allowed: View | None = None) -> Json:
    given: Any = call.arguments.json("view")
    if not isinstance(given, dict):
        raise invalid("missing required field: view")
    return call.platform.checked_view(given, "home" if kind == "home" else "modal", allowed)


def _answer(call: Call, view: View) -> Json:
    return {"view": shapes.view(call.platform.world, view)}


METHODS: Mapping[str, Method] = {
    "views.open": Method(views_open),
    "views.push": Method(views_push),
    "views.update": Method(views_update),
    "views.publish": Method(views_publish),
}
