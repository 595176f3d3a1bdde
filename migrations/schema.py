"""Bringing a database to this release's schema, and telling whether a release may work on what is there.

A migration that only *expands* says `expands = True`: the release before it goes on working on the schema that it
leaves behind. What it may do is in docs/operating.md, “Upgrading”, and checked by tests/migrations.
"""

from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

HERE = Path(__file__).parent
REGISTRY = HERE / "registry"
SERVES = "schema_serves"


def upgrade(connection: Connection, revision: str = "head", *, of: Path = HERE) -> None:
    """Run the migrations up to `revision` in the connection's transaction; `of` a workspace's database, or REGISTRY.

    Of a workspace's database it is noted which releases it serves.
    """
    config = _config(of)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if of != REGISTRY:
        _note_served(connection, ScriptDirectory.from_config(config))


def revisions(connection: Connection, *, of: Path = HERE) -> tuple[str | None, str | None]:
    """The database's revision (None: empty) and this release's."""
    script = ScriptDirectory.from_config(_config(of))
    table = {"version_table": "registry_version"} if of == REGISTRY else {}
    context = MigrationContext.configure(connection, opts=table)
    return context.get_current_revision(), script.get_current_head()


def serves(connection: Connection, revision: str | None, there: str | None) -> bool:
    """Whether a release of this revision may work on the schema `there`: its own, or one that is only expanded."""
    if revision is None or there is None:
        return False
    if revision == there:
        return True
    if not inspect(connection).has_table(SERVES):
        return False
    noted = text(f'SELECT 1 FROM {SERVES} WHERE revision = :revision AND "schema" = :there')  # noqa: S608 - a constant
    return connection.execute(noted, {"revision": revision, "there": there}).first() is not None


def newest() -> str:
    """This release's revision."""
    return str(ScriptDirectory.from_config(_config(HERE)).get_current_head())


def served_by(script: ScriptDirectory, head: str) -> Iterator[str]:
    """The revision itself and those before it from which there are expansions only, the newest first."""
    one = script.get_revision(head)
    while one is not None:
        yield one.revision
        if not getattr(one.module, "expands", False) or not isinstance(one.down_revision, str):
            return
        one = script.get_revision(one.down_revision)


def _note_served(connection: Connection, script: ScriptDirectory) -> None:
    head = MigrationContext.configure(connection).get_current_revision()
    if head is None or not inspect(connection).has_table(SERVES):
        return
    connection.execute(text(f"DELETE FROM {SERVES}"))  # noqa: S608 - a constant
    noted = text(f'INSERT INTO {SERVES} (revision, "schema") VALUES (:revision, :schema)')  # noqa: S608 - a constant
    connection.execute(noted, [{"revision": one, "schema": head} for one in served_by(script, head)])


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config
