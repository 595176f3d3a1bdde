"""`/audit checkpoint` and `/audit verify`: the ledger's proof, as auditors ask for it."""

from bot.services import Services
from handlers.payloads import Caller
from handlers.views.audit import ledger as views
from handlers.views.blocks import Block


def checkpoint(services: Services, caller: Caller) -> Block:
    """The last checkpoint, posted to the audit channel and shown here."""
    person = caller.person(services, fresh=True)
    asked = services.proof.post(caller.origin(person), person, caller.conversation(services))
    return views.checkpoint_asked(asked, services.company, services.clock())


def verify(services: Services, caller: Caller) -> Block:
    """Everything that was integrated, looked at now."""
    person = caller.person(services, fresh=True)
    verified = services.proof.verify(caller.origin(person), person, caller.conversation(services))
    return views.verified(verified, services.company, services.clock(), stops=services.proof.standing.stops)
