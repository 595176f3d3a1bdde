"""What the database says of its own schema, for releases that are older than it."""

from sqlmodel import Field, SQLModel


class SchemaServes(SQLModel, table=True):
    """That a release of `revision` may work on `schema`, because only expansions lie between. Written by migrations."""

    __tablename__ = "schema_serves"

    revision: str = Field(primary_key=True)
    schema_: str = Field(primary_key=True, sa_column_kwargs={"name": "schema"})
