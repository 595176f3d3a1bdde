"""What an entry says, with the text that it opens to. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bot.audit.entry import PERSONAL, Opened
from bot.audit.listed_acts import LONGEST_ACT
from bot.audit.rows import EntryRow

Told = Mapping[str, Any]
"""An entry by its keys. Personal text is what was typed, None where it was erased or there was none."""


def told_by(row: EntryRow) -> Told:
    """The row has been found to be as it was written."""
    opened: Opened = orjson.loads(row.opened or "{}")
    said: dict[str, Any] = orjson.loads(row.sealed)
    return said | {name: opened.get(name, {}).get("value") for name in PERSONAL}


def is_about(at: datetime | None, moment: datetime | None) -> bool:
    """Whether an entry was written about this moment: a little later, or before where the clock was set back."""
    return at is not None and moment is not None and abs(at - moment) <= LONGEST_ACT
