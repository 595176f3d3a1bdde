"""The table of a model, for statements over columns."""

from sqlalchemy import Table
from sqlmodel import SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """What SQLModel made of a class with `table=True`; its types do not show it. Raises KeyError for others."""
    return model.metadata.tables[str(model.__tablename__)]
