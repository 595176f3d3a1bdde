"""A new version of the policy: what officers ruled before it is read again, and open questions are looked up again.

Whether a ruling may be used is decided at every question, from the version that is then in force. What is here tells
the officers, and lets them confirm a ruling or withdraw it.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select, update
from sqlmodel import col

from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.read import one_entry
from bot.clock import Clock
from bot.database import Database
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.desk_items import MOST_CANDIDATES, Status, may_rule
from bot.privacy.passages import Passage, invented, lost
from bot.privacy.questions import NotNow, Questions, question_of
from bot.privacy.rulings import (
    Kind,
    Ruling,
    given,
    held_against,
    number_to_reread,
    read_ruling,
    rulings_to_reread,
)
from bot.privacy.rulings import Status as RulingStatus
from bot.privacy.rulings_on_record import on_record, settled_written
from bot.privacy.text import PolicyText
from bot.privacy.versions import Policy, policy_in_force
from models.questions import DeskQuestion
from models.questions import Ruling as RulingRow

REREAD = "ruling.reread"
WITHDRAWN = "ruling.withdrawn"


class Step(StrEnum):
    """What an officer does with a ruling."""

    CONFIRM = "confirmed"
    WITHDRAW = "withdrawn"


class NotSettled(StrEnum):
    """Why a press about a ruling changed nothing."""

    NO_SUCH_RULING = "no_such_ruling"
    ALREADY_SETTLED = "already_settled"
    NOTHING_LEFT = "nothing_left"
    INVENTED_QUOTE = "invented_quote"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Settled:
    """This press counted; the ruling as it stands now."""

    step: Step
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Unsettled:
    """This press changed nothing, and why."""

    reason: Reason | NotSettled
    ruling: Ruling | None = None


def past_confirming(connection: Connection, ruling: Ruling, policy: PolicyText) -> NotSettled | None:
    """Why a ruling can only be withdrawn under this version, or None."""
    if not ruling.is_whole:
        return NotSettled.ERASED
    if ruling.text is not None and invented(ruling.text, policy):
        return NotSettled.INVENTED_QUOTE
    nothing_left = ruling.kind is Kind.QUOTED and not held_against(connection, ruling, policy).clauses
    return NotSettled.NOTHING_LEFT if nothing_left else None


@dataclass(frozen=True, slots=True)
class ToReread:
    """What an officer reads before saying whether a ruling is still right: whether it `holds` for the version in force,
    the words that it rested on and that are gone, and why it can only be withdrawn.
    """

    ruling: Ruling
    holds: bool
    lost: tuple[str, ...]
    past: NotSettled | None


def to_reread(connection: Connection, ruling: Ruling, policy: PolicyText) -> ToReread:
    """A ruling under this version."""
    holds = held_against(connection, ruling, policy).holds
    words = () if holds else lost(connection, ruling.version, ruling.rests_on, policy)
    return ToReread(ruling, holds, words, past_confirming(connection, ruling, policy))


@dataclass(frozen=True, slots=True)
class Rereading:
    """Tells officers what to read again, and takes what they say. Raises NotRecorded like the ledger.

    `posts`: whether there is a channel for the officers.
    """

    database: Database
    ledger: Ledger
    questions: Questions
    effects: Effects
    clock: Clock
    posts: bool

    def look(self) -> None:
        """What a new version in force asks for. It does no harm to do so again, or in several processes."""
        with self.database.reading() as connection:
            policy = policy_in_force(connection, self.clock())
            if policy is None:
                return
            rulings = [one for one in rulings_to_reread(connection, policy.reading) if one.told != policy.version]
            stale = col(DeskQuestion.status) == Status.OPEN.value, col(DeskQuestion.version) != policy.version
            numbers = [int(row.number) for row in connection.execute(select(col(DeskQuestion.number)).where(*stale))]
        for ruling in rulings:
            self._tell(ruling, policy)
        for number in numbers:
            self._look_up_again(number, policy)

    def number_waiting(self, person: Person) -> int | None:
        """How many rulings wait to be read again; None for those who decide on none."""
        if may_rule(person, Conversation.INTERNAL):
            return None
        with self.database.reading() as connection:
            policy = policy_in_force(connection, self.clock())
            return number_to_reread(connection, person.team, policy.version) if policy else 0

    def settle(
        self, origin: Origin, person: Person, conversation: Conversation, number: int, at_step: int, step: Step
    ) -> Settled | Unsettled:
        """Confirm a ruling for the version in force, or withdraw it: then whoever was given it is told.

        Of two officers one wins.
        """
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.RULE)
            policy = policy_in_force(connection, self.clock())
            kept = read_ruling(connection, number)
            ruling = on_record(connection, kept) if kept else None
            entry.query = ruling.name if ruling else None
            entry.policy_version = policy.version if policy else None
            reason = may_rule(person, conversation) or self._unfit(entry, ruling, person, at_step, step, policy)
            if ruling is None or policy is None or reason is not None:
                return self._refused(entry, reason, ruling)
            if not self._move(entry, ruling, person, step, policy):
                return self._refused(entry, NotSettled.ALREADY_SETTLED, read_ruling(connection, number))
            settled = read_ruling(connection, number) or ruling
            entry.close(Outcome.DONE, step, [settled_written(settled)])
            self.ledger.write(entry)
            for about in (f"Q-{ruling.question}", ruling.round):
                self.effects.refresh(connection, about)
            if step is Step.WITHDRAW:
                told = sorted(given(connection, ruling).keys() - {person.id})
                self.effects.send(connection, *(Message(WITHDRAWN, ruling.name, f"person:{one}") for one in told))
            return Settled(step, settled)

    def _unfit(
        self,
        entry: OpenEntry,
        ruling: Ruling | None,
        person: Person,
        at_step: int,
        step: Step,
        policy: Policy | None,
    ) -> Reason | NotSettled | None:
        if ruling is None or ruling.team != person.team:
            return NotSettled.NO_SUCH_RULING
        if ruling.step != at_step or ruling.status is not RulingStatus.IN_FORCE:
            return NotSettled.ALREADY_SETTLED
        if policy is None:
            return Reason.NO_POLICY
        return None if step is Step.WITHDRAW else past_confirming(entry.connection, ruling, policy.reading)

    def _move(self, entry: OpenEntry, ruling: Ruling, person: Person, step: Step, policy: Policy) -> bool:
        """Compare and set: False when somebody else was first."""
        values: dict[str, object] = {"step": ruling.step + 1, "settled_at": self.clock(), "settled_by": person.id}
        if step is Step.WITHDRAW:
            values |= {"status": RulingStatus.WITHDRAWN.value}
        else:
            left = held_against(entry.connection, ruling, policy.reading).clauses
            rests_on = [Passage.of(one).json for one in left]
            values |= {"version": policy.version, "rests_on": rests_on, "told": None}
        changed = entry.connection.execute(
            update(RulingRow)
            .where(
                col(RulingRow.number) == ruling.number,
                col(RulingRow.step) == ruling.step,
                col(RulingRow.status) == RulingStatus.IN_FORCE.value,
            )
            .values(values)
        )
        return changed.rowcount == 1

    def _refused(self, entry: OpenEntry, reason: Reason | NotSettled | None, ruling: Ruling | None) -> Unsettled:
        why = reason or NotSettled.NO_SUCH_RULING
        entry.close(Outcome.REFUSED, why)
        self.ledger.write(entry)
        return Unsettled(why, ruling if why is NotSettled.ALREADY_SETTLED else None)

    def _tell(self, ruling: Ruling, policy: Policy) -> None:
        with self.ledger.transaction() as connection:
            unchanged = col(RulingRow.number) == ruling.number, col(RulingRow.step) == ruling.step
            told = update(RulingRow).where(*unchanged, col(RulingRow.told).is_distinct_from(policy.version))
            if connection.execute(told.values(told=policy.version)).rowcount != 1:
                return
            if self.posts:
                self.effects.send(connection, Message(REREAD, ruling.round, PRIVACY_DESK))
            for about in (ruling.round, f"Q-{ruling.question}"):
                self.effects.refresh(connection, about)

    def _look_up_again(self, number: int, policy: Policy) -> None:
        """An open question gets the candidates of the new version; buttons of the old ones count no more."""
        with self.ledger.transaction() as connection:
            query = select(col(DeskQuestion.entry_id), col(DeskQuestion.step)).where(col(DeskQuestion.number) == number)
            row = connection.execute(query).one()
            stored = one_entry(connection, row.entry_id)
            question = question_of(stored) if stored else NotNow.ERASED
            answer = None if isinstance(question, NotNow) else self.questions.of_the_policy(question, policy)
            found = [*answer.quotes, *(one for one in answer.candidates if one not in answer.quotes)] if answer else []
            same = col(DeskQuestion.number) == number, col(DeskQuestion.step) == row.step
            values = {
                "version": policy.version,
                "step": row.step + 1,
                "candidates": [[one.start, one.end] for one in found[:MOST_CANDIDATES]],
            }
            still_open = col(DeskQuestion.status) == Status.OPEN.value
            if connection.execute(update(DeskQuestion).where(*same, still_open).values(values)).rowcount == 1:
                self.effects.refresh(connection, f"Q-{number}")
