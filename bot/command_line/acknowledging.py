"""`steward audit acknowledge`: what was found changed, and saying that it was investigated."""

import typer

from bot.audit.tamper import LONGEST_NOTE, Acknowledge, Found, Unacknowledged, open_faults
from bot.command_line.console import FAILED, hint, say, warn, write_json
from bot.command_line.opening import opened
from bot.running.refusals import CannotStart


def list_faults(*, as_json: bool) -> None:
    """The open faults. Exits with 1 when there is any."""
    with opened(writes=False) as work, work.database.reading() as connection:
        found = open_faults(connection)
    if as_json:
        write_json([_as_json(one) for one in found])
    elif not found:
        say("No fault of the ledger is open.")
    for one in () if as_json else found:
        warn(f"{one.name}, found {one.at:%Y-%m-%d %H:%M} UTC, reference {one.reference}: {one.mismatch.what}")
    if found:
        raise typer.Exit(FAILED)


def acknowledge(name: str, note: str) -> None:
    """Say what a fault was. Raises CannotStart when there is no such open fault. A longer note is wrong use."""
    if len(note) > LONGEST_NOTE:
        too_long = f"has at most {LONGEST_NOTE:,} characters, this one {len(note):,}"
        raise typer.BadParameter(too_long, param_hint="--note")
    with opened() as work:
        try:
            found = Acknowledge(work.ledger, work.clock)(work.origin, name, note)
        except Unacknowledged as error:
            raise CannotStart(str(error), "“steward audit acknowledge” alone lists the open ones.") from error
    say(f"{found.name} is acknowledged. The integrator looks again within a second.")
    hint("What still disagrees elsewhere is a fault again; an entry that still does gets no place in the ledger.")
    hint("It is acknowledged as it was found: changed once more, it is another fault.")


def _as_json(found: Found) -> dict[str, object]:
    mismatch = found.mismatch
    where = {"kind": mismatch.kind.value, "about": mismatch.about, "what": mismatch.what}
    where["state"] = mismatch.state
    return {"fault": found.name, "found_at": found.at, "reference": found.reference, **where}
