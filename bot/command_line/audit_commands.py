"""The commands after `steward audit`. What a command needs is loaded when it is run, so that help comes at once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import AsJson, Output, Since, Until


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


def register(group: typer.Typer) -> None:
    """Add them to `steward audit`."""
    group.command("verify")(verify)
    group.command("prove")(prove)
    group.command("checkpoint")(checkpoint)
    group.command("key")(key)
    group.command("export")(export)
    group.command("search")(search)
    group.command("report")(report)
    group.command("disclosures")(disclosures)
    group.command("acknowledge")(acknowledge)


def verify(
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


def prove(
    entry: Annotated[str | None, typer.Argument(help="An entry's id, the end of it, or #INDEX.")] = None,
    *,
    older: Annotated[
        int | None, typer.Option("--from", metavar="SIZE", min=0, help="That the ledger begins with so many entries.")
    ] = None,
    output: Output = None,
) -> None:
    """Prove, as JSON, that an entry is in the ledger, or that the ledger only grew. “verify --file” checks both."""
    from bot.command_line.proving import prove_entry, prove_growth

    if (entry is None) == (older is None):
        raise typer.BadParameter("one of the two is needed", param_hint="ENTRY or --from SIZE")
    if entry is not None:
        prove_entry(entry, output)
    elif older is not None:
        prove_growth(older, output)


def checkpoint(
    *,
    output: Output = None,
) -> None:
    """Write the newest checkpoint: the ledger's size and root, signed."""
    from bot.command_line.proving import write_checkpoint

    write_checkpoint(output)


def key() -> None:
    """Print the ledger's public key, which checkpoints, exports and proofs are verified with."""
    from bot.command_line.proving import print_key

    print_key()


def export(
    *,
    form: Annotated[
        Form, typer.Option("--format", help="jsonl can be verified, csv is for reading, ocsf for event collectors.")
    ],
    account: Annotated[str | None, typer.Option(help="Only this account's, by id.")] = None,
    actor: Annotated[str | None, typer.Option(help="Only this person's, by Slack id.")] = None,
    since: Since = None,
    until: Until = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file, with a manifest beside it.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a file that was cut, once checked.")] = False,
) -> None:
    """Export entries in the ledger's order. The export is recorded too."""
    from bot.command_line.exporting import Wanted, export_entries

    export_entries(Wanted(account, actor, since, until), form.value, output, resume=resume)


def search(
    words: Annotated[list[str] | None, typer.Argument(help="As after /audit: revealed last 7 days.")] = None,
    *,
    reason: Annotated[list[str] | None, typer.Option(help="Words that stand in the reason or the ticket.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 10,
    before: Annotated[str | None, typer.Option(metavar="ID", help="Go on before this entry; its whole id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Search the audit table. The search is recorded too."""
    from bot.command_line.searches import Asked, search_entries

    search_entries(Asked(words or (), reason or (), limit, before), as_json=as_json)


def report(
    account: Annotated[str, typer.Argument(help="The account's id.")],
    *,
    form: Annotated[ReportForm, typer.Option("--format", help="html and pdf are for the customer.")] = ReportForm.HTML,
    since: Since = None,
    until: Until = None,
    output: Output = None,
) -> None:
    """Say who looked at a customer's data, for the customer. The report is recorded too."""
    from bot.command_line.reports import Wanted, report_account

    report_account(Wanted(account, since, until), form.value, output)


def disclosures(
    *,
    form: Annotated[RegisterForm, typer.Option("--format", help="How it is written.")] = RegisterForm.CSV,
    output: Output = None,
) -> None:
    """Export the register of what was given to outsiders. The export is recorded too."""
    from bot.command_line.disclosures import export_disclosures

    export_disclosures(form.value, output)


def acknowledge(
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
