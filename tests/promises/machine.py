"""Persons, groups, clocks, presses and deliveries in any order, each step compared with the oracle.

Steward's use cases run on a real database; Slack is a directory of people who change. Every step must leave an entry
in the audit table and exactly the requests, approvals and grants that the oracle expects.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select, text
from sqlmodel import col

from bot.access.grants import request_number
from bot.audit.ledger import AlreadyHandled
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.effects import Message
from models.access import AccessGrant
from tests.promises.customers import CUSTOMERS, values_in
from tests.promises.machine_presses import Presses, minutes, people, which
from tests.promises.machine_world import CLAUSES, PEOPLE, Violation, demand
from tests.promises.oracle import PURPOSE_ROLES, Oracle
from tests.promises.oracle_lists import Someone


class Machine(Presses):
    """What people do and what happens around them, in any order. A subclass sets `given`."""

    @initialize()
    def begin(self) -> None:
        """A new workspace, some days later, with the whole policy in force."""
        world = self.given
        world.clock.advance(days=3)
        world.tick()
        world.company.known = {name: Someone(name, set(roles)) for name, roles in PEOPLE.items()}
        self.team = world.company.team = f"T{next(world.teams)}"
        self.oracle = Oracle(world.company.known, {one.id: one.kind for one in CUSTOMERS}, set(PURPOSE_ROLES))
        self.last: Callable[[], Any] | None = None
        world.publish(None)

    # What happens around them.

    @rule(span=minutes)
    def time_passes(self, span: int) -> None:
        self.given.clock.advance(minutes=span)

    @rule()
    def days_pass(self) -> None:
        """So many that an emergency ought to have been reviewed."""
        self.given.clock.advance(hours=73)

    @rule()
    def work_is_done(self) -> None:
        begun, now = self.given.tick(), self.given.clock()
        self.oracle.escalate(now)
        self.oracle.lists.work_is_done(now, begun=begun)
        self._settle()

    @rule(who=people, role=st.sampled_from(["support", "approvers", "billing", "privacy"]), move=st.integers(0, 7))
    def somebody_moves(self, who: str, role: str, move: int) -> None:
        """Joins a group, leaves one, is deactivated, comes back."""
        one = self.given.company.known[who]
        if move < 3:
            one.roles.add(role)
        elif move == 3:
            one.roles.discard(role)
        else:
            one.active = move > 4

    @rule()
    def those_who_left_lose_it(self) -> None:
        self.given.services.life.revoke.departed()
        self.given.services.approvers.recertify.settle_removals()
        now = self.given.clock()
        for one in self.oracle.asked.values():
            if PURPOSE_ROLES[one.purpose] in self.oracle.people[one.who].now:
                continue
            if one.open(now):
                one.status = "cancelled"
            grant = self.oracle.held.get(one.number)
            if grant and grant.ended is None and now < grant.end:
                self.oracle.end(one.number, "system", now)
        self.oracle.lists.those_who_left()

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
        self.given.steps += 1
        requests, grants = self._stored()
        now = self.given.clock()
        expected = {
            number: {one.status} | ({"expired"} if one.status == "pending" and not one.open(now) else set())
            for number, one in self.oracle.asked.items()
        }
        demand(requests.keys() == expected.keys(), "a request too many or too few")
        demand(all(row in expected[number] for number, row in requests.items()), "a request stands otherwise")
        held = {
            one.number: (one.who, one.accounts, one.purpose, one.classes, one.start, one.end)
            for one in self.oracle.held.values()
        }
        demand(grants == held, "a grant stands otherwise")

    def teardown(self) -> None:
        """In the end all is over, everybody was told, once, and each end is recorded once."""
        if not hasattr(self, "oracle"):
            return
        self.given.clock.advance(days=3)
        self.given.tick()
        self._settle()
        told = {(row["kind"], row["about"]) for row in self._messages() if row["to"].startswith("person:")}
        for number, one in self.oracle.asked.items():
            demand(one.status != "pending", "a request that never ended")
            silent = (one.status == "cancelled" and number in self._withdrawn) or one.status == "pending"
            demand(silent or ("request.decided", f"R-{number}") in told, f"nobody told {one.who} about {one.status}")
        for number, grant in self.oracle.held.items():
            over = [one for one in self._acts(number) if one == ("access.expire", "time_is_up")]
            ended_by_time = len(grant.accounts) if grant.by == "time" else 0
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
            int(row.number): (
                row.person,
                tuple(row.accounts or (row.account,)),
                row.purpose,
                tuple(row.data_classes),
                row.starts_at,
                row.ends_at,
            )
            for row in grants
        }

    def _messages(self) -> list[dict[str, Any]]:
        numbers = set(self.oracle.asked)
        rows = self.given.rows('SELECT kind, about, "to" FROM deliveries ORDER BY queued_at, key')
        return [row for row in rows if request_number(row["about"]) in numbers and row["about"].startswith("R-")]
