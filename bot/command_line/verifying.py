"""`steward audit verify`"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import typer

from bot.audit import offline, verify
from bot.audit.exports.manifest import check_manifest
from bot.audit.faults import Code, Fault, entries_of
from bot.audit.integration.snapshots import at_one_moment
from bot.audit.kept_notes import Signatures, all_of_them, at_random
from bot.audit.merkle.checkpoints import Checkpoint
from bot.audit.merkle.proofs import Kind, Proven, verify_proof
from bot.command_line.console import FAILED, hint, progress, say, warn, write_json
from bot.command_line.given_files import (
    Given,
    checkpoint_in,
    content,
    key_text,
    kind_of,
    lines_of,
    unreadable,
    verifier_key,
)
from bot.command_line.integrating import own_keys
from bot.command_line.opening import Work, opened
from bot.command_line.witnessing import Seen, seen_by, tell_seen
from bot.running.refusals import CannotStart

MOST_LISTED: Final = 10
OLDER: Final = "older checkpoint"
NO_DATABASE: Final = "An export is verified without one: --file, with --checkpoint and --key."
ADVICE: Final = {
    Code.MISSING: "An export of chosen entries can't be verified as a whole: export all, or prove each of them.",
    Code.ADDED: "If the export was made after the checkpoint, that is as it should be: give the export's own, which "
    "stands in its manifest (--checkpoint takes the manifest), and this one with --older.",
    Code.CHECKPOINT_LARGER: "The checkpoint that the export was made with stands in its manifest (--checkpoint takes "
    "the manifest). For this one, ask for a new export.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. A key is a vkey or the file that holds one; `older_key` is the older checkpoint's, if another."""

    file: Path | None = None
    checkpoint: Path | None = None
    key: str | None = None
    older: Path | None = None
    manifest: Path | None = None
    older_key: str | None = None
    witnesses: tuple[str, ...] = ()
    every_signature: bool = False


def verify_ledger(asked: Asked, *, as_json: bool) -> None:
    """Verify the live database, an export or a proof. Exits with 1 at the first fault, with 2 for wrong use."""
    if asked.older is None:
        _refuse("--older-key", asked.older_key, "is for --older")
    if asked.file is not None:
        _refuse("--every-signature", asked.every_signature or None, "is for the live database")
    if asked.file is None:
        _refuse("--checkpoint", asked.checkpoint, "is for --file; the database has its own, see --older")
        _refuse("--manifest", asked.manifest, "is for --file")
        _verify_live(asked, as_json=as_json)
    elif kind_of(asked.file) is Given.PROOF:
        _refuse("--checkpoint", asked.checkpoint, "is in the proof already; see --older")
        _refuse("--manifest", asked.manifest, "is for an export")
        _verify_proof(asked.file, asked, as_json=as_json)
    else:
        _verify_export(asked.file, asked, as_json=as_json)


def _refuse(option: str, given: object, why: str) -> None:
    if given is not None:
        raise typer.BadParameter(why, param_hint=option)


def _verify_live(asked: Asked, *, as_json: bool) -> None:
    older = checkpoint_in(asked.older)
    with _live() as work:
        keys = (
            (verifier_key(asked.key),)
            if asked.key
            else own_keys(work, work.configuration(), for_older=older is not None)
        )
        keys += (verifier_key(asked.older_key),) if asked.older_key else ()
        choose = all_of_them if asked.every_signature else at_random
        with progress("Verifying") as bar, at_one_moment(work.database) as connection:
            found = verify.verify_live(connection, keys, older, bar, choose=choose)
    seen = seen_by(asked.witnesses, {"newest checkpoint": found.note, OLDER: older}) if found.sound else Seen()
    if as_json:
        write_json(_live_json(found, seen))
    else:
        _tell_live(found)
        _tell_seen(seen)
    _end(sound=found.sound and seen.fault is None)


@contextmanager
def _live() -> Iterator[Work]:
    """The database of this machine; where there is none, with the advice that whoever audits needs."""
    with ExitStack() as stack:
        try:
            work = stack.enter_context(opened(writes=False))
        except CannotStart as error:
            raise CannotStart(error.what, f"{error.mend} {NO_DATABASE}".strip()) from error
        yield work


def _tell_live(found: verify.Verification) -> None:
    for fault in found.acknowledged:
        warn(f"{fault.words} Somebody has acknowledged that.")
    if found.fault is not None:
        _tell_fault(found.fault, found.count, as_they="are as they were written")
        return
    if found.checkpoint is None:
        say("The ledger has no checkpoint yet.")
    else:
        say(f"{entries_of(found.count)} verified against the newest checkpoint of {_name(found.checkpoint)}.")
    if found.older is not None:
        say(f"The ledger begins with the older checkpoint's {entries_of(found.older.size)}.")
    if found.waiting:
        say(f"{entries_of(found.waiting)} waiting for an index; each is as it was written.")
    if found.erased:
        say(f"Personal text was erased from {entries_of(found.erased)}, each by a recorded erasure.")
    if found.checkpoint is not None:
        say(_signed(found.signatures))


def _signed(signatures: Signatures) -> str:
    """What was looked at of the checkpoints that are kept."""
    kept, verified = signatures.kept, signatures.verified
    what = f"{kept:,} kept {'checkpoint is' if kept == 1 else 'checkpoints are'} of this ledger"
    if verified >= kept:
        return f"{what}, and {'it' if kept == 1 else 'each'} is signed."
    return f"{what}; of {verified:,}, chosen at random, the signatures hold (--every-signature looks at all)."


def _verify_export(file: Path, asked: Asked, *, as_json: bool) -> None:
    for option, given in (("--checkpoint", asked.checkpoint), ("--key", asked.key)):
        if given is None:
            raise typer.BadParameter("is needed to verify an export", param_hint=option)
    checkpoint, older = checkpoint_in(asked.checkpoint) or b"", checkpoint_in(asked.older)
    key, older_key, manifest = key_text(asked.key or ""), _older_key(asked), content(asked.manifest)
    try:
        with progress("Verifying") as bar, file.open("rb") as stream:
            found = offline.verify_export(lines_of(stream, bar), checkpoint, key, older, older_key=older_key)
        fault = found.fault or (_manifest_fault(file, manifest, checkpoint) if manifest is not None else None)
    except OSError as error:
        raise unreadable(file, error) from error
    seen = Seen() if fault else seen_by(asked.witnesses, {"checkpoint": checkpoint, OLDER: older})
    if as_json:
        write_json(_export_json(found, fault or seen.fault, seen))
    else:
        _tell_export(found, fault, compared=manifest is not None)
        _tell_seen(seen)
    _end(sound=fault is None and seen.fault is None)


def _manifest_fault(file: Path, manifest: bytes, checkpoint: bytes) -> Fault | None:
    with progress("Comparing") as bar, file.open("rb") as stream:
        return check_manifest(manifest, lines_of(stream, bar), checkpoint.decode()).fault


def _tell_export(found: offline.Verification, fault: Fault | None, *, compared: bool) -> None:
    if fault is not None:
        signed = fault.code is Code.ADDED
        _tell_fault(fault, found.count, as_they="were signed" if signed else "agree with themselves")
        if fault.code in ADVICE:
            hint(ADVICE[fault.code])
        return
    if found.checkpoint is not None:
        say(f"{entries_of(found.count)} verified: all of {_name(found.checkpoint)}, as the checkpoint states.")
    if found.older is not None:
        say(f"They begin with the older checkpoint's {entries_of(found.older.size)}.")
    if found.erased:
        say(f"Personal text was taken out of {entries_of(found.erased)}:")
        for one in found.erased_entries[:MOST_LISTED]:
            say(f"  {one.index} ({one.id}): {', '.join(one.fields)}")
        if found.erased > MOST_LISTED:
            say(f"  and {found.erased - MOST_LISTED} more; --json lists up to {offline.LISTED}")
        if not compared:
            hint("That an erasure on record took it is shown with --manifest, the file that was beside the export.")
    if compared:
        say("The manifest is this export's, and what is not there is what it lists as erased.")


def _verify_proof(file: Path, asked: Asked, *, as_json: bool) -> None:
    if asked.key is None:
        raise typer.BadParameter("is needed to verify a proof", param_hint="--key")
    older = checkpoint_in(asked.older)
    found = verify_proof(content(file) or b"", key_text(asked.key), older, _older_key(asked))
    seen = seen_by(asked.witnesses, {"proof's checkpoint": found.note, OLDER: older}) if found.sound else Seen()
    if as_json:
        write_json(_proof_json(found, seen))
    elif found.fault is not None:
        warn(found.fault.words)
    else:
        say(_proven(found))
        if found.kind is Kind.INCLUSION:
            _tell_seen(seen, "ask for a proof that was made after they had")
        else:
            _tell_seen(seen)
    _end(sound=found.sound and seen.fault is None)


def _proven(found: Proven) -> str:
    ledger = f"the ledger {_name(found.checkpoint)}" if found.checkpoint else "the ledger"
    if found.kind is Kind.INCLUSION:
        return f"Entry {found.index} ({found.id}) is in {ledger}."
    begins = f"In {ledger}, the first {entries_of(found.older_size or 0)} have the root that stands in the proof"
    if found.compared:
        return f"{begins}, and it is the older checkpoint's."
    return f"{begins}. Compare it with an older checkpoint of yours: --older."


def _tell_seen(seen: Seen, advice: str = "give one that they did with --older, as it was posted") -> None:
    tell_seen(seen)
    if seen.fault is not None:
        warn(
            seen.fault.words,
            f"Witnesses sign a little later: {advice}." if seen.fault.code is Code.NOT_COSIGNED else "",
        )


def _older_key(asked: Asked) -> str | None:
    return key_text(asked.older_key) if asked.older_key else None


def _tell_fault(fault: Fault, count: int, *, as_they: str) -> None:
    before = fault.index if fault.index is not None else count
    warn(fault.words, f"Entries before it that {as_they}: {before}." if before and fault.last is None else "")


def _name(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin} at {entries_of(checkpoint.size)}"


def _live_json(found: verify.Verification, seen: Seen) -> dict[str, Any]:
    return {
        "sound": found.sound and seen.fault is None,
        "count": found.count,
        "waiting": found.waiting,
        "signatures": asdict(found.signatures),
        "erased": found.erased,
        "checkpoint": _stated(found.checkpoint),
        "older": _stated(found.older),
        "acknowledged": [asdict(fault) for fault in found.acknowledged],
        "witnesses": [asdict(one) for one in seen.witnesses],
        "fault": _fault_json(found.fault or seen.fault),
        "missing": None if found.missing is None else asdict(found.missing),
    }


def _export_json(found: offline.Verification, fault: Fault | None, seen: Seen) -> dict[str, Any]:
    return {
        "sound": fault is None,
        "count": found.count,
        "erased": found.erased,
        "erased_entries": [asdict(one) for one in found.erased_entries],
        "checkpoint": _stated(found.checkpoint),
        "older": _stated(found.older),
        "witnesses": [asdict(one) for one in seen.witnesses],
        "fault": _fault_json(fault),
    }


def _proof_json(found: Proven, seen: Seen) -> dict[str, Any]:
    return {
        "sound": found.sound and seen.fault is None,
        "proof": found.kind.value if found.kind else None,
        "index": found.index,
        "id": found.id,
        "older_size": found.older_size,
        "compared": found.compared,
        "checkpoint": _stated(found.checkpoint),
        "witnesses": [asdict(one) for one in seen.witnesses],
        "fault": _fault_json(found.fault or seen.fault),
    }


def _fault_json(fault: Fault | None) -> Mapping[str, Any] | None:
    return None if fault is None else asdict(fault)


def _stated(checkpoint: Checkpoint | None) -> Mapping[str, Any] | None:
    if checkpoint is None:
        return None
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}


def _end(*, sound: bool) -> None:
    if not sound:
        raise typer.Exit(FAILED)
