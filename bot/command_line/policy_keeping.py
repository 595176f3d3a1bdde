"""What the commands about the policy keep texts and watch sources with; without a steward.toml as far as it goes."""

from datetime import UTC

from bot.building.notices import planned_notices
from bot.building.policy_changes import build_changes, keeping_of
from bot.command_line.opening import Work
from bot.delivery.outbox import Outbox
from bot.effects import Effects
from bot.notices.announcing import NoAnnouncer
from bot.notices.capability import Changes
from bot.notices.keeping import Keeping
from bot.privacy.source import is_url
from bot.queued import QueuedEffects


def keeping_for(work: Work) -> Keeping:
    """What keeps new texts. Where there is no configuration, there are no officers to tell either."""
    if not work.environment.steward_config.exists():
        return Keeping(work.ledger, _effects(work), NoAnnouncer(), work.clock, UTC, posts=False)
    configuration = work.configuration()
    announcer = planned_notices(configuration, _effects(work), work.clock)
    return keeping_of(configuration, work.ledger, _effects(work), work.clock, announcer)


def changes_for(work: Work) -> Changes:
    """The whole capability. Raises ConfigurationInvalid."""
    return build_changes(work.configuration(), work.database, work.ledger, _effects(work), work.clock)


def private_too(work: Work, source: str) -> bool:
    """Whether the configuration, where there is one, lets addresses lead into the company's own network."""
    if not is_url(source) or not work.environment.steward_config.exists():
        return False
    return work.configuration().policy.allow_private_addresses


def _effects(work: Work) -> Effects:
    return QueuedEffects(Outbox(work.clock))
