"""The Bolt app that finds a command's, a press's or a form's handler by its name.

Bolt asks one listener after the other whether a request is for it, some 14 µs each, and makes a client, an
authorisation and thirty arguments anew for each request. Here the name is looked up, and a handler is given the
arguments that it asks for. Everything else, events too, goes Bolt's own way, and so does a name that nobody knows.
"""

import inspect
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.listener.listener import Listener
from slack_sdk import WebClient

from bot.gate.genuine import fault_in

log = structlog.get_logger(__name__)

Handler = Callable[..., BoltResponse | None]
Name = str | re.Pattern[str]
Register = Callable[[Handler], Handler]

COMMAND: Final = "command"
PRESS: Final = "block_actions"
FORM: Final = "view_submission"
SHORTCUT: Final = "message_action"

ARGUMENTS: Final[Mapping[str, Callable[[BoltRequest], Any]]] = {
    "ack": lambda request: request.context.ack,
    "action": lambda request: request.body["actions"][0],
    "body": lambda request: request.body,
    "client": lambda request: request.context.client,
    "command": lambda request: request.body,
    "context": lambda request: request.context,
    "respond": lambda request: request.context.respond,
    "shortcut": lambda request: request.body,
    "view": lambda request: request.body["view"],
}
"""What handlers may ask for by name, as Bolt gives it."""


class _Named(Listener):
    """A handler with what it asks for. Raises ValueError where it asks for what there is not."""

    matchers = ()
    middleware = ()
    lazy_functions = ()
    auto_acknowledgement = False

    def __init__(self, handler: Handler) -> None:
        self.ack_function = handler  # type: ignore[assignment]  # Bolt's type forgets that nothing may be returned
        names = [name for name, one in inspect.signature(handler).parameters.items() if one.default is one.empty]
        if unknown := [name for name in names if name not in ARGUMENTS]:
            raise ValueError(f"a handler asks for {', '.join(unknown)}, which no request has")
        self._arguments = [(name, ARGUMENTS[name]) for name in names]

    def run_ack_function(self, *, request: BoltRequest, response: BoltResponse) -> BoltResponse | None:  # noqa: ARG002 - Bolt names it
        """Call it for this request."""
        return self.ack_function(**{name: of(request) for name, of in self._arguments})


class _Names:
    """The handlers of one kind of request, by name or by a pattern of names."""

    def __init__(self) -> None:
        self._whole: dict[str, _Named] = {}
        self._patterns: list[tuple[re.Pattern[str], _Named]] = []

    def add(self, name: Name, handler: Handler) -> None:
        """Raises ValueError when there is another one of this name."""
        if isinstance(name, re.Pattern):
            self._patterns.append((name, _Named(handler)))
        elif name in self._whole:
            raise ValueError(f"two handlers for {name}")
        else:
            self._whole[name] = _Named(handler)

    def find(self, name: object) -> _Named | None:
        """The handler of a name: its own, else the first whose pattern is found in it, as Bolt looks for one."""
        if not isinstance(name, str):
            return None
        own = self._whole.get(name)
        return own or next((one for pattern, one in self._patterns if pattern.search(name)), None)


class DirectApp(App):
    """A Bolt app of one workspace's token whose signatures were checked by the gate."""

    def __init__(self, **options: Any) -> None:
        """Options as Bolt's."""
        super().__init__(**options)
        self._names = {kind: _Names() for kind in (COMMAND, PRESS, FORM, SHORTCUT)}
        self._clients: dict[str | None, WebClient] = {}
        self._turn = threading.Lock()

    def command(self, command: str) -> Register:  # type: ignore[override]  # nobody needs its further conditions
        """As Bolt's, by the name alone."""
        return self._also(COMMAND, command, super().command(command))

    def action(self, constraints: Name) -> Register:  # type: ignore[override]
        """As Bolt's, by the name alone."""
        return self._also(PRESS, constraints, super().action(constraints))

    def view(self, constraints: Name) -> Register:  # type: ignore[override]
        """As Bolt's, by the name alone."""
        return self._also(FORM, constraints, super().view(constraints))

    def message_shortcut(self, callback_id: Name) -> Register:  # type: ignore[override]
        """As Bolt's, by the name alone."""
        return self._also(SHORTCUT, callback_id, super().message_shortcut(callback_id))

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """The handler's answer. Its errors go where Bolt's own listeners' go.

        A payload that names what Slack does not is refused before anything is done.
        """
        if fault := fault_in(req.body, self.client.base_url):
            log.warning("gate.refused", reason=fault)
            return BoltResponse(status=400, body={"error": fault})
        found = self._found(req.body)
        if found is None:
            return super().dispatch(req)
        req.context["client"] = self._client_of(req.context.team_id)
        req.context["logger"] = self.logger
        answer = self.listener_runner.run(req, None, "handler", found)  # type: ignore[arg-type]  # as Bolt does
        return answer or BoltResponse(status=404, body={"error": "unhandled request"})

    def _also(self, kind: str, name: Name, register: Any) -> Register:
        """Registers a handler with Bolt, and under its name."""

        def registered(handler: Handler) -> Handler:
            self._names[kind].add(name, handler)
            register(handler)
            return handler

        return registered

    def _found(self, body: Mapping[str, Any]) -> _Named | None:
        kind = COMMAND if "command" in body else body.get("type")
        names = self._names.get(kind) if isinstance(kind, str) else None
        return names.find(_name_in(str(kind), body)) if names else None

    def _client_of(self, team: str | None) -> WebClient:
        """One for each workspace that asks, as Bolt makes one for each request."""
        with self._turn:
            if team not in self._clients:
                ours = self.client
                self._clients[team] = WebClient(
                    token=ours.token,
                    base_url=ours.base_url,
                    timeout=ours.timeout,
                    ssl=ours.ssl,
                    proxy=ours.proxy,
                    headers=ours.headers,
                    team_id=team,
                    logger=ours.logger,
                    retry_handlers=list(ours.retry_handlers),
                )
            return self._clients[team]


def _name_in(kind: str, body: Mapping[str, Any]) -> object:
    """What a request calls the handler that it is for; None where it is not as Slack's are."""
    try:
        match kind:
            case "command":
                return body["command"]
            case "block_actions":
                return body["actions"][0]["action_id"]
            case "view_submission":
                return body["view"]["callback_id"]
            case _:
                return body["callback_id"]
    except (IndexError, KeyError, TypeError):
        return None
