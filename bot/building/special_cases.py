"""The policy's special cases, put together."""

from bot.access.clauses.suspensions import Suspensions
from bot.access.requests.sponsors import Sponsors
from bot.accounts.disclosures.capability import build_disclosures
from bot.accounts.look_up import LookUp
from bot.accounts.on_list import OnList
from bot.accounts.reveal import Reveal
from bot.accounts.special_cases import SpecialCases
from bot.building.ground import Ground


def build_special_cases(on: Ground, look_up: LookUp) -> SpecialCases:
    """All of them, through the one door that look-ups go through."""
    settings, people = on.configuration, (on.rules, on.directory, on.effects, on.clock)
    return SpecialCases(
        disclosures=build_disclosures(look_up, on.database, on.directory, on.effects, on.zone, settings.disclosure),
        sponsors=Sponsors(on.database, on.ledger, *people),
        on_list=OnList(Reveal(look_up)),
        suspensions=Suspensions(on.database, on.ledger, *people, settings.ends_with_clause, on.has_privacy_desk),
    )
