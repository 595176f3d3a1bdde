"""Promise 6 over three real processes and one PostgreSQL: nothing that one remembers is needed by another.

Asked on one, approved on another, revealed on the third; delivered to two at once; one is killed in the middle.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.database import Database
from slack_local import LocalSlack
from tests.promises.customers import Customer
from tests.promises.deliveries import Payload, People, Reply, send, signed
from tests.promises.racing import at_once
from tests.promises.replicas import PATIENCE_S, Replica, balanced, replicas
from tests.promises.test_kill import SETTLED, UNSPREAD, entries, prepare
from tests.scenarios.harness import ROOT
from tests.waiting import until

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.timeout(900),
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]

TWICE = 6
TRIES = 5
REQUESTS = 12
NAMES = ("first", "second", "third")
FIRST = Customer("pw-00000", "Zq0mark", "+371 20000000")


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml") as running:
        running.platform.delivery.deadline = 120  # a slow machine is not what is tested here
        yield running


@pytest.fixture
def three(database: Database, database_url: str, slack: LocalSlack, tmp_path: Path) -> Iterator[Mapping[str, Replica]]:
    prepare(database, tmp_path)
    with replicas(NAMES, database_url, slack, tmp_path) as running:
        yield running


def _settled(database: Database) -> bool:
    with database.reading() as connection:
        return not any(connection.scalar(text(query)) for query in (SETTLED, UNSPREAD))


def test_any_replica_goes_on_with_what_another_began(
    three: Mapping[str, Replica], slack: LocalSlack, database: Database
) -> None:
    a_person_meets_all_three(three, slack, database)
    people = People(slack)
    the_same_command_at_two_at_once(three, slack, people, database)
    two_approvers_at_two_at_once(three, slack, people, database)
    one_is_killed_in_the_middle(three, slack, people, database)
    until(lambda: _settled(database), "the outbox was never empty")
    nothing_was_done_twice(slack, database)
    assert [three[name].stop() for name in ("first", "third")] == [0, 0]


def a_person_meets_all_three(three: Mapping[str, Replica], slack: LocalSlack, database: Database) -> None:
    inese, janis = slack.as_user("inese"), slack.as_user("janis")
    slack.deliver_to(three["first"].slack_address)
    inese.type(f"/account {FIRST.id}", channel="support")
    inese.press("Request access", in_="support")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "Newsletters bounce"})
    slack.deliver_to(three["second"].slack_address)
    assert inese.submit() == {}
    until(lambda: bool(janis.read("access-approvals")), "the approvers were never told")
    slack.deliver_to(three["third"].slack_address)
    janis.press("Approve", in_="access-approvals")
    slack.deliver_to(three["first"].slack_address)
    inese.type(f"/account {FIRST.id}", channel="support")
    slack.deliver_to(three["second"].slack_address)
    inese.press("Reveal", in_="support")
    assert FIRST.email in inese.modal().text
    inese.close(everything=True)
    did = [(entry["action"], entry["outcome"]) for entry in entries(database) if entry["account"] == FIRST.id]
    assert Counter(did) == Counter(
        {
            ("account.lookup", "masked"): 2,
            ("access.request", "requested"): 1,
            ("access.approve", "granted"): 1,
            ("account.reveal", "disclosed"): 1,
        }
    )


def _twice(slack: LocalSlack, one: Replica, other: Replica, payload: Payload) -> tuple[Callable[[], Reply], ...]:
    """The very same signed request, to two replicas."""
    body, headers = signed(payload, slack.signing_secret, slack.platform.clock)
    return tuple(lambda to=to: send(to.address, body, headers) for to in (one, other))


def the_same_command_at_two_at_once(
    three: Mapping[str, Replica], slack: LocalSlack, people: People, database: Database
) -> None:
    asked = [people.command("inese", "/account", f"pw-{n:05}", channel="support") for n in range(1, 1 + TWICE)]
    pairs = [_twice(slack, three["first"], three["third"], payload) for payload in asked]
    for n, replies in enumerate(at_once([(one, other) for one, other in pairs]), start=1):
        assert [reply.status for reply in replies] == [200, 200]
        assert [f"Zq{n}marknm" in str(reply.body) for reply in replies].count(True) == 1
    found = Counter(entry["request"] for entry in entries(database))
    assert [found[one.trigger] for one in asked] == [1] * TWICE


def two_approvers_at_two_at_once(
    three: Mapping[str, Replica], slack: LocalSlack, people: People, database: Database
) -> None:
    for n in range(20, 20 + TWICE):
        send(three["second"].address, *_signed(slack, people.request("inese", f"pw-{n:05}")))
    numbers = _numbers(database, range(20, 20 + TWICE))

    def press(who: str, to: Replica, number: int) -> Callable[[], None]:
        return lambda: _recorded(slack, database, to, lambda: people.press(who, "access.approve", {"request": number}))

    at_once([(press("janis", three["first"], n), press("martins", three["second"], n)) for n in numbers])
    outcomes = [
        sorted(one["outcome"] for one in entries(database) if _is(one, "access.approve", f"R-{number}"))
        for number in numbers
    ]
    assert outcomes == [["granted", "refused"]] * TWICE


def _recorded(slack: LocalSlack, database: Database, to: Replica, press: Callable[[], Payload]) -> None:
    """Press until the press is recorded, as a person does who reads that it was not and to try again.

    On a machine that stands still for two seconds a replica gives up waiting for Slack or for a lock.
    """
    for _ in range(TRIES):
        pressed = press()
        send(to.address, *_signed(slack, pressed))
        if any(entry["request"] == pressed.trigger for entry in entries(database)):
            return
    raise AssertionError(to.log.read_text()[-3000:])


def _is(entry: Mapping[str, Any], action: str, grant: str) -> bool:
    return (entry["action"], entry["grant"]) == (action, grant)


def _signed(slack: LocalSlack, payload: Payload) -> tuple[bytes, dict[str, str]]:
    return signed(payload, slack.signing_secret, slack.platform.clock)


def _numbers(database: Database, accounts: Sequence[int]) -> list[int]:
    with database.reading() as connection:
        rows = connection.execute(text("SELECT account, number FROM access_requests"))
        by_account = {row.account: int(row.number) for row in rows}
    return [by_account[f"pw-{n:05}"] for n in accounts]


def one_is_killed_in_the_middle(
    three: Mapping[str, Replica], slack: LocalSlack, people: People, database: Database
) -> None:
    """Whoever gets no answer sends it again, as people and Slack do; the load balancer finds somebody who is there."""
    forms = [people.request("kaspars", f"pw-{n:05}") for n in range(100, 100 + REQUESTS)]
    begun = threading.Semaphore(0)
    with balanced([three[name] for name in NAMES]) as address, ThreadPoolExecutor(4) as pool:

        def sent(payload: Payload) -> bool:
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:
                begun.release()
                try:
                    reply = send(address, *_signed(slack, payload))
                except (OSError, http.client.HTTPException):
                    continue
                if reply.status == 200:
                    return True
            return False

        sending = [pool.submit(sent, payload) for payload in forms]
        for _ in range(REQUESTS // 3):
            begun.acquire()
        three["second"].kill()
        assert all(one.result() for one in sending)
    assert len(set(_numbers(database, range(100, 100 + REQUESTS)))) == REQUESTS
    found = Counter(entry["request"] for entry in entries(database))
    assert [found[one.trigger] for one in forms] == [1] * REQUESTS


def nothing_was_done_twice(slack: LocalSlack, database: Database) -> None:
    """One entry for each act, one message for each request in the channel, and each place in the ledger taken once."""
    found = Counter(entry["request"] for entry in entries(database) if entry["request"])
    assert {trigger for trigger, times in found.items() if times > 1} == set()
    shown = [one for one in slack.as_user("laila").read("access-approvals") if not one.ephemeral]
    with database.reading() as connection:
        requests = int(connection.scalar(text("SELECT count(*) FROM access_requests")) or 0)
        grants = int(connection.scalar(text("SELECT count(*) FROM access_grants")) or 0)
    assert (requests, grants) == (1 + TWICE + REQUESTS, 1 + TWICE)
    assert len({one.text for one in shown}) == len(shown) == requests
    until(lambda: _all_placed(database), "the ledger never took every entry")


def _all_placed(database: Database) -> bool:
    """Every entry has its index, from 0 without a gap, whoever integrated."""
    with database.reading() as connection:
        waiting = connection.scalar(text("SELECT count(*) FROM audit_pending"))
        leaves, last = connection.execute(text('SELECT count(*), max("index") FROM ledger_leaves')).one()
        written = connection.scalar(text("SELECT count(*) FROM audit_entries"))
    return (waiting, leaves, last) == (0, written, written - 1)
