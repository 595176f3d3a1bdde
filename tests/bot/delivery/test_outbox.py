"""Messages are sent once, shown as they now are, and in order."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.delivery.claims import Claims
from bot.delivery.pauses import Paused
from bot.effects import Message
from tests.bot.delivery.office import TEMPO, Office, person
from tests.conftest import SettableClock


def test_a_message_arrives_in_its_channel_with_its_key(office: Office) -> None:
    office.send("R-1001")
    assert office.work() == 1
    (message,) = office.slack.messages("access-approvals")
    row = office.row("R-1001")
    assert message["text"] == "request.opened R-1001"
    assert (row.status, row.ts, row.channel) == ("sent", message["ts"], office.slack.channels["access-approvals"].id)
    assert office.health().waiting == 0


def test_a_person_is_reached_in_the_apps_direct_message(office: Office) -> None:
    office.send("R-1001", person(office.slack, "inese"), "request.granted")
    office.send("R-1002", person(office.slack, "inese"), "request.granted")
    office.work()
    assert office.texts("inese") == ["request.granted R-1001", "request.granted R-1002"]
    assert office.calls("conversations.open") == 1


def test_the_same_message_is_sent_once_ever(office: Office) -> None:
    office.send("R-1001")
    office.send("R-1001")
    office.work()
    office.send("R-1001")
    assert office.work() == 0
    assert office.texts() == ["request.opened R-1001"]


def test_a_message_of_a_transaction_that_failed_is_not_sent(office: Office) -> None:
    def fail() -> None:
        with office.database.transaction() as connection:
            office.outbox.send(connection, Message("request.opened", "R-1001", "channel:approvals"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert office.work() == 0


def test_nothing_to_say_any_more_closes_the_message(office: Office) -> None:
    office.words["R-1001"] = None
    office.send("R-1001")
    assert office.work() == 1
    assert office.work(hours=1) == 0
    assert office.row("R-1001").status == "obsolete"
    assert office.calls("chat.postMessage") == 0


def test_every_copy_shows_the_present_state_and_two_refreshes_are_one_update(office: Office) -> None:
    office.send("R-1001")
    office.send("R-1001", person(office.slack, "janis"))
    office.work()
    office.refresh("R-1001", "Approved by Jānis")
    office.refresh("R-1001", "Approved by Jānis at 12:48")
    office.work()
    assert office.texts() == office.texts("janis") == ["Approved by Jānis at 12:48"]
    assert office.calls("chat.update") == 2
    assert office.work(hours=1) == 0


def test_a_message_composed_after_the_change_needs_no_update(office: Office) -> None:
    office.send("R-1001")
    office.refresh("R-1001", "Approved")
    office.work()
    assert office.texts() == ["Approved"]
    assert office.calls("chat.update") == 0
    assert office.work(hours=1) == 0


def test_a_change_between_claiming_and_composing_needs_no_update(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel_id = office.addresses("channel:approvals")

    def change(_: str) -> str:
        office.refresh("R-1001", "Approved")
        return channel_id

    monkeypatch.setattr(office.addresses, "_channel_id", change)
    office.send("R-1001")
    office.work()
    assert office.texts() == ["Approved"]
    assert office.calls("chat.update") == 0


def test_a_change_during_the_post_is_shown_afterwards(office: Office) -> None:
    def change() -> None:
        office.while_composing = lambda: None
        office.refresh("R-1001", "Approved")

    office.send("R-1001")
    office.while_composing = change
    office.work()
    assert office.texts() == ["Approved"]
    assert office.calls("chat.update") == 1


def test_a_change_during_an_update_is_shown_by_another(office: Office) -> None:
    def change() -> None:
        office.while_composing = lambda: None
        office.refresh("R-1001", "Ended")

    office.send("R-1001")
    office.work()
    office.while_composing = change
    office.refresh("R-1001", "Approved")
    office.work()
    assert office.texts() == ["Ended"]


@pytest.mark.postgres
def test_a_change_committed_after_a_message_that_it_did_not_see_is_not_lost(postgresql_office: Office) -> None:
    office = postgresql_office
    with office.database.transaction() as deciding:
        office.outbox.refresh(deciding, "R-1001")
        office.send("R-1001")
        office.work()
        office.words["R-1001"] = "Approved"
    office.work()
    assert office.texts() == ["Approved"]


def test_messages_about_one_thing_to_one_person_keep_their_order(office: Office) -> None:
    inese = person(office.slack, "inese")
    office.send("R-1001", inese, "request.granted")
    office.send("R-1001", inese, "request.ended")
    office.slack.trouble.status("chat.postMessage", 503)
    office.work()
    assert office.texts("inese") == []
    office.work(seconds=2)
    assert office.texts("inese") == ["request.granted R-1001", "request.ended R-1001"]


def test_what_a_clock_a_day_ahead_had_taken_is_sent_once_it_is_right(office: Office) -> None:
    office.send("R-1001")
    ahead = SettableClock(office.clock() + timedelta(days=1))
    assert Claims(office.database, ahead, TEMPO.lease).claim(10, Paused())
    office.work()
    assert office.texts() == ["request.opened R-1001"]


def test_an_update_of_a_message_that_was_deleted_is_over(office: Office) -> None:
    office.send("R-1001")
    office.work()
    row = office.row("R-1001")
    office.client.chat_delete(channel=row.channel, ts=row.ts)
    office.refresh("R-1001", "Approved")
    office.work()
    assert office.work(hours=1) == 0
    assert office.row("R-1001").fault == "message_not_found"
    assert office.health().waiting == 0


def test_the_outbox_holds_no_words(office: Office) -> None:
    office.words["R-1001"] = "Only Slack reads this"
    office.send("R-1001")
    office.work()
    with office.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM deliveries")).all()
    assert office.texts() == ["Only Slack reads this"]
    assert "Only Slack" not in repr(rows)
