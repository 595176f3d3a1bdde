"""Whoever writes to the database, and what is found of it."""

from bot.access.people import Conversation
from bot.audit.faults import Code
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.verify import verify_live
from tests.scenarios.harness import CLI, Steward, person_of


def write(steward: Steward, *statements: str) -> None:
    """What somebody does who has all rights to these tables."""
    with steward.database.transaction() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def found(steward: Steward) -> tuple[Code, str] | None:
    steward.integrator.tick()
    with at_one_moment(steward.database) as connection:
        fault = verify_live(connection, steward.integrator.keys.all).fault
    return (fault.code, fault.words) if fault else None


def reveals(steward: Steward, account: str = "pw-00412") -> str:
    """What a press of Inese's on Reveal comes to, on a card that was drawn before."""
    inese = person_of(steward, "inese")
    steward.services.reveal(CLI, inese, Conversation.INTERNAL, account, "contact", "technical_support")
    return str(steward.last()["reason"])


def approve(steward: Steward, who: str = "janis") -> tuple[str, str]:
    steward.person(who).press("Approve", in_="access-approvals")
    steward.deliver()
    return steward.last()["outcome"], steward.last()["reason"]
