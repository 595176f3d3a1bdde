"""A small part of the year, with two processes of which one is killed."""

import os
from datetime import timedelta

import pytest

from tests.year.__main__ import simulate
from tests.year.company import START, YEAR


@pytest.mark.postgres
@pytest.mark.skipif("STEWARD_YEAR" not in os.environ, reason="about a minute: STEWARD_YEAR=1, or make year")
def test_a_part_of_the_year_has_no_fault() -> None:
    year = tuple(one for one in YEAR if one.decided < START + timedelta(days=30))
    verdict, conductor = simulate(14, 1, 3, year, 44, 0, replicas=2)
    assert verdict.faults == {}
    assert verdict.arrived["ahead"] == 16
    assert verdict.arrived["day"] == 16
    assert conductor.replicas.kills >= 1
