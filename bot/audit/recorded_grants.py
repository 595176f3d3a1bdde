"""Whether each grant that there ever was, and each yes that it came of, is what the ledger's entries say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Final

from sqlalchemy import Connection, select
from sqlmodel import col

from bot.access.grants import Request, read_requests
from bot.access.requests.on_record import OnRecord, more_than, on_record
from bot.audit.faults import Code, Fault
from bot.audit.states import state_of
from models.access import AccessGrant, AccessRequest

AT_ONCE: Final = 200


def grants_fault(connection: Connection) -> Fault | None:
    """The first grant that says more than its entries do, that somebody agreed to, or what was needed."""
    for some in _some(connection):
        asked = read_requests(connection, col(AccessRequest.number).in_(some), limit=AT_ONCE)
        record = on_record(connection, [one.name for one in asked])
        for request in asked:
            if why := unlike(request, record):
                return _fault(request, why)
    return None


def unlike(request: Request, record: Mapping[str, OnRecord]) -> str | None:
    """What is kept of a grant and its request that no entry says, in words without anybody's text. Pure."""
    found = record.get(request.name)
    if request.grant is None:
        return None
    if why := more_than(request.grant, found):
        return why
    if found is None or found.at_once:
        return None
    if not found.agreed.keys() >= {one.by for one in request.approvals}:
        return "somebody is said to have agreed of whom no entry says it"
    for one in request.approvals:
        if (said := found.agreed[one.by]) is not None and not one.roles <= said:
            return "somebody is said to have agreed with roles that their entry does not have"
    if found.needs is not None and dict(found.needs) != dict(request.needs):
        return "other roles are said to have been needed than its entries say"
    return None


def _some(connection: Connection) -> Iterator[Sequence[int]]:
    """The numbers of all grants, in order, some at a time."""
    last = 0
    while True:
        query = select(col(AccessGrant.number)).where(col(AccessGrant.number) > last)
        some = connection.scalars(query.order_by(col(AccessGrant.number)).limit(AT_ONCE)).all()
        if not some:
            return
        yield some
        last = some[-1]


def _fault(request: Request, why: str) -> Fault:
    what = f"What is kept of {request.name} is not what the entries of the ledger say: {why}."
    return Fault(Code.OTHER_GRANT, f"{what} It was changed, or made up.", None, None, None, _state(request))


def _state(request: Request) -> str:
    """Of the grant, of who agreed with which roles, and of what was needed."""
    agreed = [(one.by, sorted(one.roles)) for one in request.approvals]
    return state_of(*map(str, astuple(request.grant) if request.grant else ()), agreed, sorted(request.needs.items()))
