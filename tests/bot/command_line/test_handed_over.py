"""Files that are handed over as open ones, to a user who may not open them."""

import io
import os
from pathlib import Path
from typing import NoReturn

import pytest

from bot.command_line.handed_over import handed_over

NOBODY = 65534


def test_what_can_be_opened_stays_as_it_is() -> None:
    with handed_over(["audit", "verify", "--older", "/dev/stdin"], readable=lambda _: True) as given:
        assert given == ["audit", "verify", "--older", "/dev/stdin"]
    with handed_over(["privacy", "about /dev/stdin"], readable=lambda _: False) as given:
        assert given == ["privacy", "about /dev/stdin"]


@pytest.mark.parametrize("written", ["/dev/stdin", "--older=/dev/stdin"])
def test_what_can_not_is_copied_for_as_long_as_the_command_runs(written: str) -> None:
    with handed_over(["x", written], stream=io.BytesIO(b"a,b\n"), readable=lambda _: False) as given:
        copy = Path(given[1].rpartition("=")[2])
        assert given == ["x", written.replace("/dev/stdin", str(copy))]
        assert copy.read_bytes() == b"a,b\n"
        assert copy.stat().st_mode & 0o077 == 0
    assert not copy.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand something over to another user")
def test_a_services_user_gets_what_root_alone_may_open(tmp_path: Path) -> None:
    secret = tmp_path / "customers.csv"
    secret.write_text("id,name\n")
    secret.chmod(0o600)
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        _read_as_nobody(secret, there)
    os.close(there)
    assert os.waitpid(child, 0)[1] == 0
    with os.fdopen(here) as answer:
        assert answer.read() == "id,name\n"


def _read_as_nobody(handed: Path, to: int) -> NoReturn:
    """In a child: what is handed over is open already, and opening it by its name fails."""
    failed = 1
    try:
        os.dup2(os.open(handed, os.O_RDONLY), 0)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        with handed_over(["/dev/stdin"]) as given:
            failed = int(given == ["/dev/stdin"])
            os.write(to, Path(given[0]).read_bytes())
    finally:
        os._exit(failed)
