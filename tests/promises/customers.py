"""Customers whose every value is unmistakable, so that one that escapes is found wherever it turns up."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = "Orchard"  # a word in every name: what people type to find several
RECIPIENTS = 57


@dataclass(frozen=True, slots=True)
class Customer:
    """One account. `mark` begins each of its values; no other text in the world contains it."""

    id: str
    mark: str
    phone: str
    kind: str = "business"

    @property
    def name(self) -> str:
        return f"{self.mark}nm {SHARED}"

    @property
    def email(self) -> str:
        return f"{self.mark}em@{self.mark}dm.example"

    @property
    def row(self) -> dict[str, Any]:
        """As a line of an accounts file."""
        mark = self.mark
        texts = {
            name: f"{mark}{short}"
            for name, short in (("plan", "pl"), ("status", "st"), ("created_at", "cr"), ("contact_name", "cn"))
        }
        payment = {
            name: f"{mark}{short}" for name, short in (("card_brand", "cb"), ("iban", "ib"), ("vat_number", "va"))
        }
        lists = {
            "lists": [f"{mark}li{n}" for n in range(3)],
            "recipients": [f"{mark}rc{n}@{mark}rd.example" for n in range(RECIPIENTS)],
        }
        places = {"address": f"{mark}ad 12", "billing_address": f"{mark}ba 12"}
        known = {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "domain": f"{mark}dm.example",
            "email": self.email,
        }
        return {**known, "phone": self.phone, **texts, **payment, **places, **lists}

    def values(self) -> Iterator[str]:
        """Everything about it but its id and kind."""
        for name, value in self.row.items():
            if name not in ("id", "kind"):
                yield from value if isinstance(value, list) else [value]


ZQVALOR = Customer("pw-70010", "Zqvalor", "+371 26 748 311")
ZQBRENN = Customer("pw-70020", "Zqbrenn", "+371 26 748 322")
ZQCELTI = Customer("pw-70030", "Zqcelti", "+371 26 748 333", kind="individual")
CUSTOMERS = (ZQVALOR, ZQBRENN, ZQCELTI)


def write(folder: Path, customers: Iterable[Customer] = CUSTOMERS) -> Path:
    """An accounts file of them."""
    path = folder / "accounts.jsonl"
    path.write_text("".join(json.dumps(one.row, ensure_ascii=False) + "\n" for one in customers))
    return path


def values_in(text: str, allowed: Mapping[str, Iterable[str]] | None = None) -> set[str]:
    """Which values of any customer stand in the text, in whatever spelling of case.

    `allowed`: by mark, the values that may stand there.
    """
    searched = text.casefold()
    for one in CUSTOMERS:
        for value in sorted((allowed or {}).get(one.mark, ()), key=len, reverse=True):
            searched = searched.replace(value.casefold(), "")
    marks = {one.mark for one in CUSTOMERS if one.mark.casefold() in searched}
    digits = {one.phone for one in CUSTOMERS if one.phone[-7:] in text or one.phone.replace(" ", "")[-8:] in text}
    return marks | digits


def ids_in(text: str) -> set[str]:
    """Which accounts are named by id."""
    return {one.id for one in CUSTOMERS if one.id in text}
