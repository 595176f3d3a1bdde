"""What is handed over at a command's standard input, under the name that it has there."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final

from bot.running.refusals import CannotStart

STDIN: Final = "/dev/stdin"
_OPTION: Final = f"={STDIN}"


def may_open(path: str) -> bool:
    """Whether this user may open it by its name."""
    return os.access(path, os.R_OK)


@contextmanager
def handed_over(
    arguments: Sequence[str], *, stream: BinaryIO | None = None, readable: Callable[[str], bool] = may_open
) -> Iterator[list[str]]:
    """The arguments, with the name of a private copy in the place of /dev/stdin where it can't be opened by that name.

    By its name the file behind it is opened anew, with this user's rights: whoever runs as a service's user gets what
    root has handed over as an open file, and may not open it. Raises CannotStart if there is no room for the copy.
    """
    if not any(_is_meant(one) for one in arguments) or readable(STDIN):
        yield list(arguments)
        return
    with tempfile.NamedTemporaryFile(prefix="steward-") as copy:
        try:
            with stream or open(0, "rb", closefd=False) as given:
                shutil.copyfileobj(given, copy)
            copy.flush()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            mend = "Name another folder for it in TMPDIR."
            raise CannotStart(f"{tempfile.gettempdir()} has no room for what comes in.", mend) from error
        yield [one.replace(STDIN, copy.name) if _is_meant(one) else one for one in arguments]


def _is_meant(argument: str) -> bool:
    return argument == STDIN or (argument.startswith("-") and argument.endswith(_OPTION))
