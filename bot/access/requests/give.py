"""Turning a pending request into a grant: compare-and-set, in the transaction of whoever decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, update
from sqlmodel import col

from bot.access.grants import Request, Status
from bot.access.rules.quorum import Approval
from bot.effects import Effects, Message
from bot.pending import settle_pending
from models.access import AccessApproval, AccessGrant, AccessRequest
from models.tables import table_of

ENDING_SOON = timedelta(minutes=10)


class TooEarly(Exception):
    """The clock says that it is not over yet: this one was set back, or another process's is ahead. Try again later."""


def settle(
    connection: Connection, number: int, status: Status, by: str, now: datetime, note: str | None = None
) -> bool:
    """Move a request from pending to `status`. False when somebody else was first, or its time is up."""
    values = {"decided_at": now, "decided_by": by, "decision_note": note}
    return settle_pending(connection, table_of(AccessRequest), number, status, now, values)


def take_turn(connection: Connection, number: int, now: datetime) -> bool:
    """Hold a pending request until this transaction ends, so that of two who agree at once the second sees the first.

    False when it is not pending any more.
    """
    held = connection.execute(
        update(AccessRequest)
        .where(
            col(AccessRequest.number) == number,
            col(AccessRequest.status) == Status.PENDING.value,
            col(AccessRequest.expires_at) > now,
        )
        .values(turn=AccessRequest.turn + 1)
    )
    return held.rowcount == 1


def agree(connection: Connection, number: int, approval: Approval) -> None:
    """Write down that one person agreed, and to what."""
    row = {
        "request": number,
        "by": approval.by,
        "roles": sorted(approval.roles),
        "at": approval.at,
        "data_classes": list(approval.data_classes),
        "duration_s": int(approval.duration.total_seconds()),
        "note": approval.note,
        "behalf": approval.behalf,
        "accounts": None if approval.accounts is None else list(approval.accounts),
    }
    connection.execute(insert(AccessApproval).values(row))


def take_off(connection: Connection, number: int, by: str) -> None:
    """One person's yes counts no more."""
    mine = (col(AccessApproval.request) == number) & (col(AccessApproval.by) == by)
    connection.execute(delete(AccessApproval).where(mine))


def keep_roles(connection: Connection, number: int, approval: Approval) -> None:
    """Write down that a yes counts for fewer roles than it did."""
    mine = (col(AccessApproval.request) == number) & (col(AccessApproval.by) == approval.by)
    connection.execute(update(AccessApproval).where(mine).values(roles=sorted(approval.roles)))


def leave(connection: Connection, request: Request, accounts: tuple[str, ...]) -> None:
    """Note which of several accounts nobody has taken away: the request's own column holds the first of them.

    So a process of an earlier release, which knows of one account only, never gives one that was taken away.
    """
    if accounts and accounts[0] != request.account:
        mine = col(AccessRequest.number) == request.number
        connection.execute(update(AccessRequest).where(mine).values(account=accounts[0]))


@dataclass(frozen=True, slots=True)
class Given:
    """What is given: by whom, and how much of what was asked."""

    by: str
    data_classes: tuple[str, ...]
    duration: timedelta
    note: str | None = None
    accounts: tuple[str, ...] = ()


def give(connection: Connection, request: Request, given: Given, *, now: datetime, effects: Effects) -> bool:
    """Grant a pending request. False when it was not pending any more.

    It lasts as long as was given from the moment it begins: now, or the later one that was asked for.
    """
    if not settle(connection, request.number, Status.GRANTED, given.by, now, given.note):
        return False
    begins = max(now, request.starts_at or now)
    ends_at, accounts = begins + given.duration, given.accounts or request.accounts
    row = {
        "number": request.number,
        "team": request.team,
        "person": request.person,
        "account": accounts[0],
        "accounts": list(accounts) if len(accounts) > 1 else None,
        "purpose": request.purpose,
        "data_classes": list(given.data_classes),
        "starts_at": begins,
        "ends_at": ends_at,
        "granted_by": given.by,
    }
    connection.execute(insert(AccessGrant).values(row))
    tell_decided(connection, request, effects)
    effects.refresh(connection, request.name)
    if begins > now:
        effects.due(connection, "grant.begun", request.name, begins)
    if given.duration > 2 * ENDING_SOON:
        effects.due(connection, "grant.ending", request.name, ends_at - ENDING_SOON)
    effects.due(connection, "grant.over", request.name, ends_at)
    return True


def tell_decided(connection: Connection, request: Request, effects: Effects) -> None:
    """Queue what came of it for whoever is to have the access, and for whoever asked on their behalf."""
    effects.send(connection, Message("request.decided", request.name, f"person:{request.person}"))
    if request.asked_by is not None and request.extends is None:
        effects.send(connection, Message("request.decided_for", request.name, f"person:{request.asked_by}"))
