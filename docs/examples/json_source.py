"""A company's own source of accounts in under 50 lines: a file of JSON lines, an account each, `id` among its keys.

steward.toml: [accounts] source = "json", file = "customers.jsonl". In the package's pyproject.toml:
[project.entry-points."steward.sources"] json = "json_source:JsonSource"
"""

import json
from collections.abc import Mapping, Sequence

from bot.accounts.company_source import Account, AccountSource, Found, SourceDown, SourceSettings, Value


class JsonSource(AccountSource):
    def __init__(self, settings: SourceSettings) -> None:
        self._layout = settings.layout
        self._file = settings.folder / settings.options["file"]

    def search(self, query: str, limit: int) -> Found:
        if one := self.find(query):
            return Found((one,), how="id")
        accounts, wanted = self._read().values(), query.casefold()
        whole = [row for row in accounts if any(wanted == str(row.get(key)).casefold() for key in self._layout.exact)]
        if whole:
            return Found(tuple(map(self._account, whole[:limit])), len(whole) > limit, "exact")
        if len(query) < 3:
            return Found(how="too_short")
        part = [
            row for row in accounts if any(wanted in str(row.get(key, "")).casefold() for key in self._layout.names)
        ]
        return Found(tuple(map(self._account, part[:limit])), len(part) > limit, "substring")

    def find(self, account_id: str) -> Account | None:
        row = self._read().get(account_id)
        return self._account(row) if row else None

    def fetch(self, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        row = self._read().get(account_id, {})
        values = {name: row[name] for name in fields if row.get(name)}
        return {name: tuple(value) if isinstance(value, list) else str(value) for name, value in values.items()}

    def _read(self) -> dict[str, dict]:
        try:
            rows = [json.loads(line) for line in self._file.read_text("utf-8").splitlines() if line]
        except (OSError, ValueError):
            raise SourceDown from None  # the cause may quote the file
        return {row["id"]: row for row in rows}

    def _account(self, row: dict) -> Account:
        return Account(row["id"], row.get("kind"), {name: row[name] for name in self._layout.title if row.get(name)})
