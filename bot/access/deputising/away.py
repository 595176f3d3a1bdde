"""An approver says until when they are away and who decides meanwhile; and that they are back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, String, bindparam, insert, text
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.access.deputising.absences import absences_of, away_now, read_absence
from bot.access.deputising.deputies import Absence, absence_number, approving_roles
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.purposes import Rules
from bot.audit.entry import SYSTEM, Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, Origin
from bot.clock import Clock
from bot.database import Database, still_there
from bot.effects import APPROVALS, Effects, Message
from models.absence import AccessAbsence
from models.tables import table_of

LONGEST = timedelta(days=180)
MOST_SHOWN = 5
OVER_WORK = "away.over"
BEGUN, ENDED = "away.begun", "away.ended"

# Once, be it that two presses come at the same moment. What stands there already is not even tried on SQLite, whose
# trigger would refuse it before the conflict is seen.
RETURN = text(
    "INSERT INTO access_returns (absence, at, by) SELECT :absence, :at, :by "
    "WHERE NOT EXISTS (SELECT 1 FROM access_returns r WHERE r.absence = :absence) "
    "ON CONFLICT (absence) DO NOTHING RETURNING absence"
).bindparams(
    bindparam("absence", type_=Integer()), bindparam("at", type_=UTCDateTime()), bindparam("by", type_=String())
)


@dataclass(frozen=True, slots=True)
class Set:
    """It is so now, by this press."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class NotSet:
    """This press changed nothing, and why."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Standings:
    """A person's absences, the newest first, and those for whom the person stands in now."""

    own: tuple[Absence, ...]
    for_others: tuple[Absence, ...]

    def away(self, now: datetime) -> Absence | None:
        """The absence that is on, if the person is away."""
        return next((one for one in self.own if one.is_on(now)), None)


def may_name(person: Person, deputy: Person, until: datetime, now: datetime, rules: Rules) -> Reason | None:
    """Why this person may not make this one their deputy until then, or None."""
    if person.standing is not Standing.MEMBER or not person.roles & approving_roles(rules):
        return Reason.NOT_AN_APPROVER
    if deputy.id in person.ids:
        return Reason.OWN_DEPUTY
    if deputy.standing is not Standing.MEMBER or deputy.team != person.team:
        return Reason.NOT_A_MEMBER
    if not now < until <= now + LONGEST:
        return Reason.NOT_IN_FUTURE
    return None


@dataclass(frozen=True, slots=True)
class Away:
    """Each change is an audit entry; the deputy and the approvals channel are told (`tells`: there is one)."""

    database: Database
    ledger: Ledger
    rules: Rules
    effects: Effects
    clock: Clock
    tells: bool

    def __call__(self, origin: Origin, person: Person, deputy: Person, until: datetime) -> Set | NotSet:
        """Name a deputy from now on; one who was named before is none any more. Raises NotRecorded, AlreadyHandled."""
        now = self.clock()
        with self.ledger.entry(origin, Action.DEPUTISE, query=f"{deputy.id} until {until:%Y-%m-%dT%H:%M%z}") as entry:
            if reason := may_name(person, deputy, until, now, self.rules):
                entry.close(Outcome.REFUSED, reason)
                return NotSet(reason)
            self._end(entry.connection, person, now)
            row = {"team": person.team, "person": person.id, "deputy": deputy.id, "since": now, "until": until}
            made = entry.connection.execute(
                insert(AccessAbsence).values(row).returning(table_of(AccessAbsence).c.number)
            )
            absence = still_there(read_absence(entry.connection, int(made.scalar_one())), "an absence")
            self._tell(entry.connection, BEGUN, absence)
            self.effects.due(entry.connection, OVER_WORK, absence.name, until)
            entry.close(Outcome.DONE)
            return Set(absence)

    def back(self, origin: Origin, person: Person) -> Set | NotSet:
        """The person is back before the time. Raises NotRecorded, AlreadyHandled."""
        with self.ledger.entry(origin, Action.DEPUTISE) as entry:
            ended = self._end(entry.connection, person, self.clock())
            if not ended:
                entry.close(Outcome.REFUSED, Reason.NOT_AWAY)
                return NotSet(Reason.NOT_AWAY)
            entry.query = ended[0].deputy
            for absence in ended:
                self._tell(entry.connection, ENDED, absence)
            entry.close(Outcome.ENDED)
            return Set(ended[0])

    def over(self, name: str) -> None:
        """An absence ended by its time: record it once and tell the same people. Nothing happens if it ended before."""
        with self.ledger.transaction() as connection:
            absence = read_absence(connection, absence_number(name) or 0)
            if absence is None or absence.ended_at is not None or not self._return(connection, absence, SYSTEM):
                return
            entry = self.ledger.opened(connection, BY_ITSELF, Action.DEPUTISE, query=absence.deputy)
            entry.close(Outcome.EXPIRED, Reason.TIME_IS_UP)
            self.ledger.write(entry)
            self._tell(connection, ENDED, absence)

    def of(self, person: Person) -> Standings:
        """What there is to show of this person."""
        now = self.clock()
        with self.database.reading() as connection:
            own = absences_of(connection, person.team, person.id, limit=MOST_SHOWN)
            away = away_now(connection, person.team, now)
        return Standings(own, tuple(one for one in away.values() if one.deputy == person.id))

    def _end(self, connection: Connection, person: Person, now: datetime) -> list[Absence]:
        """End what is on of this person's; each of several presses at once ends what no other has."""
        own = absences_of(connection, person.team, person.id, limit=MOST_SHOWN)
        ended = [one for one in own if one.is_on(now) and self._return(connection, one, person.id)]
        for absence in ended:
            self.effects.refresh(connection, absence.name)
        return ended

    def _return(self, connection: Connection, absence: Absence, by: str) -> bool:
        """Write once that it is over."""
        row = {"absence": absence.number, "at": min(self.clock(), absence.until), "by": by}
        return connection.execute(RETURN, row).first() is not None

    def _tell(self, connection: Connection, kind: str, absence: Absence) -> None:
        self.effects.send(connection, Message(kind, absence.name, f"person:{absence.deputy}"))
        if self.tells:
            self.effects.send(connection, Message(kind, absence.name, APPROVALS))
        self.effects.refresh(connection, absence.name)
