"""Whether a request may be ended as one that was registered by mistake, and what of the form is to be mended. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.access.people import Person, Standing
from bot.access.reasons import Reason
from bot.access.roles import is_officer
from bot.privacy.customer_requests.decide import LONGEST_REASON, SHORTEST_REASON, Why, may_change
from bot.privacy.customer_requests.requests import Cause, CustomerRequest, Status, TaskStatus, request_number


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says was the mistake, as they typed it. `same_as`: C-76, of a duplicate."""

    cause: str | None
    why: str
    same_as: str = ""

    @property
    def other(self) -> int | None:
        """The number of the request that it is a duplicate of; None where none was named."""
        return request_number(self.same_as)


class Part(StrEnum):
    """A field of the form."""

    CAUSE = "cause"
    SAME_AS = "same_as"
    WHY = "why"


class Flaw(StrEnum):
    """What is wrong with a field; the views have the words."""

    NO_CAUSE = "no_cause"
    NO_REASON = "no_reason"
    TOO_LONG = "too_long"
    NONE_NAMED = "none_named"
    NO_DUPLICATE = "no_duplicate"
    NO_SUCH_REQUEST = "no_such_request"
    ITSELF = "itself"
    MISTAKE_TOO = "mistake_too"


def may_be_mistake(
    person: Person, request: CustomerRequest | None, *, answered: bool, stands_for: bool
) -> Reason | Why | None:
    """Why this person may not end it as registered by mistake, or None: its owner and privacy officers.

    Nothing of it may have been done or told the customer: what was can't be taken back by a press. `answered`: it was
    closed once, as its customer had been answered; `stands_for`: a duplicate ended as the same as this one.
    """
    if reason := _may_end(person, request):
        return reason
    if request is None:
        return Why.NO_SUCH_CUSTOMER_REQUEST
    if any(task.status is TaskStatus.DONE for task in request.tasks):
        return Why.TASK_DONE
    if request.extended_at is not None:
        return Why.CUSTOMER_TOLD
    if answered:
        return Why.ANSWERED
    return Why.STANDS_FOR_ANOTHER if stands_for else None


def may_reopen(person: Person, request: CustomerRequest | None) -> Reason | Why | None:
    """Why this person may not open it again, or None: privacy officers, and its owner where it was called a mistake."""
    if _owns(person, request) and request is not None and request.status is Status.MISTAKE:
        return None
    return may_change(person, request, is_open=False)


def _may_end(person: Person, request: CustomerRequest | None) -> Reason | Why | None:
    if _owns(person, request) and request is not None and request.is_open:
        return None
    return may_change(person, request)


def _owns(person: Person, request: CustomerRequest | None) -> bool:
    """Whether it is theirs, be they an officer still or not."""
    if person.standing is not Standing.MEMBER or request is None or request.team != person.team:
        return False
    return request.owner == person.id or is_officer(person)


def flaws_of(claim: Claim, request: CustomerRequest, other: CustomerRequest | None) -> dict[Part, Flaw]:
    """All that is to be mended in the form. `other` is the request of the number that was typed, if there is one."""
    found: dict[Part, Flaw] = {}
    if claim.cause not in set(Cause):
        found[Part.CAUSE] = Flaw.NO_CAUSE
    if len(claim.why.strip()) < SHORTEST_REASON:
        found[Part.WHY] = Flaw.NO_REASON
    elif len(claim.why) > LONGEST_REASON:
        found[Part.WHY] = Flaw.TOO_LONG
    if flaw := _duplicate_flaw(claim, request, other):
        found[Part.SAME_AS] = flaw
    return found


def _duplicate_flaw(claim: Claim, request: CustomerRequest, other: CustomerRequest | None) -> Flaw | None:
    named = bool(claim.same_as.strip())
    if claim.cause != Cause.DUPLICATE:
        return Flaw.NO_DUPLICATE if named and claim.cause in set(Cause) else None
    if not named:
        return Flaw.NONE_NAMED
    if claim.other == request.number:
        return Flaw.ITSELF
    if other is None or other.team != request.team:
        return Flaw.NO_SUCH_REQUEST
    return Flaw.MISTAKE_TOO if other.status is Status.MISTAKE else None
