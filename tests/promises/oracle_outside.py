"""What ought to be true of data that is given to outsiders, worked out apart from the code under test."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WANTED = {"approvers": 1, "privacy": 1}
KEPT = timedelta(days=3)
ASKING = {"support", "billing", "marketing", "privacy"}
Voice = tuple[str, frozenset[str]]
"""Whose roles these are, and which."""


@dataclass
class Given:
    """A disclosure: who asked, of which account, until when, and who agreed with whose roles."""

    who: str
    account: str
    expires: datetime
    status: str = "pending"
    yeses: list[tuple[str, Voice]] = field(default_factory=list)
    until: datetime | None = None
    shown: bool = False


@dataclass
class Outside:
    """`roles` are a person's that count now, `there` those that Slack shows.

    `absent` are those for whom a person stands in; `filled` counts places.
    """

    roles: Callable[[str], set[str]]
    there: Callable[[str], set[str]]
    absent: Callable[[str, datetime], Sequence[str]]
    filled: Callable[[Mapping[str, int], Sequence[frozenset[str]]], int]
    everybody: Sequence[str]
    active: Callable[[str], bool]
    given: dict[int, Given] = field(default_factory=dict)

    def may_ask(self, who: str) -> bool:
        others = [frozenset(self.there(one) & WANTED.keys()) for one in self.everybody if one != who]
        return bool(self.roles(who) & ASKING) and self.filled(WANTED, others) == 2

    def voices(self, who: str, asker: str, now: datetime) -> list[Voice]:
        """One's own, and an approver's for whom one stands in; never the asker's."""
        own = (who, frozenset(self.roles(who) & WANTED.keys()))
        passed = [(one, frozenset({"approvers"})) for one in self.absent(who, now) if "approvers" in self.roles(one)]
        return [(whose, roles) for whose, roles in (own, *passed) if whose != asker and roles]

    def may_decide(self, who: str, number: int, now: datetime) -> bool:
        one = self.given.get(number)
        if one is None or who == one.who or one.status != "pending" or now >= one.expires:
            return False
        return bool(self.voices(who, one.who, now))

    def may_agree(self, who: str, number: int, now: datetime) -> Voice | None:
        """With whose roles a yes counts: nobody counts twice, nor is counted twice."""
        if not self.may_decide(who, number, now):
            return None
        one = self.given[number]
        counted = {by for by, _ in one.yeses} | {whose for _, (whose, _) in one.yeses}
        places = [roles for _, (_, roles) in one.yeses]
        if who in counted:
            return None
        for voice in self.voices(who, one.who, now):
            helps = self.filled(WANTED, [*places, voice[1]]) > self.filled(WANTED, places)
            if voice[0] not in counted and helps:
                return voice
        return None

    def lapse(self, who: str, number: int, now: datetime) -> int:
        """Somebody presses Approve: how many earlier yeses count no more."""
        if not self.may_decide(who, number, now):
            return 0
        one = self.given[number]
        before, one.yeses = one.yeses, []
        for by, (whose, roles) in before:
            still = roles & self.roles(whose)
            if self.active(by) and still:
                one.yeses.append((by, (whose, frozenset(still))))
        return len(before) - len(one.yeses)

    def agree(self, who: str, number: int, voice: Voice, now: datetime) -> None:
        one = self.given[number]
        one.yeses.append((who, voice))
        if self.filled(WANTED, [roles for _, (_, roles) in one.yeses]) == 2:
            one.status, one.until = "approved", now + KEPT

    def may_see(self, who: str, number: int, now: datetime) -> bool:
        """Whoever asked, once, while it is time."""
        one = self.given.get(number)
        mine = one is not None and one.who == who and bool(self.roles(who) & ASKING)
        return bool(mine and one and one.status == "approved" and not one.shown and one.until and now < one.until)
