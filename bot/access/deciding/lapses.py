"""Whether the yeses that were given before still count, when somebody else decides: who gave them is looked at again.

Of several people who must agree, the first may have left their group, or the company, by the time that the last one
agrees, and so may the one for whom a deputy did; two of them may turn out to be one person. A yes counts only while
whoever gave it has the roles for it. One that counts no more is taken off the request, with an entry of its own.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from bot.access.deputising.absences import passed_on
from bot.access.deputising.deputies import Voice, approving_roles, roles_towards
from bot.access.grants import Request, read_request
from bot.access.people import Directory, Person, Standing
from bot.access.reasons import Reason
from bot.access.requests.give import keep_roles, take_off
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import Approval, Needs
from bot.audit.entry import Action, Outcome
from bot.audit.ledger import BY_ITSELF, Ledger, OpenEntry
from bot.database import Database


class Yes(Protocol):
    """One person's yes, as far as it matters whether it still counts."""

    @property
    def by(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def behalf(self) -> str | None: ...


Y = TypeVar("Y", bound=Yes)
Counts = Callable[[Voice], frozenset[str]]
"""The roles of a voice that count for what is decided."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who agreed before, as Slack knows them now, with the voices that they have now."""

    person: Person
    voices: Sequence[Voice]


@dataclass(frozen=True, slots=True)
class Lapsed(Generic[Y]):
    """A yes that counts no more, and why."""

    given: Y
    reason: Reason

    @property
    def code(self) -> str:
        """The reason of its entry: whose yes it was stands after the colon."""
        return f"{self.reason}:{self.given.by}"


def givers_of(database: Database, directory: Directory, number: int, rules: Rules) -> Mapping[str, Giver]:
    """Who agreed to a request so far, by user id. To be asked before the transaction. Raises DirectoryUnavailable."""
    with database.reading() as connection:
        request = read_request(connection, number)
    if request is None:
        return {}
    approving = approving_roles(rules)
    return {one.by: giver_of(directory, request.team, one, approving) for one in request.approvals}


def giver_of(directory: Directory, team: str, one: Yes, approving: frozenset[str]) -> Giver:
    """Who gave a yes, with the roles that they, or whoever they stood in for, have in Slack now.

    Whether the absence still lasts does not matter: what a deputy did while it lasted stands.
    """
    person = directory.person(team, one.by, fresh=True)
    own = Voice(person.id, person.roles, person.others)
    if one.behalf is None:
        return Giver(person, (own,))
    absent = directory.person(team, one.behalf, fresh=True)
    return Giver(person, (own, Voice(absent.id, passed_on(absent, approving), absent.others)))


def counting(
    yeses: Iterable[Y], givers: Mapping[str, Giver], askers: Collection[str | None], counts: Counts
) -> tuple[tuple[tuple[Y, frozenset[str]], ...], tuple[Lapsed[Y], ...]]:
    """The yeses that count now, each with the roles for which it does, and those that do not. Pure.

    `askers` are those who asked, or would have the access. Who is not among `givers` agreed after those were asked
    for, a moment ago.
    """
    kept, lapsed, counted = list[tuple[Y, frozenset[str]]](), list[Lapsed[Y]](), set[str]()
    for one in yeses:
        giver = givers.get(one.by)
        found = one.roles if giver is None else _now(one, giver, askers, counts, counted)
        if isinstance(found, Reason):
            lapsed.append(Lapsed(one, found))
            continue
        kept.append((one, found))
        counted |= {one.by, *([one.behalf] if one.behalf else ()), *(giver.person.ids if giver else ())}
    return tuple(kept), tuple(lapsed)


def _now(
    one: Yes, giver: Giver, askers: Collection[str | None], counts: Counts, counted: Set[str]
) -> frozenset[str] | Reason:
    """The roles for which a yes counts now, or why it counts no more."""
    if giver.person.standing is not Standing.MEMBER:
        return Reason.PERSON_LEFT
    if not giver.person.ids.isdisjoint(askers):
        return Reason.OWN_REQUEST
    voice = next(voice for voice in giver.voices if voice.whose == (one.behalf or one.by))
    if (giver.person.ids | voice.ids) & counted:
        return Reason.APPROVED_ALREADY
    return one.roles & counts(voice) or Reason.NOT_AN_APPROVER


def still_counting(
    request: Request, givers: Mapping[str, Giver], needs: Needs, rules: Rules
) -> tuple[Request, tuple[Lapsed[Approval], ...]]:
    """The request with the yeses that count now, and those that do not. Pure."""
    askers = (request.person, request.asked_by)
    kept, lapsed = counting(
        request.approvals, givers, askers, lambda voice: roles_towards(voice, request, needs, rules)
    )
    now = tuple(one if one.roles == roles else replace(one, roles=roles) for one, roles in kept)
    if now == request.approvals:
        return request, ()
    return replace(request, approvals=now, lapsed=tuple(one.given for one in lapsed)), lapsed


def settle_lapses(
    ledger: Ledger, entry: OpenEntry, request: Request, givers: Mapping[str, Giver], needs: Needs, rules: Rules
) -> Request:
    """The request with the yeses that count now; those that do not are taken off, each with an entry."""
    found, lapsed = still_counting(request, givers, needs, rules)
    for one in found.approvals:
        if one not in request.approvals:
            keep_roles(entry.connection, request.number, one)
    for gone in lapsed:
        take_off(entry.connection, request.number, gone.given.by)
        written = ledger.opened(entry.connection, BY_ITSELF, Action.LAPSE, query=request.name)
        written.about(request.concerns)
        written.grant, written.purpose, written.ticket = request.grant_name, request.purpose, request.ticket
        written.policy_version = entry.policy_version
        written.close(Outcome.ENDED, gone.code)
        ledger.write(written)
    return found


def bounded(one: Approval, before: Sequence[Approval]) -> Approval:
    """A yes that gives no more than those before it left, which its giver had before their eyes. Pure."""
    classes = tuple(key for key in one.data_classes if all(key in other.data_classes for other in before))
    shortest = min([one.duration, *(other.duration for other in before)])
    accounts = one.accounts
    for other in before:
        if other.accounts is not None:
            left = other.accounts if accounts is None else tuple(key for key in accounts if key in other.accounts)
            accounts = left
    note = "\n".join(other.note for other in (*before, one) if other.note) or None
    return replace(one, data_classes=classes, duration=shortest, accounts=accounts, note=note)
