"""Recording what an account says about marketing: an objection counts at once, with or without a grant.

Each is a row that is never changed and an audit entry (`privacy.request`) in which who said so stands, and what was
said: marketing goes by what the entries say.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Date, bindparam, insert, text
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.access.decide import purposes_of
from bot.access.people import Conversation, Person
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.access.rules.media import medium_named
from bot.access.rules.purposes import Purpose, Rules
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import Ledger, OpenEntry, Origin
from bot.clock import Clock
from bot.database import still_there
from bot.days import read_day
from bot.effects import PRIVACY_DESK, Effects, Message
from bot.privacy.customer_requests.accounts import FormAccounts, refusal_of
from bot.privacy.customer_requests.decide import LONGEST_REASON, Flaw, Why, may_register
from bot.privacy.customer_requests.requests import request_name
from bot.privacy.objections.choices import Choice, Said, choice_name, choices_of, read_choice, recorded_together
from bot.privacy.objections.on_record import Stated
from bot.privacy.versions import policy_in_force
from models.marketing import MarketingChoice
from models.tables import table_of

RECORDED = "objection.recorded"
SHORTEST_WHO = 3


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody wants to record: `media` as keys or as people call them, `said_on` as typed: 2026-03-02."""

    account: str
    said: Said
    media: tuple[str, ...]
    who: str
    said_on: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """It stands. `choices` are one for each medium."""

    entry: str
    account: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class NotRecordedYet:
    """The person has to mend something first. `candidates` are ids, when several accounts match."""

    account: Flaw | None = None
    who: Flaw | None = None
    said_on: Flaw | None = None
    media: Flaw | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPossible:
    """It is refused. `clause` is the passage that names the media that there are, `medium` the one that is none."""

    entry: str
    reason: Reason | Why | str
    medium: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """This press took it back."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class NotUndone:
    """This press changed nothing; `choice` as it stands, if there is one."""

    reason: Reason | Why | str
    choice: Choice | None = None


TAKE_BACK: Final = text(
    "INSERT INTO marketing_choices (team, account, medium, choice, said_on, recorded_at, recorded_by, entry, undoes) "
    "SELECT c.team, c.account, c.medium, 'undone', :today, :now, :by, :entry, c.number FROM marketing_choices c "
    "WHERE c.number = :number AND NOT EXISTS (SELECT 1 FROM marketing_choices u WHERE u.undoes = c.number) "
    "ON CONFLICT (undoes) DO NOTHING"
).bindparams(bindparam("today", type_=Date()), bindparam("now", type_=UTCDateTime()))

NO_SUCH_MEDIUM = "no_such_medium"
UNDONE_ALREADY = "undone_already"


def marketing_purpose(rules: Rules) -> Purpose | None:
    """The purpose that is bound to media, if the company has one."""
    return next((one for one in rules.purposes.values() if one.media), None)


def may_object(person: Person, conversation: Conversation, rules: Rules) -> Reason | Why | None:
    """Why this person may not record an objection here, or None.

    Whoever looks customers up hears of one, so whoever has a purpose may; and privacy officers.
    """
    if barred := may_register(person, conversation):
        return barred
    return None if is_officer(person) or purposes_of(person, rules) else Reason.NO_PURPOSE


def may_agree(person: Person, conversation: Conversation, rules: Rules) -> Reason | Why | None:
    """Why this person may not record an agreement, or None: those whose purpose is marketing, and privacy officers."""
    if barred := may_register(person, conversation):
        return barred
    marketing = any(one.media for one in purposes_of(person, rules))
    return None if is_officer(person) or marketing else Reason.NOT_YOUR_PURPOSE


@dataclass(frozen=True, slots=True)
class Objections:
    """Records and takes back. All raise NotRecorded and AlreadyHandled like the ledger."""

    ledger: Ledger
    rules: Rules
    effects: Effects
    clock: Clock
    zone: ZoneInfo
    accounts: FormAccounts
    tells: bool

    @property
    def media(self) -> tuple[str, ...]:
        """The media that the clause of the purpose names."""
        purpose = marketing_purpose(self.rules)
        return tuple(purpose.media) if purpose else ()

    def today(self) -> date:
        """In the company's time zone."""
        return self.clock().astimezone(self.zone).date()

    def peek(
        self, origin: Origin, person: Person, conversation: Conversation, said: Said, media: Collection[str]
    ) -> tuple[str, ...] | NotPossible:
        """The media that were meant, for the form. A refusal is recorded: of a person, or of a medium that is none."""
        found = [medium_named(one, self.media) for one in media]
        barred = self._barred(person, conversation, said)
        unknown = next((name for name, one in zip(media, found, strict=True) if one is None), None)
        if barred is None and unknown is None and self.media:
            return tuple(dict.fromkeys(one for one in found if one is not None))
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST, query=unknown) as entry:
            return self._refused(entry, barred, unknown)

    def record(
        self, origin: Origin, person: Person, conversation: Conversation, saying: Saying
    ) -> Recorded | NotRecordedYet | NotPossible:
        """One entry, and one row for each medium; the next look-up for marketing reads them."""
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST, query=saying.account or None) as entry:
            found = [medium_named(one, self.media) for one in saying.media]
            unknown = next((name for name, one in zip(saying.media, found, strict=True) if one is None), None)
            barred = self._barred(person, conversation, saying.said)
            if barred is not None or unknown is not None or not self.media:
                return self._refused(entry, barred, unknown)
            media = tuple(dict.fromkeys(one for one in found if one is not None))
            incomplete, account = self._check(entry, person, saying)
            entry.account = account or entry.account
            if incomplete is not None or account is None:
                return _to_mend(entry, incomplete or NotRecordedYet(account=Flaw.NO_MATCH))
            entry.justification = saying.who.strip()
            choices = self.write(entry, person, account, media, saying.said, read_day(saying.said_on) or self.today())
            entry.close(Outcome.DONE, saying.said.value)
            return Recorded(entry.id, account, choices)

    def write(
        self,
        entry: OpenEntry,
        person: Person,
        account: str,
        media: Sequence[str],
        said: Said,
        said_on: date,
        request: int | None = None,
    ) -> tuple[Choice, ...]:
        """Write the rows of an open entry, and tell the privacy channel, unless a customer's request does so."""
        entry.account = account
        numbers = [self._insert(entry, person, account, medium, said, said_on, request) for medium in media]
        stated = (Stated(number, said, medium, said_on) for number, medium in zip(numbers, media, strict=True))
        entry.fields = (*entry.fields, *(one.written() for one in stated))
        entry.ticket = entry.ticket or ", ".join(choice_name(number) for number in numbers)[:100]
        if self.tells and request is None:
            self.effects.send(entry.connection, Message(RECORDED, choice_name(numbers[0]), PRIVACY_DESK))
        self._follow(entry.connection, account, media)
        return tuple(_again(entry.connection, number) for number in numbers)

    def undo(self, origin: Origin, person: Person, number: int) -> Undone | NotUndone:
        """Take a choice back: a row and an entry of its own. Of two at the same moment exactly one counts."""
        with self.ledger.entry(origin, Action.CUSTOMER_REQUEST) as entry:
            choice = read_choice(entry.connection, number)
            if choice is not None:
                entry.account, entry.ticket = choice.account, choice.name
            reason: Reason | Why | str | None = None if is_officer(person) else Reason.NOT_A_PRIVACY_OFFICER
            if reason is None and (choice is None or choice.team != person.team):
                reason = Why.NO_SUCH_CUSTOMER_REQUEST
            if reason is None and choice is not None and not choice.counts:
                reason = UNDONE_ALREADY
            if reason is None and choice is not None and not self._take_back(entry, person, choice):
                reason, choice = UNDONE_ALREADY, _again(entry.connection, number)
            if reason is not None or choice is None:
                entry.close(Outcome.REFUSED, reason)
                return NotUndone(reason or Why.NO_SUCH_CUSTOMER_REQUEST, choice)
            self._tell_again(entry.connection, (choice,))
            self._follow(entry.connection, choice.account, (choice.medium,))
            entry.close(Outcome.DONE, Said.UNDONE.value)
            return Undone(_again(entry.connection, number))

    def lift(self, entry: OpenEntry, person: Person, choices: Sequence[Choice]) -> None:
        """Take objections back in an open entry. What somebody else took back meanwhile stays as it is."""
        for one in choices:
            self._take_back(entry, person, one)
        self._tell_again(entry.connection, choices)

    def _tell_again(self, connection: Connection, choices: Sequence[Choice]) -> None:
        """The message about a choice goes by the first that was recorded with it."""
        firsts = [one for choice in choices for one in recorded_together(connection, choice.number)[:1]]
        self.effects.refresh(connection, *dict.fromkeys(one.name for one in (*firsts, *choices)))

    def _follow(self, connection: Connection, account: str, media: Collection[str]) -> None:
        """Messages about requests say what of the objections in them is in force now."""
        said = choices_of(connection, [account])[account]
        with_requests = {one.request for one in said if one.medium in media} - {None}
        self.effects.refresh(connection, *(request_name(number) for number in with_requests if number is not None))

    def _barred(self, person: Person, conversation: Conversation, said: Said) -> Reason | Why | None:
        check = may_agree if said is Said.AGREED else may_object
        return check(person, conversation, self.rules)

    def _refused(self, entry: OpenEntry, barred: Reason | Why | None, unknown: str | None) -> NotPossible:
        """With the words of the policy, where it is a medium that they do not name."""
        purpose = marketing_purpose(self.rules)
        if barred is not None or purpose is None:
            entry.close(Outcome.REFUSED, barred or Reason.UNKNOWN_PURPOSE)
            return NotPossible(entry.id, barred or Reason.UNKNOWN_PURPOSE)
        policy = policy_in_force(entry.connection, self.clock())
        clause = policy.clause(purpose.clause) if policy else None
        entry.policy_version, entry.purpose = policy.version if policy else None, purpose.key
        entry.close(Outcome.REFUSED, NO_SUCH_MEDIUM)
        return NotPossible(entry.id, NO_SUCH_MEDIUM, unknown, clause.quote if clause else purpose.clause)

    def _check(self, entry: OpenEntry, person: Person, saying: Saying) -> tuple[NotRecordedYet | None, str | None]:
        who = saying.who.strip()
        others = NotRecordedYet(
            who=Flaw.MISSING if len(who) < SHORTEST_WHO else Flaw.TOO_LONG if len(who) > LONGEST_REASON else None,
            said_on=self._day_flaw(saying.said_on),
            media=None if saying.media else Flaw.MISSING,
        )
        flaw, account, candidates = self.accounts.find(entry, person, saying.account, sent=others == NotRecordedYet())
        found = replace(others, account=flaw, candidates=candidates)
        return (None if found == NotRecordedYet() and account is not None else found), account

    def _day_flaw(self, typed: str | None) -> Flaw | None:
        day = read_day(typed)
        if day is None:
            return Flaw.NOT_A_DATE if typed else Flaw.MISSING
        return Flaw.IN_THE_FUTURE if day > self.today() else None

    def _insert(
        self,
        entry: OpenEntry,
        person: Person,
        account: str,
        medium: str,
        said: Said,
        said_on: date,
        request: int | None,
    ) -> int:
        row = {
            "team": person.team,
            "account": account,
            "medium": medium,
            "choice": said.value,
            "said_on": said_on,
            "recorded_at": self.clock(),
            "recorded_by": person.id,
            "entry": entry.id,
            "request": request,
        }
        made = entry.connection.execute(
            insert(MarketingChoice).values(row).returning(table_of(MarketingChoice).c.number)
        )
        return int(made.scalar_one())

    def _take_back(self, entry: OpenEntry, person: Person, choice: Choice) -> bool:
        """False when somebody else took it back meanwhile: nothing is taken back twice."""
        row = {"number": choice.number, "today": self.today(), "now": self.clock(), "by": person.id, "entry": entry.id}
        if entry.connection.execute(TAKE_BACK, row).rowcount != 1:
            return False
        entry.fields = (*entry.fields, Stated(choice.number, Said.UNDONE).written())
        return True


def _to_mend(entry: OpenEntry, found: NotRecordedYet) -> NotRecordedYet:
    """Record the attempt; ids that are shown to choose from are recorded as suggested."""
    if found.candidates:
        entry.close(Outcome.SUGGESTED, Reason.SEVERAL_MATCHES, ["id"])
    elif found.account in (Flaw.NO_MATCH, Flaw.TOO_SHORT):
        entry.close(Outcome.NOT_FOUND, Reason.NO_MATCH)
    else:
        entry.close(Outcome.REFUSED, refusal_of(found.account))
    return found


def _again(connection: Connection, number: int) -> Choice:
    return still_there(read_choice(connection, number), "a choice")
