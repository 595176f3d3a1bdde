"""`steward audit prove`, `checkpoint` and `key`"""

import string
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from sqlalchemy import Connection
from sqlalchemy.exc import MultipleResultsFound
from sqlmodel import col, select

from bot.audit.entry import Opened, leaf_hash
from bot.audit.faults import entries_of
from bot.audit.integration.integrated import index_of, integrated, latest_checkpoint, note_of, stored_frontier, subtree
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.merkle.proofs import made_fault, make_consistency, make_inclusion
from bot.command_line.console import hint, write_bytes
from bot.command_line.integrating import fail_where_faults_are_open, integrate_what_waits
from bot.command_line.opening import opened
from bot.command_line.whole_files import whole_file
from bot.running.refusals import CannotStart
from bot.running.signing import ledger_signer
from models.audit import AuditEntry

FULL_ID: Final = 36
SHORTEST_END: Final = 6  # of an id: fewer characters than people are shown are no name
ID_LETTERS: Final = frozenset(string.hexdigits + "-")
_NOTHING_YET: Final = "The ledger has no checkpoint yet."
_FIRST_ENTRY: Final = "It gets one with its first entry, while Steward runs or when this is run with its signing key."


def prove_entry(entry: str, output: Path | None) -> None:
    """Write the proof that an entry is in the ledger. Raises CannotStart when it is not, or not yet."""
    with opened() as work:
        integrate_what_waits(work, work.configuration())
        with at_one_moment(work.database) as connection:
            size, note = _newest(connection)
            index = _index(connection, entry, size)
            sealed, opened_text = _entry_at(connection, index)
            proof = _proof(lambda: make_inclusion(index, sealed, opened_text, note, subtree(connection)))
        _write(orjson.dumps(proof) + b"\n", output)
        fail_where_faults_are_open(work)


def prove_growth(older: int, output: Path | None) -> None:
    """Write the proof that the ledger begins with its first `older` entries as they were. Raises CannotStart."""
    with opened() as work:
        integrate_what_waits(work, work.configuration())
        with at_one_moment(work.database) as connection:
            size, note = _newest(connection)
            if older > size:
                raise CannotStart(f"The ledger has {entries_of(size)}, so it can't begin with {older}.")
            root = _made(lambda: stored_frontier(connection, older).root())
            proof = _proof(lambda: make_consistency(older, root, note, subtree(connection)))
        _write(orjson.dumps(proof) + b"\n", output)
        fail_where_faults_are_open(work)


def write_checkpoint(output: Path | None) -> None:
    """Write the newest checkpoint, a signed note, over all that is committed now. Raises CannotStart.

    Ends with 1 where the ledger was found changed: then it is not over what came since.
    """
    with opened() as work:
        waiting = integrate_what_waits(work, work.configuration())
        with at_one_moment(work.database) as connection:
            _, note = _newest(connection)
        _write(note.encode(), output)
        if waiting:
            hint(f"Not stated by this checkpoint, for want of an index: {entries_of(waiting)}.")
        fail_where_faults_are_open(work)


def print_key() -> None:
    """Print the ledger's public key (C2SP vkey), which checkpoints, exports and proofs are verified with."""
    with opened(writes=False) as work:
        write_bytes(f"{ledger_signer(work.environment, work.configuration(), work.database.url).key}\n".encode())


def _newest(connection: Connection) -> tuple[int, str]:
    stored = latest_checkpoint(connection)
    note = note_of(connection, stored.size) if stored else None
    if stored is None or note is None:
        raise CannotStart(_NOTHING_YET, _FIRST_ENTRY)
    return stored.size, note


def _entry_at(connection: Connection, index: int) -> tuple[str, Opened]:
    """The canonical text that has this index, and what it opens to. Raises CannotStart when it is not as it was."""
    one = next(integrated(connection, index, index + 1))
    if one.sealed is None or leaf_hash(one.sealed) != one.leaf:
        what = "is gone from the audit table" if one.sealed is None else "was changed: another hash stands in the tree"
        raise CannotStart(f"Entry {index} {what}.", "“steward audit verify” says more.")
    return one.sealed, orjson.loads(one.opened) if one.opened else {}


def _index(connection: Connection, entry: str, size: int) -> int:
    """Where the entry stands that is meant by its id, the end of it as people are shown it, or #INDEX."""
    if entry.startswith("#"):
        if not entry[1:].isdecimal():
            raise typer.BadParameter("an index is written like #1042", param_hint="ENTRY")
        if int(entry[1:]) >= size:
            raise CannotStart(f"The ledger has {entries_of(size)}; the last is #{size - 1}.")
        return int(entry[1:])
    entry_id = _entry_id(connection, entry)
    index = index_of(connection, entry_id)
    if index is None:
        raise CannotStart("The entry waits for its index, so nothing can be proven of it yet.", "Try in a moment.")
    return index


def _entry_id(connection: Connection, entry: str) -> str:
    typed = entry.lower()
    if not SHORTEST_END <= len(typed) <= FULL_ID or not set(typed) <= ID_LETTERS:
        raise typer.BadParameter(
            f"an entry's id, its last characters ({SHORTEST_END} at least), or #INDEX is needed", param_hint="ENTRY"
        )
    named = col(AuditEntry.id) == typed if len(typed) == FULL_ID else col(AuditEntry.id).endswith(typed)
    try:
        found = connection.execute(select(col(AuditEntry.id)).where(named).limit(2)).scalar_one_or_none()
    except MultipleResultsFound:
        raise CannotStart("More than one entry's id ends so.", "Give more of it, or all.") from None
    if found is None:
        raise CannotStart("There is no such entry.", "“steward audit search” shows ids.")
    return str(found)


def _made(make: Any) -> Any:
    try:
        return make()
    except LookupError as error:
        raise CannotStart(f"Nothing can be proven: {error}.", "“steward audit verify” says more.") from error


def _proof(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was made, once it holds. Raises CannotStart where the ledger is not what was signed, and so it does not."""
    proof: dict[str, Any] = _made(make)
    if fault := made_fault(proof):
        raise CannotStart(f"Nothing can be proven: {fault.words}", "“steward audit verify” says more.")
    return proof


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        write_bytes(content)
        return
    with whole_file(output) as file:
        file.write(content)
    hint(f"{output} is written.")
