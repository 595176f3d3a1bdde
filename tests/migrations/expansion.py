"""What a release needs of a schema, and whether another schema still gives it: expand first, contract a release later.

    python -m tests.migrations.expansion 0.1.0

writes down what this release needs, into migrations/released, for the releases after it to be held to.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, inspect

from bot.database import Database
from migrations.schema import newest, upgrade

RELEASED: Final = Path(__file__).parents[2] / "migrations" / "released"
OURS: Final = frozenset({"alembic_version", "schema_serves"})

Schema = Mapping[str, Any]
"""By table: `columns` by name with `type`, `nullable` and whether there is a `default`; `checks`, `uniques`, `key`."""


def schema_of(connection: Connection) -> Schema:
    """What there is, as this database says."""
    look = inspect(connection)
    return {table: _table(look, table) for table in sorted(look.get_table_names()) if table not in OURS}


def _table(look: Any, table: str) -> dict[str, Any]:
    key = look.get_pk_constraint(table)["constrained_columns"]
    columns = {
        one["name"]: {
            "type": str(one["type"]),
            "nullable": bool(one["nullable"]),
            "default": one.get("default") is not None or bool(one.get("autoincrement") is True),
        }
        for one in look.get_columns(table)
    }
    return {
        "columns": columns,
        "key": key,
        "checks": sorted(" ".join(str(one["sqltext"]).split()) for one in look.get_check_constraints(table)),
        "uniques": sorted(",".join(one["column_names"]) for one in look.get_unique_constraints(table)),
    }


def breaks(before: Schema, after: Schema) -> Iterator[str]:
    """What a release that was made for `before` can't do on `after`, in words."""
    for table, needed in before.items():
        if table not in after:
            yield f"{table} is gone"
            continue
        there = after[table]
        yield from (f"{table}.{name}: {why}" for name, why in _columns(needed["columns"], there["columns"]))
        for rule in ("checks", "uniques"):
            new = set(there[rule]) - set(needed[rule])
            yield from (f"{table} has a rule that it had not: {one}" for one in sorted(new))
        if needed["key"] != there["key"]:
            yield f"{table} has another key"


def _columns(needed: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, column in needed.items():
        if name not in there:
            yield name, "is gone"
        elif there[name]["type"] != column["type"]:
            yield name, f"was {column['type']} and is {there[name]['type']}"
        elif column["nullable"] and not there[name]["nullable"]:
            yield name, "must have a value now"
        elif column["default"] and not there[name]["default"]:
            yield name, "has no default any more"
    for name in there.keys() - needed.keys():
        if not there[name]["nullable"] and not there[name]["default"]:
            yield name, "is new, must have a value and has no default"


def present() -> dict[str, Any]:
    """This release's revision, and what it needs, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/new.db")
        with database.transaction() as connection:
            upgrade(connection)
            tables = schema_of(connection)
        database.close()
    return {"revision": newest(), "tables": tables}


def main(version: str) -> None:
    """Write it down."""
    path = RELEASED / f"{version}.json"
    path.write_text(json.dumps(present(), indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
