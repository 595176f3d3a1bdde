"""[processors.…]: the register of engaged third parties."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from bot.access.rules.processors import Processor
from bot.configuration.consistency import Parts
from bot.configuration.faults import Fault, suggestion
from bot.configuration.formats import Email, Key, Words, fault
from bot.configuration.lines import Lines

_SPONSOR = "sponsor_of_"


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise fault(f"{value!r} is no day.", "Write it like 2026-03-31.") from None


def _people(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    listed = value if isinstance(value, list) else []
    texts = [one for one in listed if isinstance(one, str) and "@" in one and "." in one.rpartition("@")[2]]
    if not texts or len(texts) < len(listed):
        mend = 'Write domains and addresses: ["@partner.example", "ana@other.example"]; or a role of [groups].'
        raise fault("These are no people of a third party.", mend)
    return tuple(text.casefold() for text in texts)


Day = Annotated[date, PlainValidator(_day)]
People = Annotated[str | tuple[str, ...], PlainValidator(_people)]


class Contract(BaseModel):
    """From the beginning of one day to the end of another, in the company's time zone."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    since: Day = Field(alias="from", examples=["2026-01-01"])
    until: Day = Field(examples=["2026-12-31"])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise fault("The contract ends before it begins.", "Put the later day into until.")
        return self


class ProcessorTable(BaseModel):
    """One of them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    label: Words
    contract: Contract
    purposes: list[Key] = Field(examples=['["billing"]'])
    data_classes: list[Key] = Field(examples=['["payment"]'])
    sponsor: Key | Email = Field(examples=['"billing"'])
    people: People = Field(examples=['["@partner.example"]'])


def sponsors(tables: Mapping[str, ProcessorTable]) -> dict[str, tuple[str, ...]]:
    """A role of its own for each sponsor that is named by an address."""
    return {f"{_SPONSOR}{key}": (one.sponsor,) for key, one in tables.items() if "@" in one.sponsor}


def processors(tables: Mapping[str, ProcessorTable], timezone: str) -> Mapping[str, Processor]:
    """The values that the rest of Steward uses."""
    return MappingProxyType({key: _processor(key, one, ZoneInfo(timezone)) for key, one in tables.items()})


def _processor(key: str, one: ProcessorTable, zone: ZoneInfo) -> Processor:
    return Processor(
        key=key,
        label=one.label,
        starts_at=datetime.combine(one.contract.since, time(), zone),
        ends_at=datetime.combine(one.contract.until + timedelta(days=1), time(), zone),
        purposes=tuple(one.purposes),
        data_classes=tuple(one.data_classes),
        sponsor=f"{_SPONSOR}{key}" if "@" in one.sponsor else one.sponsor,
        people=frozenset(one.people) if isinstance(one.people, tuple) else frozenset(),
        group=one.people if isinstance(one.people, str) else None,
    )


def processor_faults(raw: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """Every reference of the register to something that is not there."""
    parts = Parts.of(raw, lines)
    tables = raw.get("processors")
    found = tables.items() if isinstance(tables, Mapping) else ()
    return [
        fault for key, one in found if isinstance(one, Mapping) for fault in _faults(parts, f"processors.{key}", one)
    ]


def _faults(parts: Parts, where: str, one: Mapping[str, Any]) -> Iterator[Fault]:
    known: tuple[tuple[str, Mapping[str, Any], str], ...] = (
        ("purposes", parts.purposes, "purpose"),
        ("data_classes", parts.data_classes, "data class"),
    )
    for name, table, word in known:
        value = one.get(name)
        for key in value if isinstance(value, list) else ():
            if key not in table:
                yield parts.fault(f"{where}.{name}", f"There is no {word} “{key}”.", suggestion(str(key), table))
        if value == []:
            yield parts.fault(f"{where}.{name}", f"This register entry names no {word}.", "Name at least one.")
    for name in ("sponsor", "people"):
        role = one.get(name)
        if isinstance(role, str) and "@" not in role and role not in parts.groups:
            yield parts.fault(f"{where}.{name}", f"There is no group “{role}”.", suggestion(role, parts.groups))
    yield from _unreached(parts, where, one)


def _unreached(parts: Parts, where: str, one: Mapping[str, Any]) -> Iterator[Fault]:
    """A class that none of the purposes reaches could never be asked for."""
    purposes = one.get("purposes")
    reached = {
        name
        for key in (purposes if isinstance(purposes, list) else ())
        for name in parts.purposes.get(key, {}).get("data_classes", [])
    }
    classes = one.get("data_classes")
    for key in classes if isinstance(classes, list) else ():
        if key in parts.data_classes and key not in reached:
            what = f"None of its purposes reaches “{key}”."
            yield parts.fault(f"{where}.data_classes", what, "Take it out, or add a purpose that needs it.")
