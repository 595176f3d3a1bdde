"""Names in scripts of which one or two letters say enough are found by them: parts of names that are there already"""

import re
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0095_short_names"
down_revision = "0094_added_tasks"
branch_labels = None
depends_on = None
expands = True

PART = "5part:"
HAN = re.compile("[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3105-\u312f\u3400-\u9fff\U00020000-\U0003ffff]+")
SYLLABLE = re.compile("[\u1100-\u1112][\u1161-\u1175]")
BATCH = 10_000
BEYOND_ASCII = {
    "sqlite": "SELECT seq, search FROM accounts WHERE search GLOB '*[^' || char(10) || ' -~]*' AND seq > :after "
    "ORDER BY seq LIMIT :most",
    "postgresql": "SELECT seq, search FROM accounts WHERE search ~ '[^\\x01-\\x7f]' AND seq > :after "
    "ORDER BY seq LIMIT :most",
}
ADD = sa.text("INSERT INTO account_keys (key, account) VALUES (:key, :account) ON CONFLICT DO NOTHING")


def upgrade() -> None:
    bind = op.get_bind()
    statement, after = sa.text(BEYOND_ASCII[bind.dialect.name]), 0
    while rows := bind.execute(statement, {"after": after, "most": BATCH}).all():
        keys = [{"key": PART + part, "account": seq} for seq, search in rows for part in _parts(search)]
        if keys:
            bind.execute(ADD, keys)
        after = rows[-1].seq


def _parts(search: str) -> Iterator[str]:
    runs = HAN.findall(search)
    pairs = (run[place : place + 2] for run in runs for place in range(len(run) - 1))
    yield from dict.fromkeys((*(letter for run in runs for letter in run), *pairs, *SYLLABLE.findall(search)))


def downgrade() -> None:
    op.execute(f"DELETE FROM account_keys WHERE key >= '{PART}' AND key < '5part;'")  # noqa: S608 - a constant
