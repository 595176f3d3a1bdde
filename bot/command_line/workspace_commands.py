"""`--workspace NAME` on every command, and `steward installations …`. What a command needs is loaded when it is run."""

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.command_line.options import AsJson

Workspace = Annotated[
    str | None,
    typer.Option("--workspace", metavar="NAME", help="Which one, where several are configured (STEWARD_WORKSPACES)."),
]
_CHOSEN: Final[ContextVar[str | None]] = ContextVar("workspace", default=None)
WITHOUT: Final = frozenset({"demo", "installations"})
"""Commands that are about no workspace, or about all."""

installations = typer.Typer(help="Where the app is installed (several workspaces).", no_args_is_help=True)


@installations.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """Every configured workspace, and how the app stands there."""
    from bot.command_line.installations import list_installations

    list_installations(as_json=as_json)


@installations.command("rotate")
def rotate(*, as_json: AsJson = False) -> None:
    """Encrypt all tokens with the first key of STEWARD_TOKEN_KEYS; exit 1 if a token can't be decrypted."""
    from bot.command_line.installations import rotate_keys

    rotate_keys(as_json=as_json)


@installations.command("backup")
def backup(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Copy the registry, also while Steward runs. Each workspace's database: steward db backup --workspace NAME."""
    from bot.command_line.installations import write_backup

    write_backup(file)


@installations.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="What “backup” wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the registry's place. Nothing that is there now is lost."""
    from bot.command_line.installations import restore_backup

    restore_backup(file, yes=yes)


@installations.command("key")
def key() -> None:
    """Print a new key for STEWARD_TOKEN_KEYS."""
    from bot.command_line.installations import print_new_key

    print_new_key()


def complete(app: typer.Typer) -> None:
    """Give every command `--workspace`."""
    for command in app.registered_commands:
        if command.callback is not None and (command.name or command.callback.__name__) not in WITHOUT:
            command.callback = _choosing(command.callback)
    for group in app.registered_groups:
        if group.name not in WITHOUT and group.typer_instance is not None:
            complete(group.typer_instance)


def chosen() -> str | None:
    """The workspace that was named on the command line that is running."""
    return _CHOSEN.get()


def _choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with one option more, which holds while it runs."""

    @wraps(command)
    def chosen_for(*arguments: Any, workspace: str | None = None, **options: Any) -> Any:
        before = _CHOSEN.set(workspace)
        try:
            return command(*arguments, **options)
        finally:
            _CHOSEN.reset(before)

    own = inspect.signature(command, eval_str=True)
    more = inspect.Parameter("workspace", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Workspace)
    parameters = [*own.parameters.values(), more]
    chosen_for.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]  # what inspect reads
    chosen_for.__annotations__ = {one.name: one.annotation for one in parameters}
    return chosen_for
