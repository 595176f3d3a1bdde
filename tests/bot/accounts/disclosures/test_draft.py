"""What is wrong with what somebody filled in to give data away, and what is refused whatever else it says."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.access.rules.purposes import DataClass, Rules, Shown
from bot.accounts.disclosures.draft import (
    LONGEST_TEXT,
    LONGEST_WHY,
    SHORTEST_WHY,
    Basis,
    Draft,
    Fault,
    Part,
    check,
    disclosable,
    forbidden,
)

TODAY = date(2026, 3, 2)
CLASSES = {
    "contact": DataClass("contact", "Contact", ("email", "phone"), Shown.MASKED),
    "recipients": DataClass("recipients", "Recipients", ("recipients",), Shown.HIDDEN, belongs_to_customer=True),
}
RULES = Rules({}, CLASSES, timedelta(hours=8))
COURT = "Rīga District Court"
WHOLE = Draft(
    "pw-1", ("email", "phone"), "Anna Kalna", COURT, Basis.COURT_ORDER, "C-1", "2026-03-02", COURT, "The court wants it"
)

ONE_LINE = {
    Part.ACCOUNT: "account",
    Part.RECIPIENT: "recipient",
    Part.ORGANISATION: "organisation",
    Part.REFERENCE: "reference",
    Part.GIVEN_BY: "given_by",
}


def but(**changed: Any) -> Draft:
    return replace(WHOLE, **changed)


def test_what_is_whole_has_no_fault() -> None:
    for basis in (Basis.COURT_ORDER, Basis.CONSENT):
        assert check(but(basis=basis), RULES, TODAY) == {}
        assert forbidden(but(basis=basis)) is None


@pytest.mark.parametrize("part", ONE_LINE)
def test_each_line_is_there_and_not_too_long(part: Part) -> None:
    for typed, fault in (
        ("", Fault.MISSING),
        (" \n", Fault.MISSING),
        ("x" * LONGEST_TEXT, None),
        ("x" * (LONGEST_TEXT + 1), Fault.TOO_LONG),
    ):
        found = check(but(**{ONE_LINE[part]: typed}), RULES, TODAY)
        assert found == ({part: fault} if fault else {})


@pytest.mark.parametrize(
    ("changed", "part", "fault"),
    [
        ({"fields": ()}, Part.FIELDS, Fault.MISSING),
        ({"fields": ("email", "recipients")}, Part.FIELDS, Fault.NOT_OURS),
        ({"fields": ("shoe_size",)}, Part.FIELDS, Fault.NOT_OURS),
        ({"basis": None}, Part.BASIS, Fault.MISSING),
        ({"basis": Basis.PAYMENT}, Part.BASIS, Fault.MISSING),
        ({"basis": Basis.NONE}, Part.BASIS, Fault.MISSING),
        ({"dated": None}, Part.DATED, Fault.MISSING),
        ({"dated": "yesterday"}, Part.DATED, Fault.NO_DAY),
        ({"dated": "20260302"}, Part.DATED, Fault.NO_DAY),
        ({"dated": "2026-03-03"}, Part.DATED, Fault.IN_THE_FUTURE),
        ({"why": "   "}, Part.WHY, Fault.MISSING),
        ({"why": f"{'x' * (SHORTEST_WHY - 1)}   "}, Part.WHY, Fault.TOO_SHORT),
        ({"why": "x" * SHORTEST_WHY}, Part.WHY, None),
        ({"why": "x" * LONGEST_WHY}, Part.WHY, None),
        ({"why": "x" * (LONGEST_WHY + 1)}, Part.WHY, Fault.TOO_LONG),
    ],
)
def test_each_fault_is_named_at_its_field(changed: dict[str, object], part: Part, fault: Fault | None) -> None:
    found = check(but(**changed), RULES, TODAY)
    assert found == ({part: fault} if fault else {})


def test_all_faults_are_named_at_once() -> None:
    nothing = Draft("", (), "", "", None, "", None, "", "")
    assert check(nothing, RULES, TODAY) == dict.fromkeys(Part, Fault.MISSING)


def test_the_customers_own_data_is_never_given_away() -> None:
    assert disclosable(RULES) == ("email", "phone")


@pytest.mark.parametrize(
    "words", ["We SELL the list", "for sale", "they rent it", "leased", "a data broker", "they pay us", "for money"]
)
def test_what_speaks_of_money_is_a_sale_whatever_the_basis_says(words: str) -> None:
    for field in ("why", "organisation", "recipient"):
        assert forbidden(but(**{field: words})) is Basis.PAYMENT
    assert forbidden(but(basis=Basis.NONE, why=words)) is Basis.PAYMENT


def test_without_consent_or_order_it_is_refused() -> None:
    assert forbidden(but(basis=Basis.PAYMENT)) is Basis.PAYMENT
    assert forbidden(but(basis=Basis.NONE)) is Basis.NONE
    assert forbidden(but(basis=None)) is None  # which is a fault, to be mended
    assert forbidden(but(why="The salesperson of the branch is a party", recipient="Mr Buyukov")) is None
