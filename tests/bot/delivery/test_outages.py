"""Slack as a whole does not take what is sent: an hour long, a revoked token, and messages that are to blame."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.delivery.courier import Tempo
from bot.delivery.faults import NOT_LET_IN
from bot.schedule.backoff import Backoff
from tests.bot.captured_logs import captured_logs
from tests.bot.delivery.office import Office, recording_client, repeated

CHANNELS = {"channel:approvals": "access-approvals", "channel:audit": "audit-log", "channel:general": "general"}
FOUR_LANES = Tempo(lease=timedelta(seconds=60), lanes=4, backoff=Backoff(timedelta(seconds=2)))


def _said(office: Office) -> list[list[str]]:
    """What stands in the channels, as far as these tests wrote it."""
    return [
        [text for text in office.texts(channel) if text.startswith("request.opened")] for channel in CHANNELS.values()
    ]


def _queue(office: Office, numbers: range) -> None:
    """Messages about different things, to each channel in turn."""
    for number in numbers:
        office.send(f"R-{number}", list(CHANNELS)[number % 3])


def _in_order(numbers: range) -> list[list[str]]:
    return [[f"request.opened R-{n}" for n in numbers if n % 3 == place] for place in range(3)]


def _an_hour(office: Office, trouble: Callable[[], object], first: int) -> range:
    """A message a minute, and the courier at work each second."""
    for minute in range(60):
        trouble()
        _queue(office, range(first + minute, first + minute + 1))
        for _ in range(60):
            office.work(seconds=1)
    return range(first, first + 60)


@pytest.mark.parametrize("answer", ["token_revoked", "invalid_auth", "account_inactive", "token_expired"])
def test_an_hour_without_a_token_that_slack_takes(office: Office, answer: str) -> None:
    _queue(office, range(30))
    office.courier = office.new_courier(FOUR_LANES)
    with captured_logs() as logs:
        office.slack.trouble.error("*", answer, times=10_000)
        _an_hour(office, lambda: None, 30)
        assert office.health().failed == 0
        assert office.health().waiting == 90
        assert len(office.client.called) < 200, "Slack is not asked for each message over and over"
        office.slack.trouble.clear()
        office.work(seconds=30)
    assert _said(office) == _in_order(range(90))
    told = [(line["event"], line.get("error_code")) for line in logs.entries() if "outage" in line["event"]]
    assert told == [("delivery.outage", answer), ("delivery.outage_over", None)]


@pytest.mark.parametrize("took_effect", [False, True])
def test_an_hour_of_errors_of_slacks_servers(office: Office, *, took_effect: bool) -> None:
    """Also where a part of the messages had arrived all the same: those are found, and nothing comes twice."""
    office.slack.trouble.status("*", 503, times=100_000, took_effect=took_effect)
    _queue(office, range(30))
    _an_hour(office, lambda: None, 30)
    assert office.health().waiting == 90
    assert len(office.client.called) < 400
    office.slack.trouble.clear()
    office.work(seconds=30)
    said = _said(office)
    assert not any(map(repeated, said))
    assert [sorted(texts) for texts in said] == [sorted(texts) for texts in _in_order(range(90))]
    if not took_effect:
        assert said == _in_order(range(90))


def test_nobody_listens_where_slack_was(office: Office) -> None:
    reached = office.client.base_url
    office.client.base_url = "http://127.0.0.1:1/api/"
    _queue(office, range(9))
    for _ in range(300):
        office.work(seconds=1)
    assert office.health().waiting == 9
    office.client.base_url = reached
    office.work(seconds=30)
    assert _said(office) == _in_order(range(9))


def test_it_is_noticed_within_half_a_minute_that_slack_is_back(office: Office) -> None:
    office.slack.trouble.error("*", "invalid_auth", times=10_000)
    _queue(office, range(3))
    for _ in range(600):
        office.work(seconds=1)
    office.slack.trouble.clear()
    assert office.work(seconds=30) == 3


def test_a_limit_after_an_outage_is_kept_to(office: Office) -> None:
    """All that waited goes at once, and Slack says when to go on; it is no new outage."""
    office.slack.trouble.error("*", "invalid_auth", times=1)
    _queue(office, range(9))
    office.work()
    office.slack.trouble.rate_limit("chat.postMessage", times=2, retry_after=7)
    office.work(seconds=2)
    posts = office.calls("chat.postMessage")
    assert office.work(seconds=6) == 0
    assert office.calls("chat.postMessage") == posts
    office.work(seconds=1)
    assert _said(office) == _in_order(range(9))


def test_messages_that_are_to_blame_themselves_hold_up_nobody(office: Office) -> None:
    """Two that Slack's servers stumble over look like an outage, until another one gets through."""
    stumbled: list[str] = []

    def stumble() -> None:
        if office.composing in {"R-0", "R-3"}:
            stumbled.append("once more")
            office.slack.trouble.status("chat.postMessage", 500)

    office.while_composing = stumble
    _queue(office, range(12))
    assert office.work() == 2
    for _ in range(30):
        office.work(seconds=1)
    assert _said(office) == [[f"request.opened R-{n}" for n in (6, 9)], *_in_order(range(12))[1:]]
    tries = len(stumbled)
    _queue(office, range(12, 15))
    office.work(seconds=1)
    assert "request.opened R-12" in office.texts(), "what is new is not held up by them"
    for _ in range(120):
        office.work(seconds=1)
    assert len(stumbled) - tries < 8, "they are tried less and less often"


def test_words_that_need_a_company_that_is_away_are_no_outage(office: Office) -> None:
    def refuse() -> None:
        if len(refused) < 2:
            refused.append(1)
            raise ConnectionRefusedError

    refused: list[int] = []
    office.while_composing = refuse
    _queue(office, range(6))
    with captured_logs() as logs:
        assert office.work() == 6
    assert "delivery.outage" not in [line["event"] for line in logs.entries()]
    assert sum(map(len, _said(office))) == 4


def test_what_lets_nobody_in_fails_no_message(office: Office) -> None:
    for code in sorted(NOT_LET_IN):
        office.slack.trouble.error("chat.postMessage", code)
        office.send(code)
        office.work(seconds=60)
        office.work(seconds=60)
        assert office.row(code).status == "sent"


def test_a_clock_that_was_a_day_ahead_makes_no_outage_last_a_day(office: Office) -> None:
    office.clock.advance(days=1)
    office.slack.trouble.error("*", "invalid_auth", times=1)
    _queue(office, range(3))
    office.work()
    office.clock.advance(days=-1)
    _queue(office, range(3, 6))
    office.work()
    assert len(office.texts()) == 1
    assert recording_client(office.slack).auth_test()["ok"]
