"""`steward audit verify --witness`: whether others saw the checkpoints that were verified, and signed that they did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.audit.faults import Fault
from bot.audit.merkle.checkpoints import cosigned_by
from bot.command_line.console import say
from bot.command_line.given_files import key_text


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A witness's cosignature that holds, and under which checkpoint it stands."""

    name: str
    at: datetime
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What all the witnesses saw that were asked about; or the first fault."""

    witnesses: tuple[Witnessed, ...] = ()
    fault: Fault | None = None


def seen_by(keys: Sequence[str], notes: Mapping[str, str | bytes | None]) -> Seen:
    """Look for each witness's cosignature under the first of these verified checkpoints that has it."""
    there = {called: note for called, note in notes.items() if note is not None}
    found: list[Witnessed] = []
    for key in keys:
        cosigned = cosigned_by(key_text(key), there)
        if isinstance(cosigned, Fault):
            return Seen(tuple(found), cosigned)
        called, one = cosigned
        found.append(Witnessed(one.name, datetime.fromtimestamp(one.at, UTC), called))
    return Seen(tuple(found))


def tell_seen(seen: Seen) -> None:
    """Who saw it, and when."""
    for one in seen.witnesses:
        say(f"The witness {one.name} cosigned the {one.checkpoint}, {one.at:%Y-%m-%d %H:%M:%S} UTC.")
