"""Modals and Homes: triggers, the stack, hashes, submissions and what an answer does to them."""

from datetime import date
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from slack_local import CannotDo, LocalSlack, NotThere
from tests.slack_local.conftest import Served, TestClock
from tests.waiting import until

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def entry(label: str, element: Json, block_id: str, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


WHY = entry("Why?", {"type": "plain_text_input", "action_id": "why"}, "why")


def modal(title: str = "Form", *blocks: Json, **more: Any) -> Json:
    asked = {"submit": plain("Send")} if any(block["type"] == "input" for block in blocks) else {}
    shown = list(blocks) or [{"type": "section", "text": plain("Nothing to fill")}]
    return {"type": "modal", "callback_id": "form", "title": plain(title), "blocks": shown, **asked, **more}


@pytest.fixture
def trigger(slack: LocalSlack) -> Any:
    ann = slack.people["ann"].id
    return lambda: slack.platform.triggers.issue(ann)


def error(call: Any, **more: Any) -> str:
    with pytest.raises(SlackApiError) as raised:
        call(**more)
    return str(raised.value.response["error"])


def test_a_trigger_is_good_for_three_seconds_and_once(client: WebClient, trigger: Any, clock: TestClock) -> None:
    used, old = trigger(), trigger()
    client.views_open(trigger_id=used, view=modal())
    assert error(client.views_open, trigger_id=used, view=modal()) == "exchanged_trigger_id"
    clock.advance(3.5)
    assert error(client.views_open, trigger_id=old, view=modal()) == "expired_trigger_id"
    assert error(client.views_open, trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_a_view_that_breaks_a_rule_costs_no_trigger(client: WebClient, trigger: Any) -> None:
    kept = trigger()
    assert error(client.views_open, trigger_id=kept, view=modal("x" * 25)) == "invalid_arguments"
    assert client.views_open(trigger_id=kept, view=modal())["ok"]


def test_three_modals_at_most(slack: LocalSlack, client: WebClient, trigger: Any) -> None:
    first = client.views_open(trigger_id=trigger(), view=modal("One"))["view"]
    second = client.views_push(trigger_id=trigger(), view=modal("Two"))["view"]
    third = client.views_push(trigger_id=trigger(), view=modal("Three"))["view"]
    assert error(client.views_push, trigger_id=trigger(), view=modal("Four")) == "push_limit_reached"
    assert (second["previous_view_id"], third["previous_view_id"]) == (first["id"], second["id"])
    assert {first["root_view_id"], third["root_view_id"]} == {first["id"]}
    ann = slack.as_user("ann")
    assert [view.title for view in ann.modals()] == ["One", "Two", "Three"]
    ann.close()
    assert ann.modal().title == "Two"
    ann.close(everything=True)
    assert ann.modals() == []
    with pytest.raises(NotThere, match="has no modal open"):
        ann.submit()


def test_hashes(slack: LocalSlack, client: WebClient, trigger: Any) -> None:
    view = client.views_open(trigger_id=trigger(), view=modal("One"))["view"]
    newer = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Two"))["view"]
    assert error(client.views_update, view_id=view["id"], hash=view["hash"], view=modal("Three")) == "hash_conflict"
    assert client.views_update(view_id=view["id"], hash=newer["hash"], view=modal("Three"))["ok"]
    slack.as_user("ann").close()
    assert error(client.views_update, view_id=view["id"], view=modal("Four")) == "not_found"


def test_external_ids(client: WebClient, trigger: Any) -> None:
    client.views_open(trigger_id=trigger(), view=modal(external_id="mine"))
    assert error(client.views_push, trigger_id=trigger(), view=modal(external_id="mine")) == "duplicate_external_id"
    assert client.views_update(external_id="mine", view=modal("Two", external_id="mine"))["ok"]


def test_an_update_keeps_what_was_typed_where_the_input_stays(
    slack: LocalSlack, client: WebClient, trigger: Any
) -> None:
    view = client.views_open(trigger_id=trigger(), view=modal("One", WHY))["view"]
    ann = slack.as_user("ann")
    ann.fill({"Why?": "because"})
    more = entry("More", {"type": "plain_text_input", "action_id": "more", "initial_value": "m"}, "more")
    client.views_update(view_id=view["id"], view=modal("Two", WHY, more))
    assert ann.modal().state == {"Why?": "because", "More": "m"}
    client.views_update(view_id=view["id"], view=modal("Three", {**WHY, "block_id": "other"}))
    assert ann.modal().state == {"Why?": None}


INPUTS = modal(
    "All",
    WHY,
    entry("Number", {"type": "number_input", "action_id": "a", "is_decimal_allowed": False}, "number"),
    entry("One of", {"type": "static_select", "action_id": "a", "options": [option("A"), option("B")]}, "select"),
    entry("Some of", {"type": "multi_static_select", "action_id": "a", "options": [option("A"), option("B")]}, "multi"),
    entry("Ticks", {"type": "checkboxes", "action_id": "a", "options": [option("A"), option("B")]}, "ticks"),
    entry("Radio", {"type": "radio_buttons", "action_id": "a", "options": [option("A"), option("B")]}, "radio"),
    entry("Day", {"type": "datepicker", "action_id": "a"}, "day"),
    entry("Who", {"type": "users_select", "action_id": "a"}, "who"),
    entry("Where", {"type": "conversations_select", "action_id": "a"}, "where"),
    entry("Maybe", {"type": "plain_text_input", "action_id": "a"}, "maybe", optional=True),
)


def opening(served: Served, view: Json, answer: Any = None) -> list[Json]:
    """An app whose /echo opens `view`; its submissions are kept and answered with `answer`."""
    app, got = served.app(), []

    @app.command("/echo")
    def open_it(ack: Any, command: Json, client: WebClient) -> None:
        client.views_open(trigger_id=command["trigger_id"], view=view)
        ack()

    @app.view("form")
    def keep(ack: Any, body: Json) -> None:
        got.append(dict(body))
        ack(**answer) if answer else ack()

    @app.view_closed("form")
    def closed(ack: Any, body: Json) -> None:
        got.append(dict(body))
        ack()

    served.by_http(app)
    return got


def test_every_input_is_filled_by_its_label(slack: LocalSlack, served: Served) -> None:
    got = opening(served, INPUTS)
    ann = slack.as_user("ann")
    ann.type("/echo")
    ann.fill({"Why?": "why", "Number": 3, "One of": "B", "Some of": ["A", "B"], "Ticks": "A", "Radio": "B"})
    ann.fill({"Day": date(2026, 3, 1), "Who": "bob", "Where": "deck"})
    assert ann.submit() == {}
    values = {block: inner["a"] for block, inner in got[0]["view"]["state"]["values"].items() if "a" in inner}
    assert got[0]["view"]["state"]["values"]["why"]["why"] == {"type": "plain_text_input", "value": "why"}
    assert values["number"]["value"] == "3"
    assert values["select"]["selected_option"]["value"] == "b"
    assert [chosen["value"] for chosen in values["multi"]["selected_options"]] == ["a", "b"]
    assert [chosen["value"] for chosen in values["ticks"]["selected_options"]] == ["a"]
    assert values["radio"]["selected_option"]["value"] == "b"
    assert values["day"] == {"type": "datepicker", "selected_date": "2026-03-01"}
    assert values["who"]["selected_user"] == slack.people["bob"].id
    assert values["where"]["selected_conversation"] == slack.channels["deck"].id
    assert values["maybe"]["value"] is None
    assert ann.modals() == []


def test_wrong_labels_and_options_are_told(slack: LocalSlack, served: Served) -> None:
    opening(served, INPUTS)
    ann = slack.as_user("ann")
    ann.type("/echo")
    with pytest.raises(NotThere, match="no input is labelled 'Whose'"):
        ann.fill({"Whose": "x"})
    with pytest.raises(NotThere, match=r"no option is called 'C'; there are \['A', 'B'\]"):
        ann.fill({"One of": "C"})
    with pytest.raises(NotThere, match="nobody is called"):
        ann.fill({"Who": "zed"})


def test_required_inputs_are_checked_before_anything_is_sent(slack: LocalSlack, served: Served) -> None:
    got = opening(served, modal("Form", WHY))
    ann = slack.as_user("ann")
    ann.type("/echo")
    assert ann.submit() == {"Why?": "Please complete this required field."}
    assert got == []


def test_errors_stay_under_their_fields(slack: LocalSlack, served: Served) -> None:
    opening(served, modal("Form", WHY), {"response_action": "errors", "errors": {"why": "Say more."}})
    ann = slack.as_user("ann")
    ann.type("/echo")
    ann.fill({"Why?": "x"})
    assert ann.submit() == {"Why?": "Say more."}
    assert ann.modal().state == {"Why?": "x"}


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({"response_action": "update", "view": modal("Done")}, ["Done"]),
        ({"response_action": "push", "view": modal("Next")}, ["Form", "Next"]),
        ({"response_action": "clear"}, []),
    ],
)
def test_what_an_answer_does_to_the_stack(slack: LocalSlack, served: Served, answer: Json, titles: list[str]) -> None:
    opening(served, modal("Form", WHY), answer)
    ann = slack.as_user("ann")
    ann.type("/echo")
    ann.fill({"Why?": "x"})
    assert ann.submit() == {}
    assert [view.title for view in ann.modals()] == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": modal("x" * 25)},
    ],
)
def test_an_answer_that_slack_would_refuse(slack: LocalSlack, served: Served, answer: Json) -> None:
    opening(served, modal("Form", WHY), answer)
    ann = slack.as_user("ann")
    ann.type("/echo")
    ann.fill({"Why?": "x"})
    with pytest.raises(CannotDo, match="We had some trouble connecting"):
        ann.submit()
    assert ann.modal().state == {"Why?": "x"}


def test_closing_is_told_where_asked_for(slack: LocalSlack, served: Served) -> None:
    got = opening(served, modal("Form", WHY, notify_on_close=True))
    ann = slack.as_user("ann")
    ann.type("/echo")
    ann.close()
    assert (got[0]["type"], got[0]["is_cleared"], got[0]["view"]["callback_id"]) == ("view_closed", False, "form")
    ann.type("/echo")
    ann.close(everything=True)
    assert got[1]["is_cleared"]


ADD = {"type": "button", "action_id": "add", "text": plain("Add"), "value": "1"}
KIND = entry(
    "Kind",
    {"type": "static_select", "action_id": "kind", "options": [option("A"), option("B")]},
    "kind",
    dispatch_action=True,
)


def growing(served: Served) -> list[Json]:
    """An app whose modal grows: Add pushes another, Kind updates it."""
    app, got = served.app(), []

    @app.command("/echo")
    def open_it(ack: Any, command: Json, client: WebClient) -> None:
        shown = modal("Form", KIND, {"type": "actions", "elements": [ADD]})
        client.views_open(trigger_id=command["trigger_id"], view=shown)
        ack()

    @app.action("add")
    def add(ack: Any, body: Json, client: WebClient) -> None:
        got.append(dict(body))
        client.views_push(trigger_id=body["trigger_id"], view=modal("Added"))
        ack()

    @app.action("kind")
    def kind(ack: Any, body: Json, client: WebClient) -> None:
        got.append(dict(body))
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal("B chosen", KIND))
        ack()

    served.by_http(app)
    return got


def test_buttons_and_menus_in_a_modal(slack: LocalSlack, served: Served) -> None:
    got, ann = growing(served), slack.as_user("ann")
    ann.type("/echo")
    ann.press("Add")
    assert got[0]["container"] == {"type": "view", "view_id": got[0]["view"]["id"]}
    assert "response_url" not in got[0]
    assert ann.modal().title == "Added"
    ann.close()
    ann.fill({"Kind": "B"})
    assert got[1]["actions"][0]["selected_option"]["value"] == "b"
    assert ann.modal().title == "B chosen"
    assert ann.modal().state == {"Kind": "B"}


def test_suggestions_come_from_the_app(slack: LocalSlack, served: Served) -> None:
    app, asked = served.app(), []
    search = entry("Account", {"type": "external_select", "action_id": "find", "min_query_length": 1}, "account")

    @app.command("/echo")
    def open_it(ack: Any, command: Json, client: WebClient) -> None:
        client.views_open(trigger_id=command["trigger_id"], view=modal("Form", search))
        ack()

    @app.options("find")
    def find(ack: Any, payload: Json) -> None:
        asked.append(payload["value"])
        ack(options=[option("Baltic Beans"), option("Bean Bags")])

    app.view("form")(lambda ack: ack())
    served.by_http(app)
    ann = slack.as_user("ann")
    ann.type("/echo")
    ann.fill({"Account": "Bean Bags"})
    assert ann.modal().state == {"Account": "Bean Bags"}
    assert asked == ["Bean Bags"]
    assert ann.submit() == {}


def test_the_home(slack: LocalSlack, client: WebClient, served: Served) -> None:
    app = served.app()

    @app.event("app_home_opened")
    def opened(event: Json, client: WebClient) -> None:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"Hello <@{event['user']}>"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    served.by_http(app)
    with pytest.raises(NotThere):
        slack.as_user("bob").glance_home()
    assert "Hello @Ann Moor" in slack.as_user("ann").home()
    first = until(lambda: slack.platform.views.homes.get(slack.people["ann"].id))
    home = {"type": "home", "blocks": []}
    user = slack.people["ann"].id
    assert error(client.views_publish, user_id=user, view=home, hash="0.0") == "hash_conflict"
    again = client.views_publish(user_id=user, view=home, hash=first.hash)["view"]
    assert again["id"] == first.id
    assert error(client.views_publish, user_id="U0", view=home) == "invalid_arguments"
    assert error(client.views_publish, user_id=user, view={"type": "home", "blocks": [WHY]}) == "invalid_arguments"
