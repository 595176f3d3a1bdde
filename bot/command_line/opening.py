"""What the commands work with: the environment, the configuration, the database, and who typed."""

import getpass
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot import logs
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.clock import Clock, system_clock
from bot.command_line.console import is_interactive
from bot.command_line.workspaces import environment_here, require_home
from bot.database import Database
from bot.running.schema import usable_database
from bot.settings import Configuration, Environment, load_configuration


@dataclass(frozen=True, slots=True)
class Work:
    """A database at this release's schema, the audit table's writer, and the origin of what is done here."""

    environment: Environment
    database: Database
    ledger: Ledger
    clock: Clock
    origin: Origin

    def configuration(self) -> Configuration:
        """steward.toml. Raises ConfigurationInvalid."""
        return load_configuration(self.environment.steward_config)


@contextmanager
def opened(*, writes: bool = True) -> Iterator[Work]:
    """The database of this environment; `writes` as for `usable_database`. Raises CannotStart, ConfigurationInvalid."""
    begin_logging()
    environment = environment_here()
    database = usable_database(environment.database_url, writes=writes)
    try:
        require_home(database)
        yield Work(environment, database, Ledger(database, system_clock), system_clock, typed_here())
    finally:
        database.close()


def typed_here() -> Origin:
    """The origin of what someone does on this machine: `cli:NAME` with the name of their login."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user need not have a name
        name = "unknown"
    return Origin(Actor(f"cli:{name}"), Surface.CLI)


def begin_logging(level: int = logging.WARNING, worker: int | None = None) -> None:
    """Logs on standard error: coloured lines where someone watches, JSON elsewhere."""
    watched = is_interactive(sys.stderr)
    logs.configure(sys.stderr, as_json=not watched, colours=watched, level=level, worker=worker)
