"""Taking up a look-up that was refused only because a change of the policy had to be read first."""

from dataclasses import dataclass, replace

from bot.access.people import Person
from bot.access.reasons import Reason
from bot.audit.entry import Action
from bot.audit.read import one_entry
from bot.services import Services
from handlers.payloads import Caller


@dataclass(frozen=True, slots=True)
class Waited:
    """What was asked. It stands in the entry of the refusal, where it can be erased, and nowhere else."""

    query: str
    account: str | None
    purpose: str | None


def waited(services: Services, person: Person, entry_id: str) -> Waited | None:
    """The person's own look-up by the entry of its refusal; None where it is not theirs, or was erased."""
    with services.database.reading() as connection:
        stored = one_entry(connection, entry_id)
    if stored is None or stored.entry["reason"] != Reason.POLICY_UNREAD:
        return None
    if (stored.entry["actor"], stored.entry["team"]) != (person.id, person.team):
        return None
    reveal = stored.entry["action"] == Action.REVEAL
    query = stored.entry["account"] if reveal else stored.opened.get("query", {}).get("value")
    return Waited(query, stored.entry["account"], stored.entry["purpose"]) if query else None


def again(caller: Caller) -> Caller:
    """The same press, whose second entry has a delivery id of its own."""
    return replace(caller, request=f"{caller.request}/look_up" if caller.request else None)
