"""[disclosure]: what the policy says on giving data to outsiders, and how long two people have to decide."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.access.roles import PRIVACY
from bot.accounts.disclosures.ask import DisclosureTerms
from bot.accounts.disclosures.records import NEEDS
from bot.configuration.consistency import Parts
from bot.configuration.faults import Fault
from bot.configuration.formats import Duration, Words
from bot.configuration.lines import Lines


class Disclosure(BaseModel):
    """The table. Without it nothing is disclosed to outsiders at all."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    clause: Words = Field(examples=['"words of the policy"'])
    pending_timeout: Duration = timedelta(days=3)


def disclosure_faults(raw: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """The groups whose people have to agree, and the channels in which they are asked, are needed."""
    parts = Parts.of(raw, lines)
    if not isinstance(raw.get("disclosure"), Mapping):
        return []
    needed = [("groups", role, parts.groups) for role in NEEDS]
    needed += [("channels", role, parts.channels) for role in (PRIVACY, "approvals")]
    return [
        parts.fault("disclosure", f"[disclosure] needs “{role}” in [{table}].", f'Add {role} = "…" to [{table}].')
        for table, role, there in needed
        if role not in there
    ]


def disclosure_terms(table: Disclosure | None) -> DisclosureTerms | None:
    """The value that the rest of Steward uses."""
    return DisclosureTerms(table.clause, table.pending_timeout) if table else None
