"""Whether a ledger is what it should be after all that was done to it.

What must hold is looked at from outside: its tables are read by the database's driver, hashes and roots computed by
hashlib, and signatures checked by the outsider's program (tests/outsider), which knows nothing of Steward. Then Steward
says what it thinks itself, and the outsider's program reads a whole export.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import make_url

from bot.audit.exports.export import exported, jsonl_lines
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.query import Filter
from bot.audit.verify import verify_live
from bot.clock import system_clock
from bot.database import Database
from tests.faults.company import SIGNER, integrator_of
from tests.faults.mortals import Told
from tests.outsider.verify_export import Unsound, tree_of, verified_statement

VKEY: Final = str(SIGNER.key)
PATIENCE_S: Final = 600.0
LEASES_LATER: Final = timedelta(minutes=1)
SHOWING: Final = frozenset({"disclosed", "masked"})
IN_ORDER: Final = (
    'SELECT l."index", l.entry_id, l.leaf, e.entry FROM ledger_leaves l'
    ' LEFT JOIN audit_entries e ON e.id = l.entry_id ORDER BY l."index"'
)
NOTES: Final = "SELECT note FROM ledger_checkpoints ORDER BY size"
HOW_MANY: Final = (
    'SELECT (SELECT count(*) FROM ledger_leaves), (SELECT coalesce(max("index"), -1) + 1 FROM ledger_leaves),'
    " (SELECT coalesce(max(size), 0) FROM ledger_checkpoints)"
)
UNPLACED: Final = "SELECT count(*) FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM ledger_leaves)"


@dataclass(slots=True)
class Judgement:
    """What was found. `lost` were shown and have no entry, `unplaced` are entries without an index."""

    entries: int = 0
    checkpoints: int = 0
    lost: int = 0
    forks: int = 0
    gaps: int = 0
    unplaced: int = 0
    wrong: list[str] = field(default_factory=list)
    verified: bool = False

    @property
    def sound(self) -> bool:
        """Whether all is as promised."""
        return self.verified and not (self.lost or self.forks or self.gaps or self.unplaced or self.wrong)


def judge(url: str, told: Told, folder: Path) -> Judgement:
    """Open the database again, integrate what waits, and look at everything."""
    found = Judgement(wrong=[f"a process died: {what}" for what in told.died])
    with rows(url, HOW_MANY):  # once it answers
        pass
    _integrate(url, found)
    with rows(url, IN_ORDER) as entries:
        roots = _read(entries, told, found)
    with rows(url, NOTES) as kept:
        _compare({*told.signed, *(note for (note,) in kept)}, roots, found)
    with rows(url, UNPLACED) as unplaced:
        ((found.unplaced,),) = unplaced
    if make_url(url).get_backend_name() == "sqlite":
        with rows(url, "PRAGMA integrity_check") as said:
            found.wrong += [f"SQLite: {line}" for (line,) in said if line != "ok"]
    _verify(url, folder, found)
    return found


def has_gap(url: str) -> bool:
    """Whether indices, their count and the newest checkpoint differ, at one moment of a ledger at work."""
    with rows(url, HOW_MANY) as ((count, highest, size),):
        return not count == highest == size


class rows:  # noqa: N801 - read as a word of a with statement
    """The rows of a statement, by the database's driver alone."""

    def __init__(self, url: str, statement: str) -> None:
        self._connection, self._statement = _connected(url), statement

    def __enter__(self) -> Iterator[Any]:
        return iter(self._connection.execute(self._statement))

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _connected(url: str) -> Any:
    """Raises OperationalError when the database does not answer for PATIENCE_S."""
    parsed, until = make_url(url), time.monotonic() + PATIENCE_S
    if parsed.get_backend_name() == "sqlite":
        return sqlite3.connect(parsed.database or "", timeout=10)
    while True:
        try:
            return psycopg.connect(parsed.set(drivername="postgresql").render_as_string(hide_password=False))
        except psycopg.OperationalError:  # the server was killed, and recovers
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _integrate(url: str, found: Judgement) -> None:
    """As the next process would, once the lease of the dead one is over."""
    with closing(Database(url)) as database:
        integrator = integrator_of(database, lambda: _later(system_clock()))
        integrator.refresh()
        integrator.tick()
        integrator.finish()
        found.wrong += [one.mismatch.what for one in integrator.standing.open]


def _later(now: datetime) -> datetime:
    return now + LEASES_LATER


def _read(entries: Iterator[Sequence[Any]], told: Told, found: Judgement) -> dict[int, bytes]:
    """The root of the ledger at each of its sizes, while each entry is looked at."""
    roots, peaks, unseen = {0: hashlib.sha256().digest()}, list[tuple[int, bytes]](), dict(told.shown)
    for place, (position, entry_id, leaf, text) in enumerate(entries):
        found.entries += 1
        found.gaps += position != place
        entry = json.loads(text or "{}")
        if hashlib.sha256(b"\x00" + (text or "").encode()).digest() != bytes(leaf) or entry["id"] != entry_id:
            found.wrong.append(f"entry {position} is not what its leaf says")
        account = unseen.pop(entry_id, None)
        if account is not None and not _says(entry, account):
            found.lost += 1
        roots[place + 1] = _grown(peaks, bytes(leaf))
    found.lost += len(unseen)
    return roots


def _says(entry: Mapping[str, Any], account: str) -> bool:
    return bool(entry["account"] == account and entry["outcome"] in SHOWING and entry["action"] == "account.lookup")


def _grown(peaks: list[tuple[int, bytes]], leaf: bytes) -> bytes:
    """The root after one more leaf (RFC 6962, 2.1). `peaks` are the perfect subtrees' heights and hashes, from left."""
    peaks.append((0, leaf))
    while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
        (height, right), (_, left) = peaks.pop(), peaks.pop()
        peaks.append((height + 1, _node(left, right)))
    root = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        root = _node(left, root)
    return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _compare(notes: set[str], roots: Mapping[int, bytes], found: Judgement) -> None:
    """Every checkpoint that was ever signed is of a ledger that this one begins with; else it has forked."""
    for note in notes:
        found.checkpoints += 1
        try:
            stated = verified_statement(note, VKEY)
        except Unsound as error:
            found.wrong.append(f"a checkpoint: {error}")
            continue
        found.forks += roots.get(stated.size) != stated.root


def _verify(url: str, folder: Path, found: Judgement) -> None:
    """What Steward says of the database, and a stranger of its export."""
    export = folder / "export.jsonl"
    with closing(Database(url)) as database, at_one_moment(database) as connection:
        verification = verify_live(connection, [SIGNER.key])
        if not verification.sound or verification.waiting or verification.checkpoint is None:
            found.wrong.append(f"steward audit verify: {verification.fault}, {verification.waiting} waiting")
            return
        with export.open("wb") as file:
            file.writelines(jsonl_lines(exported(connection, Filter(), verification.count)))
    try:
        tree = tree_of(export)
    except Unsound as error:
        found.wrong.append(f"the outsider: {error}")
        return
    stated = verified_statement(verification.note or "", VKEY)
    found.verified = (tree.get_size(), tree.get_root()) == (stated.size, stated.root)
