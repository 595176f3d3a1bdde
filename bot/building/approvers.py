"""What concerns approvers, put together."""

from bot.access.approving import Approvers
from bot.access.deciding.reminders import Reminders
from bot.access.deputising.away import Away
from bot.access.ending.least_use import LeastUse
from bot.access.recertification.recertify import Recertify
from bot.building.ground import Ground


def build_approvers(on: Ground) -> Approvers:
    """All of them, over one database and one directory of people."""
    settings, channels = on.configuration, frozenset(on.configuration.channels)
    records, queued = (on.database, on.ledger, on.rules), (on.effects, on.clock)
    return Approvers(
        away=Away(*records, *queued, "approvals" in channels),
        reminders=Reminders(*records, on.directory, *queued, channels),
        least_use=LeastUse(*records, *queued),
        recertify=Recertify(*records, on.directory, *queued, settings.recertification),
        timezone=settings.company.timezone,
    )
