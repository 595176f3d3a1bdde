"""What an auditor has in their direct message after an export."""

import io

from bot.audit.exports.manifest import check_manifest
from bot.audit.offline import read_lines


def is_described(files: dict[str, bytes]) -> bool:
    """Whether the manifest is that of these lines and this checkpoint."""
    lines = read_lines(io.BytesIO(files["audit.jsonl"]))
    return check_manifest(files["audit.jsonl.manifest.json"], lines, files["checkpoint.txt"].decode()).sound
