"""Writing a request down, and what was found wrong before it could be: shared by all ways of asking."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, insert

from bot.access.decide import Reached
from bot.access.drafts import Draft, Fault, Part
from bot.access.grants import Request, Status, read_request
from bot.access.people import Person
from bot.access.purposes import Purpose
from bot.access.reasons import Reason
from bot.audit.entry import Outcome
from bot.audit.ledger import OpenEntry
from models.access import AccessRequest

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
class Incomplete:
    """The person has to mend something first. `candidates` when several accounts match."""

    faults: Mapping[Part, Fault]
    candidates: tuple[Named, ...] = ()
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The person may not ask at all, or not now: `reached` says which limit they are at."""

    entry: str
    reason: Reason
    purpose: Purpose | None = None
    reached: Reached | None = None


@dataclass(slots=True)
class Findings:
    """What was found wrong while a request was checked."""

    faults: dict[Part, Fault]
    candidates: tuple[Named, ...] = ()
    same_as: str | None = None

    def account(self, entry: OpenEntry, draft: Draft, resolve: Resolve) -> Named | None:
        """The one account that is meant; otherwise a fault, and what else it could be."""
        if Part.ACCOUNT in self.faults:
            return None
        candidates, fault = resolve(draft.account, entry)
        if fault is None and len(candidates) == 1:
            entry.account = candidates[0].id
            return candidates[0]
        self.faults[Part.ACCOUNT] = fault or Fault.SEVERAL_MATCHES
        self.candidates = tuple(candidates)
        return None

    def close(self, entry: OpenEntry) -> Incomplete:
        """Record the attempt; candidates that are shown are recorded as suggested."""
        if self.candidates:
            shown = sorted({"id", *(name for ref in self.candidates for name in ref.title)})
            entry.close(Outcome.SUGGESTED, Reason.SEVERAL_MATCHES, shown)
        elif self.faults.get(Part.ACCOUNT) in (Fault.NO_MATCH, Fault.TOO_SHORT):
            entry.close(Outcome.NOT_FOUND, Reason.NO_MATCH)
        elif self.faults.get(Part.ACCOUNT) is Fault.ALREADY_ASKED:
            entry.close(Outcome.REFUSED, Reason.ALREADY_ASKED)
        else:
            entry.close(Outcome.REFUSED, Reason.INCOMPLETE)
        return Incomplete(self.faults, self.candidates, self.same_as)


def request_row(
    person: Person, draft: Draft, purpose: Purpose, account: Named, now: datetime, expires_at: datetime
) -> dict[str, object]:
    """The columns of a new request of this person's. Of an individual's account no name is kept."""
    label = next(iter(account.title.values()), None) if account.kind == BUSINESS else None
    return {
        "team": person.team,
        "person": person.id,
        "account": account.id,
        "account_label": label,
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


def file_request(connection: Connection, row: Mapping[str, object]) -> Request:
    """Insert it; the number is the database's."""
    inserted = connection.execute(insert(AccessRequest).values(row)).inserted_primary_key
    if inserted is None:
        raise RuntimeError("the database gave the request no number")
    return filed(connection, int(inserted[0]))


def filed(connection: Connection, number: int) -> Request:
    """A request that was just written or decided, as it stands."""
    request = read_request(connection, number)
    if request is None:
        raise RuntimeError("a request that was just written is not there")
    return request
