"""[disclosure]: what the policy says on giving data to outsiders, and how long two people have to decide."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.accounts.disclosures.ask import DisclosureTerms
from bot.configuration.formats import Duration, Words


class Disclosure(BaseModel):
    """The table. Without it nothing is disclosed to outsiders at all."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    clause: Words = Field(examples=['"words of the policy"'])
    pending_timeout: Duration = timedelta(days=3)


def disclosure_terms(table: Disclosure | None) -> DisclosureTerms | None:
    """The value that the rest of Steward uses."""
    return DisclosureTerms(table.clause, table.pending_timeout) if table else None
