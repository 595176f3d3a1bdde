"""What steward.toml may not say of emergencies, duty, tickets, reasons and limits."""

from pathlib import Path

import pytest

from bot.settings import ConfigurationInvalid, load_configuration
from tests.scenarios.harness import ROOT

CAP = 'max_duration = "4h"                  # the longest that one grant lasts\n'
EMERGENCY = "emergency = "


def faults(tmp_path: Path, *, purpose: str = "", access: str = "", without: str = "") -> list[str]:
    lines = (ROOT / "steward.toml").read_text().splitlines(keepends=True)
    kept = [one for one in lines if not (without and one.startswith(without)) and not one.startswith(EMERGENCY)]
    text = "".join(kept).replace(CAP, f"{CAP}{purpose}\n").replace("[access]\n", f"[access]\n{access}\n")
    (tmp_path / "steward.toml").write_text(text)
    try:
        load_configuration(tmp_path / "steward.toml")
    except ConfigurationInvalid as invalid:
        return [str(one) for one in invalid.faults]
    return []


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        ('emergency = "5h"', "longer than max_duration"),
        ('on_duty = { group = "oncal" }', "There is no group “oncal” to be on duty"),
        ("on_duty = {}", "neither who is on duty nor when"),
        ('on_duty = { hours = [{ start = "08:00", end = "08:00" }] }', "begin and end at 08:00"),
        ('on_duty = { hours = [{ days = [], start = "08:00", end = "09:00" }] }', "on no day"),
        ('ticket = "["', "not a regular expression"),
        ('ticket = "(a+)+"', "can itself repeat"),
        ('ticket = "^HD-\\\\d+$"\nticket_example = "CS-1"', "does not match"),
        ('ticket_example = "CS-1"', "no pattern that this is an example of"),
        ('reasons = ["Bounce", "Bounce"]', "stands there 2 times"),
        (f'reasons = ["{"x" * 71}"]', "71 characters"),
        ("lookups_per_hour = 0", "nobody could do anything"),
    ],
)
def test_contradictions_of_a_purpose(tmp_path: Path, purpose: str, words: str) -> None:
    (fault,) = faults(tmp_path, purpose=purpose)
    assert words in fault
    assert fault.startswith("line ")


@pytest.mark.parametrize(
    ("access", "purpose", "words"),
    [
        ("open_requests = 0", "", "0 is no limit"),
        ("open_requests = 5\nopen_grants = 3", "", "never reached"),
        ("lookups_per_hour = 10", "lookups_per_hour = 20", "never reached"),
        ("accounts_in_a_grant = 11", "", "more than an approver can read and tick"),
    ],
)
def test_contradictions_of_limits(tmp_path: Path, access: str, purpose: str, words: str) -> None:
    (fault,) = faults(tmp_path, access=access, purpose=purpose)
    assert words in fault


def test_an_emergency_needs_somebody_to_review_and_to_tell(tmp_path: Path) -> None:
    found = " ".join(faults(tmp_path, purpose='emergency = "1h"', without="auditors = "))
    assert "no group “auditors”" in found
    found = " ".join(faults(tmp_path, purpose='emergency = "1h"', without='audit = "audit-log"'))
    assert "told to the audit channel" in found


def test_all_of_it_together_is_fine(tmp_path: Path) -> None:
    purpose = """emergency = "1h"
on_duty = { group = "support", hours = [{ days = ["friday"], start = "20:00", end = "08:00", timezone = "UTC" }] }
ticket = "^[A-Z]+-\\\\d+$"
ticket_example = "CS-1"
ticket_required = true
reasons = ["Bounce analysis"]
lookups_per_hour = 10"""
    assert faults(tmp_path, purpose=purpose, access="open_requests = 3\naccounts_in_a_grant = 3") == []
