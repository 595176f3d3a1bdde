"""A policy that changes where it is published, and the officer who decides."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.database import Database
from bot.notices.announcing import Change
from bot.notices.changing import list_changes
from bot.notices.watching import Outcome
from bot.privacy.versions import policy_in_force
from slack_local.people.shown import Shown
from tests.conftest import SettableClock
from tests.promises.surfaces import links_by_itself, marked_up, problems, told
from tests.scenarios.harness import CLI, ROOT, Steward, running

SOLD = "We neither sell nor rent out your personal or business data, whatever the circumstances, except"
SELLS = "We may sell or rent out your personal or business data to Brightmail Ltd in Estonia"
SUPPORT = "such as technical support"
RIGA = ZoneInfo("Europe/Riga")
once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is about words: one database is enough."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The reference company's configuration and policy, to be changed."""
    shutil.copy(ROOT / "steward.toml", tmp_path / "steward.toml")
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    return tmp_path


@pytest.fixture
def steward(database: Database, clock: SettableClock, folder: Path) -> Iterator[Steward]:
    with running(database, clock, folder=folder) as made:
        assert made.services.changes.watching.check(CLI).outcome is Outcome.UNCHANGED
        yield made


def publish(folder: Path, steward: Steward, clock: SettableClock, before: str = SOLD, after: str = SELLS) -> Change:
    """The file changes, and is looked at twice."""
    path = folder / "policies" / "postwing.md"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    clock.advance(hours=6)
    watching = steward.services.changes.watching
    assert watching.check(CLI).outcome is Outcome.LOOK_AGAIN
    clock.advance(minutes=10)
    steward.tick()
    return changes(steward)[-1]


def changes(steward: Steward) -> list[Change]:
    with steward.database.reading() as connection:
        return list(reversed(list_changes(connection)))


def text_in_force(steward: Steward) -> str:
    with steward.database.reading() as connection:
        policy = policy_in_force(connection, steward.services.clock())
    assert policy is not None
    return policy.text


def desk(steward: Steward, who: str = "laila") -> Shown:
    return steward.person(who).read("privacy-desk")[-1]


def announce(steward: Steward, answers: Mapping[str, object] | None = None) -> str:
    """Laila decides in the form; what the modal says then."""
    person = steward.person("laila")
    person.press("Decide", in_="privacy-desk")
    person.fill(answers or {})
    errors = person.submit()
    said = str(errors) if errors else person.modal().text
    person.close(everything=True)
    steward.deliver()
    return said


def sound(shown: Shown) -> None:
    """What every message holds to."""
    assert problems(dict(shown.body)) == []
    assert len(shown.body["blocks"]) <= 8
    assert links_by_itself(shown.body) == []
    assert [one for text in marked_up(shown.body) for one in told(text, set())] == []
