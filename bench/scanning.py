"""Scans a whole ledger on SQLite with the driver of the processes that verify, and prints how many entries a second.

`python -m bench.scanning FILE SIZE`: a process of its own, since it brings another SQLite than Python's.
"""

import sys
import time
from contextlib import closing
from typing import Final

import apsw

SCANNED: Final = (
    'SELECT e.id, e.at, e.entry, e.leaf, e.actor, e.action, e.outcome, e.account, e.purpose, e."grant", o.opened, '
    'l."index", l.leaf FROM ledger_leaves l LEFT JOIN audit_entries e ON e.id = l.entry_id '
    'LEFT JOIN audit_open o ON o.entry_id = l.entry_id WHERE l."index" >= {} AND l."index" < {} ORDER BY l."index"'
)


def main(file: str, size: int) -> None:
    """Each row is made and let go of, which is the quickest that there is."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX
    began = time.perf_counter()
    with closing(apsw.Connection(file, flags=flags)) as connection:
        connection.execute("BEGIN")
        read = sum(1 for _ in connection.execute(SCANNED.replace("{}", "?"), (0, size)))
    if read != size:
        raise SystemExit(f"{read} rows of {size} entries")
    print(size / (time.perf_counter() - began))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
