"""Time zones as Slack says them, on a machine that may know others."""

from zoneinfo import ZoneInfo

import pytest

from bot.clock import zone_named

RIGA = ZoneInfo("Europe/Riga")


@pytest.mark.parametrize("name", ["Atlantis/Poseidonis", "Europe", "", "../zoneinfo", "Europe/Riga\x00"])
def test_what_is_no_zone_here_is_another(name: str) -> None:
    assert zone_named(name, RIGA) == RIGA
    assert zone_named(name) == ZoneInfo("UTC")


def test_a_zone_is_itself() -> None:
    assert zone_named("America/New_York", RIGA) == ZoneInfo("America/New_York")
