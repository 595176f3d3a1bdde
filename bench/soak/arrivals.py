"""What arrived in Slack, held against the outbox: each delivery once, and no message that no delivery stands for.

Whose message it is, is told by the delivery's key in the message's metadata, not by its words: an update, a reminder
and an answer that only its reader sees may all speak of the same request.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row as Record
from sqlalchemy import text

from bench.soak.verdict import Verdict
from bot.database import Database
from bot.delivery.messages import EVENT_TYPE
from slack_local import LocalSlack

DELIVERIES: Final = text('SELECT id, key, kind, about, "to", status, attempts FROM deliveries ORDER BY id')
REQUESTS: Final = text("SELECT number, person, status FROM access_requests ORDER BY number")
GRANTS: Final = text("SELECT number, count(*) AS found FROM access_grants GROUP BY number")
ARRIVING: Final = frozenset({"queued", "sending", "sent"})

Said = Callable[[str], list[str]]
"""What the replicas logged about something, each line with the replica's name before it."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Where messages are: those of a delivery by its key, and those of no delivery."""

    by_key: Mapping[str, list[str]]
    strays: list[str]


def arrivals(slack: LocalSlack) -> Arrivals:
    """All that the app has posted and that everybody of the conversation sees."""
    by_key, strays = defaultdict[str, list[str]](list), []
    for where, one in _shown(slack):
        event = one.get("metadata") or {}
        key = event["event_payload"].get("key") if event.get("event_type") == EVENT_TYPE else None
        place = f"{where} at {one['ts']}"
        if key is None:
            strays.append(place)
        else:
            by_key[str(key)].append(place)
    return Arrivals(by_key, strays)


def _shown(slack: LocalSlack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for where in (*slack.channels, *slack.people):
        for one in slack.messages(where):
            if one.get("user") == slack.bot_user and "seen_by" not in one:
                yield where, one


def judge_arrivals(verdict: Verdict, database: Database, there: Arrivals, said: Said) -> None:
    """Each delivery is there once; each request has its own, its answer when it is decided, and one grant at most."""
    with database.reading() as connection:
        deliveries = connection.execute(DELIVERIES).all()
        requests = connection.execute(REQUESTS).all()
        grants = {row.number: row.found for row in connection.execute(GRANTS)}
    for one in deliveries:
        _judge_delivery(verdict, one, there.by_key.get(one.key, []), said)
    known = {one.key for one in deliveries}
    unknown = [place for key, places in there.by_key.items() if key not in known for place in places]
    verdict.twice += [f"a message that no delivery stands for: {place}" for place in (*there.strays, *unknown)]
    sent = {(one.kind, one.about, one.to) for one in deliveries}
    for number, person, status in requests:
        name = f"R-{number}"
        verdict.once(f"the approvers' message about {name}", ("request.opened", name, "channel:approvals") in sent)
        if status in ("granted", "denied"):
            verdict.once(f"the answer about {name}", ("request.decided", name, f"person:{person}") in sent)
        if status == "granted":
            verdict.once(f"the grant of {name}", grants.get(number, 0))


def _judge_delivery(verdict: Verdict, one: Record[Any], places: list[str], said: Said) -> None:
    """With the evidence, where it is not there as often as it should be: the row, the places, who said what."""
    wanted = one.status in ARRIVING
    if len(places) == wanted:
        return
    row = f"delivery {one.id}, {one.kind} about {one.about} to {one.to}, {one.status} after {one.attempts} failures"
    evidence = "; ".join((row, *places, *said(one.about)))
    (verdict.lost if len(places) < wanted else verdict.twice).append(f"{len(places)} times in Slack: {evidence}")
