"""What can be wrong with a ledger, an export, a checkpoint or a proof, as values. Words quote no personal text."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SHOWN_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
SHOWN_NAME: Final = re.compile(r"[0-9A-Za-z_.-]{1,40}")


class Code(StrEnum):
    """Each kind of fault, for programs that read the outcome."""

    KEY_MALFORMED = "key_malformed"
    CHECKPOINT_MALFORMED = "checkpoint_malformed"
    WRONG_KEY_NAME = "wrong_key_name"
    WRONG_KEY = "wrong_key"
    BAD_SIGNATURE = "bad_signature"
    NOT_COSIGNED = "not_cosigned"
    OTHER_LEDGER = "other_ledger"
    FORK = "fork"
    OLDER_IS_LARGER = "older_is_larger"
    CHECKPOINT_LARGER = "checkpoint_larger"
    CUT = "cut"
    NOT_JSON = "not_json"
    TOO_LONG = "too_long"
    UNKNOWN_FIELDS = "unknown_fields"
    MISSING_FIELDS = "missing_fields"
    BAD_VALUE = "bad_value"
    CHANGED = "changed"
    OPENED_CHANGED = "opened_changed"
    MISSING = "missing"
    ADDED = "added"
    DOUBLED = "doubled"
    OUT_OF_ORDER = "out_of_order"
    OTHER_ENTRIES = "other_entries"
    REWRITTEN = "rewritten"
    TREE_CHANGED = "tree_changed"
    UNPLACED = "unplaced"
    NOT_ERASED_RIGHTLY = "not_erased_rightly"
    MANIFEST_MALFORMED = "manifest_malformed"
    OTHER_MANIFEST = "other_manifest"
    OTHER_ACKNOWLEDGEMENT = "other_acknowledgement"
    OTHER_POLICY = "other_policy"
    OTHER_GRANT = "other_grant"
    OTHER_OBJECTION = "other_objection"
    OTHER_REMOVAL = "other_removal"
    OTHER_CERTIFICATION = "other_certification"
    OTHER_DISCLOSURE = "other_disclosure"
    OTHER_READING = "other_reading"
    OTHER_VERDICT = "other_verdict"
    OTHER_ANNOUNCEMENT = "other_announcement"
    OTHER_RULING = "other_ruling"
    OTHER_REQUEST = "other_request"
    PROOF_MALFORMED = "proof_malformed"
    NOT_INCLUDED = "not_included"
    NOT_CONSISTENT = "not_consistent"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `words` say what and what it may mean, to an auditor, in whole sentences.

    `index` (from 0) and `id` name the first bad entry where there is one; `last`, where the entry could be told no
    closer, the last index that it may have. `state` is the digest of what was found in the database: two faults with
    the same words and another state are two changes.
    """

    code: Code
    words: str
    index: int | None = None
    id: str | None = None
    last: int | None = None
    state: str = ""


def entry_fault(code: Code, what: str, index: int, entry_id: object = None) -> Fault:
    """A fault of one entry: `what` goes on the sentence that begins with the entry's name."""
    known = shown_id(entry_id)
    return Fault(code, f"{entry_name(index, known)} {what}", index, known)


def shown_id(entry_id: object) -> str | None:
    """An entry's id where it is of a form that can be shown."""
    return entry_id if isinstance(entry_id, str) and SHOWN_ID.fullmatch(entry_id) else None


def entry_name(index: int, entry_id: str | None = None) -> str:
    """How an entry is called in a sentence's beginning."""
    return f"Entry {index} ({entry_id})" if entry_id else f"Entry {index}"


def names(unknown: set[str]) -> str:
    """Names of fields that are not ours, for a sentence: what cannot be shown safely is only counted."""
    shown = sorted(name for name in unknown if SHOWN_NAME.fullmatch(name))[:5]
    others = len(unknown) - len(shown)
    hidden = [f"{others} more"] if others and shown else [f"{others} with names that cannot be shown"] if others else []
    return ", ".join(shown + hidden)


def entries_of(count: int) -> str:
    """A number of entries in words: "1 entry", "12 entries"."""
    return f"{count} {'entry' if count == 1 else 'entries'}"
