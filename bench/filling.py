"""Makes a database with many accounts in it: `DATABASE_URL=… python -m bench.filling NUMBER`."""

import os
import sys

from bench.search import build
from bot.database import Database
from migrations.schema import upgrade


def fill(url: str, accounts: int) -> None:
    """Bring an empty database to this release's schema, with so many accounts in it."""
    database = Database(url)
    try:
        with database.transaction() as connection:
            upgrade(connection)
        build(database, accounts)
    finally:
        database.close()


if __name__ == "__main__":
    fill(os.environ["DATABASE_URL"], int(sys.argv[1]))
