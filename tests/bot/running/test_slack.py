"""Tokens that Slack takes, and for how long they are taken for good."""

from datetime import datetime

import pytest

from bot.delivery.slack_client import slack_client
from bot.running.refusals import CannotStart
from bot.running.slack import TokenAccepted, bot_client
from bot.settings import Environment
from slack_local import LocalSlack
from tests.bot.captured_logs import captured_logs
from tests.conftest import SettableClock


def _environment(slack: LocalSlack, **changed: str | None) -> Environment:
    usual: dict[str, str | None] = {"slack_bot_token": slack.bot_token, "slack_api_url": slack.api_url}
    return Environment.model_validate(usual | changed)


def test_a_token_that_slack_takes(slack: LocalSlack) -> None:
    assert bot_client(_environment(slack)).client.auth_test()["ok"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"slack_bot_token": None}, "SLACK_BOT_TOKEN is not set"),
        ({"slack_bot_token": "xoxb-wrong"}, "does not know the token"),
        ({"slack_api_url": "http://127.0.0.1:1/api/"}, "does not answer"),
    ],
)
def test_what_is_wrong_is_said_without_the_token(slack: LocalSlack, changed: dict[str, str | None], words: str) -> None:
    with pytest.raises(CannotStart, match=words) as refused:
        bot_client(_environment(slack, **changed))
    assert refused.value.mend
    assert "xoxb-wrong" not in str(refused.value)


@pytest.fixture
def accepted(slack: LocalSlack, clock: SettableClock) -> TokenAccepted:
    return TokenAccepted(slack_client(slack.bot_token, slack.api_url), clock, clock.now)


def test_it_asks_at_most_once_a_minute(slack: LocalSlack, clock: SettableClock, accepted: TokenAccepted) -> None:
    slack.trouble.error("auth.test", "token_revoked")
    clock.advance(seconds=59)
    assert accepted()
    clock.advance(seconds=1)
    assert not accepted()
    clock.advance(seconds=59)
    assert not accepted()
    clock.advance(seconds=1)
    assert accepted()


def test_the_log_says_in_slacks_word_why_not(slack: LocalSlack, clock: SettableClock, accepted: TokenAccepted) -> None:
    slack.trouble.error("auth.test", "account_inactive")
    clock.advance(minutes=1)
    with captured_logs() as logs:
        assert not accepted()
    (line,) = logs.entries()
    assert (line["event"], line["error_code"]) == ("slack.not_accepted", "account_inactive")
    assert slack.bot_token not in logs.getvalue()


def test_slacks_silence_counts_when_it_has_lasted(
    slack: LocalSlack, clock: SettableClock, accepted: TokenAccepted
) -> None:
    slack.trouble.status("auth.test", 503, times=6)
    seen: list[tuple[datetime, bool]] = []
    for _ in range(6):
        clock.advance(minutes=1)
        seen.append((clock.now, accepted()))
    assert [ok for _, ok in seen] == [True] * 5 + [False]
    clock.advance(minutes=1)
    assert accepted()
