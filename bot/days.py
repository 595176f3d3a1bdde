"""Days as people and Slack's date picker write them. Pure."""

import re
from datetime import date
from typing import Final

_WRITTEN: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(typed: str | None) -> date | None:
    """The day that 2026-03-02 is; None for what is written otherwise, and for what is no day of the calendar."""
    try:
        return date.fromisoformat(typed) if typed and _WRITTEN.fullmatch(typed) else None
    except ValueError:
        return None
