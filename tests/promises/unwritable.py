"""Ways in which the audit table can't be written. Each is a context: broken inside, mended afterwards."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select, text

from bot.database import Database
from models.audit import AuditEntry, AuditOpen
from models.tables import table_of

Fault = Callable[[Database], AbstractContextManager[None]]

TABLES = (table_of(AuditEntry), table_of(AuditOpen))


def run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextmanager
def dropped(database: Database) -> Iterator[None]:
    """Whoever puts the tables back puts back what was in them: a grant that no entry speaks of opens nothing."""
    with database.reading() as connection:
        kept = {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in TABLES}
    with_what_refers_to_it = "" if database.is_sqlite else " CASCADE"
    run(database, "DROP TABLE audit_open", f"DROP TABLE audit_entries{with_what_refers_to_it}")
    yield
    with database.engine.begin() as connection:
        for table in TABLES:
            table.create(connection)
            if kept[table]:
                connection.execute(insert(table), kept[table])


@contextmanager
def renamed(database: Database) -> Iterator[None]:
    run(database, "ALTER TABLE audit_entries RENAME TO elsewhere")
    yield
    run(database, "ALTER TABLE elsewhere RENAME TO audit_entries")


@contextmanager
def missing(database: Database, table: str) -> Iterator[None]:
    """Another table is not there."""
    run(database, f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
    yield
    run(database, f"ALTER TABLE {table}_elsewhere RENAME TO {table}")


@contextmanager
def without_personal_text(database: Database) -> Iterator[None]:
    """The table beside it, which holds what the salted hashes open to."""
    run(database, "ALTER TABLE audit_open RENAME TO elsewhere")
    yield
    run(database, "ALTER TABLE elsewhere RENAME TO audit_open")


@contextmanager
def without_a_column(database: Database) -> Iterator[None]:
    run(database, "ALTER TABLE audit_entries RENAME COLUMN leaf TO elsewhere")
    yield
    run(database, "ALTER TABLE audit_entries RENAME COLUMN elsewhere TO leaf")


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """By a transaction of somebody else's that stays open."""
    engine = create_engine(database.url)
    with engine.connect() as connection:
        if database.is_sqlite:
            driver = connection.connection.driver_connection
            assert isinstance(driver, SqliteConnection)
            driver.isolation_level = None
            driver.execute("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("LOCK TABLE audit_entries IN SHARE MODE")
        yield
        connection.rollback()
    engine.dispose()


@contextmanager
def full(database: Database) -> Iterator[None]:
    """SQLite may take no page more, and has no room left in the pages it has."""
    pages = _number(database, "PRAGMA page_count")

    def bound(connection: SqliteConnection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(database.engine, "checkout", bound)
    yield
    event.remove(database.engine, "checkout", bound)
    database.engine.dispose()  # the bound is each connection's own; new ones have none


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """The file can be read and not written."""
    engine = create_engine(f"sqlite:///file:{database.url.database}?mode=ro&uri=true", hide_parameters=True)
    with _engine(database, engine):
        yield


@contextmanager
def swallowed(database: Database) -> Iterator[None]:
    """The database says that all is well, and keeps nothing."""
    if database.is_sqlite:
        body = "BEGIN SELECT RAISE(IGNORE); END"
        tables = [table.name for table in reversed(TABLES)]
        made = [f"CREATE TRIGGER swallow_{table} BEFORE INSERT ON {table} {body}" for table in tables]
        mended = [f"DROP TRIGGER swallow_{table}" for table in tables]
        with _statements(database, made, mended):
            yield
    else:
        made = [f"CREATE RULE swallow AS ON INSERT TO {table.name} DO INSTEAD NOTHING" for table in TABLES]
        mended = [f"DROP RULE swallow ON {table.name}" for table in TABLES]
        with _statements(database, made, mended):
            yield


@contextmanager
def rolled_back(database: Database) -> Iterator[None]:
    """SQLite ends the whole transaction under Steward's feet."""
    made = "CREATE TRIGGER undo BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ROLLBACK, 'no'); END"
    with _statements(database, [made], ["DROP TRIGGER undo"]):
        yield


@contextmanager
def _trigger(database: Database, body: str, *, at_commit: bool = False) -> Iterator[None]:
    """A PostgreSQL trigger that runs when an entry is inserted, or when its transaction commits."""
    function = f"CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NEW; END $$"
    kind, when = ("CONSTRAINT TRIGGER", "AFTER") if at_commit else ("TRIGGER", "BEFORE")
    late = "DEFERRABLE INITIALLY DEFERRED" if at_commit else ""
    trigger = f"CREATE {kind} spoil {when} INSERT ON audit_entries {late} FOR EACH ROW EXECUTE FUNCTION spoil()"
    with _statements(database, [function, trigger], ["DROP TRIGGER spoil ON audit_entries", "DROP FUNCTION spoil"]):
        yield


def disk_full(database: Database) -> AbstractContextManager[None]:
    """As PostgreSQL says it: SQLSTATE 53100."""
    return _trigger(database, "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'")


def refused_at_commit(database: Database) -> AbstractContextManager[None]:
    return _trigger(database, "RAISE EXCEPTION 'not this one'", at_commit=True)


def swallowed_by_a_trigger(database: Database) -> AbstractContextManager[None]:
    """No error, no row."""
    return _trigger(database, "RETURN NULL")


def killed_at_insert(database: Database) -> AbstractContextManager[None]:
    return _trigger(database, "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1)")


def killed_at_commit(database: Database) -> AbstractContextManager[None]:
    """The connection ends after everything was written and before it is committed."""
    body = "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1)"
    return _trigger(database, body, at_commit=True)


@contextmanager
def revoked(database: Database) -> Iterator[None]:
    """Steward's own login is not the owner, and may no longer insert into the table."""
    role = f"steward_of_{database.url.database}"
    everything = f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"
    sequences = f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}"
    run(database, f"CREATE ROLE {role} LOGIN", everything, sequences, f"REVOKE INSERT ON audit_entries FROM {role}")
    engine = create_engine(make_url(database.url).set(username=role), hide_parameters=True)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == role
    with _engine(database, engine):
        yield
    run(database, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@contextmanager
def read_only_server(database: Database) -> Iterator[None]:
    """As after a failover: Steward is connected to a server that takes no writes."""

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    event.listen(database.engine, "begin", begun)
    yield
    event.remove(database.engine, "begin", begun)


@contextmanager
def _statements(database: Database, broken: list[str], mended: list[str]) -> Iterator[None]:
    run(database, *broken)
    yield
    run(database, *mended)


@contextmanager
def _engine(database: Database, engine: Engine) -> Iterator[None]:
    """The same data over another connection, configured as Steward's own is."""
    own = database.engine
    if database.is_sqlite:

        @event.listens_for(engine, "connect")
        def configure(connection: Any, _: object) -> None:
            connection.isolation_level = None

    database.engine = engine
    try:
        yield
    finally:
        database.engine = own
        engine.dispose()


def _number(database: Database, statement: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql(statement).scalar_one())


EVERYWHERE: tuple[Fault, ...] = (dropped, renamed, without_personal_text, without_a_column, locked, swallowed)
SQLITE: tuple[Fault, ...] = (full, read_only, rolled_back)
POSTGRESQL: tuple[Fault, ...] = (
    disk_full,
    swallowed_by_a_trigger,
    refused_at_commit,
    killed_at_insert,
    killed_at_commit,
    revoked,
    read_only_server,
)
