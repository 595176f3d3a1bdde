"""Until when somebody is away, from what they typed at 11:00 on Monday 2 March in Riga."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.access.deputising.until import LONGEST, read_until
from tests.bot.access.strategies import NOW

RIGA = ZoneInfo("Europe/Riga")


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("until friday", datetime(2026, 3, 7, tzinfo=RIGA)),  # the whole of Friday
        ("friday 14:00", datetime(2026, 3, 6, 14, tzinfo=RIGA)),
        ("tomorrow", datetime(2026, 3, 4, tzinfo=RIGA)),
        ("2 April", datetime(2026, 4, 3, tzinfo=RIGA)),  # in summer time by then
        ("05/03/2026", datetime(2026, 3, 6, tzinfo=RIGA)),  # the day first, as in Europe
        ("in 3 hours", datetime(2026, 3, 2, 14, tzinfo=RIGA)),
    ],
)
def test_a_day_is_meant_whole_and_a_time_as_it_is(typed: str, until: datetime) -> None:
    assert read_until(typed, NOW, RIGA) == until


@pytest.mark.parametrize("typed", ["", "f", "soon enough", "x" * (LONGEST + 1), "year 99999"])
def test_what_is_no_date_is_none(typed: str) -> None:
    assert read_until(typed, NOW, RIGA) is None
