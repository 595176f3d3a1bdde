"""Audited look-ups a second over HTTP, on one replica and on three over one PostgreSQL.

The floor of each number is bare inserts by as many connections; that of the ratio between the two is what a bare Bolt
app gains from as many processes on this machine.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.acknowledgement import Lane, acting, recorded, tokens
from bench.company import ROOT
from bench.databases import Databases
from bench.look_ups import Call, bare_postgresql, together
from bench.processes import served
from bench.rows import Aim, Row
from bench.samples import Samples, by_turns
from bench.serving import environment
from bench.signed_commands import UnexpectedAnswer
from slack_local import LocalSlack

CLIENTS: Final = (1, 8, 32)
REPLICAS: Final = 3
GAIN: Final = Aim(2, at_most=False, unit="times")
ENTRY_BYTES: Final = 900
WARM: Final = 20
PATIENCE_S: Final = 60.0  # for answers that follow
LOOK_EVERY_S: Final = 0.1

Turn = Callable[[], Sequence[float]]


def steps(rounds: int) -> int:
    """How often a measurement says that it got further."""
    return 5 * rounds * len(CLIENTS)


def measure(databases: Databases, folder: Path, rounds: int, seconds: float, progress: Callable[[], None]) -> list[Row]:
    """All are up all the time, and asked by turns. Each turn takes `seconds`."""
    with ExitStack() as stack:
        slack = stack.enter_context(
            LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml")
        )
        url = stack.enter_context(databases.settled("postgresql"))
        bare_url = stack.enter_context(databases.empty("postgresql"))
        ours, bolts = (
            [stack.enter_context(served(module, folder / f"{module}{n}.log", given)) for n in range(REPLICAS)]
            for module, given in (
                ("bench.steward_server", environment(tokens(slack), url)),
                ("bench.bare_server", environment(tokens(slack))),
            )
        )
        inserts = [stack.enter_context(bare_postgresql(bare_url, ENTRY_BYTES)) for _ in range(max(CLIENTS))]
        rows = []
        lanes: list[Lane] = []
        for clients in CLIENTS:
            turns: list[Turn] = [_turn(inserts[:clients], seconds)]
            for servers in (ours[:1], ours, bolts[:1], bolts):
                asking = [
                    stack.enter_context(
                        acting(slack, servers[n % len(servers)], shows_account=servers[0] in ours, may_follow=True)
                    )
                    for n in range(clients)
                ]
                lanes += asking if servers[0] in ours else []
                for lane in asking:
                    lane.take(1 + WARM // clients)
                turns.append(_turn([_once(lane) for lane in asking], seconds))
            rows += _rows(clients, by_turns(turns, rounds, progress))
        _require_recorded(url, lanes)
    return rows


def _rows(clients: int, taken: Sequence[Samples]) -> list[Row]:
    inserts, one, three, bolt, bolts = (samples.p50 for samples in taken)
    where = f"{clients} client{'s' if clients > 1 else ''}"
    gained = bolts / bolt
    return [
        Row(f"look-ups over HTTP, 1 replica, {where}", one, "1/s", inserts),
        Row(f"look-ups over HTTP, {REPLICAS} replicas, {where}", three, "1/s", inserts),
        Row(
            f"{REPLICAS} replicas to one, {where}", three / one, "times", gained, GAIN if gained >= GAIN.bound else None
        ),
    ]


def _turn(calls: Sequence[Call], seconds: float) -> Turn:
    return lambda: [together(calls, seconds)]


def _once(lane: Lane) -> Call:
    return lambda: lane.take(1)


def _require_recorded(url: str, lanes: Sequence[Lane]) -> None:
    """Raises UnexpectedAnswer unless every command gets its audit entry, whichever replica answered it."""
    asked, deadline = sum(next(lane.numbers) for lane in lanes), time.monotonic() + PATIENCE_S
    while (found := recorded(url)) != asked:
        if time.monotonic() > deadline:
            raise UnexpectedAnswer(f"{found} audit entries for {asked} commands")
        time.sleep(LOOK_EVERY_S)
