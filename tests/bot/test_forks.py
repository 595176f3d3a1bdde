"""Forking from a process of one thread: what the new ones have, how they end, and what they do not share."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.forks import UNKNOWN

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")


def came_of(what: str) -> tuple[Any, str]:
    arguments = [sys.executable, "-m", "tests.bot.forking_process", what]
    ran = subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=True)
    return json.loads(ran.stdout), ran.stderr


def test_one_has_what_was_loaded_its_own_environment_and_nothing_of_the_others() -> None:
    (said, status, others, ours), _ = came_of("ends")
    held, own, descriptors = said[0]
    assert (held, own, status) == (["from before"], "this", 3)
    assert descriptors == 4, "the three of every process, and the one that lists them"
    assert others == [0, 0, 0]
    assert ours is None


def test_ids_and_chance_are_of_each_its_own() -> None:
    ids, chances = zip(*came_of("draws")[0], strict=True)
    assert len(set(ids)) == len(set(chances)) == 3


def test_one_that_fails_or_is_killed_is_told_of() -> None:
    (failed, killed, alive), errors = came_of("fails")
    assert (failed, killed, alive) == (1, -9, True)
    assert errors.count("ValueError: unforeseen") == 1


def test_one_that_does_not_end_is_killed() -> None:
    assert came_of("does_not_end")[0] == -9


def test_they_outlive_signals_of_the_group_and_what_forked_them() -> None:
    assert came_of("is_alone")[0] == [True, True, UNKNOWN, True]


def test_a_process_with_threads_is_not_forked() -> None:
    assert "one thread" in came_of("with_threads")[0]
