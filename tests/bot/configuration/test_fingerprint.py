"""The hash by which replicas tell whether they work by the same: what changes it, and what must not be in it."""

import tomllib
from pathlib import Path

import pytest

from bot.configuration.fingerprint import fingerprint, policy_fingerprint
from bot.configuration.reading import load_configuration
from tests.bot.test_settings import WHOLE

WITH_FILES = '[policy]\nsource = "policy.md"\ntopics = "topics.toml"\n[report]\nfonts = ["cjk.ttf"]\n'
SQL = '[accounts]\nsource = "sql"\nurl = "postgresql://reader:{password}@crm/customers"\ntable = "{table}"\n'


def _of(text: str, folder: Path) -> str:
    return fingerprint(tomllib.loads(text), folder)


def test_what_is_said_counts_and_not_how(tmp_path: Path) -> None:
    said = _of(WHOLE, tmp_path)
    assert len(said) == 64
    assert _of(f"# ours\n\n{WHOLE}".replace(" = ", "  =  "), tmp_path) == said
    assert _of(WHOLE.replace('shown = "masked"', 'shown = "open"'), tmp_path) != said
    assert _of(WHOLE.replace('["id", "name"]', '["name", "id"]'), tmp_path) != said, "people see fields in that order"


def test_a_configuration_carries_it(tmp_path: Path) -> None:
    (tmp_path / "steward.toml").write_text(WHOLE)
    assert load_configuration(tmp_path / "steward.toml").fingerprint == _of(WHOLE, tmp_path)


@pytest.mark.parametrize("name", ["topics.toml", "cjk.ttf"])
def test_files_that_are_read_at_the_start_count(name: str, tmp_path: Path) -> None:
    without = _of(WITH_FILES, tmp_path)
    (tmp_path / name).write_bytes(b"one")
    one = _of(WITH_FILES, tmp_path)
    (tmp_path / name).write_bytes(b"other")
    assert len({without, one, _of(WITH_FILES, tmp_path)}) == 3


def test_one_files_end_is_not_the_next_ones_beginning(tmp_path: Path) -> None:
    found = set()
    for topics, font in (("ab", "c"), ("a", "bc"), ("", "abc")):
        (tmp_path / "topics.toml").write_text(topics)
        (tmp_path / "cjk.ttf").write_text(font)
        found.add(_of(WITH_FILES, tmp_path))
    assert len(found) == 3


def test_a_file_of_the_policy_is_told_apart_from_the_configuration(tmp_path: Path) -> None:
    """It is read again while a process lives, and the configuration is not."""
    before, none = _of(WHOLE, tmp_path), policy_fingerprint(["policy.md"], tmp_path)
    (tmp_path / "policy.md").write_text("We keep our promise.")
    assert _of(WHOLE, tmp_path) == before
    assert policy_fingerprint(["policy.md"], tmp_path) != none
    assert policy_fingerprint(["https://acme.example/privacy"], tmp_path) == policy_fingerprint([], tmp_path)


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    """Who reads the hash in the database can't try passwords against it."""
    one = _of(SQL.format(password="hunter2", table="customers"), tmp_path)
    assert _of(SQL.format(password="correct-horse", table="customers"), tmp_path) == one
    assert _of(SQL.format(password="hunter2", table="people"), tmp_path) != one
    own = '[accounts]\nsource = "ours"\n[accounts.sign_in]\napi_token = "{}"\nClientSecret = "{}"\nhost = "{}"\n'
    of_own = _of(own.format("a", "b", "crm"), tmp_path)
    assert _of(own.format("c", "d", "crm"), tmp_path) == of_own
    assert _of(own.format("a", "b", "erp"), tmp_path) != of_own
    assert _of("[purposes.token_support]\nlabel = 'A'\n", tmp_path) != _of("[purposes.token_support]\n", tmp_path)
