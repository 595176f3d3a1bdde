"""The audit entry as a value: its keys are a contract with auditors, its canonical text is stored and hashed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Final

import orjson

PERSONAL = ("query", "justification", "actor_email")
SALT_BYTES = 32
FURTHER = "+"  # stands in no id of Slack's
SYSTEM: Final = "system"
"""The actor where no one pressed."""

Random = Callable[[int], bytes]


class Action(StrEnum):
    """What was tried."""

    LOOK_UP = "account.lookup"
    REVEAL = "account.reveal"
    IMPORT = "account.import"
    REQUEST = "access.request"
    APPROVE = "access.approve"
    DENY = "access.deny"
    END = "access.end"
    EXPIRE = "access.expire"
    CANCEL = "access.cancel"
    LIST = "access.list"
    EXTEND = "access.extend"
    EMERGENCY = "access.emergency"
    DISCLOSE = "access.disclose"
    DEPUTISE = "access.deputy"
    ESCALATE = "access.escalate"
    LAPSE = "access.lapse"
    TICKET = "access.ticket"
    QUESTION = "access.question"
    ANSWER = "access.answer"
    RECERTIFY = "access.recertify"
    ASK_POLICY = "privacy.ask"
    RULE = "privacy.rule"
    REPORT = "privacy.report"
    CUSTOMER_REQUEST = "privacy.request"
    POLICY_CHANGE = "policy.change"
    POLICY_ACKNOWLEDGE = "policy.acknowledge"
    POLICY_ANNOUNCE = "policy.announce"
    AUDIT_SEARCH = "audit.search"
    AUDIT_EXPORT = "audit.export"
    AUDIT_REVIEW = "audit.review"
    AUDIT_ALERT = "audit.alert"
    AUDIT_VERIFY = "audit.verify"
    AUDIT_CHECKPOINT = "audit.checkpoint"
    AUDIT_ACKNOWLEDGE = "audit.acknowledge"
    ERASE = "audit.erase"
    RESTORE = "audit.restore"
    CONFIG_CHANGE = "config.change"
    UNEXPECTED = "slack.unexpected"


class Outcome(StrEnum):
    """What came of it."""

    DISCLOSED = "disclosed"
    MASKED = "masked"
    SUGGESTED = "suggested"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    REQUESTED = "requested"
    GRANTED = "granted"
    DENIED = "denied"
    ENDED = "ended"
    EXPIRED = "expired"
    ANSWERED = "answered"
    SILENT = "silent"
    UNSURE = "unsure"
    DONE = "done"


class Surface(StrEnum):
    """Where it came from."""

    COMMAND = "command"
    BUTTON = "button"
    MODAL = "modal"
    SHORTCUT = "shortcut"
    HOME = "home"
    CLI = "cli"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a Slack user, `system`, or `cli:NAME`."""

    id: str
    team: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `at` is UTC; `fields` are names, never values; a key without a value is None."""

    id: str
    at: datetime
    actor: str
    team: str | None
    actor_email: str | None
    action: Action
    outcome: Outcome
    reason: str | None
    account: str | None
    query: str | None
    purpose: str | None
    fields: tuple[str, ...]
    grant: str | None
    ticket: str | None
    justification: str | None
    policy_version: str | None
    request: str | None
    surface: Surface


KEYS = tuple(field.name for field in fields(Entry))
_values = attrgetter(*KEYS)

Opened = Mapping[str, Mapping[str, str]]


def commit_to(value: str, salt: bytes) -> str:
    """The salted hash that stands in the entry for personal text, so that the text can be erased."""
    return "sha256:" + hashlib.sha256(salt + value.encode()).hexdigest()


def further_request(request: str | None, place: int) -> str | None:
    """Slack's id of a delivery in the entry of a further account: an id may stand in one entry only."""
    return f"{request}{FURTHER}{place}" if request else None


def is_further(request: str | None) -> bool:
    """Whether this stands in the entry of a further account of something that concerned several."""
    return request is not None and FURTHER in request


def press_of(request: str) -> str:
    """The id without what marks a further account: the same for all entries of one delivery."""
    return request.partition(FURTHER)[0]


def seal(entry: Entry, random: Random) -> tuple[str, Opened]:
    """The canonical text (RFC 8785) with personal text replaced by salted hashes, and what they open to.

    Sorted keys of ASCII, strings and lists of strings only: there orjson's output is RFC 8785's, byte for byte.
    """
    opened: dict[str, dict[str, str]] = {}
    values: dict[str, object] = dict(zip(KEYS, _values(entry), strict=True))
    for key in PERSONAL:
        value = values[key]
        if isinstance(value, str):
            salt = random(SALT_BYTES)
            opened[key] = {"salt": salt.hex(), "value": value}
            values[key] = commit_to(value, salt)
    values["at"] = timestamp(entry.at)
    values["fields"] = list(entry.fields)
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode(), opened


def leaf_hash(canonical: str) -> bytes:
    """RFC 6962, section 2.1: SHA-256(0x00 ‖ entry), 32 bytes."""
    return hashlib.sha256(b"\x00" + canonical.encode()).digest()


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds: 2026-03-02T09:00:00.000000Z."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
