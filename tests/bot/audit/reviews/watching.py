"""A company of employees whose entries are watched, without Slack: looks, grants, an integrator, and a queue."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, text

from bot.access.people import Conversation, DirectoryUnavailable, Person, Standing
from bot.audit.entry import Action, Actor, Outcome, Surface
from bot.audit.ledger import Ledger, Origin
from bot.audit.reviews.queue import ReviewQueue, ReviewSettings
from bot.audit.reviews.review import Review
from bot.audit.reviews.unusual import Thresholds
from bot.audit.reviews.watch import Watch
from bot.clock import Clock
from bot.database import Database
from bot.effects import Message
from models.access import AccessGrant, AccessRequest
from tests.bot.audit.integration.integrating import integrator_of

TEAM = "T1"
RIGA = ZoneInfo("Europe/Riga")
HERE = Conversation.INTERNAL


def person(user: str, *roles: str, zone: str = "Europe/Riga") -> Person:
    return Person(user, TEAM, user.title(), f"{user}@postwing.example", Standing.MEMBER, frozenset(roles), zone)


INESE = person("U0INESE", "support")
JANIS = person("U0JANIS", "approvers", "auditors")
AGNESE = person("U0AGNESE", "auditors")
LAILA = person("U0LAILA", "auditors")
EVERYBODY = {one.id: one for one in (INESE, JANIS, AGNESE, LAILA)}


@dataclass(slots=True)
class Directory:
    """Four people; `silent` when Slack does not answer."""

    silent: bool = False

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:
        if self.silent:
            raise DirectoryUnavailable("users.info")
        return EVERYBODY[user]

    def members(self, role: str, *, fresh: bool = False) -> Sequence[str]:
        return [one.id for one in EVERYBODY.values() if role in one.roles]

    def conversation(self, channel: str) -> Conversation:
        return HERE

    def others(self, user: str) -> frozenset[str]:
        return frozenset()


@dataclass(slots=True)
class Effects:
    """What was asked of the outbox and the schedule; only what was committed with its transaction counts elsewhere."""

    sent: list[Message] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    later: list[tuple[str, str, datetime]] = field(default_factory=list)

    def send(self, connection: Connection, *messages: Message) -> None:
        self.sent += messages

    def refresh(self, connection: Connection, *abouts: str) -> None:
        self.refreshed += abouts

    def due(self, connection: Connection, kind: str, about: str, at: datetime) -> None:
        self.later.append((kind, about, at))


@dataclass(slots=True)
class Watched:
    """A database whose ledger is watched."""

    database: Database
    clock: Clock
    effects: Effects
    ledger: Ledger
    watch: Watch
    review: Review

    def grant(self, number: int, *, account: str = "pw-1", ticket: str | None = None, by: Person = JANIS) -> str:
        """A grant of Inese's that begins now and was approved by somebody, with the entries of that."""
        now = self.clock().astimezone(UTC)
        request = {
            "number": number,
            "team": TEAM,
            "person": INESE.id,
            "account": account,
            "purpose": "technical_support",
            "data_classes": ["contact"],
            "duration_s": 3600,
            "justification": "because of it",
            "ticket": ticket,
            "status": "granted",
            "asked_at": now,
            "expires_at": now + timedelta(hours=8),
            "decided_at": now,
            "decided_by": by.id,
        }
        grant = {key: request[key] for key in ("number", "team", "person", "account", "purpose", "data_classes")}
        with self.database.transaction() as connection:
            connection.execute(insert(AccessRequest).values(request))
            times = {"starts_at": now, "ends_at": now + timedelta(hours=1), "granted_by": by.id}
            connection.execute(insert(AccessGrant).values(grant | times))
        self.record(INESE, Action.REQUEST, Outcome.REQUESTED, grant=f"R-{number}", account=account)
        self.record(by, Action.APPROVE, Outcome.GRANTED, grant=f"R-{number}", account=account)
        return f"R-{number}"

    def record(
        self,
        actor: Person,
        action: Action,
        outcome: Outcome,
        *,
        account: str | None = None,
        grant: str | None = None,
        fields: Sequence[str] = (),
        reason: str | None = None,
    ) -> str:
        """An entry; its id."""
        origin = Origin(Actor(actor.id, actor.team, actor.email), Surface.COMMAND)
        with self.ledger.entry(origin, action, query=account) as entry:
            entry.account, entry.grant, entry.purpose = account, grant, "technical_support"
            entry.close(outcome, reason, fields)
        return entry.id

    def reveal(self, account: str = "pw-1", *, grant: str | None = None, actor: Person = INESE) -> str:
        return self.record(actor, Action.REVEAL, Outcome.DISCLOSED, account=account, grant=grant, fields=["email"])

    def integrate(self) -> None:
        integrator_of(self.database, self.clock).step()

    def look(self) -> int:
        """Integrate and watch."""
        self.integrate()
        return self.watch()

    def count(self, table: str, where: str = "1 = 1") -> int:
        with self.database.reading() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())

    def origin(self, who: Person, request: str | None = None) -> Origin:
        return Origin(Actor(who.id, who.team, who.email), Surface.MODAL, request)


def watched(
    database: Database,
    clock: Clock,
    *,
    share: float = 1.0,
    thresholds: Thresholds | None = None,
    draws: Sequence[float] = (0.0,),
    directory: Directory | None = None,
) -> Watched:
    """`draws` are the numbers that chance gives, again and again."""
    numbers = iter(list(draws) * 10_000)
    effects = Effects()
    ledger = Ledger(database, clock)
    queue = ReviewQueue(ledger, effects, clock, replace(ReviewSettings(), share=share))
    watch = Watch(
        database,
        ledger,
        queue,
        directory or Directory(),
        thresholds or Thresholds(),
        RIGA,
        lambda: next(numbers),
    )
    return Watched(database, clock, effects, ledger, watch, Review(database, ledger, effects, clock, queue))
