"""Who works there, what they are told of, and the company's configuration."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ZONES = (
    "Europe/Riga",
    "Europe/London",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Los_Angeles",
)
HOLIDAYS = (date(2026, 5, 1), date(2026, 12, 25))
REMINDERS = 2
START = datetime(2026, 1, 5, tzinfo=UTC)
CONFIGURATION = """
[company]
name = "Year"
timezone = "Europe/Riga"
contact = "privacy@year.example"
[policy]
source = "policy.md"
[policy.notice]
at = "09:00"
channels = ["general", "news"]
remind_after = "3d"
reminders = 2
acknowledge = true
hours = { start = "08:00", end = "18:00", holidays = ["2026-05-01", "2026-12-25"] }
[groups]
support = "support"
approvers = "approvers"
privacy = "privacy-office"
[channels]
approvals = "general"
[data_classes.account]
fields = ["id", "name"]
shown = "open"
[purposes.technical_support]
clause = "to give technical support"
groups = ["support"]
default_for = ["support"]
data_classes = ["account"]
max_duration = "4h"
"""
POLICY = """# Privacy policy

## Use

We use your data to give technical support.

## Keeping

We keep invoices for 30 days.
"""


@dataclass(frozen=True, slots=True)
class Planned:
    """One change of the year: when it is decided, for which day, and what becomes of it."""

    number: int
    decided: datetime
    day: date
    withdrawn: datetime | None = None
    moved: tuple[datetime, date] | None = None


def _at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


YEAR = (
    Planned(1, _at(1, 12), date(2026, 2, 16)),
    Planned(2, _at(3, 2), date(2026, 3, 30)),  # clocks go forward in New York on 8 March, in Riga the day before
    Planned(3, _at(4, 20), date(2026, 5, 25), withdrawn=_at(5, 18, 12)),
    Planned(4, _at(6, 15), date(2026, 7, 20), moved=(_at(7, 10, 12), date(2026, 8, 3))),
    Planned(5, _at(9, 7), date(2026, 8, 24)),  # in the past
    Planned(6, _at(10, 1), date(2026, 10, 26)),  # clocks go back in Riga the day before, in New York on 1 November
)


def text_of(number: int) -> str:
    """The policy after so many changes."""
    return POLICY.replace("30 days", f"{30 + number} days")


def write_company(folder: Path) -> Path:
    """The configuration and the first policy; returns the former's path."""
    (folder / "policy.md").write_text(POLICY)
    path = folder / "steward.toml"
    path.write_text(CONFIGURATION)
    return path


@dataclass
class Employee:
    """One person; `joins` and `leaves` are simulated times."""

    id: str
    zone: str
    joins: datetime
    leaves: datetime | None

    def row(self) -> dict[str, Any]:
        """As users.list has it."""
        profile = {"display_name": self.id.lower(), "email": f"{self.id.lower()}@year.example"}
        return {"id": self.id, "team_id": "T1", "tz": self.zone, "deleted": False, "profile": profile}


def employees(number: int, chance: random.Random) -> list[Employee]:
    """Most are there all the year; one in 25 joins in its course, one in 30 leaves."""
    found = []
    for index in range(number):
        joins, leaves = START - timedelta(days=1), None
        if index % 25 == 7:
            joins = _odd_moment(chance, 20, 300)
        elif index % 30 == 11:
            leaves = _odd_moment(chance, 20, 300)
        found.append(Employee(f"U{index:04}", ZONES[index % len(ZONES)], joins, leaves))
    return found


def _odd_moment(chance: random.Random, first: int, last: int) -> datetime:
    """At seven minutes past an hour, when nobody is told anything."""
    return START + timedelta(days=chance.randrange(first, last), hours=chance.randrange(24), minutes=7)
