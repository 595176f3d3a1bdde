"""A source of accounts that is a database: its address, and which table or view has which field."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, SecretStr
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.accounts.company_source import SourceSettings, SourceUnusable
from bot.accounts.layout import ID
from bot.accounts.sql.mapping import ListMap, SqlMapping, TableMap
from bot.configuration.formats import FieldName, Key, Words, fault

MOST_CONNECTIONS = 50
_PASSWORD = re.compile(r"(://[^:/@]*:)([^@]*)(?=@)|([?&](?:ssl)?pass(?:word|wd)?=)([^&#]+)", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _name(value: str) -> str:
    """The name of a table, a view or a column as the database has it; with its schema before a dot."""
    if not value.strip() or not value.isprintable() or any(not part.strip() for part in value.split(".")):
        raise fault(f"{value!r} is no name.", "Write it as the database has it, such as customers or crm.customers.")
    return value.strip()


def _url(value: object) -> SecretStr:
    if not isinstance(value, str) or "://" not in value:
        mend = 'Write url = "postgresql://reader:${CRM_PASSWORD}@host/database"; ${…} is taken from the environment.'
        raise fault("This is no address of a database.", mend)
    return SecretStr(value.strip())


def _connections(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_CONNECTIONS:
        raise fault(f"{value!r} connections are not possible.", f"Write a number from 1 to {MOST_CONNECTIONS}.")
    return value


Name = Annotated[str, AfterValidator(_name)]


class ClassTable(BaseModel):
    """A data class that stands in a table or view of its own."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    table: Name = Field(examples=['"billing.payment_details"'])
    key: Name | None = None
    fields: dict[FieldName, Name] = {}


class ListTable(BaseModel):
    """A field that holds many values: one a row of another table or view."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    table: Name = Field(examples=['"list_members"'])
    column: Name = Field(examples=['"email"'])
    key: Name | None = None
    order: Name | None = None


class SqlTable(BaseModel):
    """[accounts] or [accounts.sources.…] with source = "sql"."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    url: Annotated[SecretStr, PlainValidator(_url)] = Field(examples=['"postgresql://reader@host/database"'])
    table: Name = Field(examples=['"customers"'])
    key: Name = "id"
    fields: dict[FieldName, Name] = {}
    classes: dict[Key, ClassTable] = {}
    lists: dict[FieldName, ListTable] = {}
    individual: list[Words] = ["individual"]
    business: list[Words] = []
    connections: Annotated[int, PlainValidator(_connections)] = 5


def mapping_of(settings: SourceSettings) -> SqlMapping:
    """The mapping. A field that is not named is a column of its own name, in its data class's table or the main one.

    Raises SourceUnusable when the address needs a variable that is not set, or is none.
    """
    table = SqlTable.model_validate(settings.options)
    lists = {name: _list(one, table.key) for name, one in table.lists.items()}
    classes, placed = [], {ID, *lists}
    for key, one in table.classes.items():
        own = [name for name in settings.classes.get(key, ()) if name not in placed]
        classes.append(TableMap(one.table, one.key or table.key, _columns(own, one.fields)))
        placed |= {*own}
    main = [name for name in settings.layout.fields if name not in placed]
    return SqlMapping(
        url=address(table.url.get_secret_value(), settings.environment, settings.folder),
        main=TableMap(table.table, table.key, _columns(main, table.fields)),
        classes=tuple(classes),
        lists=MappingProxyType(lists),
        individual=frozenset(one.strip().casefold() for one in table.individual),
        business=frozenset(one.strip().casefold() for one in table.business),
        connections=table.connections,
    )


def _columns(names: Iterable[str], said: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({name: said.get(name, name) for name in names})


def _list(one: ListTable, key: str) -> ListMap:
    return ListMap(one.table, one.key or key, one.column, one.order or one.column)


def without_password(said: str, variable: str) -> str:
    """The address with `${variable}` in the place of each password that is written out in it."""

    def put(found: re.Match[str]) -> str:
        before, password = found[1] or found[3], found[2] if found[1] else found[4]
        return f"{before}{password if not password or _VARIABLE.fullmatch(password) else f'${{{variable}}}'}"

    return _PASSWORD.sub(put, said)


def address(said: str, environment: Mapping[str, str], folder: Path) -> URL:
    """The address with what stands in ${…} taken from the environment; a file's name counts from the folder.

    Raises SourceUnusable when a variable is not set or the address is none.
    """
    missing = [name for name in _VARIABLE.findall(said) if not environment.get(name)]
    if missing:
        raise SourceUnusable(f"{' and '.join(missing)} is not set, and the company's database needs it.")
    try:
        url = make_url(_VARIABLE.sub(lambda found: quote(environment[found[1]], safe=""), said))
    except ArgumentError:
        raise SourceUnusable("The address of the company's database can't be read.") from None
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        url = url.set(database=str((folder / url.database).absolute()))
    return url
