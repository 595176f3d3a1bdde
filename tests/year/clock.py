"""The simulated time, in a file that all processes map: eight bytes, microseconds since 1970."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

_ONE = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SharedClock:
    """Reads the time; one process sets it."""

    def __init__(self, path: Path, *, create: datetime | None = None) -> None:
        if create is not None:
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)
        if create is not None:
            self.set(create)

    def __call__(self) -> datetime:
        """The present simulated moment, in UTC."""
        return _EPOCH + timedelta(microseconds=struct.unpack("<q", self._map[:8])[0])

    def set(self, at: datetime) -> None:
        """Move it."""
        self._map[:8] = struct.pack("<q", (at - _EPOCH) // _ONE)
