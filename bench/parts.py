"""What `make bench` measures, part by part, and how much of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import (
    acknowledgement,
    delivered,
    growing,
    lasting,
    ledger_reading,
    ledger_writing,
    look_ups,
    replicas,
    revealing,
    searching,
    sending,
    start_up,
)
from bench.company import ROOT
from bench.databases import Databases
from bench.rows import Row

OUTPUT = ROOT / "bench" / "out" / "latest.json"

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    rounds_of_commands: int
    rounds_of_look_ups: int
    seconds_of_look_ups: float
    accounts: int
    queries: int
    starts: int
    rounds_of_writers: int
    seconds_of_writers: float
    ledger: ledger_reading.Extent
    requests: int
    outbox: sending.Extent
    growth: growing.Extent


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of measurement, in so many steps."""

    steps: int
    measure: Callable[[Databases, Path, Step], list[Row]]


WHOLE = Extent(
    rounds_of_commands=60,
    rounds_of_look_ups=7,
    seconds_of_look_ups=1.0,
    accounts=1_000_000,
    queries=200,
    starts=5,
    rounds_of_writers=7,
    seconds_of_writers=1.0,
    ledger=ledger_reading.Extent(1_000_000, 3_000_000, 3, 200),
    requests=100_000,
    outbox=sending.Extent(10_000, 200),
    growth=growing.Extent(1_000_000, 1_000_000, 200, ROOT / "docs"),
)
QUICK = Extent(
    rounds_of_commands=16,
    rounds_of_look_ups=5,
    seconds_of_look_ups=0.4,
    accounts=100_000,
    queries=100,
    starts=3,
    rounds_of_writers=2,
    seconds_of_writers=0.7,
    ledger=ledger_reading.Extent(100_000, 100_000, 3, 100),
    requests=10_000,
    outbox=sending.Extent(1_000, 200),
    growth=growing.Extent(100_000, 100_000, 100, OUTPUT.parent),
)


def parts(extent: Extent) -> Mapping[str, Part]:
    """All that is measured, by name, in the order of the table."""
    return {**_of_look_ups(extent), **_of_the_ledger(extent), **_of_slack_and_accounts(extent), **_of_processes(extent)}


def _of_look_ups(extent: Extent) -> Mapping[str, Part]:
    rounds, seconds = extent.rounds_of_look_ups, extent.seconds_of_look_ups
    return {
        "acknowledgement": Part(
            3 * extent.rounds_of_commands,
            lambda bases, folder, step: acknowledgement.measure(bases, folder, extent.rounds_of_commands, step),
        ),
        "look-ups": Part(
            6 * rounds, lambda bases, folder, step: look_ups.measure(bases, folder, rounds, seconds, step)
        ),
        "search": Part(
            searching.STEPS, lambda bases, _, step: searching.measure(bases, extent.accounts, extent.queries, step)
        ),
    }


def _of_the_ledger(extent: Extent) -> Mapping[str, Part]:
    rounds, seconds = extent.rounds_of_writers, extent.seconds_of_writers
    return {
        "ledger": Part(
            ledger_writing.steps(rounds),
            lambda bases, _, step: ledger_writing.measure(bases, rounds, seconds, step),
        ),
        "large ledger": Part(
            ledger_reading.STEPS, lambda bases, _, step: ledger_reading.measure(bases, extent.ledger, step)
        ),
    }


def _of_slack_and_accounts(extent: Extent) -> Mapping[str, Part]:
    commands, rounds, seconds = extent.rounds_of_commands, extent.rounds_of_look_ups, extent.seconds_of_look_ups
    return {
        "delivered": Part(3 * commands, lambda bases, folder, step: delivered.measure(bases, folder, commands, step)),
        "replicas": Part(
            replicas.steps(rounds),
            lambda bases, folder, step: replicas.measure(bases, folder, rounds, seconds, step),
        ),
        "reveal": Part(2 * commands, lambda bases, _, step: revealing.measure(bases, commands, step)),
        "outbox": Part(2, lambda bases, folder, step: sending.measure(bases, folder, extent.outbox, step)),
    }


def _of_processes(extent: Extent) -> Mapping[str, Part]:
    return {
        "growth": Part(
            growing.steps(extent.growth), lambda bases, _, step: growing.measure(bases, extent.growth, step)
        ),
        "lasting": Part(
            lasting.steps(extent.starts),
            lambda bases, folder, step: lasting.measure(bases, folder, extent.starts, extent.requests, step),
        ),
        "start-up": Part(extent.starts, lambda _, __, step: start_up.measure(extent.starts, step)),
    }
