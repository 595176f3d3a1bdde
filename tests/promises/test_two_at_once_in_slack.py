"""Two at once through the whole Steward: signed requests, the gate, Bolt, the outbox, and messages as people see them.

On PostgreSQL, where two can truly be at it at once.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.database import Database
from slack_local.people.shown import Button
from tests.conftest import SettableClock
from tests.promises.customers import Customer, write
from tests.promises.deliveries import Payload, People, Reply, send, signed
from tests.promises.racing import at_once
from tests.scenarios.harness import Steward, running

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)]

TIMES = 20
CHANNEL = "access-approvals"


@pytest.fixture
def busy(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    """With an account for each request."""
    accounts = write(tmp_path, [Customer(f"pw-{n:05}", f"Zq{n}mark", f"+371 {20000000 + n}") for n in range(TIMES)])
    with running(database, clock, accounts=accounts) as steward:
        yield steward


@pytest.fixture
def people(busy: Steward) -> People:
    return People(busy.slack)


def requested(steward: Steward, people: People) -> list[int]:
    """Pending requests by form, all in the approvals channel."""
    for n in range(TIMES):
        delivered(steward, people.request("inese", f"pw-{n:05}"))
    steward.deliver()
    with steward.database.reading() as connection:
        found = connection.execute(text("SELECT number FROM access_requests WHERE status = 'pending' ORDER BY 1"))
        numbers = [int(row.number) for row in found]
    assert len(numbers) == TIMES
    return numbers


def delivered(steward: Steward, payload: Payload) -> Reply:
    return send(steward.address, *signed(payload, steward.slack.signing_secret, steward.slack.platform.clock))


def twice_at_once(steward: Steward, payloads: Sequence[Payload]) -> list[tuple[Reply, Reply]]:
    """The very same signed request, over two connections at the same moment."""
    requests = [signed(one, steward.slack.signing_secret, steward.slack.platform.clock) for one in payloads]

    def sending(request: tuple[bytes, dict[str, str]]) -> Callable[[], Reply]:
        return lambda: send(steward.address, *request)

    return at_once([(sending(one), sending(one)) for one in requests])


def recorded_once(steward: Steward, payloads: Sequence[Payload]) -> None:
    found = Counter(entry["request"] for entry in steward.audit())
    assert [found[one.trigger] for one in payloads] == [1] * len(payloads)


def buttons(steward: Steward, who: str, label: str) -> list[Button]:
    """This person's buttons of all requests, oldest first."""
    found = [one for one in steward.person(who)._eyes.buttons(CHANNEL) if one.label == label]
    return list(reversed(found))


def presses(steward: Steward, who: str) -> list[Callable[[], None]]:
    person = steward.person(who)

    def press(button: Button) -> Callable[[], None]:
        return lambda: person.press(button)

    return [press(button) for button in buttons(steward, who, "Approve")]


def test_two_approvers_press_approve(busy: Steward, people: People) -> None:
    numbers = requested(busy, people)
    pairs = list(zip(presses(busy, "janis"), presses(busy, "martins"), strict=True))
    assert len(pairs) == TIMES
    at_once(pairs)
    busy.deliver()
    assert busy.count("access_grants") == TIMES
    decided = [entry for entry in busy.audit() if entry["action"] == "access.approve"]
    by_request = {f"R-{n}": sorted(e["outcome"] for e in decided if e["grant"] == f"R-{n}") for n in numbers}
    assert by_request == {f"R-{n}": ["granted", "refused"] for n in numbers}
    _second_was_told(busy, decided)
    _messages_show_it(busy)


def _second_was_told(steward: Steward, decided: Sequence[dict[str, str]]) -> None:
    for name in ("janis", "martins"):
        person = steward.person(name)
        told = [message.text for message in person.read(CHANNEL) if message.ephemeral]
        refused = [entry["grant"] for entry in decided if entry["actor"] == person.id and entry["outcome"] == "refused"]
        assert len(told) == len(refused)
        assert all(any(f"approved {grant} " in words for words in told) for grant in refused)


def _messages_show_it(steward: Steward) -> None:
    """Every copy shows the grant, none has buttons, and nobody was told twice."""
    shown = [message for message in steward.person("janis").read(CHANNEL) if not message.ephemeral]
    assert len(shown) == TIMES
    assert all("Approved" in message.text and not message.buttons for message in shown)
    told = steward.person("inese").dm()
    assert len(told) == TIMES
    assert len({message.text for message in told}) == TIMES


def test_the_same_press_delivered_twice(busy: Steward, people: People) -> None:
    pressed = [people.press("janis", "access.approve", {"request": n}) for n in requested(busy, people)]
    for replies in twice_at_once(busy, pressed):
        assert [reply.status for reply in replies] == [200, 200]
    recorded_once(busy, pressed)
    assert busy.count("access_grants") == TIMES
    assert busy.count("deliveries WHERE kind = 'request.decided'") == TIMES


def test_the_same_form_delivered_twice(busy: Steward, people: People) -> None:
    sent = [people.request("inese", f"pw-{n:05}") for n in range(TIMES)]
    for replies in twice_at_once(busy, sent):
        assert [reply.status for reply in replies] == [200, 200]
    recorded_once(busy, sent)
    assert busy.count("access_requests") == TIMES
    busy.deliver()
    assert len(busy.person("janis").read(CHANNEL)) == TIMES


def test_the_same_denial_delivered_twice(busy: Steward, people: People) -> None:
    denied = [people.denial("janis", n, "Ask the customer first") for n in requested(busy, people)]
    twice_at_once(busy, denied)
    recorded_once(busy, denied)
    assert busy.count("access_requests WHERE status = 'denied'") == TIMES


def test_the_same_command_delivered_twice_shows_one_card(busy: Steward, people: People) -> None:
    """One entry, and so one card: the other delivery is answered without any value."""
    asked = [people.command("inese", "/account", f"pw-{n:05}") for n in range(TIMES)]
    for n, replies in enumerate(twice_at_once(busy, asked)):
        assert [reply.status for reply in replies] == [200, 200]
        assert [f"Zq{n}marknm" in str(reply.body) for reply in replies].count(True) == 1
    recorded_once(busy, asked)


def test_the_same_command_again_later_shows_nothing(busy: Steward, people: People, clock: SettableClock) -> None:
    """Signed anew, as Slack's repetitions are, and past the memory of the gate."""
    asked = people.command("inese", "/account", "pw-00001")
    first = delivered(busy, asked)
    clock.advance(minutes=9)
    again = delivered(busy, asked)
    assert "Zq1marknm" in str(first.body)
    assert "Zq1mark" not in str(again.body)
    recorded_once(busy, [asked])
