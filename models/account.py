"""The embedded table of accounts: what a search reads stands apart from the account's data, which it never touches."""

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

# Compared byte by byte on both databases, so that a prefix is a range of the index.
_BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class Account(SQLModel, table=True):
    """What a search reads and a suggestion shows.

    `name` is the folded first name, cut to 100 characters; `search` all folded names and their spellings, one a line
    (both by bot.accounts.folding); `title` is a JSON object of the title fields. Trigrams of `search` are indexed: on
    PostgreSQL by pg_trgm, on SQLite by the FTS5 table `account_trigram_index`, which triggers keep in step.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("kind IN ('business', 'individual')", name="accounts_kind"),
        Index("accounts_name", "name", "seq"),
        Index("accounts_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}).ddl_if(
            dialect="postgresql"
        ),
    )

    seq: int = Field(sa_column=Column("seq", _NUMBER, primary_key=True, autoincrement=False))
    id: str = Field(sa_column=Column("id", _BYTEWISE, nullable=False, unique=True))
    kind: str | None = None
    name: str = Field(sa_column=Column("name", _BYTEWISE, nullable=False))
    title: str = Field(sa_type=Text)
    search: str = Field(sa_type=Text)


class AccountDetails(SQLModel, table=True):
    """The account's data: a JSON object of field to text or list of texts."""

    __tablename__ = "account_details"

    account: int = Field(
        sa_column=Column(
            "account", _NUMBER, ForeignKey("accounts.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    data: dict[str, str | list[str]] = Field(
        sa_column=Column("data", JSON().with_variant(JSONB(), "postgresql"), nullable=False)
    )


class AccountKey(SQLModel, table=True):
    """What finds an account exactly: `key` is what it is and its normalised value, as bot.accounts.keys makes it."""

    __tablename__ = "account_keys"
    __table_args__ = (
        Index("account_keys_account", "account"),
        {"sqlite_with_rowid": False},
    )

    key: str = Field(sa_column=Column("key", _BYTEWISE, primary_key=True))
    account: int = Field(
        sa_column=Column(
            "account", _NUMBER, ForeignKey("accounts.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )


class AccountTrigram(SQLModel, table=True):
    """In about how many accounts' `search` a trigram occurs: typing errors are looked for by the rarest ones."""

    __tablename__ = "account_trigrams"
    __table_args__ = ({"sqlite_with_rowid": False},)

    trigram: str = Field(sa_column=Column("trigram", _BYTEWISE, primary_key=True))
    accounts: int


class AccountLayoutUsed(SQLModel, table=True):
    """The layout that the search columns were last made with: one row, none before the first import."""

    __tablename__ = "account_layout_used"
    __table_args__ = (CheckConstraint("one = 1", name="account_layout_used_one"),)

    one: int = Field(sa_column=Column("one", SmallInteger, primary_key=True, autoincrement=False))
    layout: str = Field(sa_type=Text)
