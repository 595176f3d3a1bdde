"""Trouble on demand, as the real client meets it."""

from http.client import HTTPException

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from slack_local import LocalSlack


@pytest.fixture
def hasty(slack: LocalSlack) -> WebClient:
    """A client that waits half a second and tries once."""
    return WebClient(slack.bot_token, base_url=slack.api_url, timeout=1, retry_handlers=[])


def texts(slack: LocalSlack) -> list[str]:
    return [message["text"] for message in slack.messages("general")]


def test_a_rate_limit_holds_for_so_many_calls(slack: LocalSlack, hasty: WebClient) -> None:
    slack.trouble.rate_limit("chat.postMessage", times=2, retry_after=30)
    for _ in range(2):
        with pytest.raises(SlackApiError) as raised:
            hasty.chat_postMessage(channel="general", text="x")
        assert raised.value.response.status_code == 429
        assert raised.value.response.headers["Retry-After"] == "30"
    assert hasty.auth_test()["ok"], "other methods are not concerned"
    assert hasty.chat_postMessage(channel="general", text="x")["ok"]
    assert texts(slack) == ["x"]


def test_the_real_retry_handler_gets_through(slack: LocalSlack) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[RateLimitErrorRetryHandler(1)])
    slack.trouble.rate_limit(retry_after=1)
    assert client.chat_postMessage(channel="general", text="x")["ok"]


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_status_instead_of_an_answer(slack: LocalSlack, hasty: WebClient, *, took_effect: bool) -> None:
    slack.trouble.status("chat.postMessage", 503, took_effect=took_effect)
    with pytest.raises(SlackApiError) as raised:
        hasty.chat_postMessage(channel="general", text="x")
    assert raised.value.response.status_code == 503
    assert texts(slack) == (["x"] if took_effect else [])


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_call_that_is_never_answered(slack: LocalSlack, hasty: WebClient, *, took_effect: bool) -> None:
    slack.trouble.time_out("chat.postMessage", took_effect=took_effect)
    with pytest.raises(TimeoutError):
        hasty.chat_postMessage(channel="general", text="x")
    assert texts(slack) == (["x"] if took_effect else [])
    assert hasty.chat_postMessage(channel="general", text="y")["ok"]


def test_a_connection_that_ends_before_the_answer(slack: LocalSlack, hasty: WebClient) -> None:
    slack.trouble.time_out("chat.postMessage", took_effect=True, seconds=0)
    with pytest.raises((HTTPException, OSError)):
        hasty.chat_postMessage(channel="general", text="x")
    assert texts(slack) == ["x"]


def test_an_error_of_slacks_own(slack: LocalSlack, hasty: WebClient) -> None:
    slack.trouble.error("chat.postMessage", "internal_error")
    with pytest.raises(SlackApiError, match="internal_error"):
        hasty.chat_postMessage(channel="general", text="x")
    assert texts(slack) == []


def test_trouble_can_be_called_off(slack: LocalSlack, hasty: WebClient) -> None:
    slack.trouble.rate_limit(times=9)
    slack.trouble.clear()
    assert hasty.auth_test()["ok"]


def test_stopping_does_not_wait_for_a_call_that_hangs(slack: LocalSlack, hasty: WebClient) -> None:
    slack.trouble.time_out("auth.test", seconds=600)
    with pytest.raises(TimeoutError):
        hasty.auth_test()
    slack.stop()
