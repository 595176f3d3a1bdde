"""From a file to a configuration, or to all of its faults."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.configuration.access_faults import access_faults
from bot.configuration.approvers import approver_faults
from bot.configuration.consistency import consistency_faults
from bot.configuration.disclosing import disclosure_faults
from bot.configuration.explanations import shape_faults
from bot.configuration.faults import ConfigurationInvalid, Fault
from bot.configuration.fingerprint import fingerprint
from bot.configuration.lines import Lines, first_unfinished, lines_of
from bot.configuration.marketing import marketing_faults
from bot.configuration.processors import processor_faults
from bot.configuration.schema import File
from bot.configuration.sources import source_faults
from bot.configuration.values import Configuration, configuration

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)\Z")
_SYNTAX = (
    ("Illegal character '\\n'", "A text is not closed on its line.", 'Close it with ".'),
    ("Cannot overwrite", "This key is there a second time.", "Keep one of the two."),
    ("Cannot declare", "This table is there a second time.", "Put all its keys below one header."),
    ("Expected '=' after a key", "This line is no key with a value.", 'Write key = "value"; a table is [name].'),
    ("Invalid value", "The value after = is not written as TOML.", 'Put text in quotes: key = "value".'),
    ("Expected ']'", "This table's header can't be read.", "Write [name], with letters a to z, digits, _ and - only."),
    ("Unescaped '\\'", "A \\ means something else within double quotes.", "Use single quotes: '^LB-\\d+$'."),
    ("Expected newline", "Something follows the value on its line.", "One key with its value a line; # for a comment."),
)


@dataclass(frozen=True, slots=True)
class Read:
    """A file that is TOML: `file` as its schema reads it, None where it differs from the schema; `faults` are all."""

    raw: Mapping[str, Any]
    lines: Lines
    file: File | None
    faults: tuple[Fault, ...]


def load_configuration(path: Path) -> Configuration:
    """Read and check steward.toml. Raises ConfigurationInvalid with every fault that was found."""
    read = read_file(path)
    if read.file is None or read.faults:
        raise ConfigurationInvalid(read.faults)
    return configuration(read.file, path, fingerprint(read.raw, path.parent), read.lines)


def read_file(path: Path) -> Read:
    """Read and check steward.toml, whatever is wrong with it. Raises ConfigurationInvalid where it is no TOML."""
    text = _text(_bytes(path))
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationInvalid([_syntax_fault(error, text)]) from error
    lines = lines_of(text)
    file, faults = shape_faults(raw, lines)
    faults += consistency_faults(raw, lines) + marketing_faults(raw, lines)
    faults += access_faults(raw, lines) + approver_faults(raw, lines)
    faults += processor_faults(raw, lines) + disclosure_faults(raw, lines)
    faults += source_faults(raw, lines)
    return Read(raw, lines, file, tuple(faults))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        mend = "Set STEWARD_CONFIG to the file's name, or start Steward in its folder."
        raise ConfigurationInvalid([Fault("", None, f"There is no file {path}.", mend)]) from error
    except OSError as error:
        mend = "Check that it is a file and that Steward may read it."
        raise ConfigurationInvalid([Fault("", None, f"{path} can't be read: {error.strerror}.", mend)]) from error


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigurationInvalid(
            [Fault("", line, "This line is not in UTF-8.", "Save the file as UTF-8.")]
        ) from error


def _syntax_fault(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    message = str(error)
    place = _PLACE.search(message)
    begun = first_unfinished(text)
    if place is None or not place["line"]:
        return Fault("", begun, "What begins here is never closed.", 'Close it with ], }, " or """.')
    line = int(place["line"])
    if begun and begun < line:
        what = f"What begins here is never closed, or line {line} is not written as TOML."
        return Fault("", begun, what, "Close lists with ] and put text in quotes.")
    for beginning, what, mend in _SYNTAX:
        if message.startswith(beginning):
            return Fault("", line, what, mend)
    return Fault("", line, f"This is not TOML: {_PLACE.sub('', message)}.", "See toml.io for how a line is written.")
