"""`steward audit erase` and `erasures`, as the command line knows them."""

from typing import Annotated

import typer

from bot.command_line.options import AsJson


def register(audit: typer.Typer) -> None:
    """Add the commands."""
    audit.command("erase")(audit_erase)
    audit.command("erasures")(audit_erasures)


def audit_erase(
    *,
    subject: Annotated[
        str,
        typer.Option(metavar="WHO", help="A Slack user's id or e-mail address, an account's id, or name:'First Last'."),
    ],
    reason: Annotated[str | None, typer.Option(help="Why; stands in the audit entry.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the officers are asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask two privacy officers, in Slack, to confirm that a person's text is erased. The entries stay."""
    from bot.command_line.erasing import Asked, ask_for_erasure

    ask_for_erasure(Asked(subject, reason, yes), as_json=as_json)


def audit_erasures(
    *,
    withdraw: Annotated[
        str | None, typer.Option(metavar="E-N", help="Take back one that you asked for and that still waits.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the erasures that were asked for, who confirmed them, and how they ended; or take one back."""
    from bot.command_line import erasures

    if withdraw is None:
        erasures.list_erasures(as_json=as_json)
    else:
        erasures.withdraw(withdraw, as_json=as_json)
