"""When something that a process took for a while is another's to take."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, or_

ASTRAY: Final = timedelta(hours=2)
"""More than clocks are apart that anybody looks after, one with a wrong summer time included."""


def is_free(until: Any, now: datetime, length: timedelta) -> ColumnElement[bool]:
    """Whether nobody holds it: of a column that has the end of a lease of this length, or nothing.

    An end that is further away than a lease is long was noted by a clock that has been set back since. Whoever noted it
    has died, or notices that it is another's now; without this all would wait for as long as that clock was wrong.
    """
    return or_(until.is_(None), until <= now, until > now + length + ASTRAY)
