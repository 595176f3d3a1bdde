"""Whether the example keeps its promises: `python -m pytest test_json_source.py`, with pytest installed.

A source of your own is tried the same way: make it of the settings that it would have, and name accounts that it has.
"""

import json

import pytest
from json_source import JsonSource

from bot.accounts.company_source import Account, SourceSettings
from bot.accounts.conformance import CHECKS, Trial
from bot.accounts.layout import AccountLayout

ROWS = (
    {"id": "c-1", "kind": "business", "name": "Acme", "email": "info@acme.example", "recipients": ["ana@x.example"]},
    {"id": "c-2", "kind": "individual", "name": "Ana Liepa", "email": "ana@liepa.example"},
)
LAYOUT = AccountLayout.of(
    ["id", "kind", "name", "email", "recipients"],  # the fields of your data classes
    kind_field="kind",
    exact=["email"],  # as in steward.toml: found as a whole,
    names=["name"],  # found by a part,
    title=["name"],  # and shown at the head of a card
)
KNOWN = tuple(Account(row["id"], row["kind"], {"name": row["name"]}) for row in ROWS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_keeps_its_promises(check, tmp_path):
    (tmp_path / "customers.jsonl").write_text("\n".join(map(json.dumps, ROWS)), "utf-8")
    source = JsonSource(SourceSettings("accounts", LAYOUT, {"file": "customers.jsonl"}, folder=tmp_path))
    check(Trial(source, LAYOUT, KNOWN))
