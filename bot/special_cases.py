"""The policy's special cases, put together: outsiders, and third parties that the company engaged."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.access.people import Directory
from bot.access.sponsors import Sponsors
from bot.accounts.disclosures.capability import Disclosures, build_disclosures
from bot.accounts.look_up import LookUp
from bot.database import Database
from bot.effects import Effects
from bot.settings import Configuration


@dataclass(frozen=True, slots=True)
class SpecialCases:
    """What the policy says of outsiders, and of processors."""

    disclosures: Disclosures
    sponsors: Sponsors


def build_special_cases(
    configuration: Configuration, database: Database, look_up: LookUp, directory: Directory, effects: Effects
) -> SpecialCases:
    """All of them, through the one door that look-ups go through."""
    zone = ZoneInfo(configuration.company.timezone)
    ledger, rules, clock = look_up.ledger, look_up.rules, look_up.clock
    return SpecialCases(
        disclosures=build_disclosures(look_up, directory, effects, zone, configuration.disclosure),
        sponsors=Sponsors(database, ledger, rules, directory, effects, clock),
    )
