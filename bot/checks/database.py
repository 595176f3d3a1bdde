"""Whether the database is there, at this release's schema, and takes writes."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlmodel import col

from bot.checks.findings import Finding, Level, Subject, fault, ok
from bot.database import Database, is_full
from migrations.schema import revisions, serves
from models.workspace import HomeWorkspace

VARIABLE = "DATABASE_URL"
OTHER_WORKSPACE = "Is it the database that was meant? Each workspace of Slack needs one of its own."
_UPGRADE = "Run `steward db upgrade`."
_CERTIFICATE = (
    "Its certificate has expired, or is for another name or of an authority that nobody trusts here. Its dates: "
    "openssl s_client -starttls postgres -connect {host}:{port} </dev/null | openssl x509 -noout -dates -subject. "
    "Renew it there; sslrootcert in DATABASE_URL names your own authority."
)


def open_database(url: str) -> Database | Finding:
    """The database, or why its address is of no use. Nothing is connected yet and no file is made."""
    try:
        database = Database(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
        return fault(
            Subject.DATABASE,
            "The database's address can't be read.",
            "Write sqlite:///steward.db or postgresql://user:password@host/name.",
            VARIABLE,
        )
    return _missing_file(database) or database


def _missing_file(database: Database) -> Finding | None:
    """Connecting would make an empty file, so whether there is one is asked first."""
    name = database.url.database
    if not database.is_sqlite or not name or name == ":memory:" or Path(name).is_file():
        return None
    if Path(name).is_dir():
        return fault(Subject.DATABASE, f"{name} is a folder.", "Name a file in it.", VARIABLE)
    if not Path(name).parent.is_dir():
        return fault(
            Subject.DATABASE, f"There is no folder {Path(name).parent}.", "Make it, or name another.", VARIABLE
        )
    return fault(Subject.DATABASE, f"There is no database {name} yet.", _UPGRADE, VARIABLE)


def database_findings(database: Database) -> tuple[Finding, ...]:
    """Reachable, then schema and writing. Without the first there is nothing to say of the others."""
    try:
        with database.reading() as connection:
            schema = encoding_fault(connection) or _schema(connection)
    except SQLAlchemyError as error:
        return (unreachable(database, error),)
    if schema.level is Level.FAULT:
        return (_reached(database), schema)
    return (_reached(database), schema, *_writing(database))


def home_of(database: Database) -> str | None:
    """The workspace (Slack's team id) that the database belongs to; None: to none yet."""
    with database.reading() as connection:
        return connection.execute(select(col(HomeWorkspace.team))).scalar_one_or_none()


def home_findings(url: str, team: str) -> Iterator[Finding]:
    """Whether the database is of the workspace that the token is of; what else is wrong with it is said elsewhere."""
    database = open_database(url)
    if isinstance(database, Finding) or not team:
        return
    try:
        owner = home_of(database)
    except SQLAlchemyError:
        return
    finally:
        database.close()
    if owner not in (None, team):
        what = f"The database belongs to the workspace {owner}, and the bot token is of {team}."
        yield fault(Subject.SLACK, what, OTHER_WORKSPACE, VARIABLE)


def encoding_fault(connection: Connection) -> Finding | None:
    """What is wrong with the server's encoding of this database: in another than UTF-8 not every name can be kept."""
    if connection.dialect.name == "sqlite":
        return None
    encoding = connection.execute(text("SELECT current_setting('server_encoding')")).scalar_one()
    if encoding == "UTF8":
        return None
    mend = "Make another with “createdb --encoding=UTF8 --template=template0 NAME”, and name it there."
    return fault(Subject.DATABASE, f"The database keeps text as {encoding}, and Steward needs UTF8.", mend, VARIABLE)


def _reached(database: Database) -> Finding:
    kind = f"SQLite, {database.url.database}" if database.is_sqlite else f"PostgreSQL, {database.url.database}"
    return ok(Subject.DATABASE, f"The database answers ({kind}).")


def unreachable(database: Database, error: SQLAlchemyError) -> Finding:
    """Why it could not be connected to, in the driver's words."""
    reason = _reason(error)
    if database.is_sqlite:
        what = f"{database.url.database} can't be opened: {reason}."
        mend = "Is it Steward's file, may it be read, and is there room beside it?"
    else:
        what, mend = f"The database does not answer: {reason}.", f"Check {VARIABLE} and that the server runs."
        if is_full(error):
            mend = "Raise max_connections, or run fewer processes: docs/capacity.md says how many each of them needs."
        if "certificate" in reason:
            mend = _CERTIFICATE.format(host=database.url.host or "HOST", port=database.url.port or 5432)
    return fault(Subject.DATABASE, what, mend, VARIABLE)


def _reason(error: SQLAlchemyError) -> str:
    """The driver's own words, first line: they name hosts and files and hold no password."""
    words = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()
    return words[0].rstrip(".") if words else type(error).__name__


def _schema(connection: Connection) -> Finding:
    there, ours = revisions(connection)
    if there == ours:
        return ok(Subject.DATABASE, f"The schema is this release's ({ours}).")
    if serves(connection, ours, there):
        return ok(Subject.DATABASE, f"The schema is {there}, newer than this release's {ours}, and serves it too.")
    if there is None:
        return fault(Subject.DATABASE, "The database is empty.", _UPGRADE, VARIABLE)
    return fault(
        Subject.DATABASE,
        f"The schema is {there}, this release needs {ours}.",
        f"{_UPGRADE} If a newer release has been here, install that one.",
        VARIABLE,
    )


def _writing(database: Database) -> Iterator[Finding]:
    try:
        with database.transaction() as connection:
            refusal = None if database.is_sqlite else _server_refusal(connection)
    except SQLAlchemyError as error:
        refusal = _reason(error)
    if refusal:
        mend = "Without an audit entry nothing is shown, so Steward must be able to write. Check rights and space."
        yield fault(Subject.DATABASE, f"The database takes no writes: {refusal}.", mend, VARIABLE)
    else:
        yield ok(Subject.DATABASE, "The database takes writes.")


def _server_refusal(connection: Connection) -> str | None:
    if connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on":
        return "this server is a read-only copy"
    allowed = connection.execute(text("SELECT has_table_privilege(current_user, 'audit_entries', 'INSERT')"))
    return None if allowed.scalar_one() else "this user may not insert into audit_entries"
