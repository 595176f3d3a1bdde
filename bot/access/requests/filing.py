"""Writing a request down, and what was found wrong before it could be: shared by all ways of asking."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import Connection, insert

from bot.access.decide import Reached
from bot.access.grants import Request, Status, read_request
from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.requests.drafts import Draft, Fault, Part
from bot.access.requests.naming import Piece, pieces
from bot.access.rules.purposes import Purpose
from bot.audit.entry import Outcome
from bot.audit.ledger import OpenEntry
from bot.database import still_there
from models.access import AccessRequest, AccessRequestAccount
from models.tables import table_of

BUSINESS, INDIVIDUAL = "business", "individual"


class Named(Protocol):
    """An account as far as a request needs it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str | None: ...
    @property
    def title(self) -> Mapping[str, str]: ...


Resolve = Callable[[str, OpenEntry], tuple[Sequence[Named], Fault | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The request stands; `request.grant` is set where no approval was needed."""

    request: Request


@dataclass(frozen=True, slots=True)
class Unclear:
    """One of several accounts that were named: what was typed, why it is not one account, and which it could be."""

    query: str
    fault: Fault
    candidates: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The person has to mend something first. `candidates` when several accounts match what was typed.

    `unclear` are those of several named accounts that are not one; `most` is how many may be named; `closed` is an
    account that objected to what this would be used for.
    """

    faults: Mapping[Part, Fault]
    candidates: tuple[Named, ...] = ()
    same_as: str | None = None
    unclear: tuple[Unclear, ...] = ()
    most: int = 1
    closed: str | None = None


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The person may not ask at all, or not now: `reached` says which limit they are at."""

    entry: str
    reason: Reason
    purpose: Purpose | None = None
    reached: Reached | None = None


_REASONS: Final[Mapping[Fault | None, Reason]] = {
    Fault.SOURCE_DOWN: Reason.SOURCE_DOWN,
    Fault.SHARED_ID: Reason.SHARED_ID,
    Fault.ALREADY_ASKED: Reason.ALREADY_ASKED,
    Fault.POLICY_UNREAD: Reason.POLICY_UNREAD,
    Fault.TOO_MANY_LOOK_UPS: Reason.TOO_MANY_LOOK_UPS,
    Fault.OBJECTED: Reason.OBJECTED,
}


@dataclass(slots=True)
class Findings:
    """What was found wrong while a request was checked."""

    faults: dict[Part, Fault]
    most: int
    same_as: str | None = None
    unclear: tuple[Unclear, ...] = ()
    several: bool = False
    closed: str | None = None

    def accounts(self, entry: OpenEntry, draft: Draft, resolve: Resolve) -> tuple[Named, ...]:
        """The accounts that are meant, each once; none, a fault and what else they could be where one is not clear."""
        if Part.ACCOUNT in self.faults:
            return ()
        found = _found(pieces(draft.account), self.most, entry, resolve)
        if isinstance(found, Fault):
            self.faults[Part.ACCOUNT] = found
            return ()
        self.several = len(found) > 1
        self.unclear = tuple(one for one in found if isinstance(one, Unclear))
        clear = tuple({one.id: one for one in found if not isinstance(one, Unclear)}.values())
        if clear:
            entry.about([one.id for one in clear])
        if self.unclear:
            self.faults[Part.ACCOUNT] = self.unclear[0].fault
            return ()
        return clear

    def objected(self, accounts: Sequence[Named], closed: Callable[[str], bool]) -> None:
        """Nobody is to decide on what would open nothing: the policy's promise to an account that objected."""
        if (account := next((one.id for one in accounts if closed(one.id)), None)) is not None:
            self.faults[Part.ACCOUNT], self.closed = Fault.OBJECTED, account

    def close(self, entry: OpenEntry) -> Incomplete:
        """Record the attempt; candidates that are shown are recorded as suggested."""
        candidates = tuple(ref for one in self.unclear for ref in one.candidates)
        if candidates:
            shown = sorted({"id", *(name for ref in candidates for name in ref.title)})
            entry.close(Outcome.SUGGESTED, Reason.SEVERAL_MATCHES, shown)
        elif self.faults.get(Part.ACCOUNT) in (Fault.NO_MATCH, Fault.TOO_SHORT):
            entry.close(Outcome.NOT_FOUND, Reason.NO_MATCH)
        else:
            entry.close(Outcome.REFUSED, _REASONS.get(self.faults.get(Part.ACCOUNT), Reason.INCOMPLETE))
        unclear = self.unclear if self.several else ()
        return Incomplete(self.faults, candidates, self.same_as, unclear, self.most, self.closed)


def _found(named: Sequence[Piece], most: int, entry: OpenEntry, resolve: Resolve) -> list[Named | Unclear] | Fault:
    """What each piece is, with at most so many searches that count; a fault where more was named, or nothing."""
    if not named or len(named) > most:
        return Fault.TOO_MANY if named else Fault.MISSING
    found: list[Named | Unclear] = []
    for piece in named:
        whole = _one(piece.text, entry, resolve)
        parts = piece.parts if isinstance(whole, Unclear) else ()
        if len(found) + max(len(parts), 1) > most:
            return Fault.TOO_MANY
        found += _split(whole, [_one(part, entry, resolve) for part in parts])
    return found


def _split(whole: Named | Unclear, parts: list[Named | Unclear]) -> list[Named | Unclear]:
    """A line with a comma: its parts, where each is an account or the whole line is near to none."""
    near = isinstance(whole, Unclear) and whole.candidates and any(isinstance(one, Unclear) for one in parts)
    return [whole] if near or not parts else parts


def _one(query: str, entry: OpenEntry, resolve: Resolve) -> Named | Unclear:
    candidates, fault = resolve(query, entry)
    if fault is None and len(candidates) == 1:
        return candidates[0]
    return Unclear(query, fault or Fault.SEVERAL_MATCHES, tuple(candidates))


def label_of(account: Named) -> str | None:
    """A business's name for the approvers to read. Of an individual's account no name is kept."""
    return next(iter(account.title.values()), None) if account.kind == BUSINESS else None


def request_row(
    person: Person, draft: Draft, purpose: Purpose, account: Named, now: datetime, expires_at: datetime
) -> dict[str, object]:
    """The columns of a new request of this person's; `account` is the first, or the only one."""
    return {
        "team": person.team,
        "person": person.id,
        "account": account.id,
        "account_label": label_of(account),
        "purpose": purpose.key,
        "data_classes": list(draft.data_classes),
        "duration_s": int(draft.duration.total_seconds()) if draft.duration else 0,
        "starts_at": draft.starts_at,
        "justification": draft.why.strip(),
        "ticket": draft.ticket,
        "status": Status.PENDING.value,
        "asked_at": now,
        "expires_at": expires_at,
    }


def file_request(
    connection: Connection, row: Mapping[str, object], accounts: Sequence[tuple[str, str | None]] = ()
) -> Request:
    """Insert it; the number is the database's. `accounts` are ids and names of all of them, where there are several."""
    made = connection.execute(insert(AccessRequest).values(row).returning(table_of(AccessRequest).c.number))
    number = int(made.scalar_one())
    if len(accounts) > 1:
        rows = [
            {"request": number, "place": place, "account": account, "label": label}
            for place, (account, label) in enumerate(accounts)
        ]
        connection.execute(insert(AccessRequestAccount), rows)
    return filed(connection, number)


def labelled(accounts: Sequence[Named]) -> tuple[tuple[str, str | None], ...]:
    """Ids and names, as requests keep them."""
    return tuple((one.id, label_of(one)) for one in accounts)


def filed(connection: Connection, number: int) -> Request:
    """A request that was just written or decided, as it stands."""
    return still_there(read_request(connection, number), "a request")
