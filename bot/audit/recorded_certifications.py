"""Whether each list on which owners keep and remove people is what the ledger's entries say of it."""

from sqlalchemy import Connection

from bot.access.recertification.listed import differences
from bot.audit.faults import Code, Fault
from bot.audit.states import state_of


def certifications_fault(connection: Connection) -> Fault | None:
    """The first list that was changed, or that is gone."""
    found = next(differences(connection), None)
    if found is None:
        return None
    what = f"What is kept of {found.name}, a list of who may still look up, is not what the entries of the ledger say"
    state = state_of(found.name, found.what, found.entry, str(found.listing))
    words = f"{what}: {found.what}. It was changed, added or removed."
    return Fault(Code.OTHER_CERTIFICATION, words, None, found.entry, None, state)
