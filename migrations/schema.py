"""Bringing a database to this release's schema, and telling whether a release may work on what is there.

A migration that only *expands* says `expands = True`: the release before it goes on working on the schema that it
leaves behind. What it may do is in docs/operating.md, “Upgrading”, and checked by tests/migrations.
"""

import re
from ast import literal_eval
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HERE = Path(__file__).parent
REGISTRY = HERE / "registry"
SERVES = "schema_serves"
_NAMES = re.compile(r"^(down_revision|revision)(?:: [^=\n]+)? = (.+)$", re.MULTILINE)


def upgrade(connection: Connection, revision: str = "head", *, of: Path = HERE) -> None:
    """Run the migrations up to `revision` in the connection's transaction; `of` a workspace's database, or REGISTRY.

    Of a workspace's database it is noted which releases it serves.
    """
    from alembic import command  # it and the migrations take long to load, and Steward runs without them

    config = _config(of)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if of != REGISTRY:
        from alembic.script import ScriptDirectory

        _note_served(connection, ScriptDirectory.from_config(config))


def revisions(connection: Connection, *, of: Path = HERE) -> tuple[str | None, str | None]:
    """The database's revision (None: empty) and this release's."""
    table = "registry_version" if of == REGISTRY else "alembic_version"
    return _revision_in(connection, table), newest(of)


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


@cache
def newest(of: Path = HERE) -> str:
    """This release's revision: the one that no other follows. Read from the migrations' text, none of them is loaded.

    Raises ValueError unless there is exactly one.
    """
    stated = [dict(_NAMES.findall(file.read_text("utf-8"))) for file in (of / "versions").glob("*.py")]
    followed = {literal_eval(one["down_revision"]) for one in stated}
    (head,) = {literal_eval(one["revision"]) for one in stated} - followed
    return str(head)


def _revision_in(connection: Connection, table: str) -> str | None:
    """Alembic's own note of where a database stands."""
    if not inspect(connection).has_table(table):
        return None
    noted = connection.execute(text(f"SELECT version_num FROM {table}"))  # noqa: S608 - a constant
    return noted.scalar_one_or_none()


def served_by(script: "ScriptDirectory", head: str) -> Iterator[str]:
    """The revision itself and those before it from which there are expansions only, the newest first."""
    one = script.get_revision(head)
    while one is not None:
        yield one.revision
        if not getattr(one.module, "expands", False) or not isinstance(one.down_revision, str):
            return
        one = script.get_revision(one.down_revision)


def _note_served(connection: Connection, script: "ScriptDirectory") -> None:
    head = _revision_in(connection, "alembic_version")
    if head is None or not inspect(connection).has_table(SERVES):
        return
    served = {(one, head) for one in served_by(script, head)}
    noted = connection.execute(text(f'SELECT revision, "schema" FROM {SERVES}'))  # noqa: S608 - a constant
    if {(row[0], row[1]) for row in noted} == served:
        return  # so that a login that owns nothing may find a database up to date
    connection.execute(text(f"DELETE FROM {SERVES}"))  # noqa: S608 - a constant
    note = text(f'INSERT INTO {SERVES} (revision, "schema") VALUES (:revision, :schema)')  # noqa: S608 - a constant
    connection.execute(note, [{"revision": revision, "schema": schema} for revision, schema in served])


def _config(folder: Path) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    return config
