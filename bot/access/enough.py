"""Whether enough people agreed, as the rules and the account are now: when the last one agrees, and at each use.

A business may become an individual's account while a request waits or a grant lasts, and a configuration stricter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, update
from sqlmodel import col

from bot.access.grants import Grant, Request, RequestKind, read_request
from bot.access.purposes import Rules
from bot.access.quorum import Needs, missing, needs
from bot.audit.ledger import OpenEntry
from bot.effects import Effects, Message
from models.access import AccessRequest, AccessRequestAccount

NEEDS_MORE = "request.needs_more"

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


def enough(connection: Connection, grant: Grant, rules: Rules, *, individual: bool) -> bool:
    """The same of a grant, by the request that it came of."""
    request = read_request(connection, grant.number)
    return request is not None and is_enough(request, rules, individual=individual)


def still_enough(
    connection: Connection, grants: Mapping[str, Grant], rules: Rules, *, individual: bool
) -> Mapping[str, Grant]:
    """Of grants by data class those that enough people agreed to."""
    good = {
        one.number: enough(connection, one, rules, individual=individual)
        for one in {grant.number: grant for grant in grants.values()}.values()
    }
    return {key: grant for key, grant in grants.items() if good[grant.number]}


def raised(entry: OpenEntry, request: Request, rules: Rules, effects: Effects, *, individual: bool) -> Request:
    """The request with what it needs now; if that is more than was said, it is kept and who asked hears of it."""
    wanted = stricter(request.needs or {}, needs_now(request, rules, individual=individual))
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


def any_individual(accounts: Sequence[str], ask: IsIndividual, entry: OpenEntry) -> bool | None:
    """Whether one of these is an individual's; None where a source does not say."""
    found = [ask(account, entry) for account in accounts]
    return None if None in found else any(found)
