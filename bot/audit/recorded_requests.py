"""Whether each customer's request, its tasks and its end are what the ledger's entries say of them."""

from sqlalchemy import Connection

from bot.audit.faults import Code, Fault
from bot.audit.states import state_of
from bot.privacy.customer_requests.on_record import differences
from bot.privacy.customer_requests.requests import request_name


def requests_fault(connection: Connection) -> Fault | None:
    """The first request that was made up or changed, or that is gone."""
    found = next(differences(connection), None)
    if found is None:
        return None
    what = f"What is kept of {request_name(found.number)}, a customer's request, is not what the entries of the ledger"
    words = f"{what} say: {found.what}. It was changed, added or removed."
    state = state_of(found.number, found.what, found.kept)
    return Fault(Code.OTHER_REQUEST, words, None, found.entry, None, state)
