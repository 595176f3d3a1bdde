"""What people press and look at, each press compared with what the oracle expects of it.

Steward's use cases run on a real database; Slack is a directory of people who change. Every step must leave an entry
in the audit table and exactly the requests, approvals and grants that the oracle expects.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bot.access.deciding.judge import Decided, Less
from bot.access.ending.extend import Extended
from bot.access.ending.finish import Finished
from bot.access.ending.revoke import Revoked
from bot.access.people import Conversation, Person
from bot.access.requests.drafts import Draft
from bot.access.requests.filing import Asked
from bot.accounts.results import Card, Revealed
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Origin
from tests.promises.machine_world import HOUR, PEOPLE, ROWS, World, demand
from tests.promises.oracle import FIELDS, PENDING, PURPOSE_ROLES, REACH, Much, Oracle, needs
from tests.promises.oracle import Asked as Noted

people = st.sampled_from(sorted(PEOPLE))
accounts = st.sampled_from(sorted(ROWS))
several = st.lists(accounts, unique=True, min_size=1, max_size=2).map(tuple)
purposes = st.sampled_from(sorted(PURPOSE_ROLES))
classes = st.lists(st.sampled_from(["contact", "payment", "recipients"]), unique=True, max_size=2).map(tuple)
minutes = st.sampled_from([1, 15, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 9 * HOUR])
which = st.integers(0, 6)


class Presses(RuleBasedStateMachine):
    """Everything that a person does. `given` is the world, `oracle` what ought to be true of the workspace `team`."""

    given: World
    oracle: Oracle
    team: str
    last: Callable[[], Any] | None
    request: str

    # What people press.

    @rule(who=people, named=several, purpose=purposes, wanted=classes, span=minutes)
    def ask(self, who: str, named: tuple[str, ...], purpose: str, wanted: tuple[str, ...], span: int) -> None:
        """For one account, or for several at once."""
        duration, now = timedelta(minutes=span), self.given.clock()
        may = self.oracle.may_ask(who, named, purpose, wanted, duration, now)
        draft = Draft("\n".join(named), purpose, wanted, "Newsletters bounce since Monday", duration)
        result = self._press(
            who, lambda origin, person: self.given.services.ask(origin, person, Conversation.INTERNAL, draft), named
        )
        demand(isinstance(result, Asked) == may, f"ask: {result} although {may}")
        if isinstance(result, Asked):
            self._recorded_of(named)
            self._note(result.request.number, who, named, purpose, wanted, duration)

    @rule(chosen=which, named=several, purpose=purposes, span=st.sampled_from([1, 15, HOUR, 2 * HOUR]))
    def ask_for_what_one_may(self, chosen: int, named: tuple[str, ...], purpose: str, span: int) -> None:
        """Half of all that happens should go well, or little does."""
        fitting = [one.id for one in self.oracle.people.values() if PURPOSE_ROLES[purpose] in one.now]
        if fitting:
            reach = REACH[purpose][1:]
            wanted = tuple(key for place, key in enumerate(reach) if place == 0 or chosen % 3 == 0)
            self.ask(fitting[chosen % len(fitting)], named, purpose, wanted, span)

    @rule(named=several, purpose=purposes, other=which)
    def ask_and_be_given(self, named: tuple[str, ...], purpose: str, other: int) -> None:
        self.ask_for_what_one_may(1, named, purpose, HOUR)
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

    @rule(chosen=which, who=people, how=st.integers(0, 3))
    def somebody_tries_what_is_not_theirs(self, chosen: int, who: str, how: int) -> None:
        """Their own request to decide, anybody's access to end, more time than there is."""
        now = self.given.clock()
        waiting = [one for one in self.oracle.asked.values() if one.open(now)]
        live = [one for one in self.oracle.held.values() if one.live(now)]
        if how < 2 and waiting:
            one = waiting[chosen % len(waiting)]
            self.given.company.known[one.who].roles.add("approvers")
            if how:
                self._decide(one.who, one.number, None)
            else:
                self._deny(one.who, one.number)
        elif how == 2 and live:
            self._revoke(who, live[chosen % len(live)].number)
        elif live:
            grant = live[chosen % len(live)]
            self._extend(grant.who, grant.number, 9 * HOUR)

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
            account = grant.accounts[chosen % len(grant.accounts)]
            self.reveal(grant.who, account, grant.purpose, key if chosen % 2 else grant.classes[0])

    @rule(chosen=which, account=accounts)
    def use_it_for_any_account(self, chosen: int, account: str) -> None:
        live = [one for one in self.oracle.held.values() if one.live(self.given.clock())]
        if live:
            grant = live[chosen % len(live)]
            self.reveal(grant.who, account, grant.purpose, grant.classes[0])

    @rule(chosen=which, late=st.integers(-1, 1))
    def use_it_about_the_time_it_ends(self, chosen: int, late: int) -> None:
        live = [one for one in self.oracle.held.values() if one.live(self.given.clock())]
        if live:
            grant = live[chosen % len(live)]
            self.given.clock.now = grant.end + timedelta(microseconds=late)
            self.reveal(grant.who, grant.accounts[-1], grant.purpose, grant.classes[0])

    @rule(chosen=which, account=accounts, purpose=purposes)
    def look_for_what_one_may(self, chosen: int, account: str, purpose: str) -> None:
        fitting = [one.id for one in self.oracle.people.values() if PURPOSE_ROLES[purpose] in one.now]
        if fitting:
            self.look_up(fitting[chosen % len(fitting)], account, purpose)

    def _note(
        self,
        number: int,
        who: str,
        named: tuple[str, ...],
        purpose: str,
        wanted: tuple[str, ...],
        duration: timedelta,
    ) -> None:
        now, required = self.given.clock(), needs(purpose, wanted, self.oracle.kinds_of(named))
        one = Noted(number, who, named, purpose, wanted, duration, now + PENDING, required, at=now)
        self.oracle.asked[number] = one
        if not required:
            self.oracle.give(one, now, at_once=True)

    @rule(who=people, chosen=which)
    def approve(self, who: str, chosen: int) -> None:
        self._decide(who, self._pick(chosen), None)

    @rule(who=people, chosen=which, wanted=classes, span=minutes, named=st.none() | several)
    def approve_less(
        self, who: str, chosen: int, wanted: tuple[str, ...], span: int, named: tuple[str, ...] | None
    ) -> None:
        self._decide(who, self._pick(chosen), Less(wanted, timedelta(minutes=span), "less is enough", named))

    @rule(chosen=which, other=which)
    def an_account_is_taken_off(self, chosen: int, other: int) -> None:
        now = self.given.clock()
        waiting = [one for one in self.oracle.asked.values() if one.open(now) and len(one.accounts) > 1]
        for one in waiting[chosen % len(waiting) :][:1] if waiting else ():
            fitting = [name for name in self.oracle.people if self.oracle.may_decide(name, one.number, now)]
            less = Less(one.classes, one.duration, "one is enough", one.accounts[other % 2 :][:1])
            for name in fitting[other % len(fitting) :][:1] if fitting else ():
                self._decide(name, one.number, less)

    def _decide(self, who: str, number: int, less: Less | None) -> None:
        one, now = self.oracle.asked.get(number), self.given.clock()
        named = one.accounts if one else ()
        much = Much(one.classes, one.duration, named) if one else Much((), timedelta(), ())
        if less is not None:
            much = Much(less.data_classes, less.duration, named if less.accounts is None else less.accounts)
        lapsed = self.oracle.lapse(who, number, now)
        may = self.oracle.may_approve(who, number, much, now, less=less is not None)
        result = self._press(
            who,
            lambda origin, person: self.given.services.judge.approve(origin, person, number, less),
            named,
            besides=lapsed * len(named),
        )
        demand(not isinstance(result, Decided) or len(result.lapsed) == lapsed, f"{result} although {lapsed} lapsed")
        demand(isinstance(result, Decided) == may, f"approve: {result} although {may}")
        if may and one:
            self.oracle.approve(who, number, much, now)
            left = [key for key in one.accounts if all(key in yes.accounts for yes in one.yeses)]
            self._recorded_of(left)
        if one:
            one.gone.clear()

    @rule(who=people, chosen=which)
    def deny(self, who: str, chosen: int) -> None:
        self._deny(who, self._pick(chosen))

    def _deny(self, who: str, number: int) -> None:
        may = self.oracle.may_decide(who, number, self.given.clock())
        result = self._press(
            who,
            lambda origin, person: self.given.services.judge.deny(origin, person, number, "no"),
            self._named(number),
        )
        demand(isinstance(result, Decided) == may, f"deny: {result} although {may}")
        if may:
            self.oracle.asked[number].status = "denied"

    @rule(who=people, chosen=which)
    def cancel(self, who: str, chosen: int) -> None:
        number = self._pick(chosen)
        one = self.oracle.asked.get(number)
        may = one is not None and one.who == who and one.open(self.given.clock())
        result = self._press(
            who, lambda origin, person: self.given.services.finish.cancel(origin, person, number), self._named(number)
        )
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
        result = self._press(
            who, lambda origin, person: self.given.services.finish.end(origin, person, number), self._named(number)
        )
        demand(isinstance(result, Finished) == may, f"end: {result} although {may}")
        if may:
            self.oracle.end(number, who, now)

    @rule(who=people, chosen=which)
    def revoke(self, who: str, chosen: int) -> None:
        self._revoke(who, self._pick(chosen))

    def _revoke(self, who: str, number: int) -> None:
        now = self.given.clock()
        may = self.oracle.may_revoke(who, number, now)
        result = self._press(
            who,
            lambda origin, person: self.given.services.life.revoke(origin, person, [number], "enough"),
            self._named(number),
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
            self._named(number),
        )
        demand(isinstance(result, Extended) == may, f"extend: {result} although {may}")
        if isinstance(result, Extended):
            grant = self.oracle.held[number]
            at_once = self.oracle.extended_at_once(grant)
            required = {} if at_once else self.oracle.asked[number].needs
            expires = min(now + PENDING, grant.end)
            made = result.request.number
            self._recorded_of(grant.accounts)
            one = Noted(
                made, who, grant.accounts, grant.purpose, grant.classes, extra, expires, required, number, at=now
            )
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

    # How a press is done.

    def _pick(self, chosen: int) -> int:
        """The newest requests first; the one after the last is none at all."""
        numbers = sorted(self.oracle.asked, reverse=True)
        return numbers[chosen] if chosen < len(numbers) else 999_999

    def _named(self, number: int) -> tuple[str, ...]:
        """The accounts that a request is about; none for what is not there."""
        one = self.oracle.asked.get(number)
        return one.accounts if one else ()

    def _press(
        self, who: str, do: Callable[[Origin, Person], Any], named: Sequence[str] = (), *, besides: int = 0
    ) -> Any:
        """Somebody presses something: it is recorded, whatever comes of it, once for each account that it is about.

        `besides` is how many entries it makes of what others did before.
        """
        person = self.given.services.directory.person(self.team, who)
        surface, self.request = Surface.BUTTON, f"press-{next(self.given.presses)}"
        origin = Origin(Actor(person.id, person.team, person.email), surface, self.request)
        before = self.given.entries()
        self.last = lambda: do(origin, person)
        result = do(origin, person)
        written = self.given.entries() - before - besides
        demand(1 <= written <= max(1, len(named)), f"{written} entries for a press about {len(named)} accounts")
        return result

    def _recorded_of(self, named: Sequence[str]) -> None:
        """The last press stands in the audit table under each of these accounts, and under no other."""
        query = "SELECT account FROM audit_entries WHERE once = :press OR once LIKE :several"
        rows = self.given.rows(query, press=self.request, several=f"{self.request}+%")
        demand(sorted(row["account"] for row in rows) == sorted(named), "an entry too many or too few for the accounts")
