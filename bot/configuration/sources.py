"""[accounts]: the company's own sources of accounts, one for everything or several joined by the account's id."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from bot.configuration import schema
from bot.configuration.explanations import Place, part_faults
from bot.configuration.faults import Fault, suggestion
from bot.configuration.http_source import HttpTable
from bot.configuration.lines import Lines
from bot.configuration.sql_source import SqlTable

EMBEDDED: Final = "embedded"
ENTRY_POINTS: Final = "steward.sources"
KINDS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType({"sql": SqlTable, "http": HttpTable})
"""What the table of a source of each kind may hold, beside what every source has."""
_OF_ALL: Final = frozenset(schema.Accounts.model_fields)
_OF_EACH: Final = frozenset(schema.SourceTable.model_fields)


@dataclass(frozen=True, slots=True)
class SourceConfiguration:
    """One source: its name in the file, its kind ("sql", "http", or an installed one), and what it is told.

    `options` are the keys of its table that only a source of its kind has: an address in it may hold a password.
    """

    name: str
    kind: str
    data_classes: tuple[str, ...]
    timeout_s: float
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)


def account_sources(accounts: schema.Accounts, data_classes: tuple[str, ...]) -> tuple[SourceConfiguration, ...]:
    """The sources of a file that has no fault; none where accounts are in Steward's own table."""
    if accounts.sources:
        return tuple(
            SourceConfiguration(name, one.source, tuple(one.data_classes), one.timeout_s, one.model_extra or {})
            for name, one in accounts.sources.items()
        )
    if accounts.source in (None, EMBEDDED):
        return ()
    only = SourceConfiguration(
        "accounts", accounts.source or "", data_classes, accounts.timeout_s, accounts.model_extra or {}
    )
    return (only,)


def installed() -> Mapping[str, Any]:
    """The company's own kinds of sources, by the names under which packages offer them."""
    return {one.name: one for one in entry_points(group=ENTRY_POINTS)}


def source_faults(raw: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """What is wrong with [accounts] and the tables below [accounts.sources]."""
    accounts = raw.get("accounts")
    if not isinstance(accounts, Mapping):
        return []
    sources = accounts.get("sources")
    if not isinstance(sources, Mapping) or not sources:
        kind = accounts.get("source", EMBEDDED)
        return list(_of_kind(kind, accounts, ("accounts",), _OF_ALL, lines)) if isinstance(kind, str) else []
    faults = list(_of_kind(EMBEDDED, accounts, ("accounts",), _OF_ALL, lines))
    if "source" in accounts:
        mend = "Remove it: each of [accounts.sources.…] says what it is."
        faults.append(Fault("accounts.source", lines.at("accounts.source"), "There are several sources.", mend))
    for name, one in sources.items():
        if isinstance(one, Mapping) and isinstance(one.get("source"), str):
            faults += _one_of_several(name, one, lines)
    return faults + list(_classes(raw, sources, lines))


def _one_of_several(name: str, one: Mapping[str, Any], lines: Lines) -> Iterator[Fault]:
    if one["source"] == EMBEDDED:
        where, mend = f"accounts.sources.{name}.source", "Keep all accounts there, or none."
        yield Fault(where, lines.at(where), "Steward's own table is not joined with other sources.", mend)
        return
    yield from _of_kind(one["source"], one, ("accounts", "sources", name), _OF_EACH, lines)


def _of_kind(
    kind: str, table: Mapping[str, Any], path: tuple[str, ...], common: frozenset[str], lines: Lines
) -> Iterator[Fault]:
    own = {key: value for key, value in table.items() if key not in common}
    if kind == EMBEDDED:
        yield from part_faults(own, lines, Place(_Nothing, path, tuple(common)))
    elif kind in KINDS:
        yield from part_faults(own, lines, Place(KINDS[kind], path, tuple(common)))
    elif kind not in installed():
        where, known = ".".join((*path, "source")), (EMBEDDED, *KINDS, *installed())
        yield Fault(where, lines.at(where), f"There is no source of accounts “{kind}”.", suggestion(kind, known))


def _classes(raw: Mapping[str, Any], sources: Mapping[str, Any], lines: Lines) -> Iterator[Fault]:
    """Each data class comes from one source."""
    there = raw.get("data_classes")
    known = [key for key, one in there.items() if isinstance(one, Mapping)] if isinstance(there, Mapping) else []
    served: Counter[str] = Counter()
    for name, one in sources.items():
        listed = one.get("data_classes") if isinstance(one, Mapping) else None
        for key in listed if isinstance(listed, list) else []:
            where = f"accounts.sources.{name}.data_classes"
            served[str(key)] += 1
            if key not in known:
                yield Fault(where, lines.at(where), f"There is no data class “{key}”.", suggestion(str(key), known))
            elif served[key] == 2:
                mend = "Each class comes from one source: remove it elsewhere."
                yield Fault(where, lines.at(where), f"“{key}” comes from another source already.", mend)
    for key in known:
        if not served[key]:
            mend = "Name it in the data_classes of one of them."
            yield Fault("accounts.sources", lines.at("accounts.sources"), f"“{key}” comes from no source.", mend)


class _Nothing(schema.Table):
    """Steward's own table needs to be told nothing."""
