"""How the command line speaks: words on a terminal, plain text elsewhere, JSON where a program asked for it."""

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

import orjson

if TYPE_CHECKING:  # it is loaded by who says something; a Steward that runs does not
    from rich.console import Console

FAILED: Final = 1
UNWATCHED_WIDTH: Final = 200  # columns, where there is no terminal that has a width


def is_interactive(stream: TextIO) -> bool:
    """Whether a person watches this stream: then colour and progress may be shown."""
    return stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def answers() -> "Console":
    """For what was asked for."""
    return _console(sys.stdout)


def remarks() -> "Console":
    """For progress, warnings and errors, which must not get into a pipe."""
    return _console(sys.stderr)


def say(words: str) -> None:
    """A line for the person who typed the command, in which nothing is markup."""
    answers().print(words, markup=False, soft_wrap=True)


def warn(words: str, mend: str = "") -> None:
    """What is wrong and, on the next line, what to do."""
    remarks().print(words, markup=False, soft_wrap=True, style="bold")
    if mend:
        hint(mend)


def hint(words: str) -> None:
    """A remark of no weight."""
    remarks().print(words, markup=False, soft_wrap=True)


def write_json(value: Mapping[str, object] | list[Mapping[str, object]]) -> None:
    """One line of JSON on standard output, in UTF-8 whatever the terminal's encoding is."""
    write_bytes(orjson.dumps(value) + b"\n")


def write_bytes(content: bytes) -> None:
    """A document on standard output, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def let_nothing_fail_for_its_letters() -> None:
    """A letter that the terminal's encoding has not is written as a question mark, not as a fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors="replace")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on a terminal, nothing elsewhere: a function that is told how much is done, and of how much."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # for few

    console = remarks()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    watched = is_interactive(stream)
    width = None if watched else UNWATCHED_WIDTH
    return Console(file=stream, force_terminal=watched, no_color=not watched or None, highlight=False, width=width)
