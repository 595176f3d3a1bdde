"""The manifest beside an export: what the file holds, by counts and hashes, and what was erased from its entries.

It is JSON, written beside FILE as FILE.manifest.json:
    {"manifest": 1, "file", "format", "entries", "first", "last", "bytes", "sha256", "whole", "filters", "checkpoint",
     "waiting", "made_at", "recorded_as", "erasures": [{"erasure", "at", "entry", "values", "sha256"}, …],
     "erased": [{"index", "id", "fields", "erasure", "at"}, …]}
`first` and `last` are indices; `whole`: every entry of the checkpoint's ledger is there; `waiting` entries had no index
yet. An erasure's `sha256` is over the values that it took, and stands in the ledger as the query of its `entry`, which
is null where that has no index in the checkpoint's ledger yet.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from bot.audit.entry import timestamp
from bot.audit.erasures.records import acts_of
from bot.audit.erasures.scope import Value, digest_of
from bot.audit.exports.export import Form, TakenAt
from bot.audit.exports.lines import read_line
from bot.audit.faults import Code, Fault, entries_of, entry_fault
from bot.audit.integration.integrated import index_of, latest_checkpoint, note_of, pending_count
from bot.audit.listed_acts import ListedActs
from bot.audit.merkle.given_json import Doubled, loads_once
from bot.audit.merkle.notes import Malformed, Note
from bot.audit.query import Filter

VERSION: Final = 1
SUFFIX: Final = ".manifest.json"
WRITTEN_KEYS: Final = frozenset({"entries", "first", "last", "bytes", "sha256"})
HEAD_KEYS: Final = frozenset({"file", "format", "whole", "filters", "checkpoint", "waiting", "made_at", "recorded_as"})
KEYS: Final = WRITTEN_KEYS | HEAD_KEYS | {"manifest", "erasures", "erased"}
ERASURE_KEYS: Final = frozenset({"erasure", "at", "entry", "values", "sha256"})
ERASED_KEYS: Final = frozenset({"index", "id", "fields", "erasure", "at"})


@dataclass(frozen=True, slots=True)
class Contents:
    """What was written: `entries` and `bytes` counted, `sha256` in hex over all bytes, first and last index."""

    entries: int
    first: int | None
    last: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Act:
    """An erasure that was carried out: when, its entry's id, how many values it took, and their digest."""

    erasure: str
    at: str | None
    entry: str | None
    values: int
    sha256: str


def manifest(
    head: Mapping[str, Any], contents: Contents, acts: Iterable[Act], erased: Iterable[TakenAt]
) -> Iterator[str]:
    """The manifest's text, in pieces; memory stays flat however much was erased.

    `head` has what `contents` has not: file, format, whole, filters, checkpoint, waiting, made_at, recorded_as.
    """
    whole = {"manifest": VERSION, **head, **asdict(contents), "erasures": [asdict(act) for act in acts]}
    yield orjson.dumps(whole).decode()[:-1] + ',"erased":['
    for number, (index, taken) in enumerate(erased):
        one = {
            "index": index,
            "id": taken.entry_id,
            "fields": taken.fields,
            "erasure": taken.erasure,
            "at": timestamp(taken.at),
        }
        yield ("," if number else "") + "\n" + orjson.dumps(one).decode()
    yield "]}\n"


def head_of(
    connection: Connection, file: str, form: Form, wanted: Filter, entries: int, now: datetime
) -> dict[str, Any]:
    """What a manifest says beside the contents, but for `recorded_as`: the file's name, and what was asked of what."""
    stored = latest_checkpoint(connection)
    size = stored.size if stored else 0
    return {
        "file": file,
        "format": form.value,
        "whole": entries == size,
        "filters": _described(wanted),
        "checkpoint": note_of(connection, size),
        "waiting": pending_count(connection),
        "made_at": timestamp(now),
    }


def acts_in(connection: Connection) -> Iterator[Act]:
    """Every erasure that was carried out, in its order."""
    for erasure, values in acts_of(connection):
        entry = erasure.carried_out_in
        placed = entry if entry and index_of(connection, entry) is not None else None
        at = timestamp(erasure.settled_at) if erasure.settled_at else None
        yield Act(erasure.name, at, placed, len(values), digest_of(values))


def _described(wanted: Filter) -> dict[str, Any]:
    """What was asked for, by name; nothing of what was not."""
    given = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    return {
        name: timestamp(value) if isinstance(value, datetime) else value
        for name, value in given.items()
        if value not in (None, ())
    }


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it: how many lines were compared, or the first fault."""

    entries: int = 0
    fault: Fault | None = None

    @property
    def sound(self) -> bool:
        """Whether the file is the one that the manifest describes."""
        return self.fault is None


def check_manifest(text: bytes, lines: Iterable[bytes], checkpoint: str | None = None) -> Checked:
    """Whether an export is the one that its manifest describes, and what lacks text is what was erased.

    `checkpoint` is the one that the export is verified against, to be the manifest's too. The entries themselves are
    not verified here. Nothing signs a manifest: of an export that has every entry of its checkpoint, each erasure that
    it lists has to stand in those entries, with the digest of exactly what is gone.
    """
    described = _read(text)
    if isinstance(described, Fault):
        return Checked(fault=described)
    if described["format"] != "jsonl":
        return Checked(fault=_other("it is of an export that is not JSON lines, so nothing can be compared"))
    if checkpoint is not None and _stated(described["checkpoint"]) != _stated(checkpoint):
        return Checked(fault=_other("it was made beside another checkpoint than the one that was given"))
    seen = _Seen(described)
    for place, raw in enumerate(lines):
        if fault := seen.take(raw, place):
            return Checked(place, fault)
    return Checked(seen.entries, seen.end_fault())


class _Seen:
    """One pass over the lines: counted, hashed, and what they lack compared with what is listed."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self.entries = 0
        self._described = described
        self._bytes = 0
        self._hash = hashlib.sha256()
        self._listed: dict[str, set[str]] = {}
        self._indices: dict[str, set[int]] = {}
        self._acts = ListedActs(described["erasures"])
        for one in described["erased"]:
            self._listed.setdefault(one["id"], set()).update(one["fields"])
            self._indices.setdefault(one["id"], set()).add(one["index"])

    def take(self, raw: bytes, place: int) -> Fault | None:
        self.entries += 1
        self._bytes += len(raw)
        self._hash.update(raw)
        line = read_line(raw, place)
        if isinstance(line, Fault):
            return line
        listed, indices = self._listed.pop(line.id, set()), self._indices.pop(line.id, {line.index})
        if indices != {line.index}:
            return entry_fault(Code.NOT_ERASED_RIGHTLY, "has another index in its manifest.", line.index, line.id)
        if differing := listed ^ set(line.erased):
            what = f"lacks or has its {min(differing)} otherwise than its manifest says."
            return entry_fault(Code.NOT_ERASED_RIGHTLY, what, line.index, line.id)
        return self._acts.take(line)

    def end_fault(self) -> Fault | None:
        contents = (self.entries, self._bytes, self._hash.hexdigest())
        stated = tuple(self._described[name] for name in ("entries", "bytes", "sha256"))
        if contents != stated:
            return _other(f"it is of {entries_of(stated[0])} in {stated[1]} bytes with another hash; this file differs")
        if self._listed:
            return _other("it lists what was erased from entries that the export has not")
        if not self._whole():
            return self._time_fault()
        if self._acts.unseen:
            return _other("it lists erasures whose entries are not in the export")
        faults = (self._unrecorded, self._time_fault, self._digest_fault, self._acts.unconfirmed)
        return next(filter(None, (fault() for fault in faults)), None)

    def _whole(self) -> bool:
        """Whether every entry of the ledger is there, whatever the manifest says of itself."""
        stated = (_stated(self._described["checkpoint"]) or "").split("\n")
        return self._described["whole"] or str(self.entries) in stated[1:2]

    def _unrecorded(self) -> Fault | None:
        """Text that is gone by an erasure of which no entry of the export says anything."""
        unplaced = {act["erasure"] for act in self._described["erasures"] if act["entry"] is None}
        for one in self._described["erased"]:
            if one["erasure"] in unplaced:
                what = f"lacks text by erasure {one['erasure']}, of which no entry of the export says anything."
                late = "If it had just been carried out, export again."
                return entry_fault(Code.NOT_ERASED_RIGHTLY, f"{what} {late}", one["index"], one["id"])
        return None

    def _time_fault(self) -> Fault | None:
        """Each text is said to be erased when its erasure was; of an erasure that has no entry yet nothing is known."""
        at = {act["erasure"]: act["at"] for act in self._described["erasures"]}
        for one in self._described["erased"]:
            if one["at"] != at.get(one["erasure"]):
                what = f"lacks text by erasure {one['erasure']}, which was at another time than its manifest says."
                return entry_fault(Code.NOT_ERASED_RIGHTLY, what, one["index"], one["id"])
        return None

    def _placed(self) -> list[Mapping[str, Any]]:
        """The erasures whose entries stand in the checkpoint's ledger."""
        return [act for act in self._described["erasures"] if act["entry"] is not None]

    def _digest_fault(self) -> Fault | None:
        """The values of each erasure are those that its digest was made of."""
        values: dict[str, list[Value]] = {}
        for one in self._described["erased"]:
            values.setdefault(one["erasure"], []).extend(Value(one["id"], field) for field in one["fields"])
        stated = {act["erasure"]: (act["values"], act["sha256"]) for act in self._placed()}
        made = dict.fromkeys(stated, (0, digest_of(())))
        made |= {name: (len(taken), digest_of(taken)) for name, taken in values.items()}
        if stated == made:
            return None
        return _other("what it lists as erased is not what its erasures took")


def _read(text: bytes) -> Fault | dict[str, Any]:
    try:
        read = loads_once(text)
    except Doubled:
        return _malformed("a field stands in it twice")
    except ValueError:
        return _malformed("it is no JSON")
    if not isinstance(read, dict) or read.get("manifest") != VERSION or read.keys() != KEYS:
        return _malformed("it has not the fields of a manifest")
    lists = (("erasures", ERASURE_KEYS), ("erased", ERASED_KEYS))
    for name, keys in lists:
        if not isinstance(read[name], list) or not all(
            isinstance(one, dict) and one.keys() == keys for one in read[name]
        ):
            return _malformed(f"its list of {name} is not of its form")
    acts_read = all(isinstance(one["entry"], str | None) for one in read["erasures"])
    if not acts_read or not all(map(_is_erased, read["erased"])):
        return _malformed("an entry of its lists is not of its form")
    for key in ("erasure", "entry"):
        named = [one[key] for one in read["erasures"] if one[key] is not None]
        if not all(isinstance(one, str) for one in named) or len(named) != len(set(named)):
            return _malformed("an erasure, or its entry, stands in it twice")
    return read


def _stated(note: object) -> str | None:
    """What a checkpoint states, without its signatures, of which witnesses may have added some."""
    try:
        return Note.parse(note).text if isinstance(note, str) else None
    except Malformed:
        return None


def _is_erased(one: Mapping[str, Any]) -> bool:
    texts = (one["id"], one["erasure"], *(one["fields"] if isinstance(one["fields"], list) else (None,)))
    return all(isinstance(text, str) for text in texts) and type(one["index"]) is int


def _malformed(why: str) -> Fault:
    return Fault(Code.MANIFEST_MALFORMED, f"The manifest cannot be read: {why}.")


def _other(why: str) -> Fault:
    return Fault(Code.OTHER_MANIFEST, f"The manifest is not this export's: {why}.")
