"""Where the signing key comes from: the environment, a file, or the first run."""

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest
from structlog.testing import capture_logs

from bot.audit.merkle.signing_key import FILE_NAME, KeyRefused, NoSigningKey, signing_seed

SEED = bytes(range(32))
ENCODED = base64.b64encode(SEED).decode()


def fixed(count: int) -> bytes:
    return SEED[:count]


def never(count: int) -> bytes:
    raise AssertionError("no key is to be made")


def test_it_is_given_in_base64() -> None:
    assert signing_seed(ENCODED, None, never).value == SEED


def test_it_is_in_a_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(ENCODED + "\n")
    file.chmod(0o600)
    with capture_logs() as logs:
        assert signing_seed(str(file), tmp_path, never).value == SEED
    assert logs == []


def test_it_is_made_once_with_a_warning_and_for_its_owner_only(tmp_path: Path) -> None:
    with capture_logs() as logs:
        made = signing_seed(None, tmp_path, fixed)
        again = signing_seed(None, tmp_path, never)
    file = tmp_path / FILE_NAME
    assert (made.value, made.made_in) == (SEED, file)
    assert (again.value, again.made_in) == (SEED, None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("ledger.key_made", "warning")]
    assert list(tmp_path.iterdir()) == [file]
    assert ENCODED not in repr(made) + repr(logs)


def test_all_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    seeds = [bytes([number]) * 32 for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda seed: signing_seed(None, tmp_path, lambda _: seed).value, seeds))
    assert len(set(found)) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / FILE_NAME]


def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(ENCODED)
    file.chmod(0o644)
    with capture_logs() as logs:
        signing_seed(str(file), None, never)
    assert [entry["event"] for entry in logs] == ["ledger.key_open_to_others"]


@pytest.mark.parametrize("content", [None, "", "short", ENCODED[:-4], ENCODED + ENCODED, "\udcff"])
def test_a_key_that_cannot_be_read_is_not_replaced_by_a_new_one(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / FILE_NAME
    if content is not None:
        file.write_bytes(content.encode(errors="surrogateescape"))
        with pytest.raises(NoSigningKey):
            signing_seed(None, tmp_path, never)
    with pytest.raises(NoSigningKey):
        signing_seed(str(file), tmp_path, never)


@pytest.mark.parametrize("given", [ENCODED[:-4] + "secret", "no/such/file", "\0"])
def test_the_error_shows_nothing_of_what_was_given(given: str) -> None:
    with pytest.raises(NoSigningKey, match="STEWARD_SIGNING_KEY") as caught:
        signing_seed(given, None, never)
    assert given not in str(caught.value)


def test_a_key_that_this_user_may_not_read_is_no_reason_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", Mock(side_effect=PermissionError))
    with pytest.raises(KeyRefused, match=f"may not be read by this user, whose id is {os.getuid()}"):
        signing_seed("/run/secrets/signing_key", None, never)


def test_without_a_folder_a_key_must_be_given() -> None:
    with pytest.raises(NoSigningKey, match="STEWARD_SIGNING_KEY"):
        signing_seed(None, None, never)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoSigningKey, match="beside the database"):
        signing_seed(None, tmp_path / "none", fixed)
