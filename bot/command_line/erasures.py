"""`steward audit erasures`: which were asked for and how they stand, and taking one back."""

import typer

from bot.access.reasons import Reason
from bot.audit.entry import timestamp
from bot.audit.erasures.records import NEEDED, Erasure, Status, erasure_number, every_erasure
from bot.audit.erasures.scope import Kind
from bot.audit.erasures.steps import Erasures, NotCounted
from bot.audit.read import short_id
from bot.command_line.console import hint, say, write_json
from bot.command_line.opening import opened
from bot.company import listed
from bot.delivery.outbox import Outbox
from bot.queued import QueuedEffects
from bot.running.refusals import CannotStart


def list_erasures(*, as_json: bool) -> None:
    """All erasures, the newest first, with who confirmed them and how they ended."""
    with opened(writes=False) as work:
        now = work.clock()
        with work.database.reading() as connection:
            found = every_erasure(connection)
    if as_json:
        write_json([as_json_of(one) for one in found])
        return
    for one in found:
        say(f"{one.name}  {_of(one)} · asked by {one.asked_by} at {one.asked_at:%Y-%m-%d %H:%M} UTC")
        say(f"      {_stands(one, is_open=one.is_open(now))}")
    if not found:
        say("No erasure was ever asked for.")


def withdraw(name: str, *, as_json: bool) -> None:
    """Take back an erasure that one asked for and that still waits. Raises CannotStart, NotRecorded."""
    number = erasure_number(name.upper())
    if number is None:
        raise typer.BadParameter("an erasure's name is needed, like E-3", param_hint="--withdraw")
    with opened() as work:
        timeout = work.configuration().erasure.pending_timeout
        effects = QueuedEffects(Outbox(work.clock))
        result = Erasures(work.database, work.ledger, effects, work.clock, timeout).withdraw(work.origin, number)
    if isinstance(result, NotCounted):
        raise _not_withdrawn(name.upper(), result)
    if as_json:
        write_json(as_json_of(result.erasure))
        return
    say(f"{result.erasure.name} is withdrawn, and nothing was erased.")
    hint("The privacy officers' message says so.")


def as_json_of(erasure: Erasure) -> dict[str, object]:
    """An erasure for a program. The subject of an address or a name is a hash, so it is left out."""
    return {
        "erasure": erasure.name,
        "kind": erasure.kind.value,
        "subject": None if erasure.kind is Kind.ADDRESS else erasure.subject,
        "entries": erasure.entries,
        "found": dict(erasure.found),
        "status": "withdrawn" if erasure.withdrawn else erasure.status.value,
        "asked_by": erasure.asked_by,
        "asked_at": timestamp(erasure.asked_at),
        "expires_at": timestamp(erasure.expires_at),
        "confirmed_by": list(erasure.confirmed_by),
        "settled_at": timestamp(erasure.settled_at) if erasure.settled_at else None,
        "settled_by": erasure.settled_by,
        "recorded_as": erasure.asked_in,
        "carried_out_in": erasure.carried_out_in,
    }


def _of(erasure: Erasure) -> str:
    subject = "a name or an address" if erasure.kind is Kind.ADDRESS else f"{erasure.kind.value} {erasure.subject}"
    values = sum(erasure.found.values())
    return f"{subject}: {values} {'value' if values == 1 else 'values'}"


def _stands(erasure: Erasure, *, is_open: bool) -> str:
    confirmed = f"confirmed by {listed(erasure.confirmed_by)}" if erasure.confirmed_by else "confirmed by nobody"
    settled = f"{erasure.settled_at or erasure.expires_at:%Y-%m-%d %H:%M} UTC"
    match erasure.status:
        case Status.PENDING if is_open:
            still = NEEDED - len(erasure.confirmed_by)
            until = f"{erasure.expires_at:%Y-%m-%d %H:%M} UTC"
            return f"waits for {still} more to confirm until {until}; {confirmed}"
        case Status.DONE:
            recorded = f", recorded as {short_id(erasure.carried_out_in)}" if erasure.carried_out_in else ""
            return f"erased at {settled}, {confirmed}{recorded}"
        case Status.REFUSED:
            return f"{'withdrawn' if erasure.withdrawn else 'refused'} by {erasure.settled_by} at {settled}"
    return f"expired at {settled}, {confirmed}"


def _not_withdrawn(name: str, result: NotCounted) -> CannotStart:
    erasure = result.erasure
    if erasure is None:
        return CannotStart(f"There is no erasure {name}.", "“steward audit erasures” lists them.")
    if result.reason is Reason.NOT_YOURS:
        what = f"{name} was asked for by {erasure.asked_by}, so only they can withdraw it."
        return CannotStart(what, "A privacy officer can refuse it in Slack. That you tried is recorded.")
    return CannotStart(f"{name} waits no longer: {_stands(erasure, is_open=False)}.")
