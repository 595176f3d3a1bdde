"""The tables that no tree covers and whose rows are compared with the entries that tell of them."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from bot.audit.faults import Fault
from bot.audit.recorded_announcements import announcements_fault
from bot.audit.recorded_certifications import certifications_fault
from bot.audit.recorded_disclosures import disclosures_fault
from bot.audit.recorded_grants import grants_fault
from bot.audit.recorded_objections import objections_fault
from bot.audit.recorded_presses import presses_fault
from bot.audit.recorded_removals import removals_fault
from bot.audit.recorded_requests import requests_fault
from bot.audit.recorded_reviews import reviews_fault
from bot.audit.recorded_rulings import rulings_fault

BESIDE: Final[tuple[Callable[[Connection], Fault | None], ...]] = (
    grants_fault,
    objections_fault,
    removals_fault,
    certifications_fault,
    disclosures_fault,
    presses_fault,
    reviews_fault,
    announcements_fault,
    rulings_fault,
    requests_fault,
)
"""Each finds the first row that says something else than its entries, or that is gone."""
