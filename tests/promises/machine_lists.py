"""What owners press on the lists of who may still look up, and the privacy office after them."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from bot.access.recertification.certifying import Removal, Verdict
from bot.access.recertification.recertify import Certified
from tests.promises.machine_more import Wider
from tests.promises.machine_presses import accounts, people, which
from tests.promises.machine_world import demand
from tests.promises.oracle_lists import Listing, Taken

verdicts = st.sampled_from(["keep", "remove"])


class Whole(Wider):
    """All that the machine does, and these."""

    @rule()
    def a_quarter_begins(self) -> None:
        """Lists are drawn up; what people had is long over by then."""
        self.given.clock.now = max(self.given.clock(), self.given.planned)
        self.work_is_done()

    @rule(who=people, chosen=which, about=people, verdict=verdicts, rest=st.booleans())
    def somebody_keeps_or_removes(self, who: str, chosen: int, about: str, verdict: str, rest: bool) -> None:
        self._certify(who, chosen, {about: verdict}, rest=rest)

    @rule(chosen=which, about=people, verdict=verdicts, rest=st.integers(0, 3))
    def who_may_keeps_or_removes(self, chosen: int, about: str, verdict: str, rest: int) -> None:
        """An owner, or the privacy office, each of those that they may decide."""
        lists = self.oracle.lists
        for place, one in enumerate(reversed(lists.drawn)):
            able = [who for who in self.oracle.people if any(lists.may_say(who, one, each) for each in one.open)]
            if able and place >= chosen % min(2, len(lists.drawn)):
                who = able[chosen % len(able)]
                mine = [each for each in one.open if lists.may_say(who, one, each)]
                about = about if about in mine else mine[chosen % len(mine)]
                self._certify(who, place, {about: verdict}, rest=not rest)
                return

    @rule(chosen=which, account=accounts)
    def who_was_removed_looks(self, chosen: int, account: str) -> None:
        taken = [one for one in self.oracle.lists.taken if one.role == "support"]
        if taken:
            self.look_up(taken[chosen % len(taken)].who, account, "technical_support")

    @rule(who=people, chosen=which)
    def lift(self, who: str, chosen: int) -> None:
        self._lift(who, chosen)

    @rule(chosen=which, other=which)
    def who_may_lifts(self, chosen: int, other: int) -> None:
        able = [who for who in self.oracle.people if "privacy" in self.oracle.people[who].now]
        if able:
            self._lift(able[other % len(able)], chosen)

    def _certify(self, who: str, chosen: int, said: dict[str, str], *, rest: bool) -> None:
        """One press on the newest list but so many: each line that it is about is an entry, a refused one too."""
        lists, use = self.oracle.lists, self.given.services.approvers.recertify
        numbers = self._numbers("recertification_lists")
        one = lists.drawn[-1 - chosen] if chosen < len(lists.drawn) else None
        number = numbers[-1 - chosen] if one else 999_999
        said_of = {**dict.fromkeys(one.open if one and rest else (), "keep"), **said}
        about = {each: said_of[each] for each in (one.open if one else ()) if each in said_of}
        may = {each: verdict for each, verdict in about.items() if one and lists.may_say(who, one, each)}
        spoken = {each: Verdict(verdict) for each, verdict in said.items()}
        do = lambda origin, person: use(origin, person, number, spoken, keep_rest=rest, note="")  # noqa: E731
        result: Any = self._press(who, do, list(about))
        demand(isinstance(result, Certified) == bool(may), f"list: {result} although {may}")
        if isinstance(result, Certified) and one:
            demand({who: verdict.value for who, verdict in result.settled.items()} == may, "settled otherwise")
            self._say(one, may)

    def _say(self, one: Listing, may: dict[str, str]) -> None:
        for about, verdict in may.items():
            if self.oracle.lists.say(one, about, verdict):
                self.oracle.lists.taken.append(Taken(about, one.role))

    def _lift(self, who: str, chosen: int) -> None:
        lists, use = self.oracle.lists, self.given.services.approvers.recertify
        one = lists.taken[-1 - chosen] if chosen < len(lists.taken) else None
        number = self._numbers("role_removals")[-1 - chosen] if one else 999_999
        may = one is not None and lists.may_lift(who, one)
        result = self._press(who, lambda origin, person: use.lift(origin, person, number))
        demand(isinstance(result, Removal) == may, f"lift: {result} although {may}")
        if may and one:
            lists.end(one, "lifted")

    def _numbers(self, table: str) -> list[int]:
        """The numbers of this workspace's, which the database gave."""
        rows = self.given.rows(f"SELECT number FROM {table} WHERE team = :team ORDER BY number", team=self.team)
        return [int(row["number"]) for row in rows]

    @invariant()
    def lists_are_as_they_should_be(self) -> None:
        """Who was removed is, nobody else; a list is there once, with what was said of whom."""
        team = {"team": self.team}
        removed = self.given.rows("SELECT person, role, ended FROM role_removals WHERE team = :team", **team)
        found = sorted((row["person"], row["role"], str(row["ended"])) for row in removed)
        demand(
            found == sorted((one.who, one.role, str(one.ended)) for one in self.oracle.lists.taken), "taken otherwise"
        )
        lines = self.given.rows(
            "SELECT l.number, l.role, s.person, s.verdict FROM recertification_lists l "
            "JOIN recertification_lines s ON s.of = l.number WHERE l.team = :team",
            **team,
        )
        stored = sorted((row["role"], row["person"], str(row["verdict"])) for row in lines)
        drawn = [(one.role, who, str(one.said.get(who))) for one in self.oracle.lists.drawn for who in one.people]
        demand(stored == sorted(drawn), "a list says something else")
