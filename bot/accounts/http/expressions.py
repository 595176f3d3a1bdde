"""JSONPath (RFC 9535): where in an answer a thing stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonpath import JSONPath, JSONPathEnvironment
from jsonpath.exceptions import JSONPathError
from jsonpath.selectors import NameSelector

WHOLE = "$"


class NoExpression(Exception):
    """Text that is no JSONPath; says where it stops being one."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled JSONPath. `is_singular`: it leads to one place at most. `last`: that place's name, if it has one."""

    text: str
    is_singular: bool
    last: str | None
    _compiled: JSONPath

    def found(self, document: Any) -> list[Any]:
        """All that it leads to, in the document's order. Nothing there is an empty list."""
        try:
            return list(self._compiled.findall(document))
        except (JSONPathError, RecursionError):  # deeper than any account is
            return []

    def one(self, document: Any) -> Any:
        """What it leads to first; None where there is nothing."""
        return next(iter(self.found(document)), None)


@cache
def expression(text: str) -> Expression:
    """Compile. Raises NoExpression."""
    try:
        compiled = _environment().compile(text.strip())
    except JSONPathError as error:
        raise NoExpression(str(error).splitlines()[0]) from None
    if not isinstance(compiled, JSONPath):
        raise NoExpression("one path is expected")
    singular = compiled.singular_query()
    last = compiled.segments[-1].selectors[0] if singular and compiled.segments else None
    name = last.name if isinstance(last, NameSelector) else None
    return Expression(text.strip(), singular, name, compiled)


def compiled(texts: Mapping[str, str]) -> dict[str, Expression]:
    """Several at once. Raises NoExpression."""
    return {name: expression(text) for name, text in texts.items()}


@cache
def _environment() -> JSONPathEnvironment:
    """RFC 9535 alone, without the library's own additions to it."""
    return JSONPathEnvironment(strict=True)
