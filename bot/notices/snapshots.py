"""Fetching the policy from all its sources, and keeping what came, byte for byte, with where and when."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, text

from bot.privacy.faults import PolicyUnreadable, SourceFault
from bot.privacy.formats.extraction import EXTRACTION
from bot.privacy.formats.parts import Part, bundled
from bot.privacy.source import Conditional, Fetched, Limits, fetch
from bot.privacy.versions import Coming
from models.policy_watch import PolicySnapshot, SnapshotBytes
from models.tables import table_of

_BETWEEN = " + "
_SNAPSHOT = table_of(PolicySnapshot)
_BYTES = table_of(SnapshotBytes)
_KEEP = text("INSERT INTO policy_snapshot_bytes (sha256, data) VALUES (:sha256, :data) ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the policy is published, in the order of its parts. A relative file name counts from `folder`."""

    names: tuple[str, ...]
    folder: Path
    limits: Limits


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One source as it was fetched: a page, or a fault with its words. `coming` is the part's own text."""

    source: str
    part: Part | None
    conditional: Conditional
    unchanged: bool = False
    coming: Coming | None = None
    fault: str | None = None
    status: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """All parts of the policy; `coming` is their one text, None where any of them has a fault."""

    snapshots: tuple[Snapshot, ...]
    coming: Coming | None

    @property
    def fault(self) -> Snapshot | None:
        """The first part with a fault."""
        return next((one for one in self.snapshots if one.fault), None)


def latest_good(connection: Connection, sources: Sequence[str]) -> dict[str, Snapshot]:
    """The last snapshot of each source that had the policy in it."""
    return {source: found for source in sources if (found := _latest(connection, source))}


def _latest(connection: Connection, source: str) -> Snapshot | None:
    query = (
        select(_SNAPSHOT, _BYTES.c.data)
        .join(_BYTES, _BYTES.c.sha256 == _SNAPSHOT.c.sha256)
        .where(_SNAPSHOT.c.source == source, _SNAPSHOT.c.fault.is_(None))
        .order_by(_SNAPSHOT.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    part = Part(zlib.decompress(row.data), row.url or source, row.content_type or "")
    return Snapshot(source, part, Conditional(row.etag, row.last_modified))


def fetch_all(sources: Sources, known: Mapping[str, Snapshot]) -> Published:
    """Fetch every source; one in `known` that says it is unchanged counts with the bytes that are known."""
    snapshots = tuple(_fetched(sources, name, known.get(name)) for name in sources.names)
    parts = [one.coming for one in snapshots if one.coming is not None]
    return Published(snapshots, _together(parts) if len(parts) == len(snapshots) else None)


def _fetched(sources: Sources, name: str, known: Snapshot | None) -> Snapshot:
    try:
        found = fetch(name, known.conditional if known else None, folder=sources.folder, limits=sources.limits)
    except SourceFault as fault:
        return Snapshot(name, None, Conditional(), fault=fault.reason.value, status=fault.status, why=str(fault))
    if isinstance(found, Fetched):
        return _read(name, Part(found.data, found.name, found.declared), found.next, unchanged=False)
    if known is None or known.part is None:
        return Snapshot(name, None, Conditional(), fault="status", status=304)
    return _read(name, known.part, found.next, unchanged=True)


def _read(name: str, part: Part, following: Conditional, *, unchanged: bool) -> Snapshot:
    try:
        coming = Coming.read(part.data, part.name, part.declared)
    except PolicyUnreadable as error:
        return Snapshot(name, part, following, unchanged, fault=error.reason.value, why=str(error))
    return Snapshot(name, part, following, unchanged, coming)


def _together(parts: Sequence[Coming]) -> Coming:
    if len(parts) == 1:
        return parts[0]
    bundle = bundled([Part(one.data, one.source, one.media_type) for one in parts])
    return Coming.read(bundle, _BETWEEN.join(one.source for one in parts))


def keep_snapshots(connection: Connection, snapshots: Sequence[Snapshot], now: datetime) -> None:
    """Write down what was fetched."""
    for one in snapshots:
        sha256 = None
        if one.part is not None:
            sha256 = hashlib.sha256(one.part.data).hexdigest()
            connection.execute(_KEEP, {"sha256": sha256, "data": zlib.compress(one.part.data, 6)})
        row = {
            "source": one.source,
            "fetched_at": now,
            "url": one.part.name if one.part else None,
            "sha256": sha256,
            "content_type": one.part.declared if one.part else None,
            "etag": one.conditional.etag,
            "last_modified": one.conditional.last_modified,
            "unchanged": one.unchanged,
            "extraction": EXTRACTION if one.part else None,
            "version": one.coming.text.hash if one.coming else None,
            "fault": one.fault,
            "status": one.status,
        }
        connection.execute(insert(_SNAPSHOT).values(row))
