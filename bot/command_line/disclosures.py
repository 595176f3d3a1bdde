"""`steward audit disclosures`: the register of what was given to outsiders, as a file."""

from pathlib import Path

from bot.accounts.disclosures.register import Register, csv_lines, jsonl_lines
from bot.command_line.console import hint, write_bytes
from bot.command_line.opening import opened
from bot.command_line.whole_files import whole_file


def export_disclosures(form: str, output: Path | None) -> None:
    """Write the whole register, oldest first. Doing so is itself an entry, committed before a line is written."""
    with opened() as work:
        found = Register(work.ledger).export(work.origin)
    lines = csv_lines(found) if form == "csv" else jsonl_lines(found)
    content = "".join(lines).encode()
    if output is None:
        write_bytes(content)
        return
    with whole_file(output) as file:
        file.write(content)
    hint(f"{output}: {len(found):,} disclosures.")
