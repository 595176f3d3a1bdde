"""The roles of steward.toml that Steward itself speaks of; purposes, escalation and recertification name the others."""

from typing import Final

from bot.access.people import Person, Standing

APPROVERS: Final = "approvers"
AUDITORS: Final = "auditors"
PRIVACY: Final = "privacy"
"""The privacy officers, in [groups]; in [channels] the desk where they are asked and told."""


def is_officer(person: Person) -> bool:
    """Whether this is a privacy officer: an employee. A guest in their group is none."""
    return person.standing is Standing.MEMBER and PRIVACY in person.roles
