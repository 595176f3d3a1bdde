"""Names of people outside leave the disclosure register, by two officers; what was given, when and on what stays."""

import json

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from bot.cli import main
from tests.scenarios.audit.erasing import Erase, erase, press
from tests.scenarios.disclosures.giving import approved, ask
from tests.scenarios.harness import CLI, Steward

__all__ = ["erase"]

KEPT = (
    "number",
    "entered_at",
    "asked_by",
    "account",
    "fields",
    "basis",
    "dated",
    "approved_by",
    "policy_version",
    "entry",
)
NAME = "Anna Kalna"


def rows(steward: Steward, query: str) -> list[dict[str, object]]:
    with steward.database.reading() as connection:
        return [dict(row) for row in connection.execute(sql(query)).mappings()]


def line(steward: Steward) -> dict[str, object]:
    return rows(steward, "SELECT * FROM disclosure_register")[0]


def test_a_name_goes_and_the_register_still_tells(steward: Steward, erase: Erase) -> None:
    approved(steward)
    before = line(steward)
    said = erase(f"name:{NAME.upper()}")
    assert "To be erased for this name or address: 1 recipient in 1 disclosure. The entries stay." in said
    desk = next(one.text for one in steward.person("laila").read("privacy-desk") if "E-1: erase" in one.text)
    assert (
        "a name or an e-mail address and what was typed with it from the audit table and the disclosure register"
        in desk
    )
    assert "Kalna" not in desk
    press(steward, "laila", "Confirm erasure")
    assert line(steward) == before
    press(steward, "ieva", "Confirm erasure")
    after = line(steward)
    assert after["recipient"] == "(erased)"
    assert {name: after[name] for name in (*KEPT, "organisation", "reference", "given_by", "why")} == {
        name: before[name] for name in (*KEPT, "organisation", "reference", "given_by", "why")
    }
    assert rows(steward, "SELECT recipient FROM disclosures") == [{"recipient": "(erased)"}]
    assert rows(steward, "SELECT disclosure, field, erasure FROM disclosure_erased") == [
        {"disclosure": 1, "field": "recipient", "erasure": 1}
    ]
    for who, channel in (("janis", "access-approvals"), ("laila", "privacy-desk")):
        told = "\n".join(one.text for one in steward.person(who).read(channel))
        assert "To (erased) of Rīga District Court: e-mail and phone" in told
        assert NAME not in told
    assert NAME not in str(steward.audit())
    exported = steward.services.special_cases.disclosures.register.export(CLI)
    assert [(one.recipient, one.basis, one.fields) for one in exported] == [
        ("(erased)", "court_order", ("email", "phone"))
    ]
    assert main(["audit", "verify"]) == 0
    steward.person("laila").type("/access disclosures", channel="general")
    assert "(erased) of Rīga District Court" in steward.person("laila").read("general")[-1].text


def test_all_that_names_somebody_of_an_account_goes(steward: Steward, erase: Erase) -> None:
    approved(steward)
    erase("pw-00412")
    for name in ("laila", "ieva"):
        press(steward, name, "Confirm erasure")
    after = line(steward)
    assert [after[name] for name in ("recipient", "given_by", "why")] == ["(erased)"] * 3
    assert (after["organisation"], after["reference"], after["basis"]) == (
        "Rīga District Court",
        "C-123/2026",
        "court_order",
    )
    asked = next(one for one in steward.audit(grant="D-1") if one["outcome"] == "requested")
    assert str(asked["justification"]).startswith("sha256:")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_waits_is_left_and_nothing_is_found_of_nobody(steward: Steward, erase: Erase) -> None:
    assert ask(steward) == {}
    for nobody in (f"name:{NAME}", "name:An", "name:"):
        assert main(["audit", "erase", "--subject", nobody, "--yes"]) == 2 - (nobody != "")
    assert steward.count("erasures") == 0


def test_the_database_takes_no_other_change(steward: Steward, erase: Erase) -> None:
    approved(steward)
    erase(f"name:{NAME}")
    for name in ("laila", "ieva"):
        press(steward, name, "Confirm erasure")
    for change in (
        "UPDATE disclosure_register SET given_by = '(erased)'",  # not recorded
        "UPDATE disclosure_register SET recipient = 'Somebody else'",
        "UPDATE disclosure_register SET basis = 'consent'",
        f"UPDATE disclosure_register SET fields = '{json.dumps(['iban'])}'",
        "DELETE FROM disclosure_register",
        "UPDATE disclosure_erased SET field = 'given_by'",
        "DELETE FROM disclosure_erased",
    ):
        with pytest.raises(DBAPIError), steward.database.transaction() as connection:
            connection.execute(sql(change))
