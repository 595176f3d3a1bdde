"""What the courier does when Slack, the network, or what it was given fails."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.access.people import DirectoryUnavailable
from bot.delivery.claims import Claim, Claims
from bot.delivery.pauses import Paused
from tests.bot.delivery.office import SECRET, TEMPO, Office, person, recording_client


def test_an_error_of_slacks_servers_is_tried_again_later_and_later(office: Office) -> None:
    office.slack.trouble.status("chat.postMessage", 503, times=3)
    office.send("R-1001")
    office.work()
    for wait in (2, 4, 8):
        assert office.work(seconds=wait - 1) == 0
        assert office.work(seconds=1) == 1
    assert office.texts() == ["request.opened R-1001"]


def test_a_post_that_reached_slack_before_the_error_is_found_and_not_repeated(office: Office) -> None:
    office.slack.trouble.status("chat.postMessage", 503, took_effect=True)
    office.send("R-1001")
    office.work()
    assert office.row("R-1001").status == "sending"
    office.work(seconds=2)
    (message,) = office.slack.messages("access-approvals")
    assert office.row("R-1001").ts == message["ts"]
    assert office.calls("chat.postMessage") == 1


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_post_without_an_answer_is_looked_for(office: Office, *, took_effect: bool) -> None:
    office.slack.trouble.time_out("chat.postMessage", took_effect=took_effect)
    impatient = office.new_courier(client=recording_client(office.slack, timeout=3))
    inese = person(office.slack, "inese")
    office.send("R-1001", inese)
    impatient.work_once()
    assert office.row("R-1001").fault == "timed_out"
    office.work(seconds=2)
    assert office.texts("inese") == ["request.opened R-1001"]
    assert office.calls("chat.postMessage") == (0 if took_effect else 1)


def test_what_was_found_is_brought_up_to_date(office: Office) -> None:
    office.slack.trouble.status("chat.postMessage", 500, took_effect=True)
    office.send("R-1001")
    office.work()
    office.refresh("R-1001", "Approved")
    office.work(seconds=2)
    assert office.texts() == ["Approved"]
    assert office.calls("chat.postMessage") == 1


def test_a_message_is_found_behind_many_others(office: Office) -> None:
    office.slack.trouble.status("chat.postMessage", 500, took_effect=True)
    office.send("R-1001")
    office.work()
    channel = office.slack.channels["access-approvals"].id
    for number in range(205):
        office.client.chat_postMessage(channel=channel, text=f"another {number}")
    office.client.called.clear()
    office.work(seconds=2)
    assert office.calls("conversations.history") == 2
    assert office.calls("chat.postMessage") == 0


def test_a_look_that_fails_is_repeated_before_anything_is_posted(office: Office) -> None:
    office.slack.trouble.status("chat.postMessage", 500, took_effect=True)
    office.slack.trouble.status("conversations.history", 503)
    office.send("R-1001")
    office.work()
    office.work(seconds=2)
    assert office.texts() == ["request.opened R-1001"]
    office.work(seconds=4)
    assert office.calls("chat.postMessage") == 1
    assert office.row("R-1001").status == "sent"


@pytest.mark.parametrize("refusal", ["access_denied", "missing_scope"])
def test_where_slack_does_not_let_us_look_the_message_goes_out_again(office: Office, refusal: str) -> None:
    office.slack.trouble.status("chat.postMessage", 500)
    office.slack.trouble.error("conversations.history", refusal)
    office.send("R-1001")
    office.work()
    office.work(seconds=2)
    assert office.texts() == ["request.opened R-1001"]


def test_a_killed_workers_post_is_taken_over_after_its_lease(office: Office) -> None:
    office.send("R-1001")
    claim, _ = _begun(office)
    office.client.chat_postMessage(  # what the killed worker had still done
        channel=office.slack.channels["access-approvals"].id,
        text="request.opened R-1001",
        metadata={"event_type": "steward_delivery", "event_payload": {"key": claim.key}},
    )
    assert office.work(seconds=59) == 0
    assert office.work(seconds=1) == 1
    assert office.texts() == ["request.opened R-1001"]
    assert office.row("R-1001").status == "sent"


def test_a_worker_that_lost_its_lease_does_not_post(office: Office) -> None:
    office.send("R-1001")
    claims = Claims(office.database, office.clock, TEMPO.lease)
    (late,) = claims.claim(10, Paused())
    assert office.work(minutes=2) == 1
    assert claims.begin(late) is None


def test_a_post_that_ends_after_its_lease_is_kept_and_not_repeated(office: Office) -> None:
    office.send("R-1001")
    late, version = _begun(office)
    office.clock.advance(minutes=2)
    claims = Claims(office.database, office.clock, TEMPO.lease)
    (taken_over,) = claims.claim(10, Paused())
    assert claims.posted(late, "C1", "1.000001", version or 0)
    assert claims.begin(taken_over) is None
    assert office.row("R-1001").ts == "1.000001"


def test_an_update_that_ends_after_its_lease_is_made_once_more(office: Office) -> None:
    office.send("R-1001")
    office.work()
    office.refresh("R-1001", "Approved")
    claims = Claims(office.database, office.clock, TEMPO.lease)
    claims.spread()
    (late,) = claims.claim(10, Paused())
    version = claims.begin(late)
    office.work(minutes=2)
    assert not claims.updated(late, version or 0)
    assert office.work() == 1
    assert office.calls("chat.update") == 2


def test_slacks_rate_limit_holds_the_channel_and_loses_nothing(office: Office) -> None:
    office.slack.trouble.rate_limit("chat.postMessage", retry_after=30)
    for number in range(1001, 1006):
        office.send(f"R-{number}")
    office.work()
    office.send("R-2001", "channel:audit")
    office.work(seconds=29)
    assert office.calls("chat.postMessage") == 2
    assert (office.texts(), office.texts("audit-log")) == ([], ["request.opened R-2001"])
    office.work(seconds=1)
    assert office.texts() == [f"request.opened R-{number}" for number in range(1001, 1006)]


def test_a_second_channel_that_is_limited_holds_the_method(office: Office) -> None:
    office.slack.trouble.rate_limit("chat.postMessage", times=2, retry_after=30)
    office.send("R-1001")
    office.send("R-1002", "channel:audit")
    office.work()
    office.send("R-1003", "channel:general")
    assert office.work(seconds=29) == 0
    assert office.work(seconds=1) == 3


def test_an_update_goes_on_while_posts_are_limited(office: Office) -> None:
    office.send("R-1001")
    office.work()
    office.slack.trouble.rate_limit("chat.postMessage", retry_after=30)
    office.send("R-1002")
    office.refresh("R-1001", "Approved")
    office.work()
    assert office.texts() == ["Approved"]


def test_what_slack_refuses_for_good_is_parked_named_and_can_be_retried(office: Office) -> None:
    channel = office.slack.channels["access-approvals"]
    office.send("R-1000")
    office.work()
    channel.archive()
    office.send("R-1001")
    with capture_logs() as logs:
        office.work()
    assert [log["error_code"] for log in logs if log["log_level"] == "error"] == ["is_archived"]
    assert (office.health().failed, office.health().waiting) == (1, 0)
    with office.database.reading() as connection:
        assert office.outbox.faults(connection) == {"is_archived": 1}
    channel.change(is_archived=False)
    assert office.work(days=1) == 0
    with office.database.transaction() as connection:
        assert office.outbox.retry_failed(connection, "R-1001") == 1
    office.work()
    assert office.texts() == ["request.opened R-1000", "request.opened R-1001"]


def test_what_is_for_somebody_who_left_is_given_up(office: Office) -> None:
    inese = person(office.slack, "inese")
    office.slack.people["inese"].deactivate()
    office.send("R-1001", inese)
    office.work()
    assert (office.row("R-1001").status, office.row("R-1001").fault) == ("obsolete", "user_disabled")
    assert (office.health().failed, office.health().waiting) == (0, 0)


def test_a_channel_that_is_not_there_is_parked(office: Office) -> None:
    office.send("R-1001", "channel:nowhere")
    office.work()
    assert office.row("R-1001").fault == "channel_not_found"


def test_an_update_that_slack_refuses_is_parked_until_the_next_change(office: Office) -> None:
    office.send("R-1001")
    office.work()
    office.slack.trouble.error("chat.update", "invalid_blocks")
    office.refresh("R-1001", "Approved")
    office.work()
    assert office.row("R-1001").status == "failed"
    office.refresh("R-1001", "Ended")
    office.work()
    assert office.texts() == ["Ended"]
    assert office.health().failed == 0


def test_a_revoked_token_delays_messages_and_fails_none(office: Office) -> None:
    office.slack.trouble.error("chat.postMessage", "token_revoked")
    office.send("R-1001")
    office.work()
    assert (office.health().failed, office.health().waiting) == (0, 1)
    office.work(seconds=2)
    assert office.texts() == ["request.opened R-1001"]


def test_words_that_can_not_be_made_delay_their_message_only(office: Office) -> None:
    def fail() -> None:
        office.while_composing = lambda: None
        raise RuntimeError(SECRET)

    office.while_composing = fail
    office.send("R-1001")
    office.send("R-1002")
    office.work()
    assert office.texts() == ["request.opened R-1002"]
    office.work(seconds=2)
    assert office.texts() == ["request.opened R-1002", "request.opened R-1001"]
    assert office.calls("conversations.history") == 0


def test_an_unreachable_directory_delays_the_message(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_: str) -> str:
        raise DirectoryUnavailable("conversations.list")

    monkeypatch.setattr(office.addresses, "_channel_id", unreachable)
    office.send("R-1001")
    office.work()
    monkeypatch.undo()
    office.work(seconds=2)
    assert office.texts() == ["request.opened R-1001"]


def test_neither_words_nor_errors_texts_are_kept_or_logged(office: Office) -> None:
    office.words["R-1001"] = f"Granted for {SECRET}"
    office.slack.trouble.status("chat.postMessage", 503)
    office.slack.trouble.error("chat.update", "invalid_blocks")
    office.send("R-1001", person(office.slack, "inese"))
    with capture_logs() as logs:
        office.work()
        office.work(seconds=2)
        office.refresh("R-1001")
        office.work()
    assert {log["event"] for log in logs} == {"delivery.put_off", "delivery.sent", "delivery.failed"}
    assert SECRET not in repr(logs) + repr(office.row("R-1001"))


def test_health_says_how_long_the_oldest_has_waited(office: Office) -> None:
    assert office.health().oldest_waiting is None
    office.slack.trouble.rate_limit("chat.postMessage", retry_after=600)
    office.send("R-1001")
    office.work()
    office.clock.advance(minutes=5)
    office.send("R-1002", "channel:audit")
    assert (office.health().waiting, office.health().oldest_waiting) == (2, timedelta(minutes=5))


def _begun(office: Office) -> tuple[Claim, int | None]:
    """A claim whose post has begun, as a worker leaves it that is killed then."""
    claims = Claims(office.database, office.clock, TEMPO.lease)
    (claim,) = claims.claim(10, Paused())
    return claim, claims.begin(claim)
