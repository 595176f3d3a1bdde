"""Dates and times as people write them."""

from zoneinfo import ZoneInfo

import pytest

from bot.written import written_day, written_moment

RIGA = ZoneInfo("Europe/Riga")


@pytest.mark.parametrize(
    ("stored", "day", "moment"),
    [
        ("2024-05-03", "3 May 2024", "3 May 2024"),
        ("2024-05-03T22:30:00Z", "3 May 2024", "4 May 2024, 01:30 EEST"),
        ("2024-12-03 22:30:05+00:00", "3 Dec 2024", "4 Dec 2024, 00:30:05 EET"),
        ("2024-05-03T10:05", "3 May 2024", "3 May 2024, 10:05"),
        ("2024-05-03 in the morning", "3 May 2024", "2024-05-03 in the morning"),
        ("2024-02-31", "2024-02-31", "2024-02-31"),
        ("pw-00412", "pw-00412", "pw-00412"),
        ("2024-05-031", "2024-05-031", "2024-05-031"),
        ("", "", ""),
    ],
)
def test_a_stored_date_is_written_out(stored: str, day: str, moment: str) -> None:
    assert written_day(stored) == day
    assert written_moment(stored, RIGA) == moment
