"""What an erasure would take out of the audit table: exactly which values of which entries, before anybody confirms.

Entries are never changed afterwards, so what is found here stays what it is until it is erased.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, func, select
from sqlmodel import col

from bot.audit.entry import PERSONAL, Action
from bot.audit.erasures.disclosures import TEXTS, by_person, naming, of_account
from models.audit import AuditEntry, AuditOpen

BATCH: Final = 2000
ABOUT_ACCOUNTS: Final = ("query", "justification")
SHORTEST_NAME: Final = 4
ESCAPE: Final = "\\"
BEFORE_ID: Final = r"(?<![\w-])"
BEFORE_ADDRESS: Final = r"(?<![\w.+-])"  # these would make it another address
OF_OURS: Final = frozenset({Action.ERASE, Action.AUDIT_ACKNOWLEDGE, Action.APPROVE, Action.EXTEND, Action.RECERTIFY})
"""Their queries are an erasure's or a fault's name with a digest, what was agreed to, in ids and names of classes, or
who was to leave which group: no one's text, and needed to compare tables with.
"""
NO_ONES_TEXT: Final = {
    Action.END.value: re.compile(r"R-\d+"),
    Action.DISCLOSE.value: re.compile(r"D-\d+ as [a-z_]+(, [a-z_]+)*"),
}
"""Queries of these actions that are no text either: of an entry by which a grant was ended, its name; of a yes to a
disclosure, its name and the roles.
"""
AFTER: Final = r"(?![\w-]|\.\w)"


class Kind(StrEnum):
    """Whose text an erasure takes out."""

    PERSON = "person"  # a user of Slack: what they typed, and their address
    ACCOUNT = "account"  # an account: what was typed about it
    ADDRESS = "address"  # an e-mail address or a name of nobody who used Steward: where it was typed


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an erasure is for. `key` is a Slack user id, an account's id, or in small letters an address or a name.

    `address`: for a person who was named by their address, that it is erased from what others typed too.
    """

    kind: Kind
    key: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody in particular was meant; `candidates` are the subjects that it could be, as they can be typed."""

    candidates: tuple[str, ...]


class Value(NamedTuple):
    """One value: a field of an entry, or of a disclosure, whose `entry_id` is its name: D-12."""

    entry_id: str
    field: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be taken out, without any of it: ids and names of fields, sorted."""

    subject: Subject
    values: tuple[Value, ...]

    @property
    def entries(self) -> int:
        """How many entries and disclosures are touched."""
        return len({value.entry_id for value in self.values})

    @property
    def found(self) -> dict[str, int]:
        """How many values by field, in the order of PERSONAL, then of a disclosure's."""
        counted = Counter(value.field for value in self.values)
        return {name: counted[name] for name in (*PERSONAL, *TEXTS) if counted[name]}


def subject_of(connection: Connection, typed: str) -> Subject | Unclear | None:
    """Whom somebody means by a Slack id, an e-mail address or an account's id; None when the audit table knows nobody.

    `person:` or `account:` before it says which of the two, where an id is both, or where an account's id was only
    ever typed and no entry is about it; `name:` before it, that it is somebody's name.
    """
    typed = typed.strip()
    kind, colon, key = typed.partition(":")
    if colon and kind == "name":
        name = " ".join(key.casefold().split())
        return _if_any(connection, Subject(Kind.ADDRESS, name)) if len(name) >= SHORTEST_NAME else None
    if colon and key and kind in (Kind.PERSON, Kind.ACCOUNT):
        return _if_any(connection, Subject(Kind(kind), key))
    if "@" in typed:
        return _by_address(connection, typed.casefold())
    known = [one for one in (Kind.PERSON, Kind.ACCOUNT) if _is_known(connection, one, typed)]
    if len(known) == 2:
        return Unclear(tuple(f"{one}:{typed}" for one in known))
    return Subject(known[0], typed) if known else None


def plan_of(connection: Connection, subject: Subject) -> Plan:
    """Every value that an erasure for this subject takes out."""
    found: set[Value] = set()
    if subject.kind is Kind.PERSON:
        found.update(_all_of(connection, col(AuditEntry.actor) == subject.key, PERSONAL))
        found.update(Value(*one) for one in by_person(connection, subject.key))
    if subject.kind is Kind.ACCOUNT:
        found.update(_all_of(connection, col(AuditEntry.account) == subject.key, ABOUT_ACCOUNTS))
        found.update(_naming(connection, subject.key, ABOUT_ACCOUNTS))
        found.update(Value(*one) for one in of_account(connection, subject.key))
    if address := subject.key if subject.kind is Kind.ADDRESS else subject.address:
        found.update(_naming(connection, address, PERSONAL))
        found.update(Value(*one) for one in naming(connection, _standing(address)))
    return Plan(subject, tuple(sorted(found)))


def digest_of(values: Iterable[Value]) -> str:
    """SHA-256, in hex, over the sorted values, each as its entry's id, a space, the field's name and a line's end."""
    lines = sorted(f"{value.entry_id} {value.field}\n" for value in values)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _is_known(connection: Connection, kind: Kind, key: str) -> bool:
    column = col(AuditEntry.actor) if kind is Kind.PERSON else col(AuditEntry.account)
    return connection.execute(select(col(AuditEntry.id)).where(column == key).limit(1)).first() is not None


def _by_address(connection: Connection, address: str) -> Subject | Unclear | None:
    actors = {
        actor
        for actor, _, opened in _opened(connection, _says(address))
        if opened.get("actor_email", "").casefold() == address
    }
    if len(actors) > 1:
        return Unclear(tuple(f"{Kind.PERSON}:{actor}" for actor in sorted(actors)))
    if actors:
        return Subject(Kind.PERSON, actors.pop(), address)
    return _if_any(connection, Subject(Kind.ADDRESS, address))


def _if_any(connection: Connection, subject: Subject) -> Subject | None:
    return subject if plan_of(connection, subject).values else None


def _all_of(connection: Connection, which: ColumnElement[bool], fields: Sequence[str]) -> Iterator[Value]:
    for _, entry_id, opened in _opened(connection, which):
        yield from (Value(entry_id, name) for name in fields if name in opened)


def _naming(connection: Connection, words: str, fields: Sequence[str]) -> Iterator[Value]:
    """Values in which these words stand by themselves, in whatever case; the database only narrows it down."""
    standing = _standing(words)
    for _, entry_id, opened in _opened(connection, _says(words)):
        for name in fields:
            if standing.search(opened.get(name, "").casefold()):
                yield Value(entry_id, name)


def _standing(words: str) -> re.Pattern[str]:
    """Finds the words in text in small letters, where they stand by themselves."""
    return re.compile(rf"{BEFORE_ADDRESS if '@' in words else BEFORE_ID}{re.escape(words.casefold())}{AFTER}")


def _says(words: str) -> ColumnElement[bool]:
    """Whether an entry's opened text, which is JSON, may have these words in it. SQLite knows case in ASCII only."""
    spelled = orjson.dumps(words).decode()[1:-1]
    for special in (ESCAPE, "%", "_"):
        spelled = spelled.replace(special, ESCAPE + special)
    spelled = "".join(character if character.isascii() else "%" for character in spelled)
    return func.lower(col(AuditOpen.opened)).like(f"%{spelled.lower()}%", escape=ESCAPE)


def _opened(connection: Connection, which: ColumnElement[bool]) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Actor, entry's id and opened texts by field. What entries of OF_OURS have as their query stays."""
    query = (
        select(col(AuditEntry.actor), col(AuditEntry.id), col(AuditEntry.action), col(AuditOpen.opened))
        .join(AuditOpen, col(AuditOpen.entry_id) == col(AuditEntry.id))
        .where(which)
        .execution_options(yield_per=BATCH)
    )
    for actor, entry_id, action, stored in connection.execute(query):
        texts = {name: pair["value"] for name, pair in orjson.loads(stored).items()}
        of_it = NO_ONES_TEXT.get(action)
        if action in OF_OURS or (of_it is not None and of_it.fullmatch(texts.get("query", ""))):
            texts.pop("query", None)
        yield actor, entry_id, texts
