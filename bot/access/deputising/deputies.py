"""Deputies: while an approver is away, the one person whom they named decides with their approving roles. Pure.

What is passed on are the roles that Slack gives the approver who is away, at the moment of the press, and of these only
the ones that approve something. A deputy's own deputy gets none of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.access.grants import Request
from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import Needs, would_help
from bot.access.rules.reminding import Reminding
from bot.numbers import whole_number


@dataclass(frozen=True, slots=True)
class Absence:
    """`person` is away from `since` until `until`; `ended_at` where they came back before."""

    number: int
    team: str
    person: str
    deputy: str
    since: datetime
    until: datetime
    ended_at: datetime | None = None

    @property
    def name(self) -> str:
        """Readable aloud: A-3."""
        return f"A-{self.number}"

    def is_on(self, now: datetime) -> bool:
        """By the clock alone."""
        return self.ended_at is None and self.since <= now < self.until


@dataclass(frozen=True, slots=True)
class Deputyship:
    """An absence, and the approving roles that the person who is away has in Slack now; `others` as in Voice."""

    absence: Absence
    roles: frozenset[str]
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Voice:
    """Roles to decide with, and whose they are: one's own, or those of somebody who is away.

    `others` are the other accounts of whoever's they are.
    """

    whose: str
    roles: frozenset[str]
    others: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """All accounts of whoever's it is."""
        return self.others | {self.whose}


def absence_number(name: str) -> int | None:
    """The number in "A-3"."""
    return whole_number(name.removeprefix("A-"))


def approving_roles(rules: Rules) -> frozenset[str]:
    """The roles that approve something, and the one that may once a request was escalated to it."""
    asked = {one.approvers for one in rules.purposes.values()}
    asked |= {one.approvers for one in rules.data_classes.values() if one.approvers is not None}
    if rules.reminding.decides and rules.reminding.escalate_to:
        asked.add(rules.reminding.escalate_to)
    return frozenset(asked)


def effective_roles(person: Person, deputies: Sequence[Deputyship], now: datetime) -> tuple[Voice, ...]:
    """The roles that this person decides with at `now`, with whose they are; their own come first."""
    own = Voice(person.id, person.roles, person.others)
    if person.standing is not Standing.MEMBER:
        return (own,)
    passed = (
        Voice(one.absence.person, one.roles, one.others)
        for one in deputies
        if one.absence.is_on(now)
        and (one.absence.team, one.absence.deputy) == (person.team, person.id)
        and one.absence.person not in person.ids
    )
    return (own, *passed)


def roles_towards(voice: Voice, request: Request, needs: Needs, rules: Rules) -> frozenset[str]:
    """The roles of this voice that count for a request.

    None where whoever is away asked for it or would have the access: a deputy never decides that for them.
    """
    if voice.ids & {request.person, request.asked_by}:
        return frozenset()
    if decides_now(request, voice.roles, rules.reminding):
        return frozenset(needs)
    return voice.roles & needs.keys()


def decides_now(request: Request, roles: frozenset[str], reminding: Reminding) -> bool:
    """Whether these roles decide because nobody else did: the request was escalated to them, with the right to."""
    return reminding.decides and request.escalated_at is not None and reminding.escalate_to in roles


def voice_for(voices: Sequence[Voice], request: Request, needs: Needs, rules: Rules) -> Voice | Reason:
    """With which of a person's voices their yes counts, narrowed to the roles that do; or why it does not.

    Nobody counts twice: not who agreed already, and not the roles of somebody who agreed, or for whom another did.
    """
    counted = {one.by for one in request.approvals} | {one.behalf for one in request.approvals}
    if voices[0].ids & counted:
        return Reason.APPROVED_ALREADY
    given = [one.roles for one in request.approvals]
    for voice in voices:
        roles = roles_towards(voice, request, needs, rules)
        if not voice.ids & counted and would_help(needs, given, roles):
            return Voice(voice.whose, roles, voice.others)
    return Reason.PLACE_FILLED


def on_behalf(voice: Voice, presser: str, otherwise: Reason | None) -> str | None:
    """The reason's code for the audit entry: "deputy:U…" where somebody decided with another's roles."""
    return f"{Reason.DEPUTY}:{voice.whose}" if voice.whose != presser else otherwise


def stand_in(away: Mapping[str, Absence], person: str, now: datetime) -> str:
    """Who is asked in a person's place: themselves, or while they are away their deputy."""
    absence = away.get(person)
    return absence.deputy if absence is not None and absence.is_on(now) else person
