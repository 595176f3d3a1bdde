"""The databases that a run measures on: one PostgreSQL server for all of it, and the company filled in once."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from bench.company import settle
from bench.filling import fill_both
from tests.postgres import Server

KINDS: Final = ("sqlite", "postgresql")
SETTLED: Final = "settled"


@dataclass
class Databases:
    """Databases made on demand, in `folder` and on a server of this run's own, whose room is given back after use."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _server: Server | None = None
    _settled: set[str] = field(default_factory=set)
    _filled: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def server(self) -> Server:
        """The PostgreSQL server, started when it is first asked for."""
        self._server = self._server or Server.start()
        return self._server

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """The URL of a new database without a schema."""
        with self._new(kind) as name:
            if kind == "postgresql":
                self.server.create_database(name)
            yield self._url(kind, name)

    @contextmanager
    def settled(self, kind: str) -> Iterator[str]:
        """The URL of a new database with the reference company in it, as `settle` leaves it."""
        self._settle(kind)
        with self._new(kind) as name:
            if kind == "postgresql":
                self.server.create_database(name, template=SETTLED)
            else:
                shutil.copyfile(self._path(SETTLED), self._path(name))
            yield self._url(kind, name)

    def filled(self, accounts: int, tenth: Callable[[], None]) -> Mapping[str, str]:
        """The URL of a database of each kind with so many accounts, which stay as they are until the run is over.

        Filled when they are first asked for; `tenth` is called ten times meanwhile. Raises NotFilled.
        """
        if accounts not in self._filled:
            name = f"accounts_{accounts}"
            self.server.create_database(name)
            urls = {kind: self._url(kind, name) for kind in KINDS}
            fill_both(urls, accounts, self.folder, tenth)
            self._filled[accounts] = urls
        return self._filled[accounts]

    @property
    def shelf(self) -> Path:
        """Where what is made once and written several times is kept until the run is over."""
        shelf = self.folder / "shelf"
        shelf.mkdir(exist_ok=True)
        return shelf

    def close(self) -> None:
        """Stop the server, if there is one."""
        if self._server:
            self._server.stop()
            self._server = None

    def _settle(self, kind: str) -> None:
        if kind in self._settled:
            return
        if kind == "postgresql":
            self.server.create_database(SETTLED)
        settle(self._url(kind, SETTLED), self.folder)
        self._settled.add(kind)

    @contextmanager
    def _new(self, kind: str) -> Iterator[str]:
        """A name of its own; what has it is removed afterwards, and what that left to be written is written."""
        name = f"bench_{next(self._numbers)}"
        try:
            yield name
        finally:
            if kind == "postgresql":
                self.server.drop_database(name)
            for one in self.folder.glob(f"{name}.db*"):
                one.unlink()

    def _url(self, kind: str, name: str) -> str:
        return self.server.url(name) if kind == "postgresql" else f"sqlite:///{self._path(name)}"

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.db"


@contextmanager
def databases(folder: Path) -> Iterator[Databases]:
    """Of one run, which ends them."""
    made = Databases(folder)
    try:
        yield made
    finally:
        made.close()
