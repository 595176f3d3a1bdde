"""Nothing about anyone gets into the log, whoever writes to it."""

import errno
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs, references
from bot.logs import ALLOWED
from tests.bot.captured_logs import Lines, captured_logs, logs_as_before

SECRET = "anna.kalnina@balticbeans.example"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with captured_logs() as captured:
        yield captured


def _raise() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise KeyError(SECRET) from error


def test_a_line_has_its_request(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request="1.2.3"):
        structlog.get_logger("bot.accounts").info("account.looked_up", action="account.lookup", outcome="masked")
    (entry,) = lines.entries()
    del entry["timestamp"]
    assert entry == {
        "event": "account.looked_up",
        "level": "info",
        "logger": "bot.accounts",
        "request": "1.2.3",
        "action": "account.lookup",
        "outcome": "masked",
    }


def test_what_is_not_listed_is_dropped_and_counted(lines: Lines) -> None:
    structlog.get_logger().info("account.looked_up", query=SECRET, email=SECRET, outcome="masked")
    (entry,) = lines.entries()
    assert (entry["dropped"], entry["outcome"]) == (2, "masked")
    assert SECRET not in lines.getvalue()


@pytest.mark.parametrize("value", [SECRET, "x" * 500, {"email": SECRET}, ["ok", SECRET], object(), b"bytes@", [["@"]]])
def test_a_listed_key_carries_only_plain_short_values(lines: Lines, value: object) -> None:
    structlog.get_logger().info("account.looked_up", reason=value)
    (entry,) = lines.entries()
    assert entry["dropped"] == 1
    assert "reason" not in entry


def test_an_event_is_a_name_not_a_sentence(lines: Lines) -> None:
    structlog.get_logger().info("Anna Kalniņa was looked up")
    structlog.get_logger().info("looked up %s", "Kalnina")
    assert [entry["event"] for entry in lines.entries()] == ["log.unnamed", "log.unnamed"]
    assert "Kaln" not in lines.getvalue()


def test_an_exception_is_its_types_and_places(lines: Lines) -> None:
    try:
        _raise()
    except KeyError:
        structlog.get_logger().exception("account.failed")
    (entry,) = lines.entries()
    assert (entry["fault"], entry["causes"]) == ("KeyError", ["ValueError"])
    assert entry["trace"][-1].startswith("bot/test_logs.py:")
    assert entry["trace"][-1].endswith(" _raise")
    assert SECRET not in lines.getvalue()


def test_other_libraries_say_where_not_what(lines: Lines) -> None:
    try:
        _raise()
    except KeyError as error:
        logging.getLogger("slack_bolt.App").error(f"Failed: {error}", exc_info=error)  # noqa: G004 - as Bolt does
    logging.getLogger("sqlalchemy.engine.Engine").info("INSERT %s", SECRET)
    logging.getLogger("someone").warning("unhandled request %s", {"text": SECRET})
    warnings.warn(f"odd: {SECRET}", stacklevel=1)
    assert [entry["event"] for entry in lines.entries()] == ["library.failed", "library.warned", "library.warned"]
    failed, _, warned = lines.entries()
    assert failed["fault"] == "KeyError"
    assert (warned["fault"], warned["place"].partition(":")[0]) == ("UserWarning", "bot/test_logs.py")
    assert SECRET not in lines.getvalue()


def test_a_fault_of_a_thread_is_logged_without_its_text(lines: Lines) -> None:
    thread = threading.Thread(target=_raise)
    thread.start()
    thread.join()
    (entry,) = lines.entries()
    assert (entry["event"], entry["fault"], entry["level"]) == ("thread.failed", "KeyError", "critical")
    assert SECRET not in lines.getvalue()


def test_a_line_that_cannot_be_written_is_not_printed_elsewhere(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.close()
    structlog.get_logger("bot.x").info("account.looked_up", reason="kept quiet")
    assert "kept quiet" not in capsys.readouterr().err


class _FullDisk(Lines):
    """What standard error is where it goes to a file on a disk that is full, until somebody makes room."""

    full = False

    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_disk_that_is_full_of_logs_fails_nothing_and_what_is_lost_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = _FullDisk()
    monkeypatch.setattr(sys, "stderr", disk)
    with logs_as_before():
        logs.configure(disk, as_json=True)
        disk.full = True
        structlog.get_logger("bot.gate").info("request.answered", status=200)
        logging.getLogger("library").warning(SECRET)
        assert disk.getvalue() == ""
        disk.full = False
        structlog.get_logger("bot.gate").info("request.answered", status=201)
        structlog.get_logger("bot.gate").info("request.answered", status=202)
    said = [(entry["event"], entry.get("count"), entry.get("status")) for entry in disk.entries()]
    assert said == [
        ("request.answered", None, 201),
        ("log.lines_lost", 2, None),
        ("request.answered", None, 202),
    ]


def test_a_reference_stands_in_the_log_beside_the_fault(lines: Lines) -> None:
    made = references.report(RuntimeError(SECRET), bytes, action="account.lookup")
    (entry,) = lines.entries()
    assert (entry["reference"], entry["fault"], entry["action"]) == (made, "RuntimeError", "account.lookup")
    assert SECRET not in lines.getvalue()


def test_lines_name_nothing_that_could_be_about_a_person() -> None:
    assert not ALLOWED & {"query", "justification", "actor_email", "email", "name", "user", "text", "body", "value"}


@given(st.binary(min_size=16, max_size=16))
def test_a_reference_is_five_letters_that_can_be_read_aloud(seed: bytes) -> None:
    made = references.reference(lambda size: seed[:size])
    assert len(made) == 5
    assert set(made) <= set(references.ALPHABET)


def test_references_differ() -> None:
    numbers = iter(range(1000))
    assert len({references.reference(lambda size: next(numbers).to_bytes(size, "big")) for _ in range(1000)}) == 1000
