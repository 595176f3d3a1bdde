"""The example of docs/, put together as a company would, with two accounts."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson

from bot.accounts.company_source import Account, AccountSource, SourceSettings
from bot.accounts.conformance import Trial
from bot.accounts.layout import AccountLayout

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "json_source.py"
FIELDS = ("id", "name", "domain", "kind", "email", "phone", "recipients")
LAYOUT = AccountLayout.of(
    FIELDS, kind_field="kind", exact=["email", "phone"], names=["name", "domain"], title=["name", "domain"]
)
BEANS: Mapping[str, Any] = {
    "id": "c-1",
    "name": "Baltic Beans",
    "domain": "balticbeans.example",
    "kind": "business",
    "email": "info@balticbeans.example",
    "phone": "+37120000478",
    "recipients": [f"reader{number}@inbox.example" for number in range(60)],
}
ANA: Mapping[str, Any] = {"id": "c-2", "name": "Ana Liepa", "kind": "individual", "email": "ana.liepa@inbox.example"}
KNOWN = tuple(
    Account(row["id"], row["kind"], {name: row[name] for name in LAYOUT.title if name in row}) for row in (BEANS, ANA)
)


def example_class() -> type[AccountSource]:
    """JsonSource, from the file that docs show."""
    found: type[AccountSource] = loaded(EXAMPLE).JsonSource
    return found


def loaded(file: Path) -> ModuleType:
    """A file of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings(folder: Path) -> SourceSettings:
    """Settings for a file with the two accounts, in `folder`."""
    (folder / "customers.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in (BEANS, ANA)))
    return SourceSettings("accounts", LAYOUT, options={"file": "customers.jsonl"}, folder=folder)


def trial(source: AccountSource) -> Trial:
    """The source with what it is known to have."""
    return Trial(source, LAYOUT, KNOWN)
