"""Promise 6: the process may be killed at any moment. Every decision that took effect has its entry, and every message
arrived once.

STEWARD_KILLS says how often it is killed (6), STEWARD_KILL_REQUESTS among how many requests (80, at most 200), and
STEWARD_KILL_SEED makes the moments those of an earlier run.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.accounts.importing import import_accounts
from bot.audit.ledger import Ledger
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.building.account_sources import account_layout
from bot.clock import system_clock
from bot.database import Database
from bot.privacy.versions import import_policy
from bot.settings import load_configuration
from slack_local.people.shown import Shown
from tests.promises.customers import Customer, write
from tests.promises.deliveries import Payload, People
from tests.promises.mortal import Mortal, mortal
from tests.scenarios.harness import CLI, ROOT
from tests.waiting import until

KILLS = int(os.environ.get("STEWARD_KILLS", "6"))
SEED = int(os.environ.get("STEWARD_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
REQUESTS = int(os.environ.get("STEWARD_KILL_REQUESTS", "80"))
ACCOUNTS = 200
AT_ONCE = 4
TRIES = 5
ASKERS = ("inese", "kaspars", "martins")
SETTLED = (
    "SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL OR shown < wanted OR status NOT IN ('sent', 'obsolete')"
)
UNSPREAD = "SELECT count(*) FROM delivery_subjects WHERE spread < version"
FINAL = {"granted": "Approved", "denied": "Denied", "cancelled": "Withdrawn"}
DECIDING = {"granted": "access.approve", "denied": "access.deny", "cancelled": "access.cancel"}


@dataclass(frozen=True, slots=True)
class Errand:
    """One request and what becomes of it: who asks for which account, and how it is decided."""

    number: int
    how: str

    @property
    def account(self) -> str:
        return f"pw-{self.number:05}"

    @property
    def asker(self) -> str:
        return ASKERS[self.number % len(ASKERS)]


def prepare(database: Database, folder: Path) -> None:
    """The policy, and more accounts than there are requests."""
    configuration, ledger = load_configuration(ROOT / "steward.toml"), Ledger(database, system_clock)
    policy = (ROOT / configuration.policy.source).read_bytes()
    import_policy(ledger, system_clock, policy, configuration.policy.source, CLI)
    customers = [Customer(f"pw-{n:05}", f"Zq{n}mark", f"+371 {20000000 + n}") for n in range(ACCOUNTS)]
    layout = account_layout(configuration)
    import_accounts(database, ledger, layout, write(folder, customers), CLI, lambda *_: None)


def run_errand(steward: Mortal, people: People, database: Database, errand: Errand) -> list[Payload]:
    """Everything that people did for it, each until it was acknowledged."""
    asked = people.request(errand.asker, errand.account)
    act(steward, database, asked)
    request = number_of(database, errand.account)
    decided = decisions(people, errand, request)
    for payload in decided:
        act(steward, database, payload)
    return [asked, *decided]


def act(steward: Mortal, database: Database, payload: Payload) -> None:
    """Do it, and again only where its failure was told: on a slow machine Slack's directory may not answer in time."""
    for _ in range(TRIES):
        reply = steward.deliver(payload)
        if was_recorded(database, payload):
            return
        assert "(ref " in str(reply.body) or told_of_a_failure(steward, payload), f"{payload.trigger} was lost"
    raise AssertionError(f"{payload.trigger} failed {TRIES} times; see {steward.log.read_text()[-2000:]}")


def was_recorded(database: Database, payload: Payload) -> bool:
    with database.reading() as connection:
        once = text("SELECT count(*) FROM audit_entries WHERE once = :once")
        return bool(connection.scalar(once, {"once": payload.trigger}))


def told_of_a_failure(steward: Mortal, payload: Payload) -> bool:
    person = payload.body["user"]["id"]
    seen = (one for one in steward.slack.messages("access-approvals") if one.get("seen_by") == person)
    return any("(ref " in one["text"] for one in seen)


def decisions(people: People, errand: Errand, request: int) -> list[Payload]:
    value = {"request": request}
    match errand.how:
        case "approve":
            return [people.press("janis", "access.approve", value)]
        case "both":
            other = "martins" if errand.asker != "martins" else "janis"
            return [people.press(who, "access.approve", value) for who in ("janis", other)]
        case "deny":
            return [people.denial("janis", request, "Ask the customer first")]
    return [people.press(errand.asker, "access.cancel", value)]


def number_of(database: Database, account: str) -> int:
    """An acknowledged request is there, or it was lost."""
    with database.reading() as connection:
        found = connection.execute(text("SELECT number FROM access_requests WHERE account = :a"), {"a": account})
        return int(found.scalar_one())


def kill_at(steward: Mortal, moments: Sequence[int], chance: random.Random, over: threading.Event) -> int:
    """Kill it once so many deliveries were tried, and start it again; returns how often."""
    killed = 0
    try:
        for moment in moments:
            while steward.delivered < moment and not over.is_set():
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.08))
            steward.kill()
            steward.start()
            killed += 1
    except BaseException:
        steward.given_up.set()
        raise
    return killed


def settled(steward: Mortal, database: Database) -> None:
    """Wait until the outbox is empty."""

    def empty() -> bool:
        with database.reading() as connection:
            return not any(connection.scalar(text(query)) for query in (SETTLED, UNSPREAD))

    def left() -> str:
        with database.reading() as connection:
            rows = connection.execute(text("SELECT * FROM deliveries WHERE status <> 'sent' OR due_at IS NOT NULL"))
            return f"the outbox is not empty: {rows.all()[:5]}; {steward.log.read_text()[-3000:]}"

    until(empty, left, every_s=0.1)


def test_killed_at_any_moment(database: Database, database_url: str, tmp_path: Path) -> None:
    print(f"STEWARD_KILL_SEED={SEED} STEWARD_KILLS={KILLS} STEWARD_KILL_REQUESTS={REQUESTS}")
    chance = random.Random(SEED)
    prepare(database, tmp_path)
    errands = [Errand(n, chance.choice(("approve", "approve", "both", "deny", "cancel"))) for n in range(REQUESTS)]
    moments = sorted(chance.randrange(5, 2 * REQUESTS) for _ in range(KILLS))
    with mortal(database_url, tmp_path) as steward:
        steward.start()
        people, over = People(steward.slack), threading.Event()
        with ThreadPoolExecutor(AT_ONCE + 1) as pool:
            killer = pool.submit(kill_at, steward, moments, chance, over)
            running = [pool.submit(run_errand, steward, people, database, errand) for errand in errands]
            try:
                did = [payload for one in running for payload in one.result()]
            except AssertionError:
                steward.given_up.set()
                pool.shutdown(wait=False, cancel_futures=True)
                killer.result()  # what went wrong first
                raise
            finally:
                over.set()
            assert killer.result() == KILLS
        settled(steward, database)
        every_act_has_one_entry(database, did)
        every_entry_has_its_effect(database)
        every_message_arrived_once(steward, database, errands)


def entries(database: Database) -> list[dict[str, Any]]:
    with database.reading() as connection:
        return [stored.readable for stored in in_order(connection, Filter())]


def every_act_has_one_entry(database: Database, did: Sequence[Payload]) -> None:
    """What was acknowledged is recorded, and what came twice is recorded once."""
    found = Counter(entry["request"] for entry in entries(database))
    assert {payload.trigger: found[payload.trigger] for payload in did if found[payload.trigger] != 1} == {}


def every_entry_has_its_effect(database: Database) -> None:
    """And every effect its entry: requests, grants, denials and withdrawals are those of the audit table."""
    with database.reading() as connection:
        rows = connection.execute(text("SELECT number, status FROM access_requests")).all()
        grants = {f"R-{row.number}" for row in connection.execute(text("SELECT number FROM access_grants"))}
    status = {f"R-{row.number}": row.status for row in rows}
    assert len(status) == REQUESTS
    recorded = Counter((entry["grant"], entry["action"], entry["outcome"]) for entry in entries(database))
    assert {name for name, how in status.items() if how == "granted"} == grants
    for name, how in status.items():
        took_effect = {
            (action, count)
            for (grant, action, outcome), count in recorded.items()
            if grant == name and outcome not in ("refused",)
        }
        assert took_effect == {("access.request", 1), (DECIDING[how], 1)}, name


def every_message_arrived_once(steward: Mortal, database: Database, errands: Sequence[Errand]) -> None:
    """One message a request for the approvers, showing how it ended; one for whoever asked and was answered."""
    with database.reading() as connection:
        rows = connection.execute(text("SELECT number, account, status FROM access_requests")).all()
    channel = steward.slack.as_user("laila").read("access-approvals")
    assert len(channel) == len({message.text for message in channel}) == REQUESTS
    by_account = {row.account: row for row in rows}
    for errand in errands:
        row = by_account[errand.account]
        (shown,) = _about(channel, row.number)
        assert FINAL[row.status] in shown.text
        assert not shown.buttons
        told = _about(steward.slack.as_user(errand.asker).dm(), row.number)
        assert len(told) == (0 if row.status == "cancelled" else 1), (row.number, row.status)


def _about(messages: Sequence[Shown], number: int) -> list[Shown]:
    return [message for message in messages if f"R-{number}" in message.text]
