"""The demo's two processes: started, waited for, and never left behind."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from demo.stage import ROOT

GRACE_S: Final = 20
SHOWN_LINES: Final = 12


class ChildEnded(Exception):
    """A process of the demo ended by itself. `words` are the last lines that it said."""

    def __init__(self, title: str, code: int, words: str) -> None:
        super().__init__(f"{title} ended with {code}")
        self.title = title
        self.code = code
        self.words = words


class Child:
    """A Python module in a process of its own that writes to a log file and stops when this process does."""

    def __init__(self, title: str, module: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.title = title
        self.log = log
        with log.open("wb") as output:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", "demo.tethered", *module],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env=dict(environment),
                start_new_session=True,  # Ctrl-C is this process's to hear, which then stops its children in order
            )

    @property
    def pid(self) -> int:
        """Its number among the system's processes."""
        return self._process.pid

    def require(self) -> None:
        """Raises ChildEnded when it runs no more."""
        code = self._process.poll()
        if code is not None:
            raise ChildEnded(self.title, code, self._last_words())

    def said(self, words: str) -> bool:
        """Whether this stands in its log."""
        return words in self.log.read_text(errors="replace")

    def stop(self) -> None:
        """Ask it to stop, and return when it has; one that does not is killed."""
        self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._untie(self._process.stdin)

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-SHOWN_LINES:])

    @staticmethod
    def _untie(tether: IO[bytes] | None) -> None:
        if tether is not None:
            with suppress(OSError):
                tether.close()
