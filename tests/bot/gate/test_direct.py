"""Handlers are found by name, and by the name that Bolt would have found them by."""

import re
from functools import partial
from typing import Any
from unittest.mock import create_autospec

import pytest
from slack_bolt import Ack, BoltRequest, BoltResponse, Respond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.app import create_app
from bot.gate.direct import DirectApp
from bot.services import Services


@pytest.fixture
def app() -> DirectApp:
    return DirectApp(client=WebClient("xoxb-1"), process_before_response=True, token_verification_enabled=False)


def asked(body: dict[str, Any]) -> BoltRequest:
    return BoltRequest(body=body, mode="socket_mode")


def press(action: str, **more: Any) -> BoltRequest:
    return asked({"type": "block_actions", "actions": [{"action_id": action}], "user": {"id": "U1"}, **more})


def bodies_of(name: str) -> list[dict[str, Any]]:
    """A request of each kind that calls its handler so."""
    return [
        {"command": name},
        {"type": "block_actions", "actions": [{"action_id": name}]},
        {"type": "view_submission", "view": {"type": "modal", "callback_id": name}},
        {"type": "message_action", "callback_id": name},
    ]


def test_whatever_bolt_finds_for_a_name_is_found_by_it() -> None:
    app = create_app(create_autospec(Services, instance=True), WebClient("xoxb-1"))
    assert isinstance(app, DirectApp)
    names = {one for kind in app._names.values() for one in kind._whole}
    numbered = {f"{name}.7" for name in names}
    found = 0
    for body in (one for name in names | numbered for one in bodies_of(name)):
        request = asked(body)
        bolts = next((one for one in app._listeners if one.matches(req=request, resp=BoltResponse(status=200))), None)
        ours = app._found(body)
        assert (ours and ours.ack_function) == (bolts and bolts.ack_function), body
        found += ours is not None
    assert found > 120


def test_a_handler_is_given_what_it_asks_for(app: DirectApp) -> None:
    given: dict[str, Any] = {}

    def pressed(ack: Ack, respond: Respond, client: WebClient, body: dict[str, Any], action: dict[str, Any]) -> None:
        given.update(respond=respond, client=client, body=body, action=action)
        ack("Done.")

    app.action("grant.end")(pressed)
    request = press("grant.end", response_url="https://hooks.slack.com/answer", team={"id": "T7"})
    answer = app.dispatch(request)
    assert answer.body == "Done."
    assert given["action"] == {"action_id": "grant.end"}
    assert given["body"] is request.body
    assert given["respond"].response_url == "https://hooks.slack.com/answer"
    assert (given["client"].token, given["client"].default_params) == ("xoxb-1", {"team_id": "T7"})
    app.dispatch(press("grant.end", team={"id": "T8"}))
    assert given["client"].default_params == {"team_id": "T8"}


def test_a_name_goes_before_a_pattern_and_the_first_pattern_before_others(app: DirectApp) -> None:
    said: list[str] = []

    def say(name: str, ack: Ack) -> None:
        said.append(name)
        ack()

    for name in (re.compile(r"^open\.\d+$"), re.compile(r"^open"), "open.1"):
        app.action(name)(partial(say, str(name)))
    for action in ("open.1", "open.2", "opened"):
        assert app.dispatch(press(action)).status == 200
    assert said == ["open.1", str(re.compile(r"^open\.\d+$")), str(re.compile(r"^open"))]


def test_what_a_handler_raises_ends_where_all_errors_do(app: DirectApp) -> None:
    def fails(body: dict[str, Any]) -> None:
        raise LookupError(body["command"])

    app.command("/account")(fails)
    app.error(lambda error, body: BoltResponse(status=200, body=f"{type(error).__name__} {body['text']}"))
    assert app.dispatch(asked({"command": "/account", "text": "pw-1"})).body == "LookupError pw-1"


@pytest.mark.parametrize(
    "body",
    [
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{"action_id": ["grant.end"]}]},
        {"type": "block_actions", "actions": [{"action_id": "grant.ended"}]},
        {"type": "view_submission", "view": {}},
        {"type": "shortcut"},
        {"type": ["block_actions"]},
        {"command": None},
        {},
    ],
)
def test_what_nobody_listens_for_is_answered_as_bolt_does(body: dict[str, Any]) -> None:
    app = DirectApp(authorize=lambda **_: AuthorizeResult(enterprise_id=None, team_id="T1"))
    app.action("grant.end")(lambda ack: ack())
    assert app.dispatch(asked(body)).status in {404, 500}


def test_a_handler_that_does_not_answer_is_told_of(app: DirectApp) -> None:
    app.action("grant.end")(lambda: None)
    assert app.dispatch(press("grant.end")).status == 404


def test_what_can_never_be_given_is_found_when_the_app_is_put_together(app: DirectApp) -> None:
    with pytest.raises(ValueError, match="asks for person"):
        app.action("grant.end")(lambda person: person)
    app.action("grant.end")(lambda ack: ack())
    with pytest.raises(ValueError, match=r"two handlers for grant\.end"):
        app.action("grant.end")(lambda ack: ack())
