"""The pieces that rules are made of: each check takes a value and its path and yields what is wrong, in Slack's words.

Lengths are in characters (code points), both ends included.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Fault = tuple[str, str]
"""Path (a JSON pointer) and what is wrong there."""

Check = Callable[[Any, str], Iterator[Fault]]


def string(maximum: int, minimum: int = 1, pattern: str | None = None) -> Check:
    """A string of `minimum` to `maximum` characters that matches the whole of `pattern`."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield path, "must provide a string"
        elif len(value) < minimum:
            yield path, f"must be more than {minimum - 1} characters"
        elif len(value) > maximum:
            yield path, f"must be less than {maximum + 1} characters"
        elif pattern is not None and not re.fullmatch(pattern, value):
            yield path, f"failed to match pattern {pattern}"

    return check


def integer(minimum: int, maximum: int) -> Check:
    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield path, "must provide a number"
        elif not minimum <= value <= maximum:
            yield path, f"must be between {minimum} and {maximum}"

    return check


def flag(value: Any, path: str) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield path, "must provide a boolean"


def one_of(*allowed: str) -> Check:
    def check(value: Any, path: str) -> Iterator[Fault]:
        if value not in allowed:
            yield path, f"value must be one of: {', '.join(allowed)}"

    return check


def items(check_one: Check, minimum: int, maximum: int) -> Check:
    """A list of so many."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield path, "must provide an array"
            return
        if len(value) < minimum:
            yield path, f"no fewer than {minimum} items allowed"
        if len(value) > maximum:
            yield path, f"no more than {maximum} items allowed"
        for index, one in enumerate(value):
            yield from check_one(one, f"{path}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check], *rules: Check) -> Check:
    """An object with these keys and no others; `rules` look at the whole of it once its keys are in order."""
    known = {**required, **optional}

    def check(value: Any, path: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield path, "must provide an object"
            return
        faults = [(path, f"missing required field: {key}") for key in required if key not in value]
        faults += [(path, f"invalid additional property: {key}") for key in value if key not in known]
        for key in (key for key in value if key in known):
            faults += known[key](value[key], f"{path}/{key}")
        yield from faults
        if not faults:
            for rule in rules:
                yield from rule(value, path)

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """The check that the object's `type` names; a type that is not in the table is a fault."""

    def check(value: Any, path: str) -> Iterator[Fault]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield path, "must provide an object"
        elif not isinstance(kind, str):
            yield path, "missing required field: type"
        elif kind not in table:
            yield f"{path}/type", f"unsupported type: {kind}"
        else:
            yield from table[kind](value, path)

    return check


def anything(value: Any, path: str) -> Iterator[Fault]:
    """Nothing can be wrong with it, or another check has looked already."""
    del value, path
    return iter(())
