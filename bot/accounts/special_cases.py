"""The policy's special cases: outsiders, third parties that the company engaged, and people on customers' lists."""

from dataclasses import dataclass

from bot.access.clauses.suspensions import Suspensions
from bot.access.requests.sponsors import Sponsors
from bot.accounts.disclosures.capability import Disclosures
from bot.accounts.on_list import OnList


@dataclass(frozen=True, slots=True)
class SpecialCases:
    """What the policy says of outsiders, of processors, of people on lists, and of purposes whose clause is gone."""

    disclosures: Disclosures
    sponsors: Sponsors
    on_list: OnList
    suspensions: Suspensions
