"""The `steward` command. What a command needs is loaded when it is run, so that help comes at once."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from bot.command_line import (
    account_commands,
    audit_commands,
    database_commands,
    erasure_commands,
    outbox_commands,
    policy_commands,
)
from bot.command_line.completion import VARIABLE, completion, know_shells
from bot.command_line.console import let_nothing_fail_for_its_letters
from bot.command_line.handed_over import handed_over
from bot.command_line.options import AsJson
from bot.command_line.workspace_commands import complete, installations

FAILED: Final = 1

cli = typer.Typer(name="steward", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
accounts = typer.Typer(help="Where accounts come from.", no_args_is_help=True)
audit = typer.Typer(help="The audit table.", no_args_is_help=True)
policy = typer.Typer(help="The privacy policy's versions.", no_args_is_help=True)
db = typer.Typer(help="The database.", no_args_is_help=True)
for _name, _group in (("accounts", accounts), ("audit", audit), ("policy", policy), ("db", db)):
    cli.add_typer(_group, name=_name)
cli.add_typer(outbox_commands.outbox, name="outbox")
cli.add_typer(installations, name="installations")
account_commands.register(accounts)
audit_commands.register(audit)
erasure_commands.register(audit)
policy_commands.register(policy)
database_commands.register(db)


@cli.callback(invoke_without_command=True)
def steward(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", is_eager=True)] = False,
) -> None:
    """Look customers up in Slack, for a purpose that the privacy policy permits. See docs/operating.md."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"steward {installed('steward')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@cli.command()
def demo(
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the page.")] = 8300,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was done in earlier demos.")] = False,
) -> None:
    """Try Steward on a local Slack, with a made-up company on it."""
    try:
        from demo.play import play
    except ModuleNotFoundError as missing:
        from bot.running.refusals import CannotStart

        if missing.name != "demo":
            raise
        raise CannotStart("This installation has no demo.", "Run “make demo” in a checkout of Steward.") from missing
    raise typer.Exit(play(port=port, browser=not no_browser, fresh=fresh))


@cli.command()
def run(
    *,
    http: Annotated[bool, typer.Option("--http", help="Take requests at POST /slack/events on PORT.")] = False,
    socket: Annotated[bool, typer.Option("--socket", help="Use Socket Mode (SLACK_APP_TOKEN).")] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=64, metavar="N", help="Work in N processes on this machine; needs PostgreSQL.")
    ] = 1,
) -> None:
    """Run the bot. Socket Mode when SLACK_APP_TOKEN is set, else HTTP."""
    from bot.command_line.starting import start

    if http and socket:
        raise typer.BadParameter("choose one of the two", param_hint="--http and --socket")
    start("http" if http else "socket" if socket else None, workers)


@cli.command()
def check(
    *,
    account: Annotated[
        str | None, typer.Option(metavar="ID", help="Show this account of your own source, masked; recorded.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check configuration, database, tokens, scopes and policy clauses; say how to mend what is wrong."""
    from bot.command_line.checking import check_all

    check_all(account, as_json=as_json)


cli.command()(completion)
complete(cli)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 done, 1 a check failed or something is in the way, 2 wrong use."""
    let_nothing_fail_for_its_letters()
    if VARIABLE in os.environ:
        know_shells()
    try:
        with handed_over(sys.argv[1:] if arguments is None else arguments) as given:
            cli(args=given, prog_name="steward")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED if ended.code else 0
    except Exception as error:  # noqa: BLE001 - foreseen or not, it is explained in words
        from bot.command_line.faults import explain

        return explain(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
