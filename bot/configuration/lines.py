"""Which line of a TOML file a key stands on. The standard library's parser does not say."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of each key of a file, by the key's path."""

    by_path: Mapping[Path, int]

    def of(self, path: Sequence[str | int]) -> int | None:
        """The line of the key, or of the table that it should stand in; None when the file has neither.

        Places in lists (numbers) count as the key that holds the list.
        """
        keys = tuple(part for part in path if isinstance(part, str))
        found = (self.by_path[keys[:end]] for end in range(len(keys), 0, -1) if keys[:end] in self.by_path)
        return next(found, None)

    def at(self, where: str) -> int | None:
        """`of` for a path written with dots."""
        return self.of(where.split("."))


def lines_of(text: str) -> Lines:
    """The lines of all keys of a file that is valid TOML.

    Each statement is the shortest run of lines that parses by itself; that holds for tables, keys, and values over
    several lines alike.
    """
    by_path: dict[Path, int] = {}
    table: Path = ()
    for number, statement in _statements(text):
        parsed = tomllib.loads(statement)
        paths = list(_paths(parsed))
        if statement.lstrip().startswith("["):
            table = max(paths, key=len)
            paths = [table[:end] for end in range(1, len(table) + 1)]
        else:
            paths = [table + path for path in paths]
        for path in paths:
            by_path.setdefault(path, number)
    return Lines({path: line for path, line in by_path.items() if path})


def first_unfinished(text: str) -> int | None:
    """The line on which the first statement begins that never comes to an end."""
    return next((number for number, statement in _statements(text) if not _parses(statement)), None)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The first line's number and the text of each table header and each key with its value.

    What never parses is the last one, down to the end of the file.
    """
    start, pending = 1, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            start = number
        pending += line + "\n"
        if _parses(pending):
            yield start, pending
            pending = ""
    if pending:
        yield start, pending


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _paths(value: object, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(inner, (*path, str(key)))
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, Mapping):
                yield from _paths(inner, path)
