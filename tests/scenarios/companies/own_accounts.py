"""The reference company with its accounts in databases of its own."""

import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import URL

from tests.bot.accounts.sql.company_database import fill
from tests.scenarios.harness import ACCOUNTS, ROOT

FIELDS: Final = """name = "company"
domain = "web"
kind = "type"
created_at = "since"
contact_name = "contact"
email = "mail"
phone = "tel"
address = "street"
"""
ONE: Final = (
    """
source = "sql"
timeout_s = 60
url = "{url}"
table = "customers"
key = "customer_no"
individual = ["private"]
[accounts.fields]
"""
    + FIELDS
    + """[accounts.classes.payment]
table = "payment_details"
fields = {{ iban = "iban_no", vat_number = "vat" }}
[accounts.lists]
lists = {{ table = "lists", column = "title" }}
recipients = {{ table = "list_members", column = "address", order = "member_no" }}
"""
)
SEVERAL: Final = (
    """
[accounts.sources.crm]
source = "sql"
timeout_s = 60
data_classes = ["account", "contact"]
url = "{url}"
table = "customers"
key = "customer_no"
individual = ["private"]
[accounts.sources.crm.fields]
"""
    + FIELDS
    + """[accounts.sources.billing]
source = "sql"
timeout_s = 60
data_classes = ["payment"]
url = "{billing}"
table = "payment_details"
key = "customer_no"
fields = {{ iban = "iban_no", vat_number = "vat" }}
[accounts.sources.mail]
source = "sql"
timeout_s = 60
data_classes = ["recipients"]
url = "{mail}"
table = "customers"
key = "customer_no"
[accounts.sources.mail.lists]
lists = {{ table = "lists", column = "title" }}
recipients = {{ table = "list_members", column = "address", order = "member_no" }}
"""
)


def company_folder(folder: Path, accounts: str, **urls: URL) -> Path:
    """A folder with the company's steward.toml and policies, and these words in [accounts]."""
    shutil.copytree(ROOT / "policies", folder / "policies")
    (folder / "steward.toml").write_text(with_accounts((ROOT / "steward.toml").read_text(), accounts, **urls))
    return folder


def with_accounts(text: str, accounts: str, **urls: URL) -> str:
    """A configuration with these words in [accounts], and the addresses in them."""
    written = accounts.format(**{name: url.render_as_string(hide_password=False) for name, url in urls.items()})
    own = 'exact = ["email", "domain", "phone", "vat_number"]' + written
    found = re.sub(r"(?m)^source = \"embedded\".*\n^exact = .*\n((?:^\w.*\n)*)", lambda rest: rest[1] + own, text)
    tomllib.loads(found)
    return found


def customers() -> list[Mapping[str, Any]]:
    """The accounts that the other scenarios import."""
    return [orjson.loads(line) for line in ACCOUNTS.read_bytes().splitlines()]


def filled(url: URL) -> URL:
    """The address of a database that has them now."""
    fill(url, customers())
    return url
