"""The commands after `steward policy`. What a command needs is loaded when it is run, so that help comes at once."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import AsJson


class DifferenceForm(StrEnum):
    """How a difference of two versions is written."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


class EmailForm(StrEnum):
    """How an e-mail is written."""

    TEXT = "text"
    HTML = "html"


def _day(typed: str) -> datetime:
    try:
        return datetime.strptime(typed, "%Y-%m-%d")  # noqa: DTZ007 - a day, of the company's clocks
    except ValueError:
        raise typer.BadParameter(f"“{typed}” is no day. Write year, month and day: 2027-01-15.") from None


def register(group: typer.Typer) -> None:
    """Add them to `steward policy`."""
    group.command("import")(import_)
    group.command("history")(history)
    group.command("show")(show)
    group.command("diff")(diff)
    group.command("ask")(ask)
    group.command("publish")(publish)
    group.command("check-now")(check_now)
    group.command("draft")(draft)
    group.command("changes")(changes)
    group.command("email")(email)
    group.command("readers")(readers)
    group.command("reread")(reread)
    group.command("reread-snapshots")(reread_snapshots)


def import_(
    source: Annotated[
        str | None,
        typer.Argument(metavar="FILE-or-URL", help="Markdown, HTML, text or PDF; without it, what steward.toml names."),
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether a doubtful text is meant.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep this text as the version in force."""
    from bot.command_line.policies import import_file

    import_file(source, sure=yes, as_json=as_json)


def history(*, as_json: AsJson = False) -> None:
    """All versions, the latest first."""
    from bot.command_line.policies import list_versions

    list_versions(as_json=as_json)


def show(
    version: Annotated[str | None, typer.Argument(help="The beginning of its hash; none: in force.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """The text of a version, as Steward reads it."""
    from bot.command_line.policies import show_version

    show_version(version, as_json=as_json)


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A file, or a version: its hash, a date, “in force”.")],
    after: Annotated[str, typer.Argument(metavar="B", help="What it is compared with.")],
    *,
    form: Annotated[DifferenceForm, typer.Option("--format", help="html is for a browser.")] = DifferenceForm.TEXT,
    as_json: AsJson = False,
) -> None:
    """Show what changed from A to B, sentence by sentence. Two files need no database."""
    from bot.command_line.differences import show_difference

    show_difference(before, after, "json" if as_json else form.value)


def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", help="What a customer asks.")] = None,
    *,
    file: Annotated[Path | None, typer.Option(help="JSONL with “question”; one line of JSON each, in order.")] = None,
    text: Annotated[
        str | None, typer.Option("--policy", metavar="FILE", help="Ask this file instead of the version in force.")
    ] = None,
    embed: Annotated[bool | None, typer.Option(help="Use the sentence model; as configured when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question in the policy's own words, or say that it does not say."""
    from bot.command_line.asking import Asked, ask_policy

    ask_policy(Asked(question, file, text, embed), as_json=as_json)


def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made if it is not there.")],
    *,
    url: Annotated[str, typer.Option(help="Where the files will be on the web; makes the feed's links whole.")] = "",
) -> None:
    """Write all versions and their changes as web pages, with an Atom feed, for any web server."""
    from bot.command_line.publishing import publish

    publish(folder, url)


def check_now(*, as_json: AsJson = False) -> None:
    """Fetch the policy from where it is published, now."""
    from bot.command_line.policy_watching import check_now

    check_now(as_json=as_json)


def draft(
    source: Annotated[str, typer.Argument(metavar="FILE-or-URL", help="Markdown, HTML, text or PDF.")],
    *,
    effective: Annotated[datetime, typer.Option(parser=_day, metavar="YYYY-MM-DD", help="Its first day in force.")],
    as_json: AsJson = False,
) -> None:
    """Keep a text ahead that comes into force on a later day."""
    from bot.command_line.policy_watching import keep_draft

    keep_draft(source, effective, as_json=as_json)


def changes(*, as_json: AsJson = False) -> None:
    """All changes of the policy, what was decided and from when they hold, the newest first."""
    from bot.command_line.policy_watching import show_changes

    show_changes(as_json=as_json)


def email(
    change: Annotated[str, typer.Argument(help="The number of an announced change, such as N-12.")],
    *,
    form: Annotated[EmailForm, typer.Option("--format", help="html is for mail programs.")] = EmailForm.TEXT,
) -> None:
    """Write the e-mail that tells customers of a change."""
    from bot.command_line.announcements import write_email

    write_email(change, form.value)


def readers(
    change: Annotated[str | None, typer.Argument(help="Such as N-12; the latest that was announced, if none.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say who has read a change, and who has not: by name with SLACK_BOT_TOKEN, else by Slack's ids."""
    from bot.command_line.announcements import list_readers

    list_readers(change, as_json=as_json)


def reread(*, as_json: AsJson = False) -> None:
    """Read the original of the version in force again, after an upgrade that reads files better."""
    from bot.command_line.policies import reread_version

    reread_version(as_json=as_json)


def reread_snapshots(*, as_json: AsJson = False) -> None:
    """Read all that was fetched again, after an upgrade that reads files better. No change comes of it."""
    from bot.command_line.policy_watching import read_again

    read_again(as_json=as_json)
