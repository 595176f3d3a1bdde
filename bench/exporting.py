"""Exports a whole ledger to nowhere and prints the most memory that took, in KiB: `DATABASE_URL=… python -m …`."""

import os
import re
import resource
from pathlib import Path

from bot.audit.exports.export import Form, exported, lines_of
from bot.audit.integration.integrated import latest_checkpoint
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.query import Filter
from bot.database import Database

STATUS = Path("/proc/self/status")


def main() -> None:
    """As `steward audit export` reads and writes."""
    database = Database(os.environ["DATABASE_URL"])
    with at_one_moment(database) as connection, open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - it is no path
        stored = latest_checkpoint(connection)
        size = stored.size if stored else 0
        lines = sum(nowhere.write(line) > 0 for line in lines_of(Form.JSONL, exported(connection, Filter(), size)))
    database.close()
    if lines != size:
        raise SystemExit(f"{lines} lines of {size} entries")
    print(most_kib())


def most_kib() -> int:
    """The most that was resident. Linux's ru_maxrss counts the process that began this one too, so /proc is asked."""
    if STATUS.exists() and (said := re.search(r"^VmHWM:\s+([0-9]+) kB$", STATUS.read_text(), re.MULTILINE)):
        return int(said[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
