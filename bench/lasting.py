"""A Steward that works for long: how soon it is up, what it takes under load, and what after many requests.

It is `steward run --http` as it is typed, without the sentence model, which is an extra of some 200 MiB: what it takes
at rest and after many requests is of the same process.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Executor, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.acknowledgement import EACH_TURN, Lane, acting
from bench.company import ROOT
from bench.databases import KINDS, Databases
from bench.processes import Served
from bench.rows import Aim, Row
from bench.samples import Samples
from bench.whole_steward import whole_steward
from slack_local import LocalSlack

CLIENTS: Final = 8
PARTS: Final = 20
STAGES: Final = (2, 5, 10, 15, 20)
"""After which parts the memory is a row."""
WARM: Final = 5
"""The part that later ones are compared with: after 25,000 of 100,000 requests. Until then memories fill that have a
bound: of the last 20,000 requests, of statements, of each connection's pages.
"""
FLAT: Final = Aim(1.1)
SOON: Final = Aim(2000, unit="ms")
AT_REST: Final = Aim(120, unit="MiB")
LOOK_EVERY_S: Final = 0.1


def steps(starts: int) -> int:
    """How often a measurement says that it got further."""
    return 2 * starts + 2 * PARTS


def measure(databases: Databases, folder: Path, starts: int, requests: int, progress: Callable[[], None]) -> list[Row]:
    """On both databases at once, each with clients of its own. A line says how far each is and what it takes."""
    with ExitStack() as stack:
        slack = stack.enter_context(
            LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml")
        )
        urls = {kind: stack.enter_context(databases.settled(kind)) for kind in KINDS}
        rows = [row for name, url in urls.items() for row in _started(name, url, folder, slack, starts, progress)]
        worn = {name: stack.enter_context(whole_steward(url, _of(folder, name), slack)) for name, url in urls.items()}
        pool, over = stack.enter_context(ThreadPoolExecutor(len(worn))), stack.enter_context(_ending())
        taken = [pool.submit(_worn, name, ours, slack, requests, progress, over) for name, ours in worn.items()]
        wait(taken, return_when=FIRST_EXCEPTION)
        for one in taken:
            rows += one.result() if one.done() else []
    return rows


def _of(folder: Path, name: str) -> Path:
    own = folder / name
    own.mkdir()
    return own


@contextmanager
def _ending() -> Iterator[threading.Event]:
    """An event that is set when this is left, however that is: clients at work then end with what they ask."""
    over = threading.Event()
    try:
        yield over
    finally:
        over.set()


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


def _worn(
    name: str, ours: Served, slack: LocalSlack, requests: int, progress: Callable[[], None], over: threading.Event
) -> list[Row]:
    each, began = max(1, requests // PARTS // CLIENTS), time.monotonic()
    after: list[tuple[int, float]] = []
    with ExitStack() as stack:
        lanes = [
            stack.enter_context(acting(slack, ours, shows_account=True, may_follow=True, may_fail=True))
            for _ in range(CLIENTS)
        ]
        pool = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        most = stack.enter_context(_looked_at(ours))
        for part in range(1, PARTS + 1):
            _ask(pool, lanes, each, over)
            if part in STAGES and not over.is_set():
                after.append((part * CLIENTS * each, ours.resident_mib))
                _say(name, *after[-1], PARTS * CLIENTS * each, time.monotonic() - began)
            progress()
    return [Row(f"memory under load, {CLIENTS} clients, {name}", max(most), "MiB"), *_rows(name, after)]


def _rows(name: str, after: Sequence[tuple[int, float]]) -> Iterator[Row]:
    """The memory after each stage, the later ones beside the warm one; the last is aimed at."""
    warm = STAGES.index(WARM)
    for stage, (done, taken) in enumerate(after):
        floor = after[warm][1] if stage > warm else None
        aim = FLAT if stage == len(STAGES) - 1 else None
        yield Row(f"memory after {done:,} requests, {name}", taken, "MiB", floor, aim)


def _say(name: str, done: int, mib: float, every: int, seconds: float) -> None:
    print(f"{name}: {done:,} of {every:,} requests in {seconds:.0f} s, {mib:.0f} MiB", flush=True)


def _ask(pool: Executor, lanes: Sequence[Lane], times: int, over: threading.Event) -> None:
    """Raises UnexpectedAnswer, OSError: then the other clients end too."""
    asking = [pool.submit(_take, lane, times, over) for lane in lanes]
    for done in asking:
        if done.exception() is not None:
            over.set()
    for done in asking:
        done.result()


def _take(lane: Lane, times: int, over: threading.Event) -> None:
    """Some at a time: they are signed before they are asked, and a signature is good for five minutes."""
    for begun in range(0, times, EACH_TURN):
        if over.is_set():
            return
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
