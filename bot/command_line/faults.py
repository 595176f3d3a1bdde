"""What the command line says when something is in the way: words and a mend, never a traceback."""

import secrets

from sqlalchemy.exc import SQLAlchemyError

from bot import references
from bot.audit.ledger import NotRecorded
from bot.command_line.console import FAILED, hint, warn
from bot.command_line.opening import begin_logging
from bot.running.refusals import CannotStart
from bot.settings import ConfigurationInvalid


def explain(error: Exception) -> int:
    """Say what is wrong; returns the exit code. What was not foreseen is logged by type and place, with a reference."""
    match error:
        case CannotStart():
            warn(error.what, error.mend)
        case ConfigurationInvalid():
            count = len(error.faults)
            warn(f"The configuration has {'a fault' if count == 1 else f'{count} faults'}:")
            for fault in error.faults:
                hint(f"  {fault}")
            hint("When that is mended, “steward check” looks at the rest.")
        case NotRecorded():
            warn("The audit entry could not be written, so nothing was done.", "Run “steward check”; is the disk full?")
        case SQLAlchemyError():
            _unforeseen("The database failed while this was done.", error)
        case _:
            _unforeseen("This is a fault in Steward.", error)
    return FAILED


def _unforeseen(words: str, error: Exception) -> None:
    begin_logging()
    reference = references.report(error, secrets.token_bytes, "command.failed")
    warn(
        f"{words} Its place stands in the line above, as {reference}.",
        "Run “steward check”, or report it with that line.",
    )
