"""Bringing a database to this release's schema, and telling whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

HERE = Path(__file__).parent
REGISTRY = HERE / "registry"


def upgrade(connection: Connection, revision: str = "head", *, of: Path = HERE) -> None:
    """Run the migrations up to `revision` in the connection's transaction; `of` a workspace's database, or REGISTRY."""
    config = _config(of)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revisions(connection: Connection, *, of: Path = HERE) -> tuple[str | None, str | None]:
    """The database's revision (None: empty) and this release's."""
    script = ScriptDirectory.from_config(_config(of))
    table = {"version_table": "registry_version"} if of == REGISTRY else {}
    context = MigrationContext.configure(connection, opts=table)
    return context.get_current_revision(), script.get_current_head()


def newest() -> str:
    """This release's revision."""
    return str(ScriptDirectory.from_config(_config(HERE)).get_current_head())


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    return config
