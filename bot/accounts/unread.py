"""What an audit entry says of data that could not be read from a source of the company's, and why. Pure."""

from collections.abc import Mapping

from bot.access.reasons import Reason
from bot.access.rules.purposes import DataClass
from bot.accounts.source import SourceDown, WhyUnread

REASONS: Mapping[WhyUnread, Reason] = {
    "down": Reason.SOURCE_DOWN,
    "slow": Reason.SOURCE_SLOW,
    "broken": Reason.SOURCE_BROKEN,
    "shared": Reason.SHARED_ID,
}


def reason_of(down: SourceDown) -> Reason:
    """Why nothing at all could be read."""
    return REASONS[down.why]


def classes_unread(unread: Mapping[str, WhyUnread], classes: Mapping[str, DataClass]) -> Mapping[str, WhyUnread]:
    """Keys of the data classes of which a field could not be read, and why."""
    return {key: unread[name] for key, one in classes.items() for name in one.fields if name in unread}


def told(reason: Reason, unread: Mapping[str, WhyUnread], classes: Mapping[str, DataClass]) -> str:
    """The decision's code, and after it what could not be read: "standing source_down:payment,recipients"."""
    of = classes_unread(unread, classes)
    parts = (
        f"{code.value}:{','.join(key for key, found in of.items() if found == why)}"
        for why, code in REASONS.items()
        if why in of.values()
    )
    return " ".join((reason.value, *parts))
