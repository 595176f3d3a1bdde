"""A Steward that works for long: how soon it is up, what it takes under load, and what after many requests."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.acknowledgement import EACH_TURN, Lane, acting, steward
from bench.company import ROOT
from bench.databases import KINDS, Databases
from bench.processes import Served
from bench.rows import Aim, Row
from bench.samples import Samples
from bench.whole_steward import whole_steward
from slack_local import LocalSlack

CLIENTS: Final = 8
PARTS: Final = 10
FLAT: Final = Aim(1.1)
SOON: Final = Aim(2000, unit="ms")
AT_REST: Final = Aim(120, unit="MiB")
LOOK_EVERY_S: Final = 0.1


def steps(starts: int) -> int:
    """How often a measurement says that it got further."""
    return 2 * starts + 2 * PARTS


def measure(databases: Databases, folder: Path, starts: int, requests: int, progress: Callable[[], None]) -> list[Row]:
    """On both databases at once. The first tenth of the requests is what the rest is compared with."""
    with ExitStack() as stack:
        slack = stack.enter_context(
            LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml")
        )
        urls = {kind: stack.enter_context(databases.settled(kind)) for kind in KINDS}
        rows = [row for name, url in urls.items() for row in _started(name, url, folder, slack, starts, progress)]
        worn = {name: stack.enter_context(steward(name, url, folder, slack)) for name, url in urls.items()}
        with ThreadPoolExecutor(len(worn)) as pool:
            for one in [pool.submit(_worn, name, ours, slack, requests, progress) for name, ours in worn.items()]:
                rows += one.result()
    return rows


def _started(
    name: str, url: str, folder: Path, slack: LocalSlack, starts: int, progress: Callable[[], None]
) -> list[Row]:
    """From nothing to listening, with everything put together and the ledger's integrator begun."""
    taken, at_rest = Samples(), Samples()
    for _ in range(starts):
        began = time.perf_counter()
        with whole_steward(url, folder, slack) as one:
            taken.values.append((time.perf_counter() - began) * 1000)
            at_rest.values.append(one.resident_mib)
        progress()
    return [
        Row(f"start-up, until it listens, {name}", taken.p50, "ms", aim=SOON),
        Row(f"memory at rest, {name}", at_rest.p50, "MiB", aim=AT_REST),
    ]


def _worn(name: str, ours: Served, slack: LocalSlack, requests: int, progress: Callable[[], None]) -> list[Row]:
    each = max(1, requests // PARTS // CLIENTS)
    after: list[float] = []
    with ExitStack() as stack:
        lanes = [
            stack.enter_context(acting(slack, ours, shows_account=True, may_follow=True, may_fail=True))
            for _ in range(CLIENTS)
        ]
        most = stack.enter_context(_looked_at(ours))
        for _ in range(PARTS):
            _ask(lanes, each)
            after.append(ours.resident_mib)
            progress()
    return [
        Row(f"memory under load, {CLIENTS} clients, {name}", max(most), "MiB"),
        Row(f"memory after {PARTS * CLIENTS * each:,} requests, {name}", after[-1], "MiB", after[0], FLAT),
    ]


def _ask(lanes: Sequence[Lane], times: int) -> None:
    with ThreadPoolExecutor(len(lanes)) as pool:
        for done in [pool.submit(_take, lane, times) for lane in lanes]:
            done.result()


def _take(lane: Lane, times: int) -> None:
    """Some at a time: they are signed before they are asked, and a signature is good for five minutes."""
    for begun in range(0, times, EACH_TURN):
        lane.take(min(EACH_TURN, times - begun))


@contextmanager
def _looked_at(ours: Served) -> Iterator[list[float]]:
    """Its memory every so often, in MiB, while it works."""
    taken, over = [ours.resident_mib], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            taken.append(ours.resident_mib)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        yield taken
    finally:
        over.set()
        looker.join()
