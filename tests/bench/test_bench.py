"""The whole thing, with very little of everything: what it prints, writes and leaves behind."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import psutil  # type: ignore[import-untyped]  # it brings no types
import pytest
from rich.console import Console

import bench.__main__ as command
from bench import filling, growing, ledger_reading, ledger_writing, sending
from bench.databases import Databases
from bench.parts import Extent, Part, Step, parts
from bench.rows import Aim, Row

TINY = Extent(
    rounds_of_commands=1,
    rounds_of_look_ups=1,
    seconds_of_look_ups=0.05,
    accounts=1_000,  # as many as growth begins with: they are filled in once
    queries=10,
    starts=1,
    rounds_of_writers=1,
    seconds_of_writers=0.1,
    ledger=ledger_reading.Extent(verified=2_000, searched=3_000, rounds=1, queries=10),
    requests=80,
    outbox=sending.Extent(messages=60, per_second=200),
    growth=growing.Extent(accounts=1_000, entries=1_000, queries=5, pictures=Path("set below")),
)
EXPECTED = {
    *(f"acknowledgement {p}, {on}" for p in ("p50", "p99") for on in ("sqlite", "postgresql")),
    *(f"memory in use, {on}" for on in ("sqlite", "postgresql")),
    "look-ups, sqlite, 1 thread",
    "look-ups, postgresql, 1 thread",
    "look-ups, postgresql, 8 threads",
    *(
        f"search {case} {p}, {on}"
        for case in ("id", "e-mail", "substring", "frequent substring", "typing error")
        for p in ("p50", "p99")
        for on in ("sqlite", "postgresql")
    ),
    *(
        f"{what}, {where}"
        for what in ("look-ups with the ledger", "look-up with the ledger p99")
        for where in ("sqlite, 1 writer", "postgresql, 1 writer", "postgresql, 8 writers", "postgresql, 32 writers")
    ),
    *(
        f"row to signed checkpoint{which}, {on}, 200 look-ups/s"
        for which in (" p99", ", longest")
        for on in ("sqlite", "postgresql")
    ),
    "verification, hashing in memory",
    *(f"{what}, {on}" for what in ("verification", "export memory") for on in ("sqlite", "postgresql")),
    "verification, sqlite, to a scan with APSW",
    *(
        f"audit search by {case} {p}, {on}"
        for case in ("account", "person", "grant", "time")
        for p in ("p50", "p99")
        for on in ("sqlite", "postgresql")
    ),
    *(f"reveal through an SQL source {p}, postgresql" for p in ("p50", "p99")),
    "outbox to Slack, 60 waiting, Slack takes 200/s",
    *(
        f"{what}, {on}, {size}"
        for what, size in (
            ("look-up by id", "1,000 accounts beside 1,000"),
            ("search by part of a name", "1,000 accounts beside 1,000"),
            ("look-up by id", "1,000 entries beside 1,000"),
            ("audit search by account", "1,000 entries beside 1,000"),
        )
        for on in ("sqlite", "postgresql")
    ),
    "start-up, steward --help",
    "start-up, python alone",
    "start-up, imports",
    "start-up, create_app",
}

SERVED = ("delivered", "replicas", "lasting")
"""Parts of which each starts several Stewards: STEWARD_SERVED=1 tries them, too."""
EXPECTED_SERVED = {
    *(f"look-up to delivered answer {p}, {on}" for p in ("p50", "p99") for on in ("sqlite", "postgresql")),
    *(
        f"{what}, {clients}"
        for what in ("look-ups over HTTP, 1 replica", "look-ups over HTTP, 3 replicas", "3 replicas to one")
        for clients in ("1 client", "8 clients", "32 clients")
    ),
    *(
        f"memory {when}, {on}"
        for when in ("under load, 8 clients", "after 80 requests")
        for on in ("sqlite", "postgresql")
    ),
    *(f"start-up, until it listens, {on}" for on in ("sqlite", "postgresql")),
    *(f"memory at rest, {on}" for on in ("sqlite", "postgresql")),
}
LONG = os.environ.get("STEWARD_SERVED") == "1"


@pytest.fixture
def no_process_left() -> Iterator[None]:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    after = {child.pid for child in psutil.Process().children(recursive=True) if child.is_running()}
    assert after <= before


@pytest.mark.postgres
@pytest.mark.timeout(4000 if LONG else 900)
def test_everything_is_measured_written_and_stopped(
    no_process_left: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "WHOLE", replace(TINY, growth=replace(TINY.growth, pictures=tmp_path)))
    monkeypatch.setattr(ledger_writing, "WARM_S", 0.1)  # what it is for is the figures, which nobody looks at here
    monkeypatch.setattr(ledger_writing, "OFTENER", {})
    monkeypatch.setattr(growing, "FEWEST_ENTRIES", TINY.growth.entries)
    monkeypatch.setattr(filling, "FEW", TINY.accounts - 1)  # PostgreSQL's are filled in by a process of its own
    output = tmp_path / "out" / "latest.json"
    wanted = [name for name in parts(TINY) if LONG or name not in SERVED]
    only = [argument for name in wanted for argument in ("--only", name)]
    assert command.main(["--output", str(output), *only]) == 0
    document = orjson.loads(output.read_bytes())
    assert {row["name"] for row in document["rows"]} == EXPECTED | (EXPECTED_SERVED if LONG else set())
    assert all(row["value"] > 0 for row in document["rows"])
    assert all(set(row) == {"name", "value", "floor", "ratio", "unit", "aim"} for row in document["rows"])
    assert document["machine"]["cores"] > 0
    for name in ("growth-accounts.svg", "growth-entries.svg"):
        assert "<svg" in (picture := (tmp_path / name).read_text())
        assert "<script" not in picture
    said = capsys.readouterr().out
    assert "Missed: " in said or "Every aim was reached." in said


def test_a_part_that_fails_is_said_and_does_not_take_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> list[Row]:
        raise OSError("no room")

    parts = {
        "broken": Part(1, fail),
        "missed": Part(1, lambda *_: [Row("slow", 9.0, "ms", 1.0, Aim(2))]),
    }
    monkeypatch.setattr(command, "parts", lambda _: parts)
    output = tmp_path / "latest.json"
    assert command.main(["--output", str(output)]) == 1
    assert [row["name"] for row in orjson.loads(output.read_bytes())["rows"]] == ["slow"]
    assert "broken could not be measured: OSError: no room" in capsys.readouterr().out
    assert command.main(["--only", "missed", "--output", str(output)]) == 0


def test_progress_is_for_terminals_only() -> None:
    console = Console(record=True, force_terminal=False, width=80)
    steps: list[Step] = []

    def measure(_: Databases, __: Path, step: Step) -> list[Row]:
        step()
        steps.append(step)
        return [Row("one", 1.0, "ms")]

    kept: list[int] = []
    rows, failed = command.measured({"one": Part(2, measure)}, console, lambda rows: kept.append(len(rows)))
    assert len(steps) == 1
    assert (len(rows), failed, kept) == (1, [], [1])
    assert re.fullmatch(r"one: \d+ s\n", console.export_text())
