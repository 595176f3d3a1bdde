"""A small Bolt app for the tests of the page: cards, a modal with every kind of input, a second modal, a Home."""

from queue import Empty, Queue
from threading import Event
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from slack_local.local_slack import LocalSlack
from slack_local.workspace import Workspace
from tests.slack_local.hanging_up import hang_up
from tests.waiting import until

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Clerk", "description": "Answers in tests", "background_color": "#274060"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Clerk", "always_online": True},
        "slash_commands": [
            {"command": "/card", "description": "Show a card", "usage_hint": "[account]", "should_escape": True},
            {"command": "/form", "description": "Open a form", "usage_hint": "", "should_escape": True},
            {"command": "/silent", "description": "Say nothing at all", "usage_hint": "", "should_escape": True},
        ],
        "shortcuts": [
            {
                "name": "Pass it on",
                "type": "message",
                "callback_id": "pass_on",
                "description": "Give it to a colleague",
            },
            {"name": "Begin anew", "type": "global", "callback_id": "begin", "description": "From the start"},
        ],
    },
    "oauth_config": {
        "scopes": {"bot": ["chat:write", "commands", "users:read", "im:write", "channels:read", "files:write"]}
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}

_PEOPLE = (
    {"name": "inese", "real_name": "Inese Ozola", "title": "Support agent", "groups": ["support"]},
    {"name": "janis", "real_name": "Jānis Bērziņš", "title": "Head of support", "groups": ["approvers"]},
    {"name": "dave", "real_name": "Dave <b>O'Neil</b>", "title": "Auditor", "tz": "America/New_York"},
    {"name": "paula", "real_name": "Paula Ābele", "title": "Billing partner", "guest": True},
    {"name": "gone", "real_name": "Gone Away", "title": "Former agent", "deactivated": True},
)
_CHANNELS = (
    {"name": "support", "topic": "Customers' questions", "members": ["inese", "janis", "dave", "paula"], "app": True},
    {"name": "general", "topic": "News", "app": True},
    {"name": "decisions", "topic": "To decide", "private": True, "members": ["janis"], "app": True},
)
WORKSPACE = Workspace.parse(
    {
        "start_as": "inese",
        "team": {"name": "Postwing", "domain": "postwing"},
        "groups": [{"handle": "support", "name": "Support"}, {"handle": "approvers", "name": "Approvers"}],
        "people": list(_PEOPLE),
        "channels": list(_CHANNELS),
    }
)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(word: str) -> Json:
    return {"text": plain(word), "value": word.lower()}


def button(words: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(words), "action_id": action, **more}


def options(*words: str) -> list[Json]:
    return [option(word) for word in words]


def card(account: str) -> list[Json]:
    asked = {
        "title": plain("End the grant?"),
        "text": mrkdwn("You will no longer see *contact details*."),
        "confirm": plain("End it"),
        "deny": plain("Keep it"),
        "style": "danger",
    }
    menu = {"type": "overflow", "action_id": "menu", "options": options("Copy", "Report")}
    purpose = {"type": "static_select", "action_id": "purpose", "placeholder": plain("Purpose")}
    return [
        {"type": "section", "block_id": "who", "text": mrkdwn(f"*Baltic Beans SIA* · `{account}`")},
        {
            "type": "section",
            "block_id": "purposes",
            "text": mrkdwn("Why do you look?"),
            "accessory": {**purpose, "options": options("Support", "Billing", "Marketing")},
        },
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                button("Approve", "approve", style="primary"),
                button("End now", "end", style="danger", confirm=asked),
                button("Ask slowly", "slow"),
                menu,
            ],
        },
        {"type": "context", "elements": [mrkdwn("Recorded as `a7f3k2`.")]},
    ]


def _input(block: str, label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block, "label": plain(label), "element": {**element, "action_id": "v"}, **more}


def form() -> Json:
    """A modal with every kind of input."""
    why = {"type": "plain_text_input", "multiline": True, "min_length": 15, "max_length": 120}
    classes = {"type": "checkboxes", "options": options("Contact", "Payment")}
    blocks = [
        _input("account", "Account", {"type": "plain_text_input", "placeholder": plain("id or name")}),
        _input("purpose", "Purpose", {"type": "static_select", "options": options("Support", "Billing", "Marketing")}),
        _input("why", "Why?", why, hint=plain("In your own words")),
        _input("classes", "What do you need to see?", classes),
        _input("long", "For how long?", {"type": "radio_buttons", "options": options("1 hour", "2 hours")}),
        _input("tags", "Tags", {"type": "multi_static_select", "options": options("Red", "Green", "Blue")}),
        _input("day", "From", {"type": "datepicker"}),
        _input("hour", "At", {"type": "timepicker"}),
        _input("until", "Until", {"type": "datetimepicker"}),
        _input("sponsor", "Sponsor", {"type": "users_select"}),
        _input("place", "Place", {"type": "conversations_select"}),
        _input("count", "How many?", {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}),
        _input("mail", "Reply to", {"type": "email_text_input"}),
        _input("city", "City", {"type": "external_select", "min_query_length": 1}, optional=True),
        _input("ticket", "Ticket", {"type": "plain_text_input"}, optional=True),
    ]
    words = {"title": plain("A long form"), "submit": plain("Send it"), "close": plain("Not now")}
    return {"type": "modal", "callback_id": "form", **words, "blocks": blocks}


def short_form(title: str = "A short form") -> Json:
    again = {"type": "actions", "block_id": "acts", "elements": [button("More", "more"), button("Change", "change")]}
    blocks = [_input("name", "Name", {"type": "plain_text_input"}), again]
    return {
        "type": "modal",
        "callback_id": "short",
        "title": plain(title),
        "submit": plain("Save"),
        "notify_on_close": True,
        "blocks": blocks,
    }


def second() -> Json:
    blocks = [_input("code", "Code", {"type": "plain_text_input"}, optional=True)]
    return {"type": "modal", "callback_id": "second", "title": plain("Sure?"), "submit": plain("Yes"), "blocks": blocks}


def home(count: int) -> Json:
    blocks = [
        {"type": "header", "text": plain("What waits for you")},
        {"type": "section", "block_id": "tally", "text": mrkdwn(f"Pressed *{count}* times")},
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [button("Count", "count"), button("Open the form", "open")],
        },
    ]
    return {"type": "home", "blocks": blocks}


class Clerk:
    """The app, and what it heard."""

    def __init__(self, slack: LocalSlack) -> None:
        self.client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        self.app = App(client=self.client, signing_secret=slack.signing_secret)
        self.handler = SocketModeHandler(self.app, slack.app_token)
        self.slack = slack
        self.heard: Queue[tuple[str, Json]] = Queue()
        self.go_on = Event()
        self.go_on.set()
        self.counts: dict[str, int] = {}
        self._register()

    def connect(self) -> None:
        self.handler.connect()  # type: ignore[no-untyped-call]  # slack-bolt leaves it so
        until(lambda: self.slack.connected)

    def close(self) -> None:
        self.go_on.set()
        hang_up(self.handler.client)

    def hears(self, name: str, timeout: float = 60.0) -> Json:
        """The next payload of this name; AssertionError when another or none comes."""
        try:
            found, payload = self.heard.get(timeout=timeout)
        except Empty:
            raise AssertionError(f"the app did not hear {name}") from None
        assert found == name, f"the app heard {found}, not {name}"
        return payload

    def _register(self) -> None:
        app = self.app
        app.command("/card")(self._card)
        app.command("/form")(self._form)
        app.command("/silent")(lambda: None)
        app.action("approve")(self._approve)
        app.action("slow")(self._slow)
        app.action("more")(self._more)
        app.action("change")(self._change)
        app.action("count")(self._count)
        app.action("open")(self._open)
        for action in ("end", "menu", "purpose"):
            app.action(action)(self._note)
        app.options("v")(lambda ack: ack(options=options("Riga", "Rome")))
        app.view("form")(self._submitted)
        app.view("short")(self._saved)
        app.view("second")(lambda ack: ack(response_action="clear"))
        app.view_closed("short")(self._closed)
        app.shortcut("pass_on")(self._shortcut)
        app.shortcut("begin")(self._shortcut)
        app.event("app_home_opened")(self._home)

    def _card(self, ack: Ack, command: Json) -> None:
        ack(text="A card", blocks=card(command["text"] or "pw-00412"))

    def _form(self, ack: Ack, command: Json) -> None:
        ack()
        view = short_form() if command["text"] == "short" else form()
        self.client.views_open(trigger_id=command["trigger_id"], view=view)

    def _approve(self, ack: Ack, body: Json, respond: Respond) -> None:
        self.heard.put(("approve", body))
        self.go_on.wait(60)
        ack()
        respond(replace_original=True, text=f"Approved by <@{body['user']['id']}>")

    def _slow(self, ack: Ack, body: Json) -> None:
        self.heard.put(("slow", body))
        self.go_on.wait(60)
        ack()

    def _note(self, ack: Ack, body: Json) -> None:
        ack()
        self.heard.put((body["actions"][0]["action_id"], body))

    def _more(self, ack: Ack, body: Json) -> None:
        ack()
        self.client.views_push(trigger_id=body["trigger_id"], view=second())

    def _change(self, ack: Ack, body: Json) -> None:
        ack()
        self.client.views_update(view_id=body["view"]["id"], view=short_form("Changed"))

    def _count(self, ack: Ack, body: Json) -> None:
        ack()
        user = body["user"]["id"]
        self.counts[user] = self.counts.get(user, 0) + 1
        self.client.views_publish(user_id=user, view=home(self.counts[user]))

    def _open(self, ack: Ack, body: Json) -> None:
        ack()
        self.client.views_open(trigger_id=body["trigger_id"], view=short_form())

    def _submitted(self, ack: Ack, body: Json) -> None:
        values = body["view"]["state"]["values"]
        if values["account"]["v"]["value"] == "nobody":
            words = {"account": "No account matches *nobody*.", "why": "Say more."}
            ack(response_action="errors", errors=words)
            return
        ack(response_action="push", view=second())
        self.heard.put(("form", values))

    def _saved(self, ack: Ack, body: Json) -> None:
        self.heard.put(("short", body["view"]["state"]["values"]))
        self.go_on.wait(60)
        ack()

    def _closed(self, ack: Ack, body: Json) -> None:
        ack()
        self.heard.put(("closed", body))

    def _shortcut(self, ack: Ack, shortcut: Json) -> None:
        ack()
        self.heard.put((shortcut["callback_id"], shortcut))

    def _home(self, event: Json) -> None:
        user = event["user"]
        if event["tab"] == "home":
            self.client.views_publish(user_id=user, view=home(self.counts.get(user, 0)))
