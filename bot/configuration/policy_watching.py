"""[policy]: where the policy is published, how it is watched, and whether changes wait for an officer."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PlainValidator

from bot.configuration.formats import Duration, fault
from bot.notices.watch_settings import WatchSettings

MOST_SOURCES = 20
MOST_FAULTS = 100
_LIKE = 'Write a file or an address in quotes, or a list of them: ["terms.md", "https://…"].'


def _sources(value: object) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names) or not names:
        raise fault("This names no file and no address.", _LIKE)
    if len(set(names)) < len(names):
        raise fault("The same source stands here twice.", "Name each part of the policy once, in its order.")
    if len(names) > MOST_SOURCES:
        raise fault(f"More than {MOST_SOURCES} sources are not one policy.", "Name the pages of the policy itself.")
    return tuple(name.strip() for name in names)


def _share(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 1:
        raise fault(f"{value!r} is no share.", "Write a number above 0 and up to 1, such as 0.5 for half of the words.")
    return float(value)


def _faults(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_FAULTS:
        raise fault(f"{value!r} is no number of checks.", f"Write a whole number from 1 to {MOST_FAULTS}.")
    return value


SourceNames = Annotated[tuple[str, ...], PlainValidator(_sources)]
Share = Annotated[float, PlainValidator(_share)]
Faults = Annotated[int, PlainValidator(_faults)]
Announce = Literal["decided", "automatic"]


class Watch(BaseModel):
    """The table [policy] watch."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    confirm_after: Duration = timedelta(minutes=10)
    most_lost: Share = 0.5
    tell_after: Faults = 3


def watch_settings(sources: tuple[str, ...], check: str | None, watch: Watch, announce: Announce) -> WatchSettings:
    """The values."""
    automatic = announce == "automatic"
    return WatchSettings(sources, check, watch.confirm_after, watch.most_lost, watch.tell_after, automatic)
