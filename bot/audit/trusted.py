"""From which checkpoints a verification sets out: the newest one kept, and an older one that was given away. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.audit.faults import Code, Fault, entries_of
from bot.audit.integration.integrated import StoredCheckpoint
from bot.audit.merkle.checkpoints import Checkpoint, Relation, read_checkpoint, relation_fault
from bot.audit.merkle.notes import VerifierKey
from bot.audit.merkle.tree import Frontier


def trusted_of(
    stored: StoredCheckpoint | None, keys: Sequence[VerifierKey], older: str | bytes | None
) -> tuple[Checkpoint | None, Checkpoint | None] | Fault:
    """The newest checkpoint and the older one, once signatures and their relation are in order."""
    newest: Checkpoint | None = None
    if stored is not None:
        read = _read(stored.note, keys, "newest checkpoint")
        if isinstance(read, Fault):
            return replace(read, last=stored.size - 1, state=stored.state)
        if (read.size, read.root) != (stored.size, stored.root) or not _is_frontier_of(stored):
            return not_as_signed(stored)
        newest = read
    if older is None:
        return newest, None
    if not keys:
        return Fault(Code.OLDER_IS_LARGER, "There is an older checkpoint, and the ledger was never signed.", 0)
    earlier = _read(older, keys, "older checkpoint")
    if isinstance(earlier, Fault):
        return earlier
    if newest is None:
        return None, earlier
    if earlier.relation_to(newest) is Relation.LARGER:
        return newest, earlier
    return relation_fault(earlier, newest) or (newest, earlier)


def _is_frontier_of(stored: StoredCheckpoint) -> bool:
    try:
        frontier = Frontier.from_bytes(stored.frontier)
    except ValueError:
        return False
    return (frontier.size, frontier.root()) == (stored.size, stored.root)


def _read(note: str | bytes, keys: Sequence[VerifierKey], called: str) -> Checkpoint | Fault:
    """What a note states if one of the keys signed it; else what is wrong with it to the first key."""
    read = [read_checkpoint(note, key, called) for key in keys]
    return next((one for one in read if isinstance(one, Checkpoint)), read[0])


def not_as_signed(stored: StoredCheckpoint) -> Fault:
    """The fault that something beside a checkpoint's note is not what the note states."""
    what = (
        f"The checkpoint of {entries_of(stored.size)} was changed: the database keeps another size or tree beside it."
    )
    return Fault(Code.CHECKPOINT_MALFORMED, what, None, None, stored.size - 1, stored.state)
