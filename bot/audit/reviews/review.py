"""Reviewing: someone with no hand in it looks at an entry again and says what they think of it.

Every verdict, question and answer is an audit entry of its own (`audit.review`): `query` is the id of the entry that it
is about, `reason` the verdict, `justification` the words; account, grant and purpose are the reviewed entry's, so that
a search for them finds the review too. Nothing that was said is ever changed.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, update
from sqlmodel import col

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.reviews.items import (
    FOR_A_REVIEWER,
    Item,
    Kind,
    Status,
    Verdict,
    asked_items,
    had_a_hand,
    item_name,
    read_item,
    round_name,
    waiting_items,
    waiting_number,
)
from bot.audit.reviews.queue import ReviewQueue
from bot.audit.search import may_audit
from bot.clock import Clock
from bot.database import Database, still_there
from bot.effects import PRIVACY_DESK, Effects, Message
from models.review import ReviewItem, ReviewStep

AT_ONCE = 3  # items on one screen


class NotYet(StrEnum):
    """Why a press about an item changed nothing."""

    NO_SUCH_REVIEW = "no_such_review"
    OWN_ENTRY = "own_entry"
    HAD_A_HAND = "had_a_hand"
    ALREADY_REVIEWED = "already_reviewed"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first of what waits for this reviewer, and how many wait in all. `entry` is the record of having looked."""

    entry: str
    items: tuple[Item, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Judged:
    """This press was the step; the item as it stands now."""

    entry: str
    item: Item


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Nothing was changed, and why; `item` as it stands, where the person may see it."""

    entry: str
    reason: Reason | NotYet
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What reviewers and those whom they ask can do. All raise NotRecorded and AlreadyHandled like the ledger."""

    database: Database
    ledger: Ledger
    effects: Effects
    clock: Clock
    queue: ReviewQueue

    def waiting(self, origin: Origin, person: Person, conversation: Conversation) -> Waiting | NotJudged:
        """What waits for this reviewer. It shows entries, so looking is recorded as a search."""
        with self.ledger.entry(origin, Action.AUDIT_SEARCH, query="review") as entry:
            if reason := may_audit(person, conversation):
                entry.close(Outcome.REFUSED, reason)
                return NotJudged(entry.id, reason)
            items = waiting_items(entry.connection, person, AT_ONCE)
            entry.close(Outcome.DISCLOSED if items else Outcome.NOT_FOUND)
            return Waiting(entry.id, items, waiting_number(entry.connection, person))

    def show(self, origin: Origin, person: Person, conversation: Conversation, number: int) -> Waiting | NotJudged:
        """One item. Whoever may not judge it does not see it here either."""
        with self.ledger.entry(origin, Action.AUDIT_SEARCH, query=item_name(number)) as entry:
            item = read_item(entry.connection, number)
            reason = self._barred(entry, person, conversation, item) or _over(item)
            if reason is not None or item is None:
                entry.close(Outcome.REFUSED, reason)
                return NotJudged(entry.id, reason or NotYet.NO_SUCH_REVIEW, _seen(item, reason))
            _describe(entry, item, query=False)
            entry.close(Outcome.DISCLOSED)
            return Waiting(entry.id, (item,), 1)

    def peek(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, version: int
    ) -> Item | NotJudged:
        """The item, if this person could judge it now: for the form that asks for a comment. A refusal is recorded."""
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.AUDIT_REVIEW)
            item = read_item(connection, number)
            reason = self._barred(entry, person, conversation, item) or _changed(item, version)
            if reason is None and item is not None:
                return item
            return self._refused(entry, reason, item)

    def judge(
        self,
        origin: Origin,
        person: Person,
        conversation: Conversation,
        number: int,
        version: int,
        verdict: Verdict,
        comment: str,
    ) -> Judged | NotJudged:
        """A verdict, or a question to the person. Of two at the same moment exactly one is taken.

        Raises ValueError for a verdict that needs words and has none, or that is nobody's to give as a reviewer.
        """
        if verdict is Verdict.ANSWERED or (verdict is not Verdict.IN_ORDER and not comment.strip()):
            raise ValueError("this verdict is given with a comment, by a reviewer")
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.AUDIT_REVIEW)
            item = read_item(connection, number)
            reason = self._barred(entry, person, conversation, item) or _changed(item, version)
            return self._take(entry, item, person, verdict, comment, reason)

    def asked(self, origin: Origin, person: Person, number: int, version: int) -> Item | NotJudged:
        """The item, if this person is asked about it now: for the form to answer in. A refusal is recorded."""
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.AUDIT_REVIEW)
            item = read_item(connection, number)
            reason = _not_asked(item, person, version)
            if reason is None and item is not None:
                return item
            return self._refused(entry, reason, item)

    def answer(self, origin: Origin, person: Person, number: int, version: int, text: str) -> Judged | NotJudged:
        """The person's answer; the item goes back into the queue. Raises ValueError for an empty one."""
        if not text.strip():
            raise ValueError("an answer has words")
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.AUDIT_REVIEW)
            item = read_item(connection, number)
            return self._take(entry, item, person, Verdict.ANSWERED, text, _not_asked(item, person, version))

    def to_explain(self, person: Person) -> tuple[Item, ...]:
        """What this person is asked to explain, the first that is due first."""
        with self.database.reading() as connection:
            return asked_items(connection, person, AT_ONCE)

    def number_waiting(self, person: Person) -> int | None:
        """How many items wait for this person; None for those who review nothing."""
        if may_audit(person, Conversation.INTERNAL):
            return None
        with self.database.reading() as connection:
            return waiting_number(connection, person)

    def _barred(
        self, entry: OpenEntry, person: Person, conversation: Conversation, item: Item | None
    ) -> Reason | NotYet | None:
        """Why this person may not judge this item at any time, or None."""
        if reason := may_audit(person, conversation):
            return reason
        if item is None or item.team != person.team:
            return NotYet.NO_SUCH_REVIEW
        if item.person in person.ids:
            return NotYet.OWN_ENTRY
        return NotYet.HAD_A_HAND if had_a_hand(entry.connection, item.number, person.ids) else None

    def _take(
        self,
        entry: OpenEntry,
        item: Item | None,
        person: Person,
        verdict: Verdict,
        text: str,
        reason: Reason | NotYet | None,
    ) -> Judged | NotJudged:
        if item is None or reason is not None:
            return self._refused(entry, reason, item)
        if not self._move(entry, item, verdict):
            return self._refused(entry, NotYet.ALREADY_REVIEWED, read_item(entry.connection, item.number))
        _describe(entry, item)
        entry.justification = text.strip() or None
        entry.close(Outcome.DONE, verdict)
        self.ledger.write(entry)
        self._keep_step(entry, item, person, verdict)
        self._tell(entry, item, verdict)
        return Judged(entry.id, _again(entry, item))

    def _refused(self, entry: OpenEntry, reason: Reason | NotYet | None, item: Item | None) -> NotJudged:
        why = reason or NotYet.NO_SUCH_REVIEW
        if item is not None:
            _describe(entry, item)
        entry.close(Outcome.REFUSED, why)
        self.ledger.write(entry)
        return NotJudged(entry.id, why, _seen(item, why))

    def _move(self, entry: OpenEntry, item: Item, verdict: Verdict) -> bool:
        """Compare and set: False when somebody else took a step since the item was read."""
        status = verdict.leads_to
        due = None if status in (Status.IN_ORDER, Status.VIOLATION) else self._due(status)
        changed = entry.connection.execute(
            update(ReviewItem)
            .where(col(ReviewItem.number) == item.number, col(ReviewItem.version) == item.version)
            .values(status=status.value, version=item.version + 1, due_at=due, overdue=0)
        )
        return changed.rowcount == 1

    def _due(self, status: Status) -> object:
        return self.clock() + self.queue.settings.time_for(status)

    def _keep_step(self, entry: OpenEntry, item: Item, person: Person, verdict: Verdict) -> None:
        row = {
            "item": item.number,
            "step": item.version + 1,
            "verdict": verdict.value,
            "by": person.id,
            "at": self.clock(),
            "entry_id": entry.id,
        }
        entry.connection.execute(insert(ReviewStep).values(row))

    def _tell(self, entry: OpenEntry, item: Item, verdict: Verdict) -> None:
        """Whoever is to act hears of it, and messages that spoke of how it stood are brought up to date."""
        now_called = round_name(item.number, item.version + 1)
        if verdict is Verdict.NEEDS_EXPLANATION:
            self.effects.send(entry.connection, Message("review.question", now_called, f"person:{item.person}"))
        if verdict is Verdict.ANSWERED and item.last is not None:
            self.effects.send(entry.connection, Message("review.answered", now_called, f"person:{item.last.by}"))
        if verdict is Verdict.VIOLATION:
            self.queue.tell(entry.connection, Message("review.violation", item.name, PRIVACY_DESK))
            self.effects.send(entry.connection, Message("review.found", item.name, f"person:{item.person}"))
        if verdict.leads_to in (Status.ASKED, Status.ANSWERED):
            self.queue.watch(entry.connection, item.number, item.version + 1, verdict.leads_to)
        rounds = (round_name(item.number, version) for version in range(item.version + 1))
        taken = [str(item.entry.entry["grant"])] if item.kind is Kind.EMERGENCY else []
        self.effects.refresh(entry.connection, item.name, *rounds, *taken)


def _over(item: Item | None) -> NotYet | None:
    return NotYet.ALREADY_REVIEWED if item is not None and item.is_closed else None


def _changed(item: Item | None, version: int) -> NotYet | None:
    """Whether somebody took a step since the person saw the item at `version`."""
    if item is None:
        return NotYet.NO_SUCH_REVIEW
    if item.version == version and not item.is_closed:
        return None
    return NotYet.CHANGED_MEANWHILE if item.status in FOR_A_REVIEWER else NotYet.ALREADY_REVIEWED


def _not_asked(item: Item | None, person: Person, version: int) -> NotYet | None:
    if item is None or item.team != person.team:
        return NotYet.NO_SUCH_REVIEW
    if item.person != person.id:
        return NotYet.NOT_ASKED
    return None if item.status is Status.ASKED and item.version == version else NotYet.ALREADY_REVIEWED


def _seen(item: Item | None, reason: Reason | NotYet | None) -> Item | None:
    """The item, for those whom it may be shown to: who was first is told only to those who could have been."""
    return item if reason in (NotYet.ALREADY_REVIEWED, NotYet.CHANGED_MEANWHILE) else None


def _describe(entry: OpenEntry, item: Item, *, query: bool = True) -> None:
    reviewed = item.entry.entry
    entry.account, entry.grant, entry.purpose = reviewed["account"], reviewed["grant"], reviewed["purpose"]
    if query:
        entry.query = item.entry.id


def _again(entry: OpenEntry, item: Item) -> Item:
    return still_there(read_item(entry.connection, item.number), "an item")
