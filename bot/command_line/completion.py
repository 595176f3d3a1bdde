"""`steward completion`, and what a shell asks for at each press of the tabulator."""

from enum import StrEnum
from typing import Annotated, Final

import typer

VARIABLE: Final = "_STEWARD_COMPLETE"
"""With this the script asks what may follow; it is Typer's own form, and nothing of the installation is read."""


class Shell(StrEnum):
    """Whose form the script has."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(context: typer.Context, shell: Annotated[Shell, typer.Argument(help="The shell that you use.")]) -> None:
    """Print the script by which a shell completes Steward's commands and options; where it goes, docs/operating.md."""
    from typer.completion import shell_complete

    know_shells()
    shell_complete(context.find_root().command, {}, "steward", VARIABLE, f"source_{shell}")


def know_shells() -> None:
    """Be ready to answer them: Typer is as soon as it is asked for its own two options, which Steward does not have."""
    from typer.completion import get_completion_inspect_parameters

    get_completion_inspect_parameters()
