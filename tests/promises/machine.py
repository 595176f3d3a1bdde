"""Persons, groups, clocks, presses and deliveries in any order, each step compared with the oracle.

Steward's use cases run on a real database; Slack is a directory of people who change. Every step must leave an entry
in the audit table and exactly the requests, approvals and grants that the oracle expects.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select, text
from sqlmodel import col

from bot.access.ask import Asked
from bot.access.drafts import Draft
from bot.access.extend import Extended
from bot.access.finish import Finished
from bot.access.grants import request_number
from bot.access.judge import Decided, Less
from bot.access.people import Conversation, Person, Standing
from bot.access.revoke import Revoked
from bot.accounts.importing import import_accounts
from bot.accounts.results import Card, Revealed
from bot.app import QueuedEffects, account_layout, build_services, work_of
from bot.audit.entry import Actor, Surface
from bot.audit.growth import Keys
from bot.audit.ledger import AlreadyHandled, Ledger, Origin
from bot.audit.notes import Signer
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.audit.tamper import LedgerStanding
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.effects import Message
from bot.privacy.versions import import_policy
from bot.schedule.clockwork import Clockwork
from bot.services import Services
from bot.settings import load_configuration
from handlers.deliveries import Compose
from models.access import AccessGrant
from tests.conftest import SettableClock
from tests.promises.customers import CUSTOMERS, values_in, write
from tests.promises.oracle import FIELDS, PENDING, PURPOSE_ROLES, REACH, Oracle, Someone, needs
from tests.promises.oracle import Asked as Noted
from tests.scenarios.harness import CLI, ROOT

PEOPLE = {
    "U1": {"support"},
    "U2": {"support", "approvers"},
    "U3": {"billing"},
    "U4": {"approvers"},
    "U5": {"approvers", "privacy"},
    "U6": {"privacy"},
    "U7": {"marketing"},
}
CLAUSES = {  # what each purpose's clause stands on in the reference company's policy, to take out
    "technical_support": ("such as technical support, customer service", "such as customer service"),
    "billing": ("customer service, billing or marketing", "customer service or marketing"),
}
EDITS = (
    ("[data_classes.recipients]\n", '[data_classes.recipients]\napprovers = "privacy"\n'),
    ('label = "Customer service"\n', 'label = "Customer service"\nFREE'),
    ('label = "Billing"\n', 'label = "Billing"\nextend = "at_once"\n'),
)
HOUR = 60
ROWS = {one.id: one for one in CUSTOMERS}

people = st.sampled_from(sorted(PEOPLE))
accounts = st.sampled_from(sorted(ROWS))
purposes = st.sampled_from(sorted(PURPOSE_ROLES))
classes = st.lists(st.sampled_from(["contact", "payment", "recipients"]), unique=True, max_size=2).map(tuple)
minutes = st.sampled_from([1, 15, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 9 * HOUR])
which = st.integers(0, 6)


class Violation(AssertionError):
    """A promise does not hold."""


def demand(holds: object, what: str) -> None:
    """Raise Violation unless it holds."""
    if not holds:
        raise Violation(what)


@dataclass
class Company:
    """The directory of people, as Slack has them now."""

    people: dict[str, Someone] = field(default_factory=dict)

    def person(self, team: str, user: str, *, fresh: bool = False) -> Person:  # noqa: ARG002 - the port's
        one = self.people[user]
        standing = Standing.MEMBER if one.active else Standing.DEACTIVATED
        return Person(user, team, user, f"{user}@postwing.example", standing, frozenset(one.now))

    def members(self, role: str, *, fresh: bool = False) -> Sequence[str]:  # noqa: ARG002 - the port's
        return [one.id for one in self.people.values() if role in one.now]

    def conversation(self, channel: str) -> Conversation:  # noqa: ARG002 - the port's
        return Conversation.INTERNAL


@dataclass
class World:
    """One database for many examples; each has a workspace of its own."""

    database: Database
    clock: SettableClock
    company: Company
    services: Services
    ledger: Ledger
    policy: str
    clockwork: Clockwork
    compose: Compose
    teams: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    presses: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def publish(self, without: str | None) -> None:
        """Put the policy in force, with one purpose's clause taken out of it."""
        words = self.policy.replace(*CLAUSES[without]) if without else self.policy
        import_policy(self.ledger, self.clock, words.encode(), "postwing.md", CLI)

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        with self.database.reading() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def entries(self) -> int:
        return int(self.rows("SELECT count(*) AS n FROM audit_entries")[0]["n"])


@contextmanager
def world(database: Database, clock: SettableClock, folder: Path) -> Iterator[World]:
    """The reference company, but stricter here and looser there."""
    toml = (ROOT / "steward.toml").read_text()
    for old, new in EDITS:
        demand(toml.count(old) == 1, f"steward.toml has no single {old!r}")
        toml = toml.replace(old, new)
    head, tail = toml.split("FREE")
    toml = head + tail.replace("approvals = 1", "approvals = 0", 1)
    (folder / "steward.toml").write_text(toml)
    configuration = load_configuration(folder / "steward.toml")
    ledger, company, effects = Ledger(database, clock), Company(), QueuedEffects(Outbox(clock))
    keys = Keys(Signer(configuration.ledger.origin, bytes(32)))
    standing = LedgerStanding(stops=True)
    import_accounts(database, ledger, account_layout(configuration), write(folder), CLI, lambda *_: None)
    services = build_services(configuration, database, ledger, company, effects, clock, keys, standing)
    policy = (ROOT / "policies" / "postwing.md").read_text()
    clockwork = Clockwork(database, work_of(services), clock)
    yield World(database, clock, company, services, ledger, policy, clockwork, Compose(services))


class Machine(RuleBasedStateMachine):
    """What people do, in any order. `given` is the world; a subclass sets it."""

    given: World

    @initialize()
    def begin(self) -> None:
        """A new workspace, some days later, with the whole policy in force."""
        world = self.given
        world.clock.advance(days=3)
        world.clockwork.tick()
        world.company.people = {name: Someone(name, set(roles)) for name, roles in PEOPLE.items()}
        self.team = f"T{next(world.teams)}"
        self.oracle = Oracle(world.company.people, {one.id: one.kind for one in CUSTOMERS}, set(PURPOSE_ROLES))
        self.last: Callable[[], Any] | None = None
        world.publish(None)

    # What people press.

    @rule(who=people, account=accounts, purpose=purposes, wanted=classes, span=minutes)
    def ask(self, who: str, account: str, purpose: str, wanted: tuple[str, ...], span: int) -> None:
        duration, now = timedelta(minutes=span), self.given.clock()
        may = self.oracle.may_ask(who, account, purpose, wanted, duration, now)
        draft = Draft(account, purpose, wanted, "Newsletters bounce since Monday", duration)
        result = self._press(
            who, lambda origin, person: self.given.services.ask(origin, person, Conversation.INTERNAL, draft)
        )
        demand(isinstance(result, Asked) == may, f"ask: {result} although {may}")
        if isinstance(result, Asked):
            self._note(result.request.number, who, account, purpose, wanted, duration)

    @rule(chosen=which, account=accounts, purpose=purposes, span=st.sampled_from([1, 15, HOUR, 2 * HOUR]))
    def ask_for_what_one_may(self, chosen: int, account: str, purpose: str, span: int) -> None:
        """Half of all that happens should go well, or little does."""
        fitting = [one.id for one in self.oracle.people.values() if PURPOSE_ROLES[purpose] in one.now]
        if fitting:
            reach = REACH[purpose][1:]
            wanted = tuple(key for place, key in enumerate(reach) if place == 0 or chosen % 3 == 0)
            self.ask(fitting[chosen % len(fitting)], account, purpose, wanted, span)

    @rule(account=accounts, purpose=purposes, other=which)
    def ask_and_be_given(self, account: str, purpose: str, other: int) -> None:
        self.ask_for_what_one_may(1, account, purpose, HOUR)
        self.approve_what_is_open(1, other)

    @rule(chosen=which, other=which)
    def approve_what_is_open(self, chosen: int, other: int) -> None:
        for _ in range(1 + chosen % 2):
            self._one_more_yes(chosen, other)

    def _one_more_yes(self, chosen: int, other: int) -> None:
        now = self.given.clock()
        waiting = [one for one in self.oracle.asked.values() if one.open(now)]
        if waiting:
            one = waiting[chosen % len(waiting)]
            fitting = [name for name in self.oracle.people if self.oracle.may_decide(name, one.number, now)]
            if fitting:
                self._decide(fitting[other % len(fitting)], one.number, None)

    @rule(chosen=which, less=st.booleans())
    def give_back_or_extend(self, chosen: int, less: bool) -> None:
        live = [one for one in self.oracle.held.values() if one.live(self.given.clock())]
        if live and less:
            grant = live[chosen % len(live)]
            self._end(grant.who, grant.number)
        elif live:
            grant = live[chosen % len(live)]
            self._extend(grant.who, grant.number, HOUR)

    @rule(chosen=which, key=st.sampled_from(sorted(FIELDS)))
    def use_what_one_was_given(self, chosen: int, key: str) -> None:
        """Also what is over by now."""
        given = sorted(self.oracle.held.values(), key=lambda one: one.number, reverse=True)
        if given:
            grant = given[chosen % len(given)]
            self.reveal(grant.who, grant.account, grant.purpose, key if chosen % 2 else grant.classes[0])

    @rule(chosen=which, late=st.integers(-1, 1))
    def use_it_about_the_time_it_ends(self, chosen: int, late: int) -> None:
        live = [one for one in self.oracle.held.values() if one.live(self.given.clock())]
        if live:
            grant = live[chosen % len(live)]
            self.given.clock.now = grant.end + timedelta(microseconds=late)
            self.reveal(grant.who, grant.account, grant.purpose, grant.classes[0])

    @rule(chosen=which, account=accounts, purpose=purposes)
    def look_for_what_one_may(self, chosen: int, account: str, purpose: str) -> None:
        fitting = [one.id for one in self.oracle.people.values() if PURPOSE_ROLES[purpose] in one.now]
        if fitting:
            self.look_up(fitting[chosen % len(fitting)], account, purpose)

    def _note(
        self, number: int, who: str, account: str, purpose: str, wanted: tuple[str, ...], duration: timedelta
    ) -> None:
        now, required = self.given.clock(), needs(purpose, wanted, self.oracle.kinds[account])
        one = Noted(number, who, account, purpose, wanted, duration, now + PENDING, required)
        self.oracle.asked[number] = one
        if not required:
            self.oracle.give(one, now, at_once=True)

    @rule(who=people, chosen=which)
    def approve(self, who: str, chosen: int) -> None:
        self._decide(who, self._pick(chosen), None)

    @rule(who=people, chosen=which, wanted=classes, span=minutes)
    def approve_less(self, who: str, chosen: int, wanted: tuple[str, ...], span: int) -> None:
        self._decide(who, self._pick(chosen), Less(wanted, timedelta(minutes=span), "less is enough"))

    def _decide(self, who: str, number: int, less: Less | None) -> None:
        one, now = self.oracle.asked.get(number), self.given.clock()
        given = (
            (less.data_classes, less.duration) if less else (one.classes, one.duration) if one else ((), timedelta())
        )
        may = self.oracle.may_approve(who, number, *given, now, less=less is not None)
        result = self._press(
            who, lambda origin, person: self.given.services.judge.approve(origin, person, number, less)
        )
        demand(isinstance(result, Decided) == may, f"approve: {result} although {may}")
        if may:
            self.oracle.approve(who, number, *given, now)

    @rule(who=people, chosen=which)
    def deny(self, who: str, chosen: int) -> None:
        number = self._pick(chosen)
        may = self.oracle.may_decide(who, number, self.given.clock())
        result = self._press(who, lambda origin, person: self.given.services.judge.deny(origin, person, number, "no"))
        demand(isinstance(result, Decided) == may, f"deny: {result} although {may}")
        if may:
            self.oracle.asked[number].status = "denied"

    @rule(who=people, chosen=which)
    def cancel(self, who: str, chosen: int) -> None:
        number = self._pick(chosen)
        one = self.oracle.asked.get(number)
        may = one is not None and one.who == who and one.open(self.given.clock())
        result = self._press(who, lambda origin, person: self.given.services.finish.cancel(origin, person, number))
        demand(isinstance(result, Finished) == may, f"cancel: {result} although {may}")
        if may and one:
            one.status = "cancelled"

    @rule(who=people, chosen=which)
    def end(self, who: str, chosen: int) -> None:
        self._end(who, self._pick(chosen))

    def _end(self, who: str, number: int) -> None:
        now = self.given.clock()
        grant = self.oracle.held.get(number)
        may = grant is not None and grant.who == who and grant.live(now)
        result = self._press(who, lambda origin, person: self.given.services.finish.end(origin, person, number))
        demand(isinstance(result, Finished) == may, f"end: {result} although {may}")
        if may:
            self.oracle.end(number, who, now)

    @rule(who=people, chosen=which)
    def revoke(self, who: str, chosen: int) -> None:
        number, now = self._pick(chosen), self.given.clock()
        may = self.oracle.may_revoke(who, number, now)
        result = self._press(
            who, lambda origin, person: self.given.services.life.revoke(origin, person, [number], "enough")
        )
        demand(isinstance(result, Revoked) == may, f"revoke: {result} although {may}")
        if may:
            self.oracle.revoke(who, number, now)

    @rule(who=people, chosen=which, span=minutes)
    def extend(self, who: str, chosen: int, span: int) -> None:
        self._extend(who, self._pick(chosen), span)

    def _extend(self, who: str, number: int, span: int) -> None:
        extra, now = timedelta(minutes=span), self.given.clock()
        may = self.oracle.may_extend(who, number, extra, now)
        result = self._press(
            who,
            lambda origin, person: self.given.services.life.extend(
                origin, person, Conversation.INTERNAL, number, extra, "not finished yet"
            ),
        )
        demand(isinstance(result, Extended) == may, f"extend: {result} although {may}")
        if isinstance(result, Extended):
            grant = self.oracle.held[number]
            at_once = self.oracle.extended_at_once(grant)
            required = {} if at_once else self.oracle.asked[number].needs
            expires = min(now + PENDING, grant.end)
            made = result.request.number
            one = Noted(made, who, grant.account, grant.purpose, grant.classes, extra, expires, required, number)
            self.oracle.asked[made] = one
            if at_once:
                self.oracle.give(one, now)

    # What people look at.

    @rule(who=people, account=accounts, purpose=purposes)
    def look_up(self, who: str, account: str, purpose: str) -> None:
        result = self._press(
            who,
            lambda origin, person: self.given.services.look_up(origin, person, Conversation.INTERNAL, account, purpose),
        )
        may = self.oracle.permitted(who, purpose)
        demand(isinstance(result, Card) == may, f"look-up: {type(result)} although {may}")
        if isinstance(result, Card):
            demand({line.data_class.key for line in result.lines} <= set(REACH[purpose]), "a class beyond the purpose")
            closed = [line for line in result.lines if line.data_class.key != "account"]
            seen = {str(value) for line in closed for value in line.values.values()}
            own = {str(value) for value in ROWS[account].values()}
            demand(not seen & own, "a value stands unmasked on the card")
            self._recorded(result.entry, "masked", None)

    @rule(who=people, account=accounts, purpose=purposes, key=st.sampled_from(sorted(FIELDS)))
    def reveal(self, who: str, account: str, purpose: str, key: str) -> None:
        may = self.oracle.opens(who, account, purpose, key, self.given.clock())
        result = self._press(
            who,
            lambda origin, person: self.given.services.reveal(
                origin, person, Conversation.INTERNAL, account, key, purpose
            ),
        )
        demand(isinstance(result, Revealed) == may, f"reveal: {type(result)} although {may}")
        if isinstance(result, Revealed):
            row = ROWS[account].row
            shown = {**result.values, **result.lists}
            demand(set(shown) <= set(FIELDS[key]), "fields of another class")
            demand(all(set(value) <= set(row[name]) for name, value in shown.items()), "another account's values")
            self._recorded(result.entry, "disclosed", set(FIELDS[key]))

    def _recorded(self, entry: str, outcome: str, fields: set[str] | None) -> None:
        found = self.given.rows("SELECT entry, outcome FROM audit_entries WHERE id = :id", id=entry)
        demand(len(found) == 1, "shown without an entry")
        demand(found[0]["outcome"] in {outcome, "disclosed"}, "the entry says something else")
        if fields is not None:
            demand(all(f'"{name}"' in found[0]["entry"] for name in fields), "a field that was shown is not recorded")

    # What happens around them.

    @rule(span=minutes)
    def time_passes(self, span: int) -> None:
        self.given.clock.advance(minutes=span)

    @rule()
    def work_is_done(self) -> None:
        self.given.clockwork.tick()
        self._settle()

    @rule(who=people, role=st.sampled_from(["support", "approvers", "billing", "privacy"]), move=st.integers(0, 7))
    def somebody_moves(self, who: str, role: str, move: int) -> None:
        """Joins a group, leaves one, is deactivated, comes back."""
        one = self.given.company.people[who]
        if move < 3:
            one.roles.add(role)
        elif move == 3:
            one.roles.discard(role)
        else:
            one.active = move > 4

    @rule()
    def those_who_left_lose_it(self) -> None:
        self.given.services.life.revoke.departed()
        now = self.given.clock()
        for one in self.oracle.asked.values():
            if PURPOSE_ROLES[one.purpose] in self.oracle.people[one.who].now:
                continue
            if one.open(now):
                one.status = "cancelled"
            grant = self.oracle.held.get(one.number)
            if grant and grant.ended is None and now < grant.end:
                self.oracle.end(one.number, "system", now)

    @rule(without=st.none() | st.sampled_from(sorted(CLAUSES)))
    def policy_changes(self, without: str | None) -> None:
        self.given.clock.advance(seconds=1)
        self.given.publish(without)
        self.oracle.clauses.clear()
        self.oracle.clauses.update(set(PURPOSE_ROLES) - {without})

    @rule()
    def slack_delivers_again(self) -> None:
        if self.last is None:
            return
        before, entries = self._stored(), self.given.entries()
        try:
            self.last()
        except AlreadyHandled:
            pass
        else:
            raise Violation("the same delivery was handled twice")
        demand(self._stored() == before and self.given.entries() == entries, "a second delivery changed something")

    @rule(chosen=which)
    def a_message_is_sent(self, chosen: int) -> None:
        queued = self._messages()
        if not queued:
            return
        row = queued[chosen % len(queued)]
        composed = self.given.compose(Message(row["kind"], row["about"], row["to"]))
        demand(composed is not None, "a message about nothing")
        if composed is not None and row["to"].startswith("channel:"):
            titles = {one.mark: [one.name] for one in CUSTOMERS if one.kind == "business"}
            demand(not values_in(f"{composed.text}{composed.blocks}", titles), "personal data in a channel")

    # What must hold after every step.

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        requests, grants = self._stored()
        now = self.given.clock()
        expected = {
            number: {one.status} | ({"expired"} if one.status == "pending" and not one.open(now) else set())
            for number, one in self.oracle.asked.items()
        }
        demand(requests.keys() == expected.keys(), "a request too many or too few")
        demand(all(row in expected[number] for number, row in requests.items()), "a request stands otherwise")
        held = {
            one.number: (one.who, one.account, one.purpose, one.classes, one.start, one.end)
            for one in self.oracle.held.values()
        }
        demand(grants == held, "a grant stands otherwise")

    def teardown(self) -> None:
        """In the end all is over, everybody was told, once, and each end is recorded once."""
        if not hasattr(self, "oracle"):
            return
        self.given.clock.advance(days=3)
        self.given.clockwork.tick()
        self._settle()
        told = {(row["kind"], row["about"]) for row in self._messages() if row["to"].startswith("person:")}
        for number, one in self.oracle.asked.items():
            demand(one.status != "pending", "a request that never ended")
            silent = (one.status == "cancelled" and number in self._withdrawn) or one.status == "pending"
            demand(silent or ("request.decided", f"R-{number}") in told, f"nobody told {one.who} about {one.status}")
        for number, grant in self.oracle.held.items():
            over = [one for one in self._acts(number) if one == ("access.expire", "time_is_up")]
            ended_by_time = grant.by == "time"
            demand(len(over) == ended_by_time, f"R-{number} expired {len(over)} times in the audit table")
            demand(grant.by == grant.who or ("grant.over", f"R-{number}") in told, "nobody was told of the end")

    # How a step is done.

    @property
    def _withdrawn(self) -> set[int]:
        """Requests that their own askers withdrew: they know."""
        rows = self.given.rows(
            "SELECT number FROM access_requests WHERE team = :team AND decided_by = person", team=self.team
        )
        return {int(row["number"]) for row in rows}

    def _acts(self, number: int) -> list[tuple[str, str | None]]:
        with self.given.database.reading() as connection:
            found = list(in_order(connection, Filter(grant=f"R-{number}")))
        return [(one.entry["action"], one.entry["reason"]) for one in found]

    def _pick(self, chosen: int) -> int:
        """The newest requests first; the one after the last is none at all."""
        numbers = sorted(self.oracle.asked, reverse=True)
        return numbers[chosen] if chosen < len(numbers) else 999_999

    def _press(self, who: str, do: Callable[[Origin, Person], Any]) -> Any:
        """Somebody presses something: it is recorded, whatever comes of it."""
        person = self.given.company.person(self.team, who)
        surface, request = Surface.BUTTON, f"press-{next(self.given.presses)}"
        origin = Origin(Actor(person.id, person.team, person.email), surface, request)
        before = self.given.entries()
        self.last = lambda: do(origin, person)
        result = do(origin, person)
        demand(self.given.entries() == before + 1, "a press without its one entry")
        return result

    def _settle(self) -> None:
        """Time has done its work: the oracle notes what is over by now."""
        now = self.given.clock()
        for one in self.oracle.asked.values():
            if one.status == "pending" and not one.open(now):
                one.status = "expired"
        for grant in self.oracle.held.values():
            if grant.ended is None and grant.end <= now:
                grant.ended, grant.by = grant.end, "time"

    def _stored(self) -> tuple[dict[int, str], dict[int, tuple[object, ...]]]:
        with self.given.database.reading() as connection:
            requests = connection.execute(
                text("SELECT number, status FROM access_requests WHERE team = :team"), {"team": self.team}
            ).all()
            grants = connection.execute(select(AccessGrant).where(col(AccessGrant.team) == self.team)).all()
        return {int(number): str(status) for number, status in requests}, {
            int(row.number): (row.person, row.account, row.purpose, tuple(row.data_classes), row.starts_at, row.ends_at)
            for row in grants
        }

    def _messages(self) -> list[dict[str, Any]]:
        numbers = set(self.oracle.asked)
        rows = self.given.rows('SELECT kind, about, "to" FROM deliveries ORDER BY queued_at, key')
        return [row for row in rows if request_number(row["about"]) in numbers and row["about"].startswith("R-")]
