"""What must hold when all is over: every act has its entry once, every message arrived once, the ledger is whole."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import text

from bench.soak.arrivals import Said, arrivals, judge_arrivals
from bench.soak.verdict import Verdict
from bench.soak.work import Act
from bot.database import Database
from slack_local import LocalSlack
from tests.promises.deliveries import Payload

PATIENCE_S: Final = 180.0
LOOK_EVERY_S: Final = 0.2
LEFT: Final = {
    "deliveries": "SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL OR shown < wanted"
    " OR status NOT IN ('sent', 'obsolete')",
    "changes of messages": "SELECT count(*) FROM delivery_subjects WHERE spread < version",
    "entries without an index": "SELECT count(*) FROM audit_pending",
}
RECORDED: Final = text("SELECT once, count(*) FROM audit_entries WHERE once IS NOT NULL GROUP BY once")
LEAVES: Final = text('SELECT count(*), max("index") + 1 FROM ledger_leaves')
ENTRIES: Final = text("SELECT count(*) FROM audit_entries")


def settled(database: Database) -> list[str]:
    """Wait until nothing is left to be done; what is left when patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with database.reading() as connection:
            left = {name: connection.scalar(text(query)) for name, query in LEFT.items()}
        if not any(left.values()) or time.monotonic() > deadline:
            return [f"{number} {name}" for name, number in left.items() if number]
        time.sleep(LOOK_EVERY_S)


def judge(
    database: Database, slack: LocalSlack, acts: Sequence[Act], unanswered: Iterable[Payload], said: Said
) -> Verdict:
    """Compare what people did with what is recorded and what Slack shows."""
    verdict = Verdict()
    verdict.lost += [f"no acknowledgement of {payload.trigger}" for payload in unanswered]
    verdict.lost += [f"left over: {one}" for one in settled(database)]
    _entries(verdict, database, slack, acts)
    judge_arrivals(verdict, database, arrivals(slack), said)
    _ledger(verdict, database)
    return verdict


def _entries(verdict: Verdict, database: Database, slack: LocalSlack, acts: Sequence[Act]) -> None:
    """What was acknowledged is recorded once, unless the person was told that it failed."""
    with database.reading() as connection:
        recorded = {row[0]: row[1] for row in connection.execute(RECORDED)}
    told = Counter(one.get("seen_by") for one in slack.messages("access-approvals") if "(ref " in one["text"])
    for act in acts:
        found = recorded.get(act.payload.trigger, 0)
        if act.kind == "mine":
            continue  # it shows nothing of an account
        presser = act.payload.body.get("user", {}).get("id") if "user" in act.payload.body else None
        if found == 0 and (act.failed or (presser and told[presser] > 0)):
            told[presser] -= not act.failed
            verdict.told_to_try_again += 1
            continue
        verdict.once(f"the entry of a {act.kind} ({act.payload.trigger})", found)


def _ledger(verdict: Verdict, database: Database) -> None:
    """Every entry has one place, and no place is empty."""
    with database.reading() as connection:
        leaves, size = connection.execute(LEAVES).one()
        entries = connection.scalar(ENTRIES)
    if leaves != entries or (size or 0) != entries:
        verdict.lost.append(f"{entries} entries have {leaves} places in a ledger of {size}")
