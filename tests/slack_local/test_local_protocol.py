"""What the page speaks: every call of README.md, over HTTP and the live WebSocket."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from websockets.sync.client import connect

from slack_local import LocalSlack
from tests.slack_local.conftest import Served
from tests.waiting import until

Json = dict[str, Any]


class Screen:
    """One person's page."""

    def __init__(self, slack: LocalSlack, name: str) -> None:
        self.slack = slack
        self.id = slack.people[name].id

    def get(self, path: str, **query: str) -> Json:
        answer = httpx.get(f"{self.slack.url}/local/{path}", params={"as": self.id, **query})
        assert answer.status_code == 200, answer.text
        loaded: Json = answer.json()
        return loaded

    def post(self, path: str, **body: Any) -> Json:
        answer = self.send(path, **body)
        assert answer.status_code == 200, answer.text
        loaded: Json = answer.json()
        assert loaded["ok"] is True
        return loaded

    def send(self, path: str, **body: Any) -> httpx.Response:
        return httpx.post(f"{self.slack.url}/local/{path}", json={"as": self.id, **body})


@pytest.fixture
def ann(slack: LocalSlack) -> Screen:
    return Screen(slack, "ann")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def form(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "a"}
    blocks = [{"type": "input", "block_id": "b", "label": plain("Why?"), "element": element}]
    shown = {"type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Go"), "blocks": blocks}
    return {**shown, **more}


def test_the_workspace(slack: LocalSlack, ann: Screen) -> None:
    shown = ann.get("workspace")
    assert shown["team"] == {"id": slack.team_id, "name": "Harbour", "domain": "harbour"}
    assert shown["app"]["bot_user"] == slack.bot_user
    assert shown["app"]["color"] == "#123456"
    people = {person["name"]: person for person in shown["people"]}
    assert people["bob"]["groups"] == ["crew", "shore"]
    assert (people["cem"]["is_guest"], people["dee"]["is_stranger"], people["eve"]["deleted"]) == (True, True, True)
    assert people["ann"].keys() >= {"id", "name", "real_name", "title", "is_bot", "color", "tz"}
    assert {person["name"] for person in shown["people"] if person["is_bot"]} == {"echo", "slackbot"}
    assert [command["command"] for command in shown["commands"]] == ["/echo", "/plain"]
    assert shown["commands"][0] == {"command": "/echo", "description": "Say it again", "usage_hint": "words"}
    assert {shortcut["type"] for shortcut in shown["shortcuts"]} == {"global", "message"}
    assert shown["start_as"] == ann.id


def test_conversations_and_what_is_unread(slack: LocalSlack, client: WebClient, ann: Screen) -> None:
    client.chat_postMessage(channel="general", text="one")
    client.chat_postMessage(channel="general", text="two")
    channels = ann.get("conversations")["channels"]
    assert channels[0]["is_app"]
    assert channels[0]["kind"] == "im"
    assert channels[0]["user"] == slack.bot_user
    named = {channel["name"]: channel for channel in channels}
    assert "hold" not in named
    assert (named["general"]["unread"], named["bridge"]["kind"], named["acme"]["is_ext_shared"]) == (2, "private", True)
    messages = ann.get("messages", channel=named["general"]["id"])["messages"]
    assert [message["text"] for message in messages] == ["one", "two"]
    assert messages[0]["bot"]
    assert named["general"]["latest"] == messages[1]["ts"]
    again = {channel["name"]: channel for channel in ann.get("conversations")["channels"]}
    assert again["general"]["unread"] == 0


def test_a_person_reads_only_where_they_are(slack: LocalSlack, ann: Screen) -> None:
    query = {"as": ann.id, "channel": slack.channels["hold"].id}
    answer = httpx.get(f"{slack.url}/local/messages", params=query)
    assert answer.status_code == 409
    assert answer.json() == {"ok": False, "error": "Ann Moor is not in this conversation."}
    assert httpx.get(f"{slack.url}/local/views", params={"as": "U0"}).status_code == 409


def test_saying(slack: LocalSlack, ann: Screen) -> None:
    deck = slack.channels["deck"].id
    ann.post("say", channel=deck, text="morning @bob")
    ann.post("say", channel=deck, text="/echo x")
    texts = [message["text"] for message in ann.get("messages", channel=deck)["messages"]]
    assert texts == [f"morning <@{slack.people['bob'].id}|bob>", '/echo failed with the error "dispatch_failed"']
    refused = ann.send("say", channel=deck, text=" ")
    assert (refused.status_code, refused.json()["error"]) == (409, "There is nothing to send.")


def opening_a_form(served: Served) -> list[str]:
    """An app whose /echo opens a form; what is sent is kept, and "no" is refused."""
    app, got = served.app(), []

    @app.command("/echo")
    def open_it(ack: Any, command: Json, client: WebClient) -> None:
        client.views_open(trigger_id=command["trigger_id"], view=form())
        ack()

    @app.view("form")
    def submitted(ack: Any, view: Json) -> None:
        value = view["state"]["values"]["b"]["a"]["value"]
        got.append(value)
        ack(response_action="errors", errors={"b": "No."}) if value == "no" else ack()

    served.by_http(app)
    return got


def test_a_form_from_command_to_submission(slack: LocalSlack, served: Served, ann: Screen) -> None:
    got = opening_a_form(served)
    ann.post("say", channel=slack.channels["deck"].id, text="/echo")
    (view,) = ann.get("views")["stack"]
    assert view["title"]["text"] == "Form"
    assert view["state"]["values"] == {"b": {"a": {"type": "plain_text_input", "value": None}}}

    def submit(value: str) -> Json:
        state = {"b": {"a": {"type": "plain_text_input", "value": value}}}
        return ann.post("submit", view_id=view["id"], state=state)

    assert submit("")["errors"] == {"b": "Please complete this required field."}
    assert submit("no")["errors"] == {"b": "No."}
    assert ann.get("views")["stack"][0]["state"]["values"]["b"]["a"]["value"] == "no"
    assert submit("yes") == {"ok": True}
    assert got == ["no", "yes"]
    assert ann.get("views")["stack"] == []
    assert ann.send("close", view_id=view["id"]).json()["error"] == "This window is no longer open."


def test_pressing_sends_what_was_chosen(slack: LocalSlack, client: WebClient, served: Served, ann: Screen) -> None:
    app, got = served.app(), []

    @app.action("menu")
    def menu(ack: Any, body: Json) -> None:
        got.append(dict(body))
        ack()

    served.by_http(app)
    option = {"text": plain("One"), "value": "1"}
    elements = [{"type": "static_select", "action_id": "menu", "options": [option]}]
    posted = client.chat_postMessage(
        channel="general", text="t", blocks=[{"type": "actions", "block_id": "b", "elements": elements}]
    )
    container = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    ann.post("press", action_id="menu", block_id="b", container=container, state={}, option=option)
    assert got[0]["actions"][0]["selected_option"] == option
    gone = ann.send("press", action_id="menu", block_id="c", container=container, state={})
    assert (gone.status_code, gone.json()["error"]) == (409, "This is no longer there.")


def test_the_home_and_shortcuts(slack: LocalSlack, served: Served, ann: Screen) -> None:
    app, got = served.app(), []

    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

    @app.shortcut("start")
    @app.shortcut("quote")
    def used(ack: Any, shortcut: Json) -> None:
        got.append(shortcut["type"])
        ack()

    served.by_http(app)
    assert ann.get("home") == {"view": None}
    assert ann.post("home")["view"]["type"] == "home"
    assert ann.get("home")["view"]["blocks"][0]["type"] == "divider"
    deck = slack.channels["deck"].id
    ann.post("say", channel=deck, text="quote me")
    ts = ann.get("messages", channel=deck)["messages"][0]["ts"]
    ann.post("shortcut", callback_id="start")
    ann.post("shortcut", callback_id="quote", channel=deck, ts=ts)
    assert got == ["shortcut", "message_action"]
    assert ann.send("shortcut", callback_id="none").status_code == 409


def test_changes_come_live(slack: LocalSlack, client: WebClient, ann: Screen) -> None:
    address = slack.url.replace("http", "ws") + f"/local/live?as={ann.id}"
    with connect(address) as live:

        def news() -> Json:
            loaded: Json = json.loads(live.recv(timeout=60))
            return loaded

        assert news() == {"type": "app", "connected": False}
        general = slack.channels["general"].id
        bob, hold = slack.as_user("bob"), slack.channels["hold"].id
        bob.type("private matter", hold)
        client.chat_postEphemeral(channel=general, user=slack.people["bob"].id, text="only bob")
        client.chat_postMessage(channel="general", text="hi")
        assert news() == {"type": "messages", "channel": general}, "what others see is no news for ann"
        client.views_publish(user_id=ann.id, view={"type": "home", "blocks": []})
        assert news() == {"type": "home"}
        client.views_open(trigger_id=slack.platform.triggers.issue(ann.id), view=form())
        assert news() == {"type": "views"}
        slack.groups["crew"].remove("bob")
        assert news() == {"type": "conversations"}
        slack.deliver_to("http://127.0.0.1:9/")
        assert news() == {"type": "app", "connected": True}
    until(lambda: not slack.platform.changes.listeners)


def test_other_sites_have_no_business_here(slack: LocalSlack, ann: Screen) -> None:
    body = {"as": ann.id, "channel": slack.channels["deck"].id, "text": "hi"}
    foreign = httpx.post(f"{slack.url}/local/say", json=body, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert httpx.get(f"{slack.url}/local/workspace", headers={"Host": "evil.example"}).status_code == 400
    own = httpx.post(f"{slack.url}/local/say", json=body, headers={"Origin": slack.url})
    assert own.status_code == 200
    assert httpx.post(f"{slack.url}/local/say", content=b"{").status_code == 400
    assert httpx.post(f"{slack.url}/local/say", json=[1]).status_code == 400
    assert ann.send("say", channel="C0").json()["error"] == "text is missing."


def test_trouble_by_http(slack: LocalSlack, ann: Screen) -> None:
    ann_post = {"method": "auth.test", "kind": "rate_limit", "retry_after": 7}
    httpx.post(f"{slack.url}/local/trouble", json=ann_post).raise_for_status()
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    answer = httpx.post(f"{slack.api_url}auth.test", headers=bearer)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert httpx.post(f"{slack.api_url}auth.test", headers=bearer).json()["ok"]
    assert httpx.post(f"{slack.url}/local/trouble", json={"delivery": "late", "colour": 1}).status_code == 409
    assert httpx.post(f"{slack.url}/local/trouble", json={"clear": True}).json() == {"ok": True}


def test_the_page_and_its_pictures(slack: LocalSlack, ann: Screen) -> None:
    page = httpx.get(f"{slack.url}/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    picture = httpx.get(f"{slack.url}/pictures/avatar.svg", params={"u": ann.id})
    assert picture.headers["content-type"] == "image/svg+xml"
    assert ">AM<" in picture.text
    assert httpx.get(f"{slack.url}/page/../server.py").status_code == 404
