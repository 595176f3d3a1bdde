"""Writing a file all at once: it is there whole, or as it was before."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.running.refusals import CannotStart


@contextmanager
def whole_file(output: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `output` when all is written; readable by its owner only.

    Raises CannotStart when it can't be written.
    """
    try:
        descriptor, made = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        fresh = Path(made)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
            fresh.replace(output)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise CannotStart(f"{output} can't be written: {error.strerror}.") from error
