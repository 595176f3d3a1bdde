"""A request that nobody decides: one person at a time is reminded, then the next group is told, and then it expires."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from bot.access.deciding.judge import may_approve, may_decide, needs_of, still_missing
from bot.access.deputising.absences import away_now, passed_on
from bot.access.deputising.deputies import Absence, Deputyship, approving_roles, effective_roles, stand_in
from bot.access.grants import Request, Status, read_request, request_number
from bot.access.people import Directory, Person, Standing, members_of
from bot.access.requests.give import TooEarly
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import missing
from bot.access.rules.reminding import MOST_REMINDERS, next_to_remind, reminder_at
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects, Message
from models.access import AccessRequest
from models.reminder import AccessReminder

REMIND_WORK, ESCALATE_WORK, STANDSTILL_WORK = "request.remind", "request.escalate", "request.standstill"
ESCALATED, STANDSTILL = "request.escalated", "request.standstill"


def reminder_kind(nth: int) -> str:
    """Each reminder is a message of its own, be it to the same person; a decision changes all of them."""
    return f"request.reminder.{nth}"


def plan_reminders(connection: Connection, request: Request, rules: Rules, effects: Effects) -> None:
    """Put the first reminder and the escalation into the schedule, in the transaction that files the request."""
    _plan_reminder(connection, request, 1, rules, effects)
    if away_now(connection, request.team, request.asked_at):
        effects.due(connection, STANDSTILL_WORK, request.name, request.asked_at)
    reminding = rules.reminding
    if reminding.escalate_after is not None and reminding.escalate_to is not None:
        at = request.asked_at + reminding.escalate_after
        if at < request.expires_at:
            effects.due(connection, ESCALATE_WORK, request.name, at)


def _plan_reminder(connection: Connection, request: Request, nth: int, rules: Rules, effects: Effects) -> None:
    if rules.reminding.after is None or nth > MOST_REMINDERS:
        return
    at = reminder_at(request.asked_at, rules.reminding.after, nth)
    if at < request.expires_at:
        effects.due(connection, REMIND_WORK, f"{request.name}/{nth}", at)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who could decide a request, as Slack has them now: people of its groups, those who stand in, and who is away."""

    people: Mapping[str, Person]
    away: Mapping[str, Absence]
    passed: Mapping[str, frozenset[str]]

    def able(self, request: Request, rules: Rules, now: datetime) -> tuple[str, ...]:
        """Who is there and could decide it now: nobody who is away, deactivated, or asked for it."""
        return tuple(sorted(one.id for one in self.people.values() if self._could(one, request, rules, now)))

    def _could(self, person: Person, request: Request, rules: Rules, now: datetime) -> bool:
        absence = self.away.get(person.id)
        if person.standing is not Standing.MEMBER or (absence is not None and absence.is_on(now)):
            return False
        stands = [Deputyship(self.away[one], roles, self.people[one].others) for one, roles in self.passed.items()]
        voices = effective_roles(person, stands, now)
        if may_decide(person, None, request, rules, now, voices) is not None:
            return False
        return may_approve(person, request, rules, voices) is None

    def standstill(self, request: Request, rules: Rules, now: datetime) -> tuple[Absence, ...] | None:
        """Whether nobody could decide it now: then who is away and comes back, the first one first. None: somebody can.

        A request of several approvals stands still when those who are there can't fill all places.
        """
        able = [self.people[one] for one in self.able(request, rules, now)]
        wanted = needs_of(request, rules)
        stands = [Deputyship(self.away[one], roles, self.people[one].others) for one, roles in self.passed.items()]
        roles = [frozenset().union(*(v.roles for v in effective_roles(one, stands, now))) for one in able]
        given = [one.roles for one in request.approvals]
        if not missing(wanted, [*given, *(one & wanted.keys() for one in roles)]):
            return None
        back = (self.away[one] for one in self.people if one in self.away)
        return tuple(sorted((one for one in back if one.is_on(now)), key=lambda one: (one.until, one.number)))


@dataclass(frozen=True, slots=True)
class Reminders:
    """Work of the schedule: of several replicas one does it, and doing it again changes nothing.

    `channels` are the roles of steward.toml's [channels] that there are.
    """

    database: Database
    ledger: Ledger
    rules: Rules
    directory: Directory
    effects: Effects
    clock: Clock
    channels: frozenset[str]

    def remind(self, about: str) -> None:
        """Remind one person, and plan the next. `about` is "R-1042/2". Nothing happens once it is decided or withdrawn.

        Raises TooEarly, DirectoryUnavailable: then it is tried again.
        """
        name, _, nth = about.partition("/")
        found = self._waiting(name)
        if found is None or self.rules.reminding.after is None:
            return
        now = self.clock()
        if now < reminder_at(found.asked_at, self.rules.reminding.after, int(nth)):
            raise TooEarly(about)
        crew = self.crew(found)
        with self.ledger.transaction() as connection:
            request = _held(connection, found.number, now)
            if request is None:
                return
            before = _reminded(connection, request.number)
            if int(nth) in before:
                return
            told = [person for person in before.values() if person is not None]
            chosen = next_to_remind(crew.able(request, self.rules, now), told, request.number)
            row = {"request": request.number, "nth": int(nth), "person": chosen, "at": now}
            connection.execute(insert(AccessReminder).values(row))
            if chosen is not None:
                self.effects.send(connection, Message(reminder_kind(int(nth)), name, f"person:{chosen}"))
            _plan_reminder(connection, request, int(nth) + 1, self.rules, self.effects)

    def escalate(self, name: str) -> None:
        """Tell the next group, once: in its channel, or one of its people. Nothing happens once it is decided.

        Raises DirectoryUnavailable: then it is tried again.
        """
        found, role = self._waiting(name), self.rules.reminding.escalate_to
        if found is None or role is None:
            return
        to = f"channel:{role}" if role in self.channels else self._one_of(role, found)
        now = self.clock()
        with self.ledger.transaction() as connection:
            if not _mark_escalated(connection, found.number, now):
                return
            entry = self.ledger.opened(connection, BY_ITSELF, Action.ESCALATE)
            entry.about(found.concerns)
            entry.grant, entry.purpose = found.grant_name, found.purpose
            entry.ticket = found.ticket
            entry.close(Outcome.DONE)
            self.ledger.write(entry)
            if to is not None:
                self.effects.send(connection, Message(ESCALATED, name, to))
            self.effects.refresh(connection, name)

    def standstill(self, name: str) -> None:
        """Tell whoever asked, once, that nobody is there who could decide it now. Raises DirectoryUnavailable."""
        found = self._waiting(name)
        if found is None or self.crew(found).standstill(found, self.rules, self.clock()) is None:
            return
        with self.ledger.transaction() as connection:
            self.effects.send(connection, Message(STANDSTILL, name, f"person:{found.asked_by or found.person}"))

    def crew(self, request: Request) -> Crew:
        """Who could decide it, asked of Slack. Raises DirectoryUnavailable."""
        with self.database.reading() as connection:
            away = away_now(connection, request.team, self.clock())
        roles = set(still_missing(request, self.rules)) or set(needs_of(request, self.rules))
        if request.escalated_at is not None and self.rules.reminding.decides and self.rules.reminding.escalate_to:
            roles.add(self.rules.reminding.escalate_to)
        members = {one for role in sorted(roles) for one in members_of(self.directory, role, fresh=True) or ()}
        asked = members | {stand_in(away, one, self.clock()) for one in members}
        people = {one: self.directory.person(request.team, one, fresh=True) for one in sorted(asked)}
        approving = approving_roles(self.rules)
        passed = {one: passed_on(people[one], approving) for one in away if one in people}
        return Crew(people, away, passed)

    def _one_of(self, role: str, request: Request) -> str | None:
        """One person of the group who is there; who it is differs from request to request."""
        with self.database.reading() as connection:
            away = away_now(connection, request.team, self.clock())
        barred = {request.person, request.asked_by, *away}
        people = [self.directory.person(request.team, one) for one in self.directory.members(role) if one not in barred]
        there = [one.id for one in people if one.standing is Standing.MEMBER and not one.others & barred]
        chosen = next_to_remind(there, (), request.number)
        return f"person:{chosen}" if chosen is not None else None

    def _waiting(self, name: str) -> Request | None:
        with self.database.reading() as connection:
            request = read_request(connection, request_number(name) or 0)
        return request if request is not None and request.is_open(self.clock()) else None


def _held(connection: Connection, number: int, now: datetime) -> Request | None:
    """The request if it still waits, held so that it is not decided while somebody is being reminded."""
    waits = (
        col(AccessRequest.number) == number,
        col(AccessRequest.status) == Status.PENDING.value,
        col(AccessRequest.expires_at) > now,
    )
    held = connection.execute(select(col(AccessRequest.number)).where(*waits).with_for_update()).scalar()
    return read_request(connection, number) if held is not None else None


def _reminded(connection: Connection, number: int) -> Mapping[int, str | None]:
    query = select(col(AccessReminder.nth), col(AccessReminder.person)).where(col(AccessReminder.request) == number)
    return {row.nth: row.person for row in connection.execute(query.order_by(col(AccessReminder.nth)))}


def _mark_escalated(connection: Connection, number: int, now: datetime) -> bool:
    changed = connection.execute(
        update(AccessRequest)
        .where(
            col(AccessRequest.number) == number,
            col(AccessRequest.status) == Status.PENDING.value,
            col(AccessRequest.expires_at) > now,
            col(AccessRequest.escalated_at).is_(None),
        )
        .values(escalated_at=now)
    )
    return changed.rowcount == 1
