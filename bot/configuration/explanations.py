"""From pydantic's errors to faults in an operator's words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.configuration.faults import Fault, suggestion
from bot.configuration.lines import Lines
from bot.configuration.schema import File, table_at

_WRONG_TYPE: Mapping[str, tuple[str, str]] = {
    "string_type": ("This should be text.", "Put it in quotes."),
    "bool_type": ("This should be true or false.", "Write true or false, without quotes."),
    "int_type": ("This should be a whole number.", "Write it without quotes."),
    "list_type": ("This should be a list.", 'Write it in square brackets, such as ["support"].'),
    "dict_type": ("This should be a table.", "Write a [table] with keys below it."),
    "model_type": ("This should be a table.", "Write a [table] with keys below it, or { key = value }."),
}


def shape_faults(raw: Mapping[str, Any], lines: Lines) -> tuple[File | None, list[Fault]]:
    """The file as its schema reads it, or every place where it differs from the schema."""
    try:
        return File.model_validate(raw), []
    except ValidationError as invalid:
        return None, [_fault(error, lines, Place(File)) for error in invalid.errors(include_url=False)]


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the file that is read by a schema of its own: its path, and keys that it has besides."""

    root: type[BaseModel]
    path: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()

    def keys(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The keys that a table may have."""
        table = table_at(path, self.root)
        return (*(table.model_fields if table else ()), *(() if path else self.besides))


def part_faults(raw: Mapping[str, Any], lines: Lines, place: Place) -> list[Fault]:
    """Every place where a part of the file differs from its schema."""
    try:
        place.root.model_validate(raw)
    except ValidationError as invalid:
        return [_fault(error, lines, place) for error in invalid.errors(include_url=False)]
    return []


def _fault(error: ErrorDetails, lines: Lines, place: Place) -> Fault:
    path = tuple(_parts(error["loc"]))
    what, mend = _words(error, path, place)
    whole = (*place.path, *path)
    return Fault(".".join(whole), lines.of(whole), what, mend)


def _parts(location: tuple[int | str, ...]) -> Iterator[str]:
    """The keys of a place: without positions in lists, and without pydantic's mark for a key that is itself wrong."""
    return (part for part in location if isinstance(part, str) and part != "[key]")


def _words(error: ErrorDetails, path: tuple[str, ...], place: Place) -> tuple[str, str]:
    kind, key = error["type"], path[-1] if path else ""
    context = error.get("ctx", {})
    if kind == "steward":
        return context["what"], context["mend"]
    if kind == "extra_forbidden":
        named = _table_name((*place.path, *path[:-1]))
        return f"“{key}” is not a key of {named}.", suggestion(key, place.keys(path[:-1]))
    if kind == "missing":
        return f"“{key}” is missing from {_table_name((*place.path, *path[:-1]))}.", _addition(path, place)
    if kind == "literal_error":
        return f"{error['input']!r} is not possible here.", f"Write {context['expected']}.".replace("'", '"')
    return _WRONG_TYPE.get(kind, (f"{error['msg']}.", "See docs/configuration.md."))


def _table_name(path: tuple[str, ...]) -> str:
    return f"[{'.'.join(path)}]" if path else "the file"


def _addition(path: tuple[str, ...], place: Place) -> str:
    table = table_at(path[:-1], place.root)
    examples = table.model_fields[path[-1]].examples if table and path[-1] in table.model_fields else None
    return (
        f"Add a line such as {path[-1]} = {examples[0]}."
        if examples
        else f"Add a table [{'.'.join((*place.path, *path))}]."
    )
