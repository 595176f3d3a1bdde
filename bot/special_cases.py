"""The policy's special cases, put together: giving data to outsiders."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.access.people import Directory
from bot.accounts.disclosures.capability import Disclosures, build_disclosures
from bot.accounts.look_up import LookUp
from bot.effects import Effects
from bot.settings import Configuration


@dataclass(frozen=True, slots=True)
class SpecialCases:
    """What the policy says of outsiders."""

    disclosures: Disclosures


def build_special_cases(
    configuration: Configuration, look_up: LookUp, directory: Directory, effects: Effects
) -> SpecialCases:
    """All of them, through the one door that look-ups go through."""
    zone = ZoneInfo(configuration.company.timezone)
    return SpecialCases(build_disclosures(look_up, directory, effects, zone, configuration.disclosure))
