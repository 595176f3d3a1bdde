"""Slash commands: what reaches the app, and what becomes of its answer."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from slack_local import CannotDo, LocalSlack, NotThere, Timing, Workspace
from tests.slack_local.conftest import MANIFEST, WORKSPACE, Served, TestClock

Json = dict[str, Any]


def answering(served: Served, answer: Any = "") -> list[Json]:
    """An app that answers every command with `answer` and keeps what it got."""
    app, got = served.app(), []

    @app.command("/echo")
    @app.command("/plain")
    def keep(ack: Any, command: Json) -> None:
        got.append(dict(command))
        ack(answer) if isinstance(answer, str) else ack(**answer)

    served.by_http(app)
    return got


def test_a_command_reaches_the_app(slack: LocalSlack, served: Served) -> None:
    got = answering(served)
    slack.as_user("ann").type("/echo  one   two ", "deck")
    command = got[0]
    assert command["command"] == "/echo"
    assert command["text"] == "one   two"
    assert command["user_id"] == slack.people["ann"].id
    assert command["user_name"] == "ann"
    assert (command["channel_id"], command["channel_name"]) == (slack.channels["deck"].id, "deck")
    assert command["team_id"] == slack.team_id
    assert command["response_url"].startswith(f"{slack.url}/commands/{slack.team_id}/")


def test_channels_without_a_public_name(slack: LocalSlack, served: Served) -> None:
    got = answering(served)
    slack.as_user("ann").type("/echo x", "bridge")
    slack.as_user("ann").type("/echo x")
    assert [command["channel_name"] for command in got] == ["privategroup", "directmessage"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@bob", "<@{bob}|bob>"),
        ("for @bob, please", "for <@{bob}|bob>, please"),
        ("@nobody", "@nobody"),
        ("@crew", "<!subteam^{crew}|@crew>"),
        ("@here", "<!here>"),
        ("#deck", "<#{deck}|deck>"),
        ("#1", "#1"),
        ("a@b.example", "<mailto:a@b.example|a@b.example>"),
        ("see https://x.example/a?b=1&c", "see <https://x.example/a?b=1&amp;c>"),
        ("acme.com", "<http://acme.com|acme.com>"),
        ("acme.example", "acme.example"),
        ("pw-00412 1.5", "pw-00412 1.5"),
        ("<b> & </b>", "&lt;b&gt; &amp; &lt;/b&gt;"),
        ("<@U123> <!channel>", "&lt;@U123&gt; &lt;!channel&gt;"),
    ],
)
def test_escaping(slack: LocalSlack, served: Served, typed: str, sent: str) -> None:
    got = answering(served)
    ids = {"bob": slack.people["bob"].id, "crew": slack.groups["crew"].id, "deck": slack.channels["deck"].id}
    slack.as_user("ann").type(f"/echo {typed}", "deck")
    slack.as_user("ann").type(f"/plain {typed}", "deck")
    assert [command["text"] for command in got] == [sent.format(**ids), typed]


def test_plain_text_is_shown_to_the_one_who_asked(slack: LocalSlack, served: Served) -> None:
    answering(served, "Only *you*")
    slack.as_user("ann").type("/echo x", "deck")
    (message,) = slack.as_user("ann").read("deck")
    assert (message.text, message.ephemeral) == ("Only you", True)
    assert slack.as_user("bob").read("deck") == []


def test_an_answer_for_all_shows_the_command_too(slack: LocalSlack, served: Served) -> None:
    answering(served, {"response_type": "in_channel", "text": "For all"})
    slack.as_user("ann").type("/echo x", "deck")
    assert [message.text for message in slack.as_user("bob").read("deck")] == ["/echo x", "For all"]


def test_no_answer_shows_nothing(slack: LocalSlack, served: Served) -> None:
    answering(served)
    slack.as_user("ann").type("/echo x", "deck")
    assert slack.as_user("ann").read("deck") == []


def test_an_answer_that_slack_would_refuse(slack: LocalSlack, served: Served) -> None:
    answering(served, {"text": "t", "blocks": [{"type": "header"}]})
    slack.as_user("ann").type("/echo x", "deck")
    (message,) = slack.as_user("ann").read("deck")
    assert message.text == '/echo failed with the error "invalid_command_response"'
    assert message.ephemeral


def test_an_app_that_is_not_there(slack: LocalSlack) -> None:
    slack.as_user("ann").type("/echo x", "deck")
    assert 'dispatch_failed"' in slack.as_user("ann").read("deck")[-1].text


def test_an_app_that_takes_too_long() -> None:
    workspace, timing = Workspace.parse(WORKSPACE), Timing(deadline=0.2)
    with LocalSlack.start(manifest=MANIFEST, workspace=workspace, timing=timing) as slack:
        served = Served(slack)
        app = served.app()

        @app.command("/echo")
        def late(ack: Any) -> None:
            time.sleep(0.6)
            ack("late")

        served.by_http(app)
        slack.as_user("ann").type("/echo x", "deck")
        texts = [message.text for message in slack.as_user("ann").read("deck")]
        assert texts == ['/echo failed with the error "operation_timeout"']
        served.end()


def test_commands_that_nobody_has(slack: LocalSlack) -> None:
    slack.as_user("ann").type("/dance now", "deck")
    assert slack.as_user("ann").read("deck")[-1].text == "/dance is not a valid command."


def test_one_speaks_only_where_one_is(slack: LocalSlack) -> None:
    with pytest.raises(NotThere, match="ann is not in 'hold'"):
        slack.as_user("ann").type("hello", "hold")
    with pytest.raises(CannotDo):
        slack.as_user("ann").type("  ", "deck")


def test_a_message_reaches_those_who_are_there(slack: LocalSlack) -> None:
    slack.as_user("ann").type("morning @bob & all", "deck")
    (message,) = slack.as_user("bob").read("deck")
    assert message.text == "morning @Bob Quay & all"
    assert message.user == slack.people["ann"].id


def post(url: str, body: Any) -> tuple[int, str]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_response_url_works_five_times(slack: LocalSlack, served: Served) -> None:
    got = answering(served)
    slack.as_user("ann").type("/echo x", "deck")
    url = got[0]["response_url"]
    assert [post(url, {"text": str(number)}) for number in range(5)] == [(200, "ok")] * 5
    assert post(url, {"text": "6"}) == (404, '{"ok":false,"error":"used_url"}')
    assert [message.text for message in slack.as_user("ann").read("deck")] == ["0", "1", "2", "3", "4"]
    assert slack.as_user("bob").read("deck") == []


def test_a_response_url_works_for_thirty_minutes(slack: LocalSlack, served: Served, clock: TestClock) -> None:
    got = answering(served)
    slack.as_user("ann").type("/echo x", "deck")
    clock.advance(1790)
    assert post(got[0]["response_url"], {"text": "still"})[0] == 200
    clock.advance(20)
    assert post(got[0]["response_url"], {"text": "gone"}) == (404, '{"ok":false,"error":"expired_url"}')
    assert post(f"{slack.url}/commands/T/1/2", {"text": "x"})[0] == 404


def test_a_response_url_is_as_strict_as_the_rest(slack: LocalSlack, served: Served) -> None:
    got = answering(served)
    slack.as_user("ann").type("/echo x", "deck")
    url = got[0]["response_url"]
    assert post(url, {"text": "t", "blocks": [{"type": "header"}]}) == (400, '{"ok":false,"error":"invalid_blocks"}')
    assert post(url, {"text": ""}) == (400, '{"ok":false,"error":"no_text"}')
    assert post(url, b"{") == (400, "invalid_payload")
    assert post(url, ["x"]) == (400, '{"ok":false,"error":"invalid_payload"}')


def test_a_response_for_all(slack: LocalSlack, served: Served) -> None:
    got = answering(served)
    slack.as_user("ann").type("/echo x", "deck")
    post(got[0]["response_url"], {"text": "all", "response_type": "in_channel"})
    assert [message.text for message in slack.as_user("bob").read("deck")] == ["all"]
