"""Buttons and menus in messages: what reaches the app, and what a response_url does to the message."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk import WebClient

from slack_local import CannotDo, LocalSlack, NotThere
from tests.slack_local.conftest import Served

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(label), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "acts", "elements": list(elements)}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


GO = [actions(button("Go", value="R-1", style="primary"))]


def acting(served: Served) -> list[Json]:
    """An app that acknowledges every action and keeps it."""
    app, got = served.app(), []

    @app.action("go")
    @app.action("menu")
    def keep(ack: Any, body: Json) -> None:
        got.append(dict(body))
        ack()

    served.by_http(app)
    return got


def test_a_press_in_a_channel(slack: LocalSlack, client: WebClient, served: Served) -> None:
    got, general = acting(served), slack.channels["general"].id
    ts = client.chat_postMessage(channel=general, text="t", blocks=GO)["ts"]
    slack.as_user("bob").press("Go")
    body = got[0]
    assert body["type"] == "block_actions"
    assert body["user"]["id"] == slack.people["bob"].id
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": general,
        "is_ephemeral": False,
    }
    assert body["message"]["ts"] == ts
    assert body["channel"] == {"id": general, "name": "general"}
    (action,) = body["actions"]
    assert (action["action_id"], action["block_id"], action["value"], action["style"]) == (
        "go",
        "acts",
        "R-1",
        "primary",
    )


def test_a_press_in_an_ephemeral_message_brings_none(slack: LocalSlack, client: WebClient, served: Served) -> None:
    got = acting(served)
    client.chat_postEphemeral(channel=slack.channels["general"].id, user=slack.people["ann"].id, text="t", blocks=GO)
    slack.as_user("ann").press("Go")
    assert got[0]["container"]["is_ephemeral"]
    assert "message" not in got[0]
    with pytest.raises(NotThere):
        slack.as_user("bob").press("Go")


@pytest.mark.parametrize("ephemeral", [True, False])
def test_the_original_is_replaced_and_deleted(
    slack: LocalSlack, client: WebClient, served: Served, *, ephemeral: bool
) -> None:
    app, channel, ann = served.app(), slack.channels["general"].id, slack.people["ann"].id

    @app.action("go")
    def go(ack: Any, respond: Any) -> None:
        ack()
        respond(text="Sure?", blocks=[actions(button("Yes", "yes"))], replace_original=True)

    @app.action("yes")
    def yes(ack: Any, respond: Any) -> None:
        ack()
        respond(delete_original=True)
        respond(text="Done", replace_original=False)

    served.by_http(app)
    if ephemeral:
        client.chat_postEphemeral(channel=channel, user=ann, text="t", blocks=GO)
    else:
        client.chat_postMessage(channel=channel, text="t", blocks=GO)
    person = slack.as_user("ann")
    person.press("Go")
    assert [message.buttons for message in person.read("general")] == [("Yes",)]
    person.press("Yes")
    (message,) = person.read("general")
    assert (message.text, message.ephemeral) == ("Done", True)


def test_the_newest_button_is_pressed_and_a_place_can_be_named(
    slack: LocalSlack, client: WebClient, served: Served
) -> None:
    got, ann = acting(served), slack.as_user("ann")
    client.chat_postMessage(channel=slack.people["ann"].id, text="t", blocks=[actions(button("Go", value="dm"))])
    client.chat_postMessage(channel="general", text="t", blocks=[actions(button("Go", value="general"))])
    ann.press("Go")
    ann.press("Go", in_="dm")
    assert [body["actions"][0]["value"] for body in got] == ["general", "dm"]
    with pytest.raises(NotThere, match=r"sees no button 'Stop'.*there are \['Go', 'Go'\]"):
        ann.press("Stop")


def test_a_button_that_is_gone(slack: LocalSlack, client: WebClient, served: Served) -> None:
    acting(served)
    posted = client.chat_postMessage(channel="general", text="t", blocks=GO)
    seen = slack.as_user("ann").find("Go")
    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    with pytest.raises(CannotDo, match="no longer there"):
        slack.as_user("ann").press(seen)


def test_a_screen_that_is_out_of_date(slack: LocalSlack, client: WebClient, served: Served) -> None:
    """The message changed while a finger was on its way to the button: Slack lets the press through."""
    got = acting(served)
    posted = client.chat_postMessage(channel="general", text="t", blocks=GO)
    seen = slack.as_user("ann").find("Go")
    client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Approved")
    slack.as_user("ann").press(seen)
    assert got[0]["actions"][0]["value"] == "R-1"
    assert got[0]["message"]["text"] == "Approved"


def test_two_people_press_at_the_same_moment(slack: LocalSlack, client: WebClient, served: Served) -> None:
    got = acting(served)
    client.chat_postMessage(channel="general", text="t", blocks=GO)
    people = [slack.as_user(name) for name in ("ann", "bob")]
    seen = [person.find("Go") for person in people]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pair: pair[0].press(pair[1]), zip(people, seen, strict=True)))
    assert {body["user"]["name"] for body in got} == {"ann", "bob"}
    assert len({body["trigger_id"] for body in got}) == 2


def test_menus(slack: LocalSlack, client: WebClient, served: Served) -> None:
    got = acting(served)
    options = [option("One", "1"), option("Two", "2")]
    menus = [
        {"type": "static_select", "action_id": "menu", "options": options},
        {"type": "overflow", "action_id": "go", "options": [option("Edit", "e"), option("Delete", "d")]},
    ]
    client.chat_postMessage(channel="general", text="t", blocks=[actions(*menus)])
    slack.as_user("ann").choose("Two")
    slack.as_user("ann").press("Delete")
    chosen, pressed = got
    assert chosen["actions"][0]["selected_option"]["value"] == "2"
    assert chosen["state"]["values"]["acts"]["menu"]["selected_option"]["value"] == "2"
    assert pressed["actions"][0]["selected_option"]["value"] == "d"
    assert pressed["actions"][0]["type"] == "overflow"


def test_an_app_that_does_not_answer_a_press(slack: LocalSlack, client: WebClient) -> None:
    client.chat_postMessage(channel="general", text="t", blocks=GO)
    with pytest.raises(CannotDo, match="did not answer"):
        slack.as_user("ann").press("Go")


def test_shortcuts(slack: LocalSlack, client: WebClient, served: Served) -> None:
    app, got = served.app(), []

    @app.shortcut("start")
    @app.shortcut("quote")
    def keep(ack: Any, body: Json) -> None:
        got.append(dict(body))
        ack()

    served.by_http(app)
    ann = slack.as_user("ann")
    ann.type("worth quoting", "deck")
    ann.shortcut("Start")
    ann.shortcut("Quote", ann.read("deck")[-1])
    start, quote = got
    assert (start["type"], start["callback_id"]) == ("shortcut", "start")
    assert "channel" not in start
    assert (quote["type"], quote["message"]["text"]) == ("message_action", "worth quoting")
    assert quote["response_url"]
    with pytest.raises(NotThere):
        ann.shortcut("Finish")
