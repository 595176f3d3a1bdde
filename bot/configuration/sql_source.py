"""A source of accounts that is a database: its address, and which table or view has which field."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, SecretStr

from bot.configuration.formats import FieldName, Key, Words, fault

MOST_CONNECTIONS = 50


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
    connections: Annotated[int, PlainValidator(_connections)] = 5
