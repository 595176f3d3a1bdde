"""One Steward a SQLite database, any number a PostgreSQL."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.running.refusals import CannotStart
from bot.running.single import held_alone

HOLD = """
import sys
from sqlalchemy import make_url
from bot.running.single import held_alone
with held_alone(make_url(sys.argv[1])):
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


def test_a_second_one_is_told_who_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/steward.db"
    other = subprocess.Popen([sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(CannotStart, match=f"process {other.pid}"), held_alone(make_url(url)):
            pass
        other.kill()
        other.wait()
        with held_alone(make_url(url)):
            pass


def test_it_is_let_go_at_the_end(tmp_path: Path) -> None:
    url = make_url(f"sqlite:///{tmp_path}/steward.db")
    for _ in range(2):
        with held_alone(url):
            pass


def test_servers_are_shared() -> None:
    url = make_url("postgresql://localhost/steward")
    with held_alone(url), held_alone(url):
        pass


def test_memory_is_no_place_to_keep_promises() -> None:
    with pytest.raises(CannotStart, match="lost when Steward stops"), held_alone(make_url("sqlite://")):
        pass


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    url = make_url(f"sqlite:///{tmp_path}/nowhere/steward.db")
    with pytest.raises(CannotStart, match="can't be made"), held_alone(url):
        pass
