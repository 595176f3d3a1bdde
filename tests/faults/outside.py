"""A long export, verified by a program that shares no code with Steward."""

import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.bot.audit.ledgers import book

SCRIPT: Final = Path(__file__).parents[1] / "outsider" / "verify_export.py"


def verified(entries: int, folder: Path) -> dict[str, Any]:
    """What the outsider's program says of an export of so many entries, and of its checkpoint two thirds earlier."""
    ledger = book(entries)
    (folder / "export.jsonl").write_bytes(b"".join(ledger.lines()))
    (folder / "checkpoint.txt").write_text(ledger.checkpoint(), encoding="utf-8")
    (folder / "older.txt").write_text(ledger.checkpoint(entries * 2 // 3), encoding="utf-8")
    (folder / "ledger.vkey").write_text(ledger.vkey, encoding="utf-8")
    files = {"--file": "export.jsonl", "--checkpoint": "checkpoint.txt", "--key": "ledger.vkey", "--older": "older.txt"}
    command = [sys.executable, "-I", str(SCRIPT), *(part for pair in files.items() for part in pair)]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    sound = said.returncode == 0 and said.stdout.startswith(f"sound: {entries} entries")
    return {"entries": entries, "sound": sound, "said": (said.stdout + said.stderr).strip()}
