"""Requests as they are configured, and filled in for one question. Pure.

What people type never becomes a part of a path's structure or of a query language: in a path it is percent-encoded,
and in a query or a body a placeholder is the whole of a value.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

Given = str | int | tuple[str, ...] | None
"""What a placeholder stands for. None: what holds the placeholder is left out."""

ABOUT_ACCOUNTS = frozenset({"id", "value", "query"})
PLACEHOLDERS = ABOUT_ACCOUNTS | {"fields", "limit", "page", "offset", "cursor"}
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_ROOM = re.compile(r"[/\\]")


class NotAskable(Exception):
    """No request can be made of what was given: no account can have such an id."""


@dataclass(frozen=True, slots=True)
class Filled:
    """One request: `path` is percent-encoded, `query` pairs are not yet, `body` is None for a GET."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None


@dataclass(frozen=True, slots=True)
class Template:
    """A request with placeholders: {id}, {value}, {query}, {fields}, {limit}, {page}, {offset} and {cursor}."""

    path: str
    method: str = "GET"
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None

    def filled(self, given: Mapping[str, Given]) -> Filled:
        """The request for one question. Raises NotAskable when a path can't hold what was given."""
        put = {name: _untupled(_put(whole, given)) for name, whole in self.query.items()}
        pairs = tuple((name, _as_text(one)) for name, value in put.items() for one in _values(value))
        body = None if self.body is None else _put(self.body, given)
        return Filled(self.method, PLACEHOLDER.sub(lambda found: _in_path(given.get(found[1])), self.path), pairs, body)

    def placeholders(self) -> frozenset[str]:
        """The names of all that are used."""
        texts = (self.path, *_texts(self.query), *_texts(self.body))
        return frozenset(name for text in texts for name in PLACEHOLDER.findall(text))

    def faults(self) -> Iterator[tuple[str, str]]:
        """What is wrong with it, and how to mend that, for whoever configured it."""
        if not self.path.startswith("/") or "?" in self.path or "#" in self.path:
            yield f"“{self.path}” is no path.", "Begin it with /, and put what follows a ? into query."
        for name in sorted(self.placeholders() - PLACEHOLDERS):
            yield f"There is nothing to put for {{{name}}}.", f"Known: {', '.join(sorted(PLACEHOLDERS))}."
        for text in (*_texts(self.query), *_texts(self.body)):
            if PLACEHOLDER.search(text) and not PLACEHOLDER.fullmatch(text):
                yield (
                    f"In “{text}” what people type would become a part of a larger text.",
                    "A placeholder has to be the whole of a value, so that nobody can add to your query.",
                )
        if self.method == "GET" and self.body is not None:
            yield "A GET has no body.", 'Add method = "POST", or use query.'


def _in_path(value: Given) -> str:
    """One piece of a path. Servers before the API may decode it, so it must mean nothing as a path even then."""
    text = _as_text(value) if value is not None else ""
    if not text or any(part in {".", ".."} for part in _ROOM.split(text)):
        raise NotAskable
    return quote(text, safe="")


def _put(whole: Any, given: Mapping[str, Given]) -> Any:
    """A value with its placeholders replaced; None where what it holds is not given."""
    if isinstance(whole, str):
        found = PLACEHOLDER.fullmatch(whole)
        return given.get(found[1]) if found else whole
    if isinstance(whole, Mapping):
        put = {name: _put(value, given) for name, value in whole.items()}
        return {name: _untupled(value) for name, value in put.items() if value is not None}
    if isinstance(whole, list | tuple):
        return [item for value in whole for item in _values(_put(value, given))]
    return whole


def _untupled(value: Any) -> Any:
    return ",".join(value) if isinstance(value, tuple) else value


def _values(value: Any) -> list[Any]:
    """As many values as a place in a list, or a parameter of a query, comes to."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _texts(whole: Any) -> Iterator[str]:
    if isinstance(whole, str):
        yield whole
    elif isinstance(whole, Mapping):
        for value in whole.values():
            yield from _texts(value)
    elif isinstance(whole, list | tuple):
        for value in whole:
            yield from _texts(value)
