"""What people press beside asking and deciding: emergencies, deputies, and giving data to outsiders."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from bot.access.deputising.away import Set
from bot.access.people import Conversation
from bot.access.requests.drafts import Draft
from bot.access.requests.filing import Asked
from bot.accounts.disclosures import ask, judge, show
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.draft import Draft as Disclosing
from tests.promises.machine import Machine
from tests.promises.machine_presses import accounts, classes, people, purposes, several, which
from tests.promises.machine_world import HOUR, demand
from tests.promises.oracle import APPROVING, EMERGENCY, REACH, Absence, needs
from tests.promises.oracle import Asked as Noted
from tests.promises.oracle_outside import KEPT, Given

spans = st.sampled_from([HOUR, 8 * HOUR, 48 * HOUR])


class Wider(Machine):
    """All that the machine does, and these."""

    @rule(who=people, named=several, purpose=purposes, wanted=classes, own=st.booleans())
    def emergency(self, who: str, named: tuple[str, ...], purpose: str, wanted: tuple[str, ...], own: bool) -> None:
        """Half of them by somebody who may, for something that can be had."""
        fitting = [one.id for one in self.oracle.people.values() if "support" in one.now]
        if own and fitting:
            who, purpose, wanted = fitting[0], "technical_support", REACH["technical_support"][1:]
        now = self.given.clock()
        may = self.oracle.may_take(who, purpose, wanted, now)
        draft = Draft("\n".join(named), purpose, wanted, "The newsletter goes to the wrong list", None)
        take = self.given.services.life.emergency
        result = self._press(who, lambda origin, person: take(origin, person, Conversation.INTERNAL, draft), named)
        demand(isinstance(result, Asked) == may, f"emergency: {result} although {may}")
        if isinstance(result, Asked):
            self._recorded_of(named)
            number, required = result.request.number, needs(purpose, wanted, self.oracle.kinds_of(named))
            span = EMERGENCY[purpose]
            one = Noted(number, who, named, purpose, wanted, span, now, required, at=now, emergency=True)
            self.oracle.asked[number] = one
            self.oracle.give(one, now)

    @rule(chosen=which, other=which, leaves=st.booleans())
    def who_agreed_goes_before_another_agrees(self, chosen: int, other: int, *, leaves: bool) -> None:
        now = self.given.clock()
        waiting = [one for one in self.oracle.asked.values() if one.open(now) and one.yeses]
        for one in waiting[chosen % len(waiting) :][:1] if waiting else ():
            gone = self.given.company.known[one.yeses[0].by]
            gone.active, gone.roles = not leaves, gone.roles - APPROVING
            fitting = [name for name in self.oracle.people if self.oracle.may_decide(name, one.number, now)]
            for name in fitting[other % len(fitting) :][:1] if fitting else ():
                self._decide(name, one.number, None)

    @rule(who=people, deputy=people, span=spans, back=st.integers(0, 3))
    def away(self, who: str, deputy: str, span: int, back: int) -> None:
        """Names a deputy, or is back."""
        now, away = self.given.clock(), self.given.services.approvers.away
        on = [one for one in self.oracle.away if one.person == who and one.on(now)]
        if not back:
            result = self._press(who, away.back)
            demand(isinstance(result, Set) == bool(on), f"back: {result} although {bool(on)}")
        else:
            other, until = self.given.company.person(self.team, deputy), now + timedelta(minutes=span)
            may = self.oracle.may_name(who, deputy)
            result = self._press(who, lambda origin, person: away(origin, person, other, until))
            demand(isinstance(result, Set) == may, f"away: {result} although {may}")
            if not may:
                return
            self.oracle.away.append(Absence(who, deputy, now, until))
        for one in on:
            one.ended = now

    @rule(chosen=which)
    def a_deputy_decides(self, chosen: int) -> None:
        """Half of all that happens should go well, or little does."""
        now = self.given.clock()
        away = [one for one in self.oracle.away if one.on(now)]
        waiting = [one for one in self.oracle.asked.values() if one.open(now)]
        if away and waiting:
            self._decide(away[chosen % len(away)].deputy, waiting[-1 - chosen % len(waiting)].number, None)

    @rule(chosen=which, deputy=people)
    def an_asker_goes_away(self, chosen: int, deputy: str) -> None:
        """And the deputy decides what they were named for, or tries to."""
        now = self.given.clock()
        waiting = [one for one in self.oracle.asked.values() if one.open(now)]
        if waiting:
            one = waiting[chosen % len(waiting)]
            self.given.company.known[one.who].roles.add("approvers")
            self.away(one.who, deputy, 8 * HOUR, 1)
            self._decide(deputy, one.number, None)

    @rule(who=people, account=accounts, chosen=which, how=st.integers(0, 7))
    def outsiders(self, who: str, account: str, chosen: int, how: int) -> None:
        """Asks to give data away, decides on that, or looks at what may be given."""
        number = self._given_number(chosen)
        if how < 2:
            self._disclose(who, account)
            self._somebody_agrees(chosen, self._given_number(0))
        elif how == 2:
            self._agree(who, number)
        elif how < 5:
            self._somebody_agrees(chosen, number)
        elif how == 5:
            self._turn_down(who, number)
        else:
            asker = self.oracle.outside.given.get(number)
            self._show(asker.who if asker and how == 7 else who, number)

    def _somebody_agrees(self, chosen: int, number: int) -> None:
        outside, now = self.oracle.outside, self.given.clock()
        deciding = [one for one in self.oracle.people if outside.may_agree(one, number, now)]
        if deciding:
            self._agree(deciding[chosen % len(deciding)], number)

    def _given_number(self, chosen: int) -> int:
        numbers = sorted(self.oracle.outside.given, reverse=True)
        return numbers[chosen] if chosen < len(numbers) else 999_999

    def _disclose(self, who: str, account: str) -> None:
        now = self.given.clock()
        may = self.oracle.outside.may_ask(who)
        day = (now - timedelta(days=9)).date().isoformat()
        draft = Disclosing(
            account,
            ("email",),
            "A judge",
            "A court",
            Basis.COURT_ORDER,
            "C-1",
            day,
            "A court",
            "The court wants the address",
        )
        use = self.given.services.special_cases.disclosures.ask
        result = self._press(who, lambda origin, person: use(origin, person, Conversation.INTERNAL, draft))
        demand(isinstance(result, ask.Asked) == may, f"disclose: {result} although {may}")
        if isinstance(result, ask.Asked):
            self.oracle.outside.given[result.disclosure.number] = Given(who, account, now + KEPT)

    def _agree(self, who: str, number: int) -> None:
        now, use = self.given.clock(), self.given.services.special_cases.disclosures.judge
        lapsed = self.oracle.outside.lapse(who, number, now)
        voice = self.oracle.outside.may_agree(who, number, now)
        result = self._press(who, lambda origin, person: use.approve(origin, person, number), besides=lapsed)
        demand(isinstance(result, judge.Decided) == (voice is not None), f"agree: {result} although {voice}")
        if voice is not None:
            self.oracle.outside.agree(who, number, voice, now)

    def _turn_down(self, who: str, number: int) -> None:
        use = self.given.services.special_cases.disclosures.judge
        may = self.oracle.outside.may_decide(who, number, self.given.clock())
        result = self._press(who, lambda origin, person: use.deny(origin, person, number))
        demand(isinstance(result, judge.Decided) == may, f"turn down: {result} although {may}")
        if may:
            self.oracle.outside.given[number].status = "denied"

    def _show(self, who: str, number: int) -> None:
        use = self.given.services.special_cases.disclosures.show
        may = self.oracle.outside.may_see(who, number, self.given.clock())
        result = self._press(who, lambda origin, person: use(origin, person, Conversation.INTERNAL, number))
        demand(isinstance(result, show.Shown) == may, f"show: {result} although {may}")
        if may:
            self.oracle.outside.given[number].shown = True
            demand(set(result.values) <= {"email"}, "more than was agreed to")

    @invariant()
    def outside_is_as_it_should_be(self) -> None:
        """The register holds what two people agreed to, and nothing else."""
        rows = self.given.rows("SELECT number, status FROM disclosures WHERE team = :team", team=self.team)
        now, given = self.given.clock(), self.oracle.outside.given
        expected = {
            number: {one.status} | ({"expired"} if one.status == "pending" and now >= one.expires else set())
            for number, one in given.items()
        }
        demand({row["number"] for row in rows} == set(given), "a disclosure too many or too few")
        demand(all(row["status"] in expected[row["number"]] for row in rows), "a disclosure stands otherwise")
        register = self.given.rows("SELECT number FROM disclosure_register WHERE team = :team", team=self.team)
        agreed = {number for number, one in given.items() if one.status == "approved"}
        demand({row["number"] for row in register} == agreed, "the register says something else")
