"""The policy's special cases, put together: outsiders, and third parties that the company engaged."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.access.people import Directory
from bot.access.roles import PRIVACY
from bot.access.sponsors import Sponsors
from bot.access.suspensions import Suspensions
from bot.accounts.disclosures.capability import Disclosures, build_disclosures
from bot.accounts.look_up import LookUp
from bot.accounts.on_list import OnList
from bot.accounts.reveal import Reveal
from bot.database import Database
from bot.effects import Effects
from bot.settings import Configuration


@dataclass(frozen=True, slots=True)
class SpecialCases:
    """What the policy says of outsiders, of processors, and of the people on customers' lists."""

    disclosures: Disclosures
    sponsors: Sponsors
    on_list: OnList
    suspensions: Suspensions


def build_special_cases(
    configuration: Configuration, database: Database, look_up: LookUp, directory: Directory, effects: Effects
) -> SpecialCases:
    """All of them, through the one door that look-ups go through."""
    zone = ZoneInfo(configuration.company.timezone)
    ledger, rules, clock = look_up.ledger, look_up.rules, look_up.clock
    return SpecialCases(
        disclosures=build_disclosures(look_up, database, directory, effects, zone, configuration.disclosure),
        sponsors=Sponsors(database, ledger, rules, directory, effects, clock),
        on_list=OnList(Reveal(look_up)),
        suspensions=Suspensions(
            database,
            ledger,
            rules,
            directory,
            effects,
            clock,
            configuration.ends_with_clause,
            PRIVACY in configuration.channels,
        ),
    )
