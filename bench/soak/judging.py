"""What must hold when all is over: every act has its entry once, every message arrived once, the ledger is whole."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text

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
REQUESTS: Final = text("SELECT number, account, status FROM access_requests")
GRANTS: Final = text("SELECT number FROM access_grants")
LEAVES: Final = text('SELECT count(*), max("index") + 1 FROM ledger_leaves')
ENTRIES: Final = text("SELECT count(*) FROM audit_entries")


@dataclass
class Verdict:
    """What was lost and what came twice, in words; nothing of either is what should be."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    told_to_try_again: int = 0

    @property
    def good(self) -> bool:
        """Nothing lost and nothing twice."""
        return not self.lost and not self.twice

    def once(self, what: str, found: int) -> None:
        """Note what is not there exactly once."""
        if found == 0:
            self.lost.append(what)
        elif found > 1:
            self.twice.append(f"{what}: {found} times")


def settled(database: Database) -> list[str]:
    """Wait until nothing is left to be done; what is left when patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        with database.reading() as connection:
            left = {name: connection.scalar(text(query)) for name, query in LEFT.items()}
        if not any(left.values()) or time.monotonic() > deadline:
            return [f"{number} {name}" for name, number in left.items() if number]
        time.sleep(LOOK_EVERY_S)


def judge(database: Database, slack: LocalSlack, acts: Sequence[Act], unanswered: Iterable[Payload]) -> Verdict:
    """Compare what people did with what is recorded and what Slack shows."""
    verdict = Verdict()
    verdict.lost += [f"no acknowledgement of {payload.trigger}" for payload in unanswered]
    verdict.lost += [f"left over: {one}" for one in settled(database)]
    _entries(verdict, database, slack, acts)
    _messages(verdict, database, slack, acts)
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


def _messages(verdict: Verdict, database: Database, slack: LocalSlack, acts: Sequence[Act]) -> None:
    """One message to the approvers for each request, one to whoever asked for each decision, one grant at most."""
    with database.reading() as connection:
        requests = connection.execute(REQUESTS).all()
        grants = Counter(row[0] for row in connection.execute(GRANTS))
    shown = [one.text for one in slack.as_user("martins").read("access-approvals")]
    answers = {who: [one.text for one in slack.as_user(who).dm()] for who in ("inese", "kaspars")}
    askers = {slack.people[who].id: who for who in answers}
    asked = {_account(act): askers[act.payload.body["user"]["id"]] for act in acts if act.kind == "request"}
    by_number = Counter(number for message in shown for number in _numbers(message)[:1])
    told = {
        who: Counter(number for message in said for number in _numbers(message)[:1]) for who, said in answers.items()
    }
    for row in requests:
        name = f"R-{row.number}"
        verdict.once(f"the approvers' message about {name}", by_number[name])
        if row.status in ("granted", "denied"):
            verdict.once(f"the answer about {name}", told[asked[row.account]][name])
        if row.status == "granted":
            verdict.once(f"the grant of {name}", grants[row.number])


def _ledger(verdict: Verdict, database: Database) -> None:
    """Every entry has one place, and no place is empty."""
    with database.reading() as connection:
        leaves, size = connection.execute(LEAVES).one()
        entries = connection.scalar(ENTRIES)
    if leaves != entries or (size or 0) != entries:
        verdict.lost.append(f"{entries} entries have {leaves} places in a ledger of {size}")


def _account(act: Act) -> str:
    return str(act.payload.body["view"]["state"]["values"]["account"]["account"]["value"])


def _numbers(message: str) -> list[str]:
    return [
        word.strip("*_.,:()") for word in message.replace("\n", " ").split() if word.strip("*_.,:(").startswith("R-")
    ]
