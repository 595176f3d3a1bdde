"""`steward outbox …`: what Slack refused for good, tried once more, or given up."""

from collections.abc import Callable
from typing import Final

import typer
from sqlalchemy import Connection

from bot.audit.entry import Action, Outcome, timestamp
from bot.command_line.console import FAILED, hint, say, warn, write_json
from bot.command_line.opening import Work, opened
from bot.delivery.outbox import Outbox, Refused

MOST_LISTED: Final = 50
RETRIED: Final = "messages_retried"
FORGOTTEN: Final = "messages_forgotten"


def list_refused(about: str | None, *, as_json: bool) -> None:
    """Write them, oldest first."""
    with opened(writes=False) as work:
        found = _refused(work, about)
    if as_json:
        write_json([_as_json(one) for one in found])
        return
    for one in found[:MOST_LISTED]:
        say(f"{one.queued_at:%Y-%m-%d %H:%M} UTC  {one.about}  {one.kind} to {one.to}: {one.fault}")
    if len(found) > MOST_LISTED:
        hint(f"and {len(found) - MOST_LISTED} more; --json lists all.")
    if not found:
        say(_nothing(about))
    else:
        hint("Mend what the codes say, then “steward outbox retry”; “steward outbox forget” gives them up.")


def retry_refused(about: str | None, *, as_json: bool) -> None:
    """Send them once more. Exits with 1 if there is nothing about `about`. Raises NotRecorded."""
    with opened() as work:
        found = _refused(work, about)
        _require_some(found, about)
        count = _recorded(work, about, RETRIED, Outbox(work.clock).retry_failed) if found else 0
    besides = "Steward sends while it runs; “steward check” says what is refused anew."
    _tell(count, "will be sent again", besides, as_json=as_json)


def forget_refused(about: str | None, *, yes: bool, as_json: bool) -> None:
    """Give them up. Exits with 1 if there is nothing about `about`. Raises NotRecorded."""
    with opened() as work:
        found = _refused(work, about)
        _require_some(found, about)
        if not yes and found and not typer.confirm(f"Never send {_counted(len(found))}?", err=True):
            raise typer.Abort
        count = _recorded(work, about, FORGOTTEN, Outbox(work.clock).give_up) if found else 0
    _tell(count, "will never be sent", "Whom they were for may have to be told by other means.", as_json=as_json)


def _refused(work: Work, about: str | None) -> list[Refused]:
    with work.database.reading() as connection:
        return Outbox(work.clock).refused(connection, about)


def _require_some(found: list[Refused], about: str | None) -> None:
    if not found and about is not None:
        warn(_nothing(about), "“steward outbox list” names what there is.")
        raise typer.Exit(FAILED)


def _recorded(work: Work, about: str | None, reason: str, change: Callable[[Connection, str | None], int]) -> int:
    """The change with its entry, in one transaction."""
    with work.ledger.entry(work.origin, Action.CONFIG_CHANGE, query=about) as entry:
        count = change(entry.connection, about)
        entry.close(Outcome.DONE, reason)
    return count


def _tell(count: int, what: str, besides: str, *, as_json: bool) -> None:
    if as_json:
        write_json({"messages": count})
    elif count:
        say(f"{_counted(count).capitalize()} {what}.")
        hint(besides)
    else:
        say(_nothing(None))


def _as_json(one: Refused) -> dict[str, object]:
    about = {"kind": one.kind, "about": one.about, "to": one.to}
    return {**about, "fault": one.fault, "queued_at": timestamp(one.queued_at)}


def _nothing(about: str | None) -> str:
    return "Slack refused no message." if about is None else f"Slack refused no message about {about}."


def _counted(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
