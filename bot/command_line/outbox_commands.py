"""`steward outbox …`. What a command needs is loaded when it is run."""

from typing import Annotated

import typer

from bot.command_line.options import AsJson

About = Annotated[
    str | None, typer.Argument(metavar="[ABOUT]", help="Only messages about this, such as R-1042; all, if none.")
]

outbox = typer.Typer(help="Messages that Slack refused for good.", no_args_is_help=True)


@outbox.command("list")
def list_(about: About = None, *, as_json: AsJson = False) -> None:
    """What each is about, whom it is for, and Slack's code; never its words."""
    from bot.command_line.outbox import list_refused

    list_refused(about, as_json=as_json)


@outbox.command("retry")
def retry(about: About = None, *, as_json: AsJson = False) -> None:
    """Send them once more, now that what the code says is mended. What has changed since is said as it is now."""
    from bot.command_line.outbox import retry_refused

    retry_refused(about, as_json=as_json)


@outbox.command("forget")
def forget(
    about: About = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Never send them, and count them no longer."""
    from bot.command_line.outbox import forget_refused

    forget_refused(about, yes=yes, as_json=as_json)
