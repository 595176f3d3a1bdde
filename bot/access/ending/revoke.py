"""Ending other people's access: by an approver with a reason, all of a person's or an account's, and of who left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlmodel import col

from bot.access.clauses.in_force import engaged
from bot.access.decide import has_purpose
from bot.access.deciding.judge import needs_of
from bot.access.deputising.absences import deputyships
from bot.access.deputising.deputies import Voice, approving_roles, effective_roles, on_behalf, roles_towards
from bot.access.grants import Request, RequestKind, Status, read_request, read_requests
from bot.access.people import Directory, Person, Standing
from bot.access.reasons import Reason
from bot.access.requests.give import settle, tell_decided
from bot.access.requests.prolong import refresh_grant
from bot.access.roles import PRIVACY
from bot.access.rules.purposes import Rules
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, Origin
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects, Message
from models.access import AccessGrant, AccessRequest, AccessRequestAccount

MOST = 200


@dataclass(frozen=True, slots=True)
class Revoked:
    """These are over now: live grants ended, waiting requests withdrawn."""

    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class NotRevoked:
    """Nothing changed, and why."""

    reason: Reason
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Of:
    """Whose access: one request's by its number, all of a person's (a user id), or all to an account."""

    number: int | None = None
    person: str | None = None
    account: str | None = None


def may_revoke(person: Person, request: Request | None, rules: Rules, voices: Sequence[Voice] = ()) -> Reason | None:
    """Why this person may not end this access of somebody's, or None: who could approve it, or the privacy office.

    `voices` are the roles that they decide with, where they stand in for others too.
    """
    if request is None or request.team != person.team:
        return Reason.NO_SUCH_REQUEST
    if person.standing is not Standing.MEMBER:
        return Reason.NOT_AN_APPROVER
    wanted = needs_of(request, rules)
    decides = any(roles_towards(one, request, wanted, rules) for one in voices)
    return None if decides or person.roles & {*wanted, PRIVACY} else Reason.NOT_AN_APPROVER


def ends_any(person: Person, voices: Sequence[Voice], rules: Rules) -> bool:
    """Whether there may be any access of others that this person can end."""
    deciding = {PRIVACY, *approving_roles(rules)}
    return person.standing is Standing.MEMBER and any(
        one.roles & deciding for one in (*voices, Voice(person.id, person.roles))
    )


def is_over(request: Request, now: datetime) -> bool:
    """Whether there is nothing left to end."""
    held = request.grant is not None and request.grant.ended_at is None and request.grant.ends_at > now
    return not (held and request.kind is not RequestKind.EXTENSION) and not request.is_open(now)


def has_left(person: Person, request: Request, rules: Rules) -> bool:
    """Whether the holder is no user of the company's any more, or may not use the purpose any more."""
    purpose = rules.purposes.get(request.purpose)
    gone = person.standing in (Standing.DEACTIVATED, Standing.STRANGER, Standing.BOT)
    return gone or purpose is None or not has_purpose(person, purpose.key, rules)


@dataclass(frozen=True, slots=True)
class Revoke:
    """Ends what others have. Each grant is an entry of its own; all of one command are one transaction."""

    database: Database
    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock

    def plan(self, origin: Origin, person: Person, of: Of) -> tuple[Request, ...] | NotRevoked:
        """What this person could end, to confirm. That there is nothing, or that they may not, is recorded."""
        now, voices = self.clock(), self._voices(person)
        with self.database.reading() as connection:
            found = [one for one in _found(connection, of, now) if one.team == person.team and _reaches(one, of)]
        on = [one for one in found if not is_over(one, now)]
        allowed = tuple(one for one in on if may_revoke(person, one, self.rules, voices) is None)
        if allowed:
            return allowed
        return self._nothing(origin, person, of, voices, next(iter(on or found), None))

    def _nothing(
        self, origin: Origin, person: Person, of: Of, voices: Sequence[Voice], request: Request | None
    ) -> NotRevoked:
        """Record what was looked for. Who has access to an account is told to those only who could end some."""
        reason = may_revoke(person, request, self.rules, voices) or Reason.NOT_LIVE
        if of.number is None and not ends_any(person, voices, self.rules):
            reason = Reason.NOT_AN_APPROVER
        with self.ledger.entry(origin, Action.END, query=of.account or of.person) as entry:
            if request is not None:
                entry.about(request.concerns)
                entry.grant, entry.purpose = request.grant_name, request.purpose
            entry.close(Outcome.REFUSED, reason)
        theirs = request is not None and request.person == person.id
        named = of.number is not None and person.standing is Standing.MEMBER
        return NotRevoked(reason, request if theirs or named or reason is Reason.NOT_LIVE else None)

    def __call__(self, origin: Origin, person: Person, numbers: Sequence[int], note: str) -> Revoked | NotRevoked:
        """End these. Rights are checked again; what is over already is left as it is. Raises NotRecorded."""
        done: list[Request] = []
        last: NotRevoked | None = None
        voices = self._voices(person)
        with self.ledger.transaction() as connection:
            for count, number in enumerate(numbers):
                result = self._one(connection, _numbered(origin, count), person, voices, number, note)
                if isinstance(result, NotRevoked):
                    last = result
                else:
                    done.append(result)
        return Revoked(tuple(done)) if done or last is None else last

    def _voices(self, person: Person) -> tuple[Voice, ...]:
        """The roles that this person decides with; Slack is asked before the transaction begins."""
        stands = deputyships(self.database, self.directory, person, self.rules, self.clock(), fresh=True)
        return effective_roles(person, stands, self.clock())

    def departed(self) -> None:
        """End what people hold who were deactivated or left the purpose's groups, by Slack's word of this moment.

        Raises DirectoryUnavailable when Slack does not answer: then nothing is ended; look-ups refuse by themselves.
        """
        with self.database.reading() as connection:
            held = read_requests(connection, still_on(self.clock()), limit=MOST)
        rules = engaged(self.rules, self.clock())
        keys = dict.fromkeys((one.team, one.person) for one in held)
        people = {key: self.directory.person(*key, fresh=True) for key in keys}
        for request in held:
            if has_left(people[request.team, request.person], request, rules):
                self._depart(request)

    def _one(
        self,
        connection: Connection,
        origin: Origin,
        person: Person,
        voices: Sequence[Voice],
        number: int,
        note: str,
    ) -> Request | NotRevoked:
        entry = self.ledger.opened(connection, origin, Action.END)
        request = read_request(connection, number)
        entry.justification = note
        reason = may_revoke(person, request, self.rules, voices)
        if request is not None:
            entry.about(request.concerns)
            entry.grant, entry.purpose = request.grant_name, request.purpose
            if reason is None and not self._end(connection, request, person.id, note):
                reason = Reason.NOT_LIVE
            entry.query = entry.grant if reason is None and request.status is not Status.PENDING else None
        entry.close(*((Outcome.REFUSED, reason) if reason else (Outcome.ENDED, self._why(person, voices, request))))
        self.ledger.write(entry)
        after = read_request(connection, number)
        if reason is not None or after is None:
            return NotRevoked(reason or Reason.NO_SUCH_REQUEST, after)
        return after

    def _why(self, person: Person, voices: Sequence[Voice], request: Request | None) -> str:
        """The reason's code: revoked, or on whose behalf a deputy did it."""
        wanted = needs_of(request, self.rules) if request else {}
        if request is None or person.roles & {*wanted, PRIVACY}:
            return Reason.REVOKED
        voice = next(one for one in voices if roles_towards(one, request, wanted, self.rules))
        return on_behalf(voice, person.id, None) or Reason.REVOKED

    def _depart(self, request: Request) -> None:
        with self.ledger.transaction() as connection:
            if not self._end(connection, request, SYSTEM, None):
                return
            entry = self.ledger.opened(connection, BY_ITSELF, Action.END)
            entry.about(request.concerns)
            entry.grant, entry.purpose = request.grant_name, request.purpose
            entry.query = entry.grant if request.status is not Status.PENDING else None
            entry.close(Outcome.ENDED, Reason.PERSON_LEFT)
            self.ledger.write(entry)

    def _end(self, connection: Connection, request: Request, by: str, note: str | None) -> bool:
        """Compare-and-set: the grant is ended, or the request that waits is withdrawn. False when it was over."""
        now, waited = self.clock(), request.status is Status.PENDING
        if waited and not settle(connection, request.number, Status.CANCELLED, by, now, note):
            return False
        if not waited and not _end_grant(connection, request.number, by, note, now):
            return False
        if waited:
            tell_decided(connection, request, self.effects)
        else:
            self.effects.send(connection, Message("grant.over", request.name, f"person:{request.person}"))
        self.effects.refresh(connection, request.name)
        if request.grant is not None:
            refresh_grant(connection, request.grant.number, request.grant.extensions, self.effects)
        return True


def _found(connection: Connection, of: Of, now: datetime) -> tuple[Request, ...]:
    if of.number is not None:
        request = read_request(connection, of.number)
        return (request,) if request else ()
    among = select(col(AccessRequestAccount.request)).where(_is(AccessRequestAccount.account, of.account))
    whose: ColumnElement[bool] = _is(AccessRequest.account, of.account) | col(AccessRequest.number).in_(among)
    if of.person is not None:
        whose = col(AccessRequest.person) == of.person
    return read_requests(connection, still_on(now) & whose, limit=MOST)


def _reaches(request: Request, of: Of) -> bool:
    """Whether it is about this account still: an approver may have taken it off, and what is left is not for that."""
    return of.account is None or of.account.lower() in {one.lower() for one in request.concerns}


def _is(column: str, account: str | None) -> ColumnElement[bool]:
    """An id as it was typed, in capitals or not: what is found is named, and confirmed, before it ends."""
    return (col(column) == account) | (func.lower(col(column)) == (account or "").lower())


def still_on(now: datetime) -> ColumnElement[bool]:
    """The condition on requests that wait, and on those whose grant is live or begins later."""
    held = select(col(AccessGrant.number)).where(col(AccessGrant.ended_at).is_(None), col(AccessGrant.ends_at) > now)
    waits = (col(AccessRequest.status) == Status.PENDING.value) & (col(AccessRequest.expires_at) > now)
    return waits | col(AccessRequest.number).in_(held)


def _end_grant(connection: Connection, number: int, by: str, note: str | None, now: datetime) -> bool:
    held = (col(AccessGrant.number) == number) & col(AccessGrant.ended_at).is_(None) & (col(AccessGrant.ends_at) > now)
    ended = connection.execute(update(AccessGrant).where(held).values(ended_at=now, ended_by=by, end_note=note))
    return ended.rowcount == 1


def _numbered(origin: Origin, count: int) -> Origin:
    """Slack's id of one press stands in one entry; the others of the same press are counted on."""
    return replace(origin, request=f"{origin.request}#{count}") if count and origin.request else origin
