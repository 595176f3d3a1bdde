"""`steward policy …` for watching and changes. What a command needs is loaded when it is run."""

from datetime import datetime
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


def add_to(policy: typer.Typer) -> None:
    """Add the commands to the group."""
    policy.command("check-now")(check_now)
    policy.command("draft")(draft)
    policy.command("changes")(changes)
    policy.command("reread-snapshots")(reread_snapshots)


def check_now(*, as_json: AsJson = False) -> None:
    """Fetch the policy from where it is published, now."""
    from bot.command_line.policy_watching import check_now

    check_now(as_json=as_json)


def draft(
    source: Annotated[str, typer.Argument(metavar="FILE-or-URL", help="Markdown, HTML, text or PDF.")],
    *,
    effective: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day from which it is in force.")],
    as_json: AsJson = False,
) -> None:
    """Keep a text ahead that comes into force on a later day."""
    from bot.command_line.policy_watching import keep_draft

    keep_draft(source, effective, as_json=as_json)


def changes(*, as_json: AsJson = False) -> None:
    """All changes of the policy, what was decided and from when they hold, the newest first."""
    from bot.command_line.policy_watching import show_changes

    show_changes(as_json=as_json)


def reread_snapshots(*, as_json: AsJson = False) -> None:
    """Read all that was fetched again, after an upgrade that reads files better. No change comes of it."""
    from bot.command_line.policy_watching import read_again

    read_again(as_json=as_json)
