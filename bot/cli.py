"""The `steward` command. What a command needs is loaded when it is run, so that help comes at once."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from bot.command_line import account_commands, database_commands, erasure_commands, outbox_commands, policy_commands
from bot.command_line.console import let_nothing_fail_for_its_letters
from bot.policy_cli import add_to
from bot.workspace_cli import complete, installations

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
add_to(policy)
policy_commands.register(policy)
database_commands.register(db)
erasure_commands.register(audit)

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


class Form(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"
    OCSF = "ocsf"


class RegisterForm(StrEnum):
    """How a register is written."""

    CSV = "csv"
    JSONL = "jsonl"


class ReportForm(StrEnum):
    """How a report to a customer is written."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"


class DifferenceForm(StrEnum):
    """How a difference of two versions is written."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"


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
    from demo.play import play

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


@audit.command("verify")
def audit_verify(
    *,
    file: Annotated[Path | None, typer.Option(help="An export as JSONL, or a proof; needs no database.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="For an export: the checkpoint it is compared with.")] = None,
    key: Annotated[str | None, typer.Option(help="The ledger's public key, or a file that holds it.")] = None,
    older: Annotated[Path | None, typer.Option(help="A checkpoint from before, which must be a beginning.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="For an export: the manifest that was beside it.")] = None,
    older_key: Annotated[str | None, typer.Option(help="The key of --older, if it was changed since.")] = None,
    witness: Annotated[list[str] | None, typer.Option(help="The key of a witness that must have cosigned.")] = None,
    every_signature: Annotated[
        bool, typer.Option("--every-signature", help="Of all checkpoints that are kept, however many; takes longer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify the live ledger, an export, or a proof; exit 1 and the first bad entry if anything is wrong."""
    from bot.command_line.verifying import Asked, verify_ledger

    asked = Asked(file, checkpoint, key, older, manifest, older_key, tuple(witness or ()), every_signature)
    verify_ledger(asked, as_json=as_json)


@audit.command("prove")
def audit_prove(
    entry: Annotated[str | None, typer.Argument(help="An entry's id, the end of it, or #INDEX.")] = None,
    *,
    older: Annotated[
        int | None, typer.Option("--from", metavar="SIZE", min=0, help="That the ledger begins with so many entries.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")] = None,
) -> None:
    """Prove, as JSON, that an entry is in the ledger, or that the ledger only grew. “verify --file” checks both."""
    from bot.command_line.proving import prove_entry, prove_growth

    if (entry is None) == (older is None):
        raise typer.BadParameter("one of the two is needed", param_hint="ENTRY or --from SIZE")
    if entry is not None:
        prove_entry(entry, output)
    elif older is not None:
        prove_growth(older, output)


@audit.command("checkpoint")
def audit_checkpoint(
    *,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")] = None,
) -> None:
    """Write the newest checkpoint: the ledger's size and root, signed."""
    from bot.command_line.proving import write_checkpoint

    write_checkpoint(output)


@audit.command("key")
def audit_key() -> None:
    """Print the ledger's public key, which checkpoints, exports and proofs are verified with."""
    from bot.command_line.proving import print_key

    print_key()


@audit.command("export")
def audit_export(
    *,
    form: Annotated[
        Form, typer.Option("--format", help="jsonl can be verified, csv is for reading, ocsf for event collectors.")
    ],
    account: Annotated[str | None, typer.Option(help="Only this account's, by id.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only this person's, by Slack id.")] = None,
    since: Annotated[str | None, typer.Option(help="From this date or time on, in the company's time zone.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this date (included) or time.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file, with a manifest beside it.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a file that was cut, once checked.")] = False,
) -> None:
    """Export entries in the ledger's order. The export is recorded too."""
    from bot.command_line.exporting import Wanted, export_entries

    export_entries(Wanted(account, actor, since, until), form.value, output, resume=resume)


@audit.command("search")
def audit_search(
    words: Annotated[list[str] | None, typer.Argument(help="As after /audit: pw-00412 revealed last 7 days.")] = None,
    *,
    reason: Annotated[list[str] | None, typer.Option(help="Words that stand in the reason or the ticket.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 10,
    before: Annotated[str | None, typer.Option(metavar="ID", help="Go on before this entry; its whole id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Search the audit table. The search is recorded too."""
    from bot.command_line.searches import Asked, search_entries

    search_entries(Asked(words or (), reason or (), limit, before), as_json=as_json)


@audit.command("report")
def audit_report(
    account: Annotated[str, typer.Argument(help="The account's id.")],
    *,
    form: Annotated[ReportForm, typer.Option("--format", help="html and pdf are for the customer.")] = ReportForm.HTML,
    since: Annotated[str | None, typer.Option(help="From this date or time on, in the company's time zone.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to this date (included) or time.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")] = None,
) -> None:
    """Say who looked at a customer's data, for the customer. The report is recorded too."""
    from bot.command_line.reports import Wanted, report_account

    report_account(Wanted(account, since, until), form.value, output)


@audit.command("disclosures")
def audit_disclosures(
    *,
    form: Annotated[RegisterForm, typer.Option("--format", help="How it is written.")] = RegisterForm.CSV,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")] = None,
) -> None:
    """Export the register of what was given to outsiders. The export is recorded too."""
    from bot.command_line.disclosures import export_disclosures

    export_disclosures(form.value, output)


@audit.command("acknowledge")
def audit_acknowledge(
    fault: Annotated[str | None, typer.Argument(help="Such as F-3; without it, the open ones are listed.")] = None,
    *,
    note: Annotated[str | None, typer.Option(help="What it was; stands in the audit entry.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say that a fault of the ledger was investigated; look-ups and signing go on."""
    from bot.command_line.acknowledging import acknowledge, list_faults

    if fault is None:
        list_faults(as_json=as_json)
    elif not note:
        raise typer.BadParameter("say what it was", param_hint="--note")
    else:
        acknowledge(fault, note)


@policy.command("import")
def policy_import(
    source: Annotated[str, typer.Argument(metavar="FILE-or-URL", help="Markdown, HTML, text or PDF.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether a doubtful text is meant.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep this text as the version in force."""
    from bot.command_line.policies import import_file

    import_file(source, sure=yes, as_json=as_json)


@policy.command("ask")
def policy_ask(
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


@policy.command("history")
def policy_history(*, as_json: AsJson = False) -> None:
    """All versions, the latest first."""
    from bot.command_line.policies import list_versions

    list_versions(as_json=as_json)


@policy.command("diff")
def policy_diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A file, or a version: its hash, a date, “in force”.")],
    after: Annotated[str, typer.Argument(metavar="B", help="What it is compared with.")],
    *,
    form: Annotated[DifferenceForm, typer.Option("--format", help="html is for a browser.")] = DifferenceForm.TEXT,
    as_json: AsJson = False,
) -> None:
    """Show what changed from A to B, sentence by sentence. Two files need no database."""
    from bot.command_line.differences import show_difference

    show_difference(before, after, "json" if as_json else form.value)


@policy.command("publish")
def policy_publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Made if it is not there.")],
    *,
    url: Annotated[str, typer.Option(help="Where the files will be on the web; makes the feed's links whole.")] = "",
) -> None:
    """Write all versions and their changes as web pages, with an Atom feed, for any web server."""
    from bot.command_line.publishing import publish

    publish(folder, url)


@policy.command("show")
def policy_show(
    version: Annotated[str | None, typer.Argument(help="The beginning of its hash; none: in force.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """The text of a version, as Steward reads it."""
    from bot.command_line.policies import show_version

    show_version(version, as_json=as_json)


@policy.command("reread")
def policy_reread(*, as_json: AsJson = False) -> None:
    """Read the original of the version in force again, after an upgrade that reads files better."""
    from bot.command_line.policies import reread_version

    reread_version(as_json=as_json)


complete(cli)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns the exit code: 0 done, 1 a check failed or something is in the way, 2 wrong use."""
    let_nothing_fail_for_its_letters()
    try:
        cli(args=None if arguments is None else list(arguments), prog_name="steward")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FAILED if ended.code else 0
    except Exception as error:  # noqa: BLE001 - foreseen or not, it is explained in words
        from bot.command_line.faults import explain

        return explain(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
