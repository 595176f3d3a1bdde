"""What every use case stands on."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.access.recertification.removals import WithoutRemoved
from bot.access.roles import PRIVACY
from bot.access.rules.purposes import Rules
from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import Database
from bot.effects import Effects
from bot.settings import Configuration


@dataclass(frozen=True, slots=True)
class Ground:
    """The company's configuration, the database and its ledger, the people, the ports to others, and the clock."""

    configuration: Configuration
    database: Database
    ledger: Ledger
    directory: WithoutRemoved
    effects: Effects
    clock: Clock

    @property
    def rules(self) -> Rules:
        """Purposes and data classes."""
        return self.configuration.rules

    @property
    def zone(self) -> ZoneInfo:
        """The company's, in which days are days."""
        return ZoneInfo(self.configuration.company.timezone)

    @property
    def has_privacy_desk(self) -> bool:
        """Whether there is a channel for the privacy officers."""
        return PRIVACY in self.configuration.channels
