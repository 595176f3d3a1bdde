"""Asking the policy: one question, one entry, committed before its answer is shown.

The question stands in the entry's `query`, which can be erased, and nowhere else; whatever speaks of a question later
does so by the entry's id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from bot.access.decide import admit
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.audit.read import Stored, one_entry
from bot.clock import Clock
from bot.database import Database
from bot.privacy.answer import Answer, Confidence, Kind, Why
from bot.privacy.passages import is_verbatim
from bot.privacy.rulings import Kind as Ruled
from bot.privacy.rulings import Ruling, held_against, rulings_in_force, such
from bot.privacy.rulings import Standing as RulingStanding
from bot.privacy.rulings import Status as RulingStatus
from bot.privacy.rulings_on_record import on_record
from bot.privacy.text import PolicyText
from bot.privacy.versions import Policy, policy_in_force
from models.questions import PolicyQuestion

LONGEST: Final = 4000
"""Characters of a question that are read and kept. A customer's whole e-mail may be put as one."""

_OUTCOMES: Final = {Kind.QUOTED: Outcome.ANSWERED, Kind.SILENT: Outcome.SILENT, Kind.UNSURE: Outcome.UNSURE}


class NotNow(StrEnum):
    """Why there is no answer, beside the reasons that look-ups have too."""

    NOT_AN_EMPLOYEE = "not_an_employee"
    CHANGED_SINCE = "changed_since"
    ERASED = "erased"
    NO_SUCH_QUESTION = "no_such_question"


class Answering(Protocol):
    """What answers from a text. It raises for nothing that is typed, and is safe among threads."""

    def __call__(self, question: str, policy: PolicyText, /) -> Answer:
        """What this text says to the question."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question: the policy's answer, or a ruling on such a question, under the version in force.

    `entry` is the record. With a ruling, `answer.why` is RULED; its quotes are there only where the officer picked
    them and they stand in this version. `cut`: only the first LONGEST characters of what was asked were read. `unread`
    is the ruling on such a question that is not used, since officers have not read it again for this version.
    """

    entry: str
    question: str
    policy: Policy
    answer: Answer
    ruling: Ruling | None = None
    cut: bool = False
    unread: Ruling | None = None

    @property
    def outcome(self) -> Outcome:
        """For the entry."""
        if self.ruling is None:
            return _OUTCOMES[self.answer.kind]
        return Outcome.SILENT if self.ruling.kind is Ruled.NOT_OURS else Outcome.ANSWERED


@dataclass(frozen=True, slots=True)
class NoReply:
    """No answer, and why. `entry` is the record, where one was made."""

    reason: Reason | NotNow
    entry: str | None = None


def may_ask(person: Person, conversation: Conversation) -> Reason | NotNow | None:
    """Why this person may not ask here, or None. Employees may: guests and people of other companies are none."""
    if barred := admit(person, conversation):
        return barred
    return None if person.standing is Standing.MEMBER else NotNow.NOT_AN_EMPLOYEE


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks and recalls. Raises NotRecorded when the entry can't be committed: then nothing is shown."""

    database: Database
    ledger: Ledger
    answering: Answering
    clock: Clock

    def ask(self, origin: Origin, person: Person, conversation: Conversation, question: str) -> Reply | NoReply:
        """The policy's answer to one question, recorded."""
        typed = question.strip()
        question, cut = typed[:LONGEST], len(typed) > LONGEST
        reason = may_ask(person, conversation)
        with self.ledger.transaction() as connection:
            entry = self.ledger.opened(connection, origin, Action.ASK_POLICY, query=question or None)
            policy = policy_in_force(connection, self.clock())
            entry.policy_version = policy.version if policy else None
            if reason is not None or policy is None:
                entry.close(Outcome.REFUSED, reason or Reason.NO_POLICY)
                self.ledger.write(entry)
                return NoReply(reason or Reason.NO_POLICY, entry.id)
            answer = self.of_the_policy(question, policy)
            reply = _ruled(connection, person.team, Reply(entry.id, question, policy, answer, cut=cut))
            entry.close(reply.outcome, reply.answer.why)
            self.ledger.write(entry)
            self._keep(entry, person, answer, reply.ruling)
        return reply

    def recall(self, person: Person, entry_id: str) -> Reply | NoReply:
        """The same answer again, for whoever asked: to copy it, or to read more. Nothing new is shown, so nothing is
        recorded; an answer that would be another one by now has to be asked for again.
        """
        with self.database.reading() as connection:
            stored = one_entry(connection, entry_id)
            question = own_question(stored, person)
            if isinstance(question, NotNow):
                return NoReply(question)
            policy = policy_in_force(connection, self.clock())
            if stored is None or policy is None or stored.entry["policy_version"] != policy.version:
                return NoReply(NotNow.CHANGED_SINCE)
            answer = self.of_the_policy(question, policy)
            reply = _ruled(connection, person.team, Reply(entry_id, question, policy, answer))
            kept = _kept_ruling(connection, entry_id)
        same = (reply.outcome, reply.answer.why, reply.ruling.number if reply.ruling else None)
        return reply if same == (*_said(stored), kept) else NoReply(NotNow.CHANGED_SINCE)

    def by_ruling(self, entry_id: str, ruling: Ruling) -> Reply | NoReply:
        """What a ruling says to the question that it was made on, while it may be used."""
        with self.database.reading() as connection:
            stored = one_entry(connection, entry_id)
            question = question_of(stored) if stored else NotNow.NO_SUCH_QUESTION
            policy = policy_in_force(connection, self.clock())
            if isinstance(question, NotNow) or policy is None:
                return NoReply(question if isinstance(question, NotNow) else Reason.NO_POLICY)
            standing = held_against(connection, ruling, policy.reading)
        if not standing.holds or not ruling.is_whole or ruling.status is not RulingStatus.IN_FORCE:
            return NoReply(NotNow.CHANGED_SINCE)
        answer = Answer(Kind.UNSURE, Why.RULED, Confidence.HIGH, policy.version)
        return with_ruling(Reply(entry_id, question, policy, answer), ruling, standing, same=True)

    def of_the_policy(self, question: str, policy: Policy) -> Answer:
        """The engine's answer, with nothing in it that is not the text's word for word."""
        if not question:
            return Answer(Kind.SILENT, Why.NO_QUESTION, Confidence.HIGH, policy.version)
        return only_verbatim(self.answering(question, policy.reading), policy.reading)

    def _keep(self, entry: OpenEntry, person: Person, answer: Answer, ruling: Ruling | None) -> None:
        row = {
            "entry_id": entry.id,
            "at": self.clock(),
            "team": person.team,
            "person": person.id,
            "version": answer.version,
            "kind": answer.kind.value,
            "why": answer.why.value,
            "topic": answer.topic,
            "topic_label": answer.topic_label,
            "ruling": ruling.number if ruling else None,
            "parts": _parts(answer),
        }
        entry.connection.execute(insert(PolicyQuestion), row)


def _parts(answer: Answer) -> list[dict[str, str | None]] | None:
    """What came of each thing that a message asks; None where it asks one, or only one is understood by itself."""
    found = [one for part in answer.parts if (one := part.answer)]
    if len(found) < 2:
        return None
    return [
        {"kind": one.kind.value, "why": one.why.value, "topic": one.topic, "label": one.topic_label} for one in found
    ]


def only_verbatim(answer: Answer, policy: PolicyText) -> Answer:
    """The answer as it is if all that it quotes stands in the text; else unsure, with the candidates that do."""
    candidates = tuple(clause for clause in answer.candidates if is_verbatim(clause, policy))
    sound = answer.version == policy.hash and all(is_verbatim(clause, policy) for clause in answer.quotes)
    sound = sound and all(only_verbatim(one, policy) == one for part in answer.parts if (one := part.answer))
    if sound and len(candidates) == len(answer.candidates) and bool(answer.quotes) == (answer.kind is Kind.QUOTED):
        return answer
    return replace(
        answer,
        kind=Kind.UNSURE,
        why=Why.SEVERAL_MEANT if candidates else Why.NOTHING_LIKE_IT,
        confidence=Confidence.LOW,
        version=policy.hash,
        quotes=(),
        candidates=candidates,
        parts=(),
    )


def own_question(stored: Stored | None, person: Person) -> str | NotNow:
    """The words of a question that this person asked, by its entry."""
    if stored is None or stored.entry["action"] != Action.ASK_POLICY:
        return NotNow.NO_SUCH_QUESTION
    if (stored.entry["actor"], stored.entry["team"]) != (person.id, person.team):
        return NotNow.NO_SUCH_QUESTION
    if stored.entry["outcome"] not in _OUTCOMES.values():
        return NotNow.NO_SUCH_QUESTION
    return question_of(stored)


def question_of(stored: Stored) -> str | NotNow:
    """The words of a question, as far as they were not erased."""
    if stored.entry["query"] is None:
        return ""
    return stored.opened["query"]["value"] if "query" in stored.opened else NotNow.ERASED


def _ruled(connection: Connection, team: str, reply: Reply) -> Reply:
    """With the ruling on such a question, where one is in force.

    On the same question the ruling stands before the policy's own answer, since the officer knew it; on one that is
    only like it, the policy's own words stand first where it has any. One that is to be read again answers nothing, and
    whoever asks is told of it.
    """
    found = _such(connection, reply, rulings_in_force(connection, team))
    if found is None:
        return reply
    ruling, same = found
    if not same and reply.answer.kind is Kind.QUOTED:
        return reply
    standing = held_against(connection, ruling, reply.policy.reading)
    if not standing.holds:
        return replace(reply, unread=ruling)
    return with_ruling(reply, ruling, standing, same=same)


def _such(connection: Connection, reply: Reply, rulings: Sequence[Ruling]) -> tuple[Ruling, bool] | None:
    """The ruling on such a question, and whether it was the same one; one that is not as entries have it is none."""
    while (found := such(reply.question, reply.answer.topic, rulings)) is not None:
        if on_record(connection, found[0]).is_whole:
            return found
        rulings = [one for one in rulings if one is not found[0]]
    return None


def with_ruling(reply: Reply, ruling: Ruling, standing: RulingStanding, *, same: bool) -> Reply:
    """The reply that a ruling gives, which stands as `standing` says. `same`: it was made on the same question."""
    kind = {Ruled.QUOTED: Kind.QUOTED, Ruled.NOT_OURS: Kind.SILENT, Ruled.WRITTEN: Kind.UNSURE}[ruling.kind]
    quotes = standing.clauses if ruling.kind is Ruled.QUOTED else ()
    confidence = Confidence.HIGH if same else Confidence.FAIR
    answer = replace(reply.answer, kind=kind, why=Why.RULED, confidence=confidence, quotes=quotes, parts=())
    return replace(reply, answer=answer, ruling=ruling)


def _said(stored: Stored) -> tuple[str, str]:
    return stored.entry["outcome"], stored.entry["reason"]


def _kept_ruling(connection: Connection, entry_id: str) -> int | None:
    query = select(col(PolicyQuestion.ruling)).where(col(PolicyQuestion.entry_id) == entry_id)
    found: int | None = connection.execute(query).scalar_one_or_none()
    return found
