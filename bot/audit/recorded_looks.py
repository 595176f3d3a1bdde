"""The tables that no tree covers and whose rows are compared with the entries that tell of them."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from bot.audit.faults import Fault
from bot.audit.recorded_disclosures import disclosures_fault
from bot.audit.recorded_grants import grants_fault
from bot.audit.recorded_objections import objections_fault
from bot.audit.recorded_presses import presses_fault
from bot.audit.recorded_removals import removals_fault

BESIDE: Final[tuple[Callable[[Connection], Fault | None], ...]] = (
    grants_fault,
    objections_fault,
    removals_fault,
    disclosures_fault,
    presses_fault,
)
"""Each finds the first row that says something else than its entries, or that is gone."""
