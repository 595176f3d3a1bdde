"""What is said of views without an index below them, on each kind of server."""

from sqlalchemy import URL, create_engine, text

from bot.accounts.sql.plans import reads_all
from bot.accounts.sql.tables import described

VIEW = (
    "CREATE VIEW seen_by_support AS SELECT c.customer_no AS id, c.mail AS address, c.tel AS phone, c.since AS since, "
    "p.iban_no AS iban FROM customers c JOIN payment_details p ON p.customer_no = c.customer_no"
)


def test_a_views_columns_are_found_by_the_indexes_of_the_tables_below(company_url: URL) -> None:
    engine = create_engine(company_url)
    wanted = {"id": False, "address": False, "phone": True, "iban": True, "since": None}
    try:
        with engine.begin() as connection:
            connection.execute(text("DROP VIEW IF EXISTS seen_by_support"))
            connection.execute(text(VIEW))
        with engine.connect() as connection:
            view = described(connection, "seen_by_support")
            found = {name: reads_all(connection, view.clause, view.column(name)) for name in wanted}
            if connection.dialect.name == "postgresql":
                assert connection.scalar(text("SHOW enable_seqscan")) == "on"
    finally:
        with engine.begin() as connection:
            connection.execute(text("DROP VIEW IF EXISTS seen_by_support"))
        engine.dispose()
    assert found == wanted
