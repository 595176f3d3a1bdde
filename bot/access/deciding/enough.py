"""Whether enough people agreed, as the rules and the account are now: when the last one agrees, and at each use.

A business may become an individual's account while a request waits or a grant lasts, and a configuration stricter. Who
agreed, and that nobody had to, counts as the ledger's entries say it, and not as the tables of requests do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, update
from sqlmodel import col

from bot.access.grants import Grant, Request, RequestKind, read_request
from bot.access.reasons import Reason
from bot.access.requests.on_record import OnRecord, lasts_until, more_than, on_record
from bot.access.rules.purposes import Rules
from bot.access.rules.quorum import Needs, missing, needs
from bot.audit.ledger import OpenEntry
from bot.effects import Effects, Message
from models.access import AccessRequest, AccessRequestAccount

NEEDS_MORE = "request.needs_more"

log = structlog.get_logger(__name__)

IsIndividual = Callable[[str, OpenEntry], bool | None]
"""Whether this account is an individual's, as its source says under an open entry; None: it does not say so now."""


def stricter(asked: Needs, now: Needs) -> Needs:
    """For each role the larger number: nobody is asked less than was said, nor less than the rules say now."""
    return {role: max(asked.get(role, 0), now.get(role, 0)) for role in {**asked, **now}}


def needs_now(request: Request, rules: Rules, *, individual: bool) -> Needs:
    """What the rules ask for now, of the classes that it is about; emergencies, and who is on duty, are exempt."""
    purpose = rules.purposes.get(request.purpose)
    if purpose is None or request.kind is RequestKind.EMERGENCY:
        return {}
    if request.decided_by == "policy" and request.needs:
        purpose = replace(purpose, approvals=0)
    classes = request.grant.data_classes if request.grant else request.data_classes
    known = [rules.data_classes[key] for key in classes if key in rules.data_classes]
    return needs(purpose, known, individual=individual)


def is_enough(request: Request, rules: Rules, *, individual: bool) -> bool:
    """Whether those who agreed are enough for using it now."""
    return not missing(needs_now(request, rules, individual=individual), [one.roles for one in request.approvals])


def doubt(connection: Connection, grant: Grant, rules: Rules, *, individual: bool, now: datetime) -> Reason | None:
    """Why a live grant opens nothing now, or None: it is not as the ledger's entries have it, or too few agreed."""
    record = on_record(connection, (grant.name,)).get(grant.name)
    if (more := more_than(grant, record) or _outlasts(grant, record, rules, now)) or record is None:
        log.error("access.not_on_record", grant=grant.name, reason=more)
        return Reason.NOT_ON_RECORD
    request = read_request(connection, grant.number)
    enough = request is not None and is_enough(as_recorded(request, record), rules, individual=individual)
    return None if enough else Reason.TOO_FEW_APPROVED


def _outlasts(grant: Grant, record: OnRecord | None, rules: Rules, now: datetime) -> str | None:
    """What is more than the rules allow, where the entries themselves do not say how long, and which classes."""
    purpose = rules.purposes.get(grant.purpose)
    if record is None or purpose is None:
        return None
    most = max(purpose.max_duration, purpose.emergency or purpose.max_duration)
    if now >= lasts_until(grant, record, most):
        return "it lasts longer than the rules allow"
    known = [rules.data_classes[key] for key in grant.data_classes if key in rules.data_classes]
    if record.terms is None and not all(record.fields & set(one.fields) for one in known):
        return "it opens a data class that was not asked for"
    return None


def as_recorded(request: Request, record: OnRecord) -> Request:
    """The request with nothing that makes less of what is needed but what entries say: of its kind, and who agreed."""
    kind = RequestKind.EMERGENCY if record.emergency else RequestKind.REQUEST
    needs = request.needs if record.reason == Reason.ON_DUTY else {}
    said = (one for one in request.approvals if one.by in record.agreed)
    approvals = tuple(replace(one, roles=_counting(one.roles, record.agreed[one.by])) for one in said)
    by = "policy" if record.at_once else request.decided_by
    return replace(request, kind=kind, needs=needs, approvals=approvals, decided_by=by)


def _counting(roles: frozenset[str], said: frozenset[str] | None) -> frozenset[str]:
    return roles if said is None else roles & said


def still_enough(
    connection: Connection, grants: Mapping[str, Grant], rules: Rules, *, individual: bool, now: datetime
) -> Mapping[str, Grant]:
    """Of grants by data class those that entries have so, and that enough people agreed to."""
    good = {
        one.number: doubt(connection, one, rules, individual=individual, now=now) is None
        for one in {grant.number: grant for grant in grants.values()}.values()
    }
    return {key: grant for key, grant in grants.items() if good[grant.number]}


def raised(entry: OpenEntry, request: Request, rules: Rules, effects: Effects, *, individual: bool) -> Request:
    """The request with what it needs now; if that is more than was said, it is kept and who asked hears of it."""
    undecided = replace(request, kind=_without_emergency(request.kind), decided_by=None)  # whatever its row says
    wanted = stricter(request.needs or {}, needs_now(undecided, rules, individual=individual))
    if wanted == dict(request.needs or {}):
        return request
    mine, values = col(AccessRequest.number) == request.number, dict[str, Any](needs=wanted)
    if individual:  # whose name is not told to approvers
        values["account_label"] = None
        among = col(AccessRequestAccount.request) == request.number
        entry.connection.execute(update(AccessRequestAccount).where(among).values(label=None))
    entry.connection.execute(update(AccessRequest).where(mine).values(**values))
    for person in dict.fromkeys((request.asked_by or request.person, request.person)):
        effects.send(entry.connection, Message(NEEDS_MORE, request.name, f"person:{person}"))
    effects.refresh(entry.connection, request.name)
    return replace(request, needs=wanted)


def _without_emergency(kind: RequestKind) -> RequestKind:
    """None is ever decided upon: it is given at once."""
    return RequestKind.REQUEST if kind is RequestKind.EMERGENCY else kind


def any_individual(accounts: Sequence[str], ask: IsIndividual, entry: OpenEntry) -> bool | None:
    """Whether one of these is an individual's; None where a source does not say."""
    found = [ask(account, entry) for account in accounts]
    return None if None in found else any(found)
