"""The privacy officers' desk: an agent hands a question over, an officer picks a sentence, rules, or turns it away.

Every press is an audit entry (`privacy.rule`; handing over is `privacy.ask`, requested). For a decision `query` is the
question in the officer's general words and `justification` the ruling's; both are personal text that can be erased.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import insert, update
from sqlmodel import col

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.read import one_entry
from bot.clock import Clock
from bot.database import Database, still_there
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.desk_items import MOST_CANDIDATES, Item, Status, item_of_entry, may_rule, open_number, read_item
from bot.privacy.passages import Passage, invented
from bot.privacy.questions import NotNow, Questions, may_ask, own_question
from bot.privacy.rulings import Kind
from bot.privacy.rulings_on_record import Made
from bot.privacy.text import Clause
from bot.privacy.versions import Policy, policy_in_force
from models.questions import DeskQuestion
from models.questions import Ruling as RulingRow
from models.tables import table_of

UNANSWERED = "question.unanswered"
SHORTEST = 5
LONGEST_QUESTION = 300
LONGEST_RULING = 2000
_DESK = table_of(DeskQuestion)


class NotYet(StrEnum):
    """Why a press at the desk changed nothing, beside the reasons that others have too."""

    ALREADY_DECIDED = "already_decided"
    CHANGED_MEANWHILE = "changed_meanwhile"
    ERASED = "erased"
    NO_SUCH_QUESTION = "no_such_question"
    NOTHING_PICKED = "nothing_picked"
    INVENTED_QUOTE = "invented_quote"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


class Part(StrEnum):
    """What an officer writes of a ruling."""

    ASKED = "asked"
    TEXT = "ruling"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The question is at the desk; `before`: it was already."""

    item: Item
    before: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an officer decided: `asked` is the question in general words (None: as it was typed), `starts` are where the
    sentences begin that it rests on, in the version in force, and `text` is a written ruling's.
    """

    kind: Kind
    asked: str | None = None
    starts: tuple[int, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """This press decided; the question as it stands now."""

    entry: str
    item: Item


@dataclass(frozen=True, slots=True)
class NotDecided:
    """Nothing was changed, and why; `item` as it stands, where the person may see it.

    `flaws`: what the officer can mend in what they wrote.
    """

    reason: Reason | NotYet | NotNow
    item: Item | None = None
    flaws: Mapping[Part, NotYet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """What agents and officers do with questions. All raise NotRecorded and AlreadyHandled like the ledger.

    `posts`: whether there is a channel for the officers. They are reminded after `remind_after`, `reminders` times.
    """

    database: Database
    ledger: Ledger
    questions: Questions
    effects: Effects
    clock: Clock
    remind_after: timedelta
    reminders: int
    posts: bool

    def hand_over(
        self, origin: Origin, person: Person, conversation: Conversation, entry_id: str
    ) -> HandedOver | NotDecided:
        """Put one's own question before the privacy officers, once."""
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.ASK_POLICY)
            policy = policy_in_force(connection, self.clock())
            entry.policy_version = policy.version if policy else None
            asked = own_question(one_entry(connection, entry_id), person)
            there = item_of_entry(connection, entry_id, policy.reading if policy else None)
            if there is not None and (there.person, there.team) == (person.id, person.team):
                return HandedOver(there, before=True)
            reason = may_ask(person, conversation) or (asked if isinstance(asked, NotNow) else None)
            if policy is None or reason is not None or isinstance(asked, NotNow):
                entry.close(Outcome.REFUSED, reason or Reason.NO_POLICY)
                self.ledger.write(entry)
                return NotDecided(reason or Reason.NO_POLICY)
            number = self._insert(entry, person, entry_id, asked, policy)
            item = _existing(entry, number, policy)
            entry.query = item.name
            entry.close(Outcome.REQUESTED, "asked")
            self.ledger.write(entry)
            return HandedOver(item, before=False)

    def peek(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, step: int
    ) -> Item | NotDecided:
        """The question, if this person could decide it now: for a form. A refusal is recorded."""
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.RULE)
            policy = policy_in_force(connection, self.clock())
            item = read_item(connection, number, policy.reading if policy else None)
            reason = may_rule(person, conversation) or _undecidable(item, person, step, policy)
            if reason is None and item is not None:
                return item
            return self._refused(entry, reason, item)

    def decide(
        self,
        origin: Origin,
        person: Person,
        conversation: Conversation,
        number: int,
        step: int,
        verdict: Verdict,
    ) -> Decided | NotDecided:
        """Decide a question; of two officers one wins. The ruling is kept, and the agent who asked is told."""
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.RULE)
            policy = policy_in_force(connection, self.clock())
            item = read_item(connection, number, policy.reading if policy else None)
            reason = may_rule(person, conversation) or _undecidable(item, person, step, policy)
            if item is None or policy is None or reason is not None:
                return self._refused(entry, reason, item)
            picked = tuple(one for one in item.candidates if one.start in verdict.starts)
            if flaws := flaws_of(verdict, policy):
                return self._refused(entry, next(iter(flaws.values())), item, flaws)
            if verdict.kind is Kind.QUOTED and not picked:
                return self._refused(entry, NotYet.NOTHING_PICKED, item)
            if not self._settle(entry, item, person, verdict.kind):
                return self._refused(entry, NotYet.ALREADY_DECIDED, read_item(connection, number, policy.reading))
            self._record(entry, item, person, verdict, picked, policy)
            return Decided(entry.id, _existing(entry, number, policy))

    def own(self, person: Person, number: int) -> Item | NotNow:
        """One's own question at the desk, to copy what came of it."""
        with self.database.reading() as connection:
            policy = policy_in_force(connection, self.clock())
            item = read_item(connection, number, policy.reading if policy else None)
        mine = item is not None and (item.person, item.team) == (person.id, person.team)
        return item if item is not None and mine else NotNow.NO_SUCH_QUESTION

    def number_waiting(self, person: Person) -> int | None:
        """How many questions wait for this person; None for those who decide none."""
        if may_rule(person, Conversation.INTERNAL):
            return None
        with self.database.reading() as connection:
            return open_number(connection, person.team)

    def remind(self, about: str) -> None:
        """Work of the schedule: the officers hear once more of what nobody has answered."""
        name, _, count = about.partition("/")
        number, nth = int(name.removeprefix("Q-")), int(count)
        now = self.clock()
        with self.ledger.transaction() as connection:
            following = now + self.remind_after if nth < self.reminders else None
            changed = connection.execute(
                update(DeskQuestion)
                .where(
                    col(DeskQuestion.number) == number,
                    col(DeskQuestion.status) == Status.OPEN.value,
                    col(DeskQuestion.reminders) == nth - 1,
                )
                .values(reminders=nth, due_at=following)
            )
            if changed.rowcount != 1:
                return
            if self.posts:
                self.effects.send(connection, Message(UNANSWERED, about, PRIVACY_DESK))
            if following:
                self.effects.due(connection, UNANSWERED, f"{name}/{nth + 1}", following)

    def _insert(self, entry: OpenEntry, person: Person, entry_id: str, question: str, policy: Policy) -> int:
        answer = self.questions.of_the_policy(question, policy)
        candidates: Sequence[Clause] = [*answer.quotes, *(one for one in answer.candidates if one not in answer.quotes)]
        now = self.clock()
        due = now + self.remind_after
        row = {
            "entry_id": entry_id,
            "team": person.team,
            "person": person.id,
            "version": policy.version,
            "candidates": [[one.start, one.end] for one in candidates[:MOST_CANDIDATES]],
            "topic": answer.topic,
            "topic_label": answer.topic_label,
            "status": Status.OPEN.value,
            "step": 0,
            "asked_at": now,
            "due_at": due,
            "reminders": 0,
        }
        made = entry.connection.execute(insert(_DESK).values(row).returning(_DESK.c.number))
        number = int(made.scalar_one())
        if self.posts:
            self.effects.send(entry.connection, Message("question.asked", f"Q-{number}", PRIVACY_DESK))
        self.effects.due(entry.connection, UNANSWERED, f"Q-{number}/1", due)
        return number

    def _settle(self, entry: OpenEntry, item: Item, person: Person, kind: Kind) -> bool:
        """Compare and set: False when somebody else was first."""
        changed = entry.connection.execute(
            update(DeskQuestion)
            .where(
                col(DeskQuestion.number) == item.number,
                col(DeskQuestion.step) == item.step,
                col(DeskQuestion.status) == Status.OPEN.value,
            )
            .values(
                status=kind.value,
                step=item.step + 1,
                due_at=None,
                decided_at=self.clock(),
                decided_by=person.id,
            )
        )
        return changed.rowcount == 1

    def _record(
        self,
        entry: OpenEntry,
        item: Item,
        person: Person,
        verdict: Verdict,
        picked: tuple[Clause, ...],
        policy: Policy,
    ) -> None:
        asked = verdict.asked or item.question
        entry.query, entry.justification, entry.policy_version = asked, verdict.text, policy.version
        ruling = Made(
            question=item.number,
            entry=entry.id,
            kind=verdict.kind,
            team=person.team,
            author=person.id,
            topic=item.topic,
            version=policy.version,
            rests_on=tuple(map(Passage.of, picked)),
        )
        entry.close(Outcome.DONE, verdict.kind, [ruling.written()])
        self.ledger.write(entry)
        entry.connection.execute(insert(RulingRow), ruling.row(self.clock()))
        self.effects.send(entry.connection, Message("question.decided", item.name, f"person:{item.person}"))
        self.effects.refresh(entry.connection, item.name)
        for nth in range(1, item.reminders + 1):
            self.effects.refresh(entry.connection, f"{item.name}/{nth}")

    def _refused(
        self,
        entry: OpenEntry,
        reason: Reason | NotYet | None,
        item: Item | None,
        flaws: Mapping[Part, NotYet] = MappingProxyType({}),
    ) -> NotDecided:
        why = reason or NotYet.NO_SUCH_QUESTION
        entry.query = item.name if item else None
        entry.close(Outcome.REFUSED, why)
        self.ledger.write(entry)
        return NotDecided(why, item if why in (NotYet.ALREADY_DECIDED, NotYet.CHANGED_MEANWHILE) else None, flaws)


def _undecidable(item: Item | None, person: Person, step: int, policy: Policy | None) -> Reason | NotYet | None:
    """Why this question can't be decided as the officer saw it, or None."""
    if item is None or item.team != person.team:
        return NotYet.NO_SUCH_QUESTION
    if not item.is_open:
        return NotYet.ALREADY_DECIDED
    if policy is None:
        return Reason.NO_POLICY
    if item.question is None:
        return NotYet.ERASED
    return NotYet.CHANGED_MEANWHILE if item.step != step or item.version != policy.version else None


def flaws_of(verdict: Verdict, policy: Policy) -> dict[Part, NotYet]:
    """What is wrong with what an officer wrote: too little, too much, or words in quotation marks that the policy does
    not have. A question that nobody put in other words is as it was typed.
    """
    if verdict.kind is not Kind.WRITTEN:
        return {}
    text = verdict.text or ""
    asked = _length(verdict.asked, LONGEST_QUESTION) if verdict.asked is not None else None
    ruling = _length(text, LONGEST_RULING)
    if ruling is None and invented(text, policy.reading):
        ruling = NotYet.INVENTED_QUOTE
    return {part: flaw for part, flaw in ((Part.ASKED, asked), (Part.TEXT, ruling)) if flaw is not None}


def _length(text: str, longest: int) -> NotYet | None:
    if len(text.strip()) < SHORTEST:
        return NotYet.TOO_SHORT
    return NotYet.TOO_LONG if len(text) > longest else None


def _existing(entry: OpenEntry, number: int, policy: Policy) -> Item:
    return still_there(read_item(entry.connection, number, policy.reading), "a question")
