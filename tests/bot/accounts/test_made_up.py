"""The demo's accounts: the same each time, whole, and nobody's."""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from bot.accounts.checking import Account, check
from bot.accounts.files import Row, read_rows
from bot.accounts.layout import AccountLayout
from demo.accounts import made_up_accounts, write_jsonl
from tests.bot.accounts.conftest import Company

FIELDS = (
    "id", "name", "domain", "plan", "status", "created_at", "contact_name", "email", "phone", "address",
    "card_brand", "card_last4", "iban", "vat_number", "billing_address", "lists", "recipients",
)  # fmt: skip
LAYOUT = AccountLayout.of(FIELDS, kind_field="kind")


@cache
def everybody() -> list[dict[str, Any]]:
    """All of them, made once."""
    return list(made_up_accounts())


def test_they_are_the_same_each_time() -> None:
    assert list(made_up_accounts(300)) == everybody()[:300]
    digest = hashlib.sha256(orjson.dumps(everybody())).hexdigest()
    assert digest == "0ffd75809d37ab85b56fc76c64fbd0bcd3f0e41a9b3b856174d6b7db4c41c681"


def test_they_can_be_imported(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl")
    rows = list(read_rows(tmp_path / "a.jsonl"))
    assert len(rows) == 2000
    assert all(isinstance(row, Row) and isinstance(check(row, LAYOUT), Account) for row in rows)


def test_the_story_has_its_account_and_its_neighbours(company: Company) -> None:
    company.layout = LAYOUT
    assert company.put(*everybody()[:1800]).imported
    beans = everybody()[411]
    assert (beans["id"], beans["name"], beans["domain"]) == ("pw-00412", "Baltic Beans SIA", "balticbeans.example")
    assert (beans["plan"], beans["status"], beans["created_at"], beans["kind"]) == (
        "Growth",
        "active",
        "2024-05-03",
        "business",
    )
    assert company.found("balticbeans.example") == ["pw-00412"]
    found = company.search("bean")
    assert "pw-00412" in [ref.id for ref in found.refs]
    assert 3 <= len(found.refs) <= 10
    assert not found.more


def test_they_belong_to_nobody() -> None:
    for one in everybody():
        addresses = [one["email"], *one["recipients"]]
        assert all(re.fullmatch(r"[a-z0-9.-]+@\S+\.example", address) for address in addresses)
        assert one["domain"].endswith(".example")
        assert 3 <= len(one["recipients"]) <= 60
        assert re.fullmatch(r"\+\d{2,3}[ \d]{8,14}", one["phone"])
    assert len({one["domain"] for one in everybody()}) == len(everybody())


def test_account_numbers_have_valid_check_digits() -> None:
    ibans = [one["iban"].replace(" ", "") for one in everybody() if "iban" in one]
    assert len(ibans) > 100
    for number in ibans:
        assert int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def test_they_are_as_various_as_a_companys() -> None:
    assert {one["kind"] for one in everybody()} == {"business", "individual"}
    assert {one["status"] for one in everybody()} == {"active", "trial", "suspended", "closed"}
    assert {one["address"].rsplit(", ")[-1] for one in everybody()} >= {
        "Latvia",
        "Germany",
        "Ireland",
        "Poland",
        "Sweden",
    }
    assert sum("'" in one["name"] for one in everybody()) > 20
    assert sum(not one["name"].isascii() for one in everybody()) > 200
