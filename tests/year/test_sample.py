"""A small part of the year, with two processes of which one is killed: the whole of it is `make year`."""

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.year.__main__ import simulate_on
from tests.year.company import START, YEAR


@pytest.mark.postgres
@pytest.mark.skipif("STEWARD_YEAR" not in os.environ, reason="processes of its own: STEWARD_YEAR=1, or make year")
def test_a_part_of_the_year_has_no_fault(postgresql_url: str, tmp_path: Path) -> None:
    year = tuple(one for one in YEAR if one.decided < START + timedelta(days=30))
    verdict, conductor = simulate_on(postgresql_url, tmp_path, 14, 1, random.Random(3), year, 44, 0, replicas=2)
    assert verdict.faults == {}
    assert verdict.arrived["ahead"] == 14 + 2 - 1  # two channels; one person joins later
    assert verdict.arrived["day"] == 14 + 2 - 1
    assert verdict.arrived["reminder"] > 0
    assert conductor.replicas.kills >= 1
