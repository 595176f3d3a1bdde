"""`steward policy email` and `readers`, as the command line knows them."""

from enum import StrEnum
from typing import Annotated

import typer


class EmailForm(StrEnum):
    """How an e-mail is written."""

    TEXT = "text"
    HTML = "html"


def register(policy: typer.Typer) -> None:
    """Add the commands."""
    policy.command("email")(policy_email)
    policy.command("readers")(policy_readers)


def policy_email(
    change: Annotated[str, typer.Argument(help="The number of an announced change, such as N-12.")],
    *,
    form: Annotated[EmailForm, typer.Option("--format", help="html is for mail programs.")] = EmailForm.TEXT,
) -> None:
    """Write the e-mail that tells customers of a change."""
    from bot.command_line.announcements import write_email

    write_email(change, form.value)


def policy_readers(
    change: Annotated[str | None, typer.Argument(help="Such as N-12; the latest that was announced, if none.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say who of those who were told has read a change, and who has not."""
    from bot.command_line.announcements import list_readers

    list_readers(change, as_json=as_json)
