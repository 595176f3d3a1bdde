"""Whether the words that tell people's accounts from businesses' are those that stand in the company's database."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from bot.accounts.company_source import Remark
from bot.accounts.layout import AccountLayout
from bot.accounts.sql.mapping import SqlMapping
from bot.accounts.sql.tables import described
from bot.accounts.sql.values import text_of

MOST_WORDS: Final = 20  # a column with more of them is about something else


def kind_remarks(connection: Connection, mapping: SqlMapping, layout: AccountLayout) -> Iterator[Remark]:
    """How many words mean a person. The words themselves stay there: in a wrong column they could be names.

    Nothing where another source has the field, or where there is no account yet.
    """
    name = layout.kind_field
    if name is None or name not in mapping.main.columns:
        return
    known = described(connection, mapping.main.table)
    words = select(known.column(mapping.main.columns[name])).distinct().limit(MOST_WORDS + 1)
    try:
        with connection.begin_nested():
            found = {text_of(one) for one in connection.scalars(words)}
    except SQLAlchemyError:
        mend = "The login may not read it, or it takes longer than timeout_s: look yourself, with SELECT DISTINCT."
        yield Remark("warning", f"Which words stand in “{name}” can't be known.", mend, "individual")
        return
    if found:
        yield _judged(mapping, name, found)


def _judged(mapping: SqlMapping, name: str, found: set[str]) -> Remark:
    words = {one for one in found if one}
    people = {one for one in words if mapping.kind_of(one) == "individual"}
    if len(found) > MOST_WORDS:
        mend = "Is it the column that tells people from businesses?"
        return Remark("warning", f"“{name}” has more than {MOST_WORDS} different words.", mend, "fields")
    if not people:
        mend = "Write in `individual` what stands there for a person; if no customer is one, all is well."
        if words <= {"yes", "no"}:
            mend = f"Its true and false are the words yes and no here. {mend}"
        told = "No account is a person's by the words given, so every name is shown openly"
        return Remark("warning", f"{told} (“{name}” has {len(words)} different words).", mend, "individual")
    if "" in found and mapping.kind_of("") != "individual":
        mend = "Fill it in, or name the words for businesses in `business`: then all others are a person's."
        return Remark("warning", f"Accounts without a word in “{name}” count as businesses.", mend, "business")
    return Remark("ok", f"Of {len(words)} words in “{name}”, {len(people)} mean a person.", key="individual")
