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


def completion(shell: Annotated[Shell, typer.Argument(help="The shell that you use.")]) -> None:
    """Print the script by which a shell completes Steward's commands and options; where it goes, docs/operating.md."""
    from typer._completion_shared import get_completion_script

    typer.echo(get_completion_script(prog_name="steward", complete_var=VARIABLE, shell=shell.value))


def know_shells() -> None:
    """Be ready to answer them."""
    from typer._completion_classes import completion_init

    completion_init()
