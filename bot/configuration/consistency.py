"""What the parts of steward.toml say about one another.

Works on the file as parsed and skips whatever has the wrong shape, so that all faults of both kinds are told at once.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.configuration.faults import Fault, suggestion
from bot.configuration.lines import Lines

Tables = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """The tables that refer to one another, each empty where the file has something else in its place."""

    groups: Mapping[str, Any]
    channels: Mapping[str, Any]
    data_classes: Tables
    purposes: Tables
    accounts: Mapping[str, Any]
    lines: Lines

    @classmethod
    def of(cls, raw: Mapping[str, Any], lines: Lines) -> "Parts":
        """Take a parsed file apart."""
        return cls(
            groups=_table(raw, "groups"),
            channels=_table(raw, "channels"),
            data_classes=_tables(raw, "data_classes"),
            purposes=_tables(raw, "purposes"),
            accounts=_table(raw, "accounts"),
            lines=lines,
        )

    @property
    def fields(self) -> list[str]:
        """All fields of all data classes, as often as they are named."""
        return [name for key in self.data_classes for name in _list(self.data_classes[key], "fields")]

    def has(self, table: str) -> bool:
        """Whether the file has this table, be it empty. One that is missing is told by the shape, once."""
        return self.lines.at(table) is not None

    def fault(self, where: str, what: str, mend: str) -> Fault:
        """A fault with its line."""
        return Fault(where, self.lines.at(where), what, mend)


def consistency_faults(raw: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """Every reference to something that is not there, and every rule between tables that does not hold."""
    parts = Parts.of(raw, lines)
    checks = (_presence, _references, _defaults, _approvals, _fields, _accounts)
    return [fault for check in checks for fault in check(parts)]


def _presence(parts: Parts) -> Iterator[Fault]:
    for key, table in (("data_classes", parts.data_classes), ("purposes", parts.purposes)):
        if parts.has(key) and not table:
            yield parts.fault(key, f"There is no [{key}.…] at all.", f"Add one; docs/configuration.md explains {key}.")
    for key, one in parts.data_classes.items():
        if one.get("fields") == []:
            yield parts.fault(
                f"data_classes.{key}.fields", "A data class needs fields.", "Name its fields or remove it."
            )
    for key, purpose in parts.purposes.items():
        if purpose.get("groups") == []:
            yield parts.fault(f"purposes.{key}.groups", "No group may use this purpose.", "Name the groups that may.")
        if purpose.get("data_classes") == []:
            yield parts.fault(f"purposes.{key}.data_classes", "This purpose shows nothing.", "Name its data classes.")


def _references(parts: Parts) -> Iterator[Fault]:
    for key, purpose in parts.purposes.items():
        for name in (*_list(purpose, "groups"), *_list(purpose, "default_for")):
            if parts.has("groups") and name not in parts.groups:
                where = "groups" if name in _list(purpose, "groups") else "default_for"
                yield parts.fault(
                    f"purposes.{key}.{where}",
                    f"There is no group “{name}” in [groups].",
                    suggestion(name, parts.groups),
                )
        for name in _list(purpose, "data_classes"):
            if parts.has("data_classes") and name not in parts.data_classes:
                yield parts.fault(
                    f"purposes.{key}.data_classes",
                    f"There is no data class “{name}”.",
                    suggestion(name, parts.data_classes),
                )


def _defaults(parts: Parts) -> Iterator[Fault]:
    taken: dict[str, str] = {}
    for key, purpose in parts.purposes.items():
        where = f"purposes.{key}.default_for"
        for role in _list(purpose, "default_for"):
            if role in parts.groups and role not in _list(purpose, "groups"):
                yield parts.fault(
                    where, f"“{role}” may not use this purpose.", "Add it to groups, or take it out here."
                )
            if taken.setdefault(role, key) != key:
                yield parts.fault(
                    where,
                    f"“{role}” has [purposes.{taken[role]}] as its default already.",
                    "A group has one default: take it out of one of the two.",
                )


def _approvals(parts: Parts) -> Iterator[Fault]:
    decided = {key: one for key, one in parts.purposes.items() if one.get("approvals", 1) != 0}
    for key, purpose in decided.items():
        role = purpose.get("approvers", "approvers")
        if isinstance(role, str) and parts.has("groups") and role not in parts.groups:
            yield parts.fault(
                f"purposes.{key}.approvers", f"There is no group “{role}” to approve.", suggestion(role, parts.groups)
            )
    for key, one in parts.data_classes.items():
        role, where = one.get("approvers"), f"data_classes.{key}"
        if isinstance(role, str) and parts.has("groups") and role not in parts.groups:
            mend = suggestion(role, parts.groups)
            yield parts.fault(f"{where}.approvers", f"There is no group “{role}” to approve.", mend)
        if role is None and "approvals" in one:
            what = "This class says how many must approve, but not who."
            yield parts.fault(f"{where}.approvals", what, 'Add approvers = "…", a role of [groups], or remove it.')
    asked = any("approvers" in one for one in parts.data_classes.values())
    if (decided or asked) and "approvals" not in parts.channels:
        yield parts.fault(
            "channels.approvals",
            "Requests need a channel to be decided in.",
            'Add approvals = "access-approvers" to [channels].',
        )


def _fields(parts: Parts) -> Iterator[Fault]:
    counted = Counter(parts.fields)
    for key, one in parts.data_classes.items():
        for name in dict.fromkeys(_list(one, "fields")):
            if counted[name] > 1:
                others = [other for other in parts.data_classes if name in _list(parts.data_classes[other], "fields")]
                yield parts.fault(
                    f"data_classes.{key}.fields",
                    f"“{name}” stands {'in ' + ' and '.join(others) if len(others) > 1 else 'twice'}.",
                    "A field belongs to one data class: remove it elsewhere.",
                )
    if parts.data_classes and "id" not in counted:
        yield parts.fault("data_classes", "No data class has the field “id”.", "Add id to the fields of an open class.")


def _accounts(parts: Parts) -> Iterator[Fault]:
    accounts = parts.accounts
    for key in ("exact", "names", "title", "kind_field", "activated_field"):
        value = accounts.get(key)
        for name in [value] if isinstance(value, str) else _list(accounts, key):
            if name not in parts.fields:
                yield parts.fault(
                    f"accounts.{key}", f"No data class has a field “{name}”.", suggestion(name, parts.fields)
                )
    yield from _guessable(parts)


def _guessable(parts: Parts) -> Iterator[Fault]:
    """A field that is found by a part, or heads a card, is as good as shown: it must be open to every purpose."""
    closed = {
        name: key
        for key, one in parts.data_classes.items()
        if one.get("shown") in ("masked", "hidden")
        for name in _list(one, "fields")
    }
    for key in ("names", "title"):
        value = parts.accounts.get(key)
        for name in [value] if isinstance(value, str) else _list(parts.accounts, key):
            if name in closed and name != "id":
                what = f"“{name}” is of the class {closed[name]}, which is not open, and could be guessed part by part."
                yield parts.fault(f"accounts.{key}", what, "Use fields of open classes here; exact finds whole values.")


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def _tables(raw: Mapping[str, Any], key: str) -> Tables:
    return {name: value for name, value in _table(raw, key).items() if isinstance(value, Mapping)}


def _list(table: Mapping[str, Any], key: str) -> list[str]:
    value = table.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
