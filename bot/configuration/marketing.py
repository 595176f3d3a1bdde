"""What [purposes.….media] must say, and what it may not: marketing goes by the media that its clause names.

Source: policy, "agrees to receive marketing … in these three ways".
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.access.rules.media import medium_label, names_medium
from bot.access.rules.purposes import Shown
from bot.configuration.consistency import Parts
from bot.configuration.faults import Fault, suggestion
from bot.configuration.lines import Lines

MARKETING = "marketing"
CUSTOMER = "customer"
OTHERWISE = (
    "Marketing goes by the media of the clause only: take it out. If the clause has another word for it, call it by "
    'that word, such as brief = ["address"].'
)


def marketing_faults(raw: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """Every medium that the clause does not name, and every field that marketing could not or may not have."""
    return list(_faults(Parts.of(raw, lines)))


def _faults(parts: Parts) -> Iterator[Fault]:
    for key, one in parts.data_classes.items():
        if one.get("belongs_to") == CUSTOMER and one.get("shown") != Shown.HIDDEN:
            what = f"“{key}” belongs to the customer, and is not hidden."
            mend = 'Write shown = "hidden": it is seen with a grant only.'
            yield parts.fault(f"data_classes.{key}.shown", what, mend)
    for key, purpose in parts.purposes.items():
        media = purpose.get("media")
        if isinstance(media, Mapping) and media:
            yield from _media(parts, key, purpose, media)
        elif purpose.get("marketing") is True or MARKETING in (key, str(purpose.get("label", "")).casefold()):
            yield from _hidden(parts, key, purpose)


def _media(parts: Parts, key: str, purpose: Mapping[str, Any], media: Mapping[str, Any]) -> Iterator[Fault]:
    clause, owner = str(purpose.get("clause", "")), dict[str, str]()
    reached = _reached(parts, purpose)
    for medium, fields in media.items():
        where = f"purposes.{key}.media.{medium}"
        if not names_medium(clause, medium):
            what = f"The clause does not name {medium_label(medium)} as a medium: “{clause}”."
            yield _fault(parts, key, where, what, OTHERWISE)
        if not fields:
            yield _fault(parts, key, where, f"{medium} has no fields.", f'Write {medium} = ["…"].')
        for name in fields if isinstance(fields, list) else ():
            if name not in reached:
                what = f"No data class of this purpose has a field “{name}”."
                yield _fault(parts, key, where, what, suggestion(str(name), reached))
            elif owner.setdefault(str(name), medium) != medium:
                what = f"“{name}” is {owner[str(name)]}'s already."
                yield _fault(parts, key, where, what, "A field belongs to one medium.")
    yield from _hidden(parts, key, purpose)


def _hidden(parts: Parts, key: str, purpose: Mapping[str, Any]) -> Iterator[Fault]:
    """Whatever is hidden without a grant is not the company's own to use: recipients above all."""
    for name in _texts(purpose, "data_classes"):
        one = parts.data_classes.get(name, {})
        if one.get("belongs_to") == CUSTOMER or one.get("shown") == Shown.HIDDEN:
            why = "belongs to the customer" if one.get("belongs_to") == CUSTOMER else "is hidden without a grant"
            what = f"“{name}” {why}, and marketing never reaches it."
            yield parts.fault(f"purposes.{key}.data_classes", what, "Take it out of this purpose.")


def _reached(parts: Parts, purpose: Mapping[str, Any]) -> list[str]:
    classes = (parts.data_classes.get(name, {}) for name in _texts(purpose, "data_classes"))
    return [name for one in classes for name in _texts(one, "fields")]


def _fault(parts: Parts, key: str, where: str, what: str, mend: str) -> Fault:
    """With the line of the medium, or of the table that is written on one line."""
    places = (where, f"purposes.{key}.media", f"purposes.{key}")
    line = next((found for one in places if (found := parts.lines.at(one)) is not None), None)
    return Fault(where, line, what, mend)


def _texts(table: Mapping[str, Any], key: str) -> list[str]:
    value = table.get(key)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
