"""How people name customers' requests and their lists after `/privacy`. Pure."""

import re
from typing import Final

from bot.numbers import whole_number

LISTS: Final = {"requests": False, "requests open": False, "requests ended": True, "requests closed": True}
"""The lists of customers' requests as they are typed, and whether it is the one of those that have ended."""

_DASH: Final = r"\s*[-‐-―#]?\s*"
_CUSTOMERS: Final = re.compile(
    rf"(?:C|(?:(?:a |the )?customers?['’]?s?['’]? )?requests?(?: C)?(?: no\.?| number)?){_DASH}(\d+)\.?", re.IGNORECASE
)


def customers_request(text: str) -> int | None:
    """The number in "C-77", "c 77" or "request 77"; None when it is none."""
    match = _CUSTOMERS.fullmatch(" ".join(text.split()))
    return whole_number(match[1]) if match else None


def list_typed(text: str) -> bool | None:
    """Whether it is the list of those that have ended; None where no list is asked for."""
    return LISTS.get(" ".join(text.lower().split()))
