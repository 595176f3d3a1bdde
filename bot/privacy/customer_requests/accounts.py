"""The account that a customer's request or an objection names: found as look-ups find it, and counted as they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.asking.limits import look_up_limit
from bot.access.decide import purposes_of
from bot.access.people import Person
from bot.access.reasons import Reason
from bot.access.requests.drafts import Fault
from bot.access.requests.filing import Resolve
from bot.access.roles import is_officer
from bot.access.rules.purposes import Rules
from bot.audit.ledger import OpenEntry
from bot.privacy.customer_requests.decide import Flaw
from models.audit import AuditEntry

AT_MOST = 5  # ids to choose from
Found = tuple[Flaw | None, str | None, tuple[str, ...]]
"""What is wrong, the id, and ids to choose from. Never more than ids."""


@dataclass(frozen=True, slots=True)
class FormAccounts:
    """Finds the account that somebody means. Whoever tries one after the other is limited as in looking up."""

    resolve: Resolve
    rules: Rules
    clock: Callable[[], datetime]

    def find(self, entry: OpenEntry, person: Person, typed: str, *, sent: bool) -> Found:
        """`sent`: nothing else is wrong, so that a request that others read comes of it.

        Who has no purpose and is no officer, or has looked up as often as may be, finds an account by its whole id
        only, is told of no other, and of none at all in a form that can't be sent.
        """
        if not typed.strip():
            return Flaw.MISSING, None, ()
        limited = look_up_limit(entry.connection, person, None, self.rules, self.clock()) is not None
        knows = is_officer(person) or bool(purposes_of(person, self.rules))
        if not sent and (limited or not knows):
            return (Flaw.TOO_MANY if limited else None), None, ()
        refs, fault = self.resolve(typed, entry)
        if fault is Fault.SOURCE_DOWN:
            return Flaw.SOURCE_DOWN, None, ()
        if fault is Fault.SHARED_ID and knows and not limited:
            return Flaw.SHARED_ID, None, ()
        exact = next((ref.id for ref in refs if ref.id.casefold() == typed.strip().casefold()), None)
        if exact is not None and len(refs) == 1:
            return None, exact, ()
        if has_been(entry.connection, typed.strip()):  # what is like its id now is another one
            return None, typed.strip(), ()
        if limited or not knows:
            return Flaw.TOO_MANY if limited else Flaw.NO_MATCH, None, ()
        if fault is None and len(refs) == 1:
            return None, refs[0].id, ()
        flaw = {Fault.TOO_SHORT: Flaw.TOO_SHORT, Fault.SEVERAL_MATCHES: Flaw.SEVERAL_MATCHES}.get(
            fault or Fault.NO_MATCH
        )
        return flaw or Flaw.NO_MATCH, None, tuple(ref.id for ref in refs[:AT_MOST])


def has_been(connection: Connection, account: str) -> bool:
    """Whether an account of this very id was there once, as the audit table has it: who was a customer has rights too,
    and an account may be deleted meanwhile.
    """
    known = select(col(AuditEntry.id)).where(col(AuditEntry.account) == account).limit(1)
    return connection.execute(known).first() is not None


def refusal_of(flaw: Flaw | None) -> Reason:
    """The reason in the entry of a form that has to be mended."""
    return Reason.TOO_MANY_LOOK_UPS if flaw is Flaw.TOO_MANY else Reason.INCOMPLETE
