"""`make soak`: mixed work at a rate over several replicas on PostgreSQL, one of which is killed every so often."""

import argparse
import logging
import random
import shutil
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import orjson
import psutil  # type: ignore[import-untyped]  # it brings no types
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bench import machine
from bench.company import ACCOUNTS, ROOT, postgresql, settle
from bench.printing import on, table
from bench.rows import Aim, Row, document
from bench.samples import Samples
from bench.soak.burden import Family, weighed, with_children
from bench.soak.fleet import fleet, kill_by_turns
from bench.soak.judging import judge
from bench.soak.minutes import told_each_minute
from bench.soak.verdict import Verdict
from bench.soak.work import Work, watched
from bot import logs
from bot.database import Database
from slack_local import LocalSlack
from tests.promises.deliveries import People

OUTPUT = ROOT / "bench" / "out" / "soak.json"
LOGS = OUTPUT.parent / "soak-logs"
REQUESTS_AT_MOST = 0.13  # of all acts; a tenth is expected
QUICKLY = Aim(1000, unit="ms")
MOST_SAID = 20


@dataclass(frozen=True, slots=True)
class Extent:
    """How long, how much, over how many, and how often one is killed."""

    seconds: float
    rate: float
    replicas: int
    kill_every_s: float
    down_s: float
    seed: int

    @property
    def accounts(self) -> int:
        """Enough for every request to be of another, with room for chance."""
        return max(ACCOUNTS, round(self.seconds * self.rate * REQUESTS_AT_MOST))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the rows, and what was lost or came twice."""

    rows: list[Row]
    verdict: Verdict


def soak(extent: Extent, folder: Path, progress: Progress, console: Console) -> Outcome:
    """Put everything up, work, kill, wait until all is settled, and judge."""
    with ExitStack() as stack:
        server = stack.enter_context(postgresql())
        slack = stack.enter_context(
            LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml")
        )
        url = server.create_database("soak")
        settle(url, folder, extent.accounts)
        database = Database(url, pool_size=2)
        stack.callback(database.close)
        replicas = stack.enter_context(fleet(url, slack, folder, extent.replicas))
        chance = random.Random(extent.seed)  # noqa: S311 - it chooses what people do
        work = Work(replicas, People(slack), database, chance, extent.accounts)
        families: dict[str, Family] = {
            f"{extent.replicas} replicas": lambda: with_children(replicas.processes()),
            "PostgreSQL": lambda: with_children([server.pid]),
            "work and local Slack": lambda: [psutil.Process()],
        }
        with weighed(families) as burden, told_each_minute(work.acts, work.unanswered, console):
            rate, killed, starts = _worked(work, extent, progress)
            cores = burden.cores()
        console.print("All is said; waiting until everything has arrived, then judging.", highlight=False)
        verdict = judge(database, slack, work.acts, work.unanswered, replicas.said)
        if not verdict.good:
            _keep_logs(folder)
    return Outcome(_rows(work, rate, killed, starts, verdict, cores), verdict)


def _keep_logs(folder: Path) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copy(log, LOGS)


def _worked(work: Work, extent: Extent, progress: Progress) -> tuple[float, int, list[float]]:
    """How many a second were begun, how many replicas were killed, and how long each took to come back."""
    over, starts = threading.Event(), list[float]()
    task = progress.add_task("working", total=round(extent.seconds * extent.rate))
    with ThreadPoolExecutor(1) as pool:
        killer = pool.submit(kill_by_turns, work.fleet, extent.kill_every_s, extent.down_s, over, starts.append)
        killer.add_done_callback(lambda _: None if over.is_set() else work.fleet.given_up.set())
        try:
            rate = watched(
                lambda: work.run(extent.seconds, extent.rate, lambda: progress.advance(task)), work.fleet.given_up
            )
        finally:
            over.set()
        return rate, killer.result(), starts


def _rows(
    work: Work, rate: float, killed: int, starts: Sequence[float], verdict: Verdict, cores: Mapping[str, float]
) -> list[Row]:
    every = Samples([act.ms for act in work.acts])
    by_kind = {
        kind: [act.ms for act in work.acts if act.kind == kind] for kind in dict.fromkeys(a.kind for a in work.acts)
    }
    return [
        Row("soak: acts a second", rate, "1/s"),
        Row("soak: acts", len(work.acts), ""),
        Row("soak: replicas killed", killed, ""),
        Row("soak: acknowledgement p50", every.p50, "ms"),
        Row("soak: acknowledgement p99", every.p99, "ms", aim=QUICKLY),
        Row("soak: acknowledgement, longest", max(every.values), "ms"),
        *(Row(f"soak: {kind} p99", Samples(taken).p99, "ms") for kind, taken in by_kind.items() if len(taken) > 1),
        *([Row("soak: a killed replica is ready again, longest", max(starts), "s")] if starts else []),
        *(Row(f"soak: processor time, {name}", used, "cores") for name, used in cores.items()),
        Row("soak: told to try again", verdict.told_to_try_again, ""),
        Row("soak: lost", len(verdict.lost), "", aim=Aim(0, unit="-")),
        Row("soak: twice", len(verdict.twice), "", aim=Aim(0, unit="-")),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when nothing was lost and nothing came twice, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=50, help="acts a second")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--kill-every", type=float, default=60, help="seconds")
    parser.add_argument("--down", type=float, default=3, help="seconds until a killed one is started again")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 10**9))
    parser.add_argument("--output", type=Path, default=OUTPUT)
    asked = parser.parse_args(arguments)
    extent = Extent(60 * asked.minutes, asked.rate, asked.replicas, asked.kill_every, asked.down, asked.seed)
    console = Console()
    console.print(f"seed {extent.seed}", highlight=False)
    logs.configure(sys.stderr, as_json=True, level=logging.ERROR)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with tempfile.TemporaryDirectory(prefix="stewardsoak") as folder:
        there = machine.described(Path(folder))
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            outcome = soak(extent, Path(folder), progress, console)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_bytes(orjson.dumps(document(there, outcome.rows), option=orjson.OPT_INDENT_2) + b"\n")
    console.print(table(outcome.rows), on(there), highlight=False)
    for one in (*outcome.verdict.lost[:MOST_SAID], *outcome.verdict.twice[:MOST_SAID]):
        console.print(one, style="red")
    wrong = f"Something is wrong: see above. What the replicas said is in {LOGS.relative_to(ROOT)}."
    console.print("Nothing was lost, nothing came twice." if outcome.verdict.good else wrong, highlight=False)
    return 0 if outcome.verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
