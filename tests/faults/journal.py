"""What was tampered with already, line by line in a file, so that a long run can be stopped and gone on with.

Its first line says what was tried on what: another export, or another reading of lines, and it begins anew.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson

from bench.company import ROOT

TRIED_BY: Final = (
    *(
        "bot/audit/entry.py",
        "bot/audit/faults.py",
        "bot/audit/exports/lines.py",
        "bot/audit/offline.py",
        "bot/audit/merkle/tree.py",
    ),
    *("tests/faults/bytewise.py", "tests/faults/tampering.py", "tests/faults/whole.py"),
)

Name = tuple[str, int, bool]
"""A kind of tampering, a line, and whether every way was tried there."""


class Journal:
    """The verdicts of each job that is done, in a file; in memory only where there is no path."""

    def __init__(self, path: Path | None, lines: Iterable[bytes]) -> None:
        self._path = path
        self._known: dict[Name, Counter[str]] = {}
        if path is None:
            return
        mark = orjson.dumps({"tried": _mark(lines)}) + b"\n"
        kept = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        whole = [line for line in kept[1:] if line.endswith(b"\n")] if kept[:1] == [mark] else []
        for line in whole:
            kind, index, every, verdicts = orjson.loads(line)
            self._known[kind, index, every] = Counter(verdicts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join([mark, *whole]))

    def known(self, name: Name) -> Counter[str] | None:
        """What came of it, if it is done."""
        return self._known.get(name)

    def keep(self, name: Name, verdicts: Counter[str]) -> None:
        """It is done, and stays so when this process is killed now."""
        self._known[name] = verdicts
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(orjson.dumps([*name, verdicts]) + b"\n")


def _mark(lines: Iterable[bytes]) -> str:
    """The export and the code that reads it, in one hash."""
    whole = hashlib.sha256()
    for part in (*lines, *((ROOT / name).read_bytes() for name in TRIED_BY)):
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()
