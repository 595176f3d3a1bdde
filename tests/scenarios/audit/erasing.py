"""An erasure asked for on the command line, and presses at the desk."""

from collections.abc import Callable

import pytest

from bot.cli import main
from tests.bot.captured_logs import logs_as_before
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward

DESK = "privacy-desk"
Erase = Callable[[str], str]


@pytest.fixture
def erase(
    steward: Steward, monkeypatch: pytest.MonkeyPatch, clock: SettableClock, capsys: pytest.CaptureFixture[str]
) -> Erase:
    """Types `steward audit erase --subject WHO` at the scenario's time, and brings the message to three officers."""
    monkeypatch.setenv("DATABASE_URL", steward.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("STEWARD_CONFIG", str(ROOT / "steward.toml"))
    monkeypatch.setattr("bot.command_line.opening.system_clock", clock)
    steward.slack.groups["privacy-office"].set("laila", "ieva", "agnese")
    for query in ("pw-00412", "mara@balticbeans.example"):
        steward.person("inese").type(f"/account {query}", channel="general")

    def run(subject: str) -> str:
        with logs_as_before():
            code = main(["audit", "erase", "--subject", subject, "--reason", "They asked us to", "--yes"])
        said = capsys.readouterr()
        assert code == 0, said.err
        steward.deliver()
        return said.out + said.err

    return run


def press(steward: Steward, name: str, label: str) -> str:
    """Press in the desk's message; returns what the person was told."""
    person = steward.person(name)
    person.press(label, in_=DESK)
    told = person.read(DESK)[-1].text
    steward.deliver()
    return told


def message(steward: Steward) -> str:
    """The erasure's message as an officer reads it now."""
    return next(one.text for one in steward.person("laila").read(DESK) if "erase what" in one.text)
