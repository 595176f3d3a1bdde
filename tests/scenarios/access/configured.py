"""The reference company with more lines for technical support and for asking."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ANSWERS
from tests.scenarios.harness import ROOT, Steward, running

CAP = 'max_duration = "4h"                  # the longest that one grant lasts\n'
ACCESS = "[access]\n"
Configured = Callable[..., Steward]


@pytest.fixture
def configured(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Configured]:
    """Postwing, with more lines for technical support (`purpose`) and in [access]."""
    with ExitStack() as stack:

        def start(*, purpose: str = "", access: str = "") -> Steward:
            toml = (ROOT / "steward.toml").read_text()
            assert toml.count(CAP) == toml.count(ACCESS) == 1
            toml = toml.replace(CAP, f"{CAP}{purpose}\n").replace(ACCESS, f"{ACCESS}{access}\n")
            (tmp_path / "steward.toml").write_text(toml)
            shutil.copytree(ROOT / "policies", tmp_path / "policies")
            return stack.enter_context(running(database, clock, folder=tmp_path))

        yield start


def fill(steward: Steward, who: str = "inese", /, **more: object) -> dict[str, str]:
    """Fill the form in; returns the errors."""
    person = steward.person(who)
    person.type("/access", channel="general")
    person.fill({"Purpose": "Technical support"} if who == "janis" else {})
    person.fill(ANSWERS | more)
    errors = person.submit()
    steward.deliver()
    return errors
