"""Reading a file of accounts line by line, with bounded memory: JSONL or CSV in UTF-8. Knows no field."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

LONGEST_LINE = 4_000_000  # bytes
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class BadRow:
    """What is wrong with a row, by its first line in the file (from 1). Names fields, never values."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row's fields as the file has them, unchecked; `end` is how many bytes have been read so far."""

    line: int
    values: dict[str, object]
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end. `fault`: why its text can't be trusted."""

    number: int
    text: str
    end: int
    fault: str | None = None


def read_rows(path: Path) -> Iterator[Row | BadRow]:
    """All rows of a file in order; those that can't be read as BadRow. Raises OSError if the file can't be."""
    with path.open("rb") as file:
        start = file.read(4096)
        file.seek(0)
        if start.startswith(UTF_16):
            yield BadRow(1, "the file is in UTF-16; save it as UTF-8")
        elif _is_csv(path, start):
            yield from _csv(file)
        else:
            yield from _jsonl(file)


def _is_csv(path: Path, start: bytes) -> bool:
    """By the name's ending, else by the first character: an object of JSON begins with a brace."""
    ending = path.suffix.lower()
    if ending in {".csv", ".jsonl", ".ndjson", ".json"}:
        return ending == ".csv"
    return not start.removeprefix(BYTE_ORDER_MARK).lstrip().startswith((b"{", b"["))


def _lines(file: BinaryIO) -> Iterator[Line]:
    number = end = 0
    while raw := file.readline(LONGEST_LINE):
        number, end = number + 1, end + len(raw)
        too_long = len(raw) == LONGEST_LINE and not raw.endswith(b"\n")
        while len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST_LINE)
            end += len(raw)
        if too_long:
            yield Line(number, "", end, f"longer than {LONGEST_LINE:,} bytes")
            continue
        if number == 1:
            raw = raw.removeprefix(BYTE_ORDER_MARK)
        try:
            yield Line(number, raw.decode(), end)
        except UnicodeDecodeError as error:
            yield Line(number, raw.decode(errors="replace"), end, f"not UTF-8 at byte {error.start + 1} of the line")


def _jsonl(file: BinaryIO) -> Iterator[Row | BadRow]:
    for line in _lines(file):
        if line.fault:
            yield BadRow(line.number, line.fault)
        elif text := line.text.strip():
            yield _json_row(line, text)


def _json_row(line: Line, text: str) -> Row | BadRow:
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return BadRow(line.number, f"not valid JSON at character {error.colno}")
    if not isinstance(values, dict):
        return BadRow(line.number, "not a JSON object; each line holds one account as {…}")
    return Row(line.number, values, line.end)


class _CsvLines:
    """Lines for csv.reader, which asks for more of them while a quoted cell goes on."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = _lines(file)
        self.number = self.end = 0
        self.fault: str | None = None

    def __iter__(self) -> "_CsvLines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number, self.end = line.number, line.end
        self.fault = self.fault or line.fault
        return line.text


def _csv(file: BinaryIO) -> Iterator[Row | BadRow]:
    lines = _CsvLines(file)
    first = next(lines, "")
    header = _header(first)
    if isinstance(header, str) or lines.fault:
        yield BadRow(1, lines.fault or str(header))
        return
    reader = csv.reader(lines, delimiter=_delimiter(first), strict=True)
    while True:
        line = lines.number + 1
        lines.fault = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield BadRow(line, lines.fault or "a cell whose quotes do not fit or that is far too long")
            continue
        if lines.fault or cells:
            yield _csv_row(line, header, cells, lines)


def _csv_row(line: int, header: list[str], cells: list[str], lines: _CsvLines) -> Row | BadRow:
    if lines.fault:
        return BadRow(line, lines.fault)
    if len(cells) != len(header):
        return BadRow(line, f"{len(cells)} cells where the header has {len(header)}")
    return Row(line, dict(zip(header, cells, strict=True)), lines.end)


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _header(first: str) -> list[str] | str:
    """The names of the columns, or what is wrong with them. Shows nothing of it: without a header it holds values."""
    try:
        cells = next(csv.reader([first], delimiter=_delimiter(first), strict=True), [])
    except csv.Error:
        return "a header whose quotes do not fit"
    names = [cell.strip() for cell in cells]
    if "id" not in names:
        return "no column “id”; the first line names the columns"
    if len({*names}) < len(names):
        return "the header names a column twice"
    return names
