"""What a change touches in this company: purposes and their live grants, rulings, topics, and who is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.rules.purposes import Rules
from bot.notices.changes import Difference
from bot.notices.changing import Texts
from bot.notices.touched import Resting, Touched, touched
from bot.privacy.answering.engine import Answers
from bot.privacy.passages import found_again
from bot.privacy.policy_text import Clause, PolicyText
from bot.privacy.rulings import rulings_in_force
from models.access import AccessGrant


@dataclass(frozen=True, slots=True)
class Reach:
    """What is touched; `grants` are the numbers of live grants by purpose, of touched purposes only.

    `topics` says what the keys of topics mean: "how long data is kept".
    """

    difference: Difference
    touched: Touched
    grants: Mapping[str, tuple[str, ...]]
    topics: Mapping[str, str]


def reach_of(connection: Connection, texts: Texts, rules: Rules, answers: Answers, now: datetime) -> Reach:
    """What a change touches as things stand now. Takes some tenths of a second: each topic is asked of both texts."""
    difference = texts.difference()
    labels = {topic.key: topic.label for topic in answers.topics}

    def ask(topic: str, policy: PolicyText) -> tuple[Clause, ...]:
        answer = answers(f"Does the policy say {labels[topic]}?", policy)
        return answer.quotes if answer.topic == topic else ()

    resting = Resting(
        {purpose.key: purpose.clause for purpose in rules.purposes.values()},
        _rulings(connection, texts.before),
        tuple(labels),
    )
    found = touched(texts.before, texts.after, difference, resting, ask)
    purposes = [one.purpose for one in found.clauses]
    return Reach(difference, found, _live_grants(connection, purposes, now), labels)


def _rulings(connection: Connection, before: PolicyText) -> dict[str, tuple[Clause, ...]]:
    """The passages that rulings rest on, where they stand in the text before."""
    return {
        ruling.name: tuple(
            clause for clause in found_again(connection, ruling.version, ruling.rests_on, before) if clause
        )
        for ruling in rulings_in_force(connection)
    }


def _live_grants(connection: Connection, purposes: list[str], now: datetime) -> dict[str, tuple[str, ...]]:
    live = (
        select(col(AccessGrant.number), col(AccessGrant.purpose))
        .where(
            col(AccessGrant.purpose).in_(purposes),
            col(AccessGrant.starts_at) <= now,
            col(AccessGrant.ends_at) > now,
            col(AccessGrant.ended_at).is_(None),
        )
        .order_by(col(AccessGrant.number))
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(live):
        found[row.purpose] = (*found.get(row.purpose, ()), f"R-{row.number}")
    return found
