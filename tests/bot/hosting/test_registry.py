"""The registry: tokens sealed at rest and bound to their workspace, states good once, changes by one only."""

import base64
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import text

from bot.database import Database
from bot.hosting.registry import InstallationRegistry, Lost, NewInstallation, Tokens, TooMany
from bot.hosting.sealing import Seal, new_key
from bot.hosting.store import (
    Installations,
    InstallationStates,
    NotHosted,
    OtherOrganisation,
    WholeOrganisation,
)
from bot.running.backup import REGISTRY as REGISTRY_TABLE
from bot.running.backup import back_up, restore
from bot.running.refusals import CannotStart
from migrations.schema import REGISTRY, revisions, upgrade
from tests.bot.command_line.test_backup import TOOLS
from tests.conftest import SettableClock

TOKEN = "xoxb-111111111111-secretsecretsecret000000"
OTHER = "xoxb-222222222222-othersothersothers00000"


def installation(team: str, token: str, refresh: str | None = None) -> NewInstallation:
    return NewInstallation(team, None, "Acme", "A1", "B1", "U0BOT", "U0ANA", "chat:write", Tokens(token, refresh))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def registry_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/registry.db"
    return str(request.getfixturevalue("postgres").create_database(f"registry_{tmp_path.name}"))


@pytest.fixture
def stored(registry_url: str) -> Iterator[Database]:
    database = Database(registry_url)
    with database.transaction() as connection:
        upgrade(connection, of=REGISTRY)
        there, ours = revisions(connection, of=REGISTRY)
        assert there == ours
    yield database
    database.close()


@pytest.fixture
def opened(stored: Database, clock: SettableClock) -> Callable[..., InstallationRegistry]:
    """The registry with these keys."""
    return lambda *keys: InstallationRegistry(stored, Seal.of(",".join(keys)), clock)


Opened = Callable[..., InstallationRegistry]


def test_the_migrations_make_what_the_models_say(stored: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from models.installation import Registry

    with stored.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "registry_version"})
        assert compare_metadata(context, Registry.metadata) == []


def test_tokens_are_nowhere_in_clear(opened: Opened, stored: Database, tmp_path: Path) -> None:
    registry = opened(new_key())
    registry.save(installation("T1", TOKEN, "xoxe-1-refreshrefreshrefresh"))
    with stored.reading() as connection:
        rows = str(connection.execute(text("SELECT * FROM installations")).all())
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for secret in (TOKEN, "xoxe-1-refreshrefreshrefresh", base64.b64encode(TOKEN.encode()).decode()):
        assert secret not in rows
        assert secret.encode() not in files
    found = registry.of("T1")
    assert found is not None
    assert registry.tokens(found) == Tokens(TOKEN, "xoxe-1-refreshrefreshrefresh")
    assert "xox" not in repr(found) + repr(registry.tokens(found))


def test_a_token_that_was_moved_to_another_workspace_does_not_open(opened: Opened, stored: Database) -> None:
    """Whoever can write to the registry's database still can't give one workspace the token of another."""
    registry = opened(new_key())
    registry.save(installation("T1", TOKEN))
    registry.save(installation("T2", OTHER))
    with stored.transaction() as connection:
        moved = "UPDATE installations SET sealed = (SELECT sealed FROM installations WHERE team = 'T2')"
        connection.execute(text(f"{moved} WHERE team = 'T1'"))
    first, second = registry.all()
    with pytest.raises(Lost, match="T1"):
        registry.tokens(first)
    assert registry.tokens(second).bot == OTHER


def test_keys_are_rotated_and_a_lost_one_names_its_workspace(opened: Opened) -> None:
    old, new, lost = new_key(), new_key(), new_key()
    opened(old).save(installation("T1", TOKEN))
    opened(lost).save(installation("T2", OTHER))
    both = opened(new, old)
    rotated = both.rotate()
    assert (rotated.changed, rotated.lost) == (1, ("T2",))
    assert both.rotate().changed == 0, "what the first key sealed stays as it is"
    first, second = opened(new).all()
    assert opened(new).tokens(first).bot == TOKEN
    assert not opened(new).readable(second)
    with pytest.raises(Lost):
        opened(old).tokens(first)


@pytest.mark.parametrize(("keys", "words"), [(None, "is not set"), (" , ", "is not set"), ("short", "Key 1 of")])
def test_without_a_key_nothing_is_kept(keys: str | None, words: str) -> None:
    with pytest.raises(CannotStart, match=words):
        Seal.of(keys)


def test_a_state_is_good_once_and_for_ten_minutes(opened: Opened, clock: SettableClock, stored: Database) -> None:
    states = InstallationStates(opened(new_key()))
    once, late = states.issue(), states.issue()
    assert once != late
    with stored.reading() as connection:
        assert once not in str(connection.execute(text("SELECT * FROM installation_states")).all())
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(states.consume, [once] * 8)) == [False] * 7 + [True]
    clock.advance(minutes=10)
    assert not states.consume(late)
    assert not states.consume("forged")


def test_nobody_can_fill_the_registry_with_installations_that_they_never_finish(
    opened: Opened, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.hosting.registry.MOST_STATES", 3)
    states = InstallationStates(opened(new_key()))
    for _ in range(3):
        states.issue()
    with pytest.raises(TooMany):
        states.issue()
    clock.advance(minutes=11)
    assert states.issue()


def test_what_was_learnt_of_an_older_installation_does_not_end_the_new_one(
    opened: Opened, clock: SettableClock
) -> None:
    registry = opened(new_key())
    old = registry.save(installation("T1", TOKEN))
    clock.advance(hours=1)
    new = registry.save(installation("T1", OTHER))
    assert new.number == old.number + 1
    assert not registry.end(old, "token_revoked")
    assert registry.tokens(new).bot == OTHER
    assert registry.end(new, "token_revoked")
    assert not registry.end(new, "token_revoked"), "of two processes one ends it"
    ended = registry.of("T1")
    assert ended is not None
    assert (ended.active, ended.reason, ended.sealed) == (False, "token_revoked", None)


def test_new_tokens_take_the_place_of_the_old_ones_once(opened: Opened, clock: SettableClock) -> None:
    registry = opened(new_key())
    old = registry.save(installation("T1", TOKEN, "xoxe-1-old"))
    until = clock() + timedelta(hours=12)
    assert registry.renew(old, lambda _, tokens: (Tokens(OTHER, f"{tokens.refresh}-new"), until))
    assert not registry.renew(old, lambda *_: pytest.fail("a refresh token is good once"))
    new = registry.of("T1")
    assert new is not None
    assert registry.tokens(new) == Tokens(OTHER, "xoxe-1-old-new")
    assert (new.expires_at, new.number) == (until, old.number + 1)


def _installed(**changed: Any) -> Installation:
    usual: dict[str, Any] = {"app_id": "A1", "team_id": "T1", "team_name": "Acme", "bot_token": TOKEN, "bot_id": "B1"}
    return Installation(**{**usual, "bot_user_id": "U0BOT", "bot_scopes": "b,a", "user_id": "U0ANA", **changed})


def test_bolts_store_keeps_finds_and_forgets(opened: Opened) -> None:
    saved: list[str] = []
    store = Installations(opened(new_key()), {"T1": None, "T2": "E2"}.__getitem__, lambda: saved.append("saved"))
    store.save(_installed())
    assert saved == ["saved"]
    bot = store.find_bot(enterprise_id=None, team_id="T1")
    assert bot is not None
    assert (bot.bot_token, bot.bot_scopes, bot.bot_user_id) == (TOKEN, ["a", "b"], "U0BOT")
    assert store.find_bot(enterprise_id=None, team_id="T2") is None
    assert store.find_bot(enterprise_id="E1", team_id="T1", is_enterprise_install=True) is None
    assert store.find_installation(enterprise_id=None, team_id="T1", user_id="U0SOMEONE") is None
    store.delete_installation(enterprise_id=None, team_id="T1", user_id="U0SOMEONE")
    assert store.find_installation(enterprise_id=None, team_id="T1", user_id="U0ANA") is not None
    store.delete_all(enterprise_id=None, team_id="T1")
    assert store.find_bot(enterprise_id=None, team_id="T1") is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"team_id": "T9"}, NotHosted),
        ({"team_id": None, "is_enterprise_install": True, "enterprise_id": "E1"}, WholeOrganisation),
        ({"team_id": "T2", "enterprise_id": "E9"}, OtherOrganisation),
        ({"team_id": "T2"}, OtherOrganisation),
    ],
)
def test_only_configured_workspaces_are_kept(
    opened: Opened, changed: dict[str, object], refusal: type[Exception]
) -> None:
    registry = opened(new_key())
    store = Installations(registry, {"T1": None, "T2": "E2"}.__getitem__, lambda: pytest.fail("nothing was kept"))
    with pytest.raises(refusal):
        store.save(_installed(**changed))
    assert registry.all() == []


def test_a_new_key_is_one_that_fernet_takes() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}=", new_key())
    assert Seal.of(new_key())


def test_a_backup_has_the_tokens_sealed_and_is_put_back(
    opened: Callable[..., InstallationRegistry],
    registry_url: str,
    clock: SettableClock,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")
    key, copy = new_key(), tmp_path / "registry.backup"
    opened(key).save(installation("T1", TOKEN))
    back_up(registry_url, copy, of=REGISTRY_TABLE)
    assert TOKEN.encode() not in copy.read_bytes()
    elsewhere = f"sqlite:///{tmp_path}/elsewhere.db"
    if not registry_url.startswith("sqlite"):
        elsewhere = str(request.getfixturevalue("postgres").create_database(f"restored_{os.urandom(4).hex()}"))
    restore(elsewhere, copy, clock(), of=REGISTRY_TABLE)
    database = Database(elsewhere)
    registry = InstallationRegistry(database, Seal.of(key), clock)
    there = registry.of("T1")
    assert there is not None
    assert registry.readable(there)
    database.close()
