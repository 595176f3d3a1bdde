"""`make year`: simulates the year and prints what was counted. Exit code 1 when one was early, late or not once."""

import argparse
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.database import Database
from bot.privacy.versions import import_policy
from migrations.schema import upgrade
from tests.postgres import Server
from tests.year.clock import SharedClock
from tests.year.company import POLICY, START, YEAR, Planned, employees, write_company
from tests.year.conductor import Conductor, Replicas
from tests.year.judging import Verdict, judge
from tests.year.process import build
from tests.year.slack import Recorder
from tests.year.slack import Server as SlackServer

REPLICAS = 3
CHANNELS = ({"id": "C0GENERAL", "name": "general"}, {"id": "C0NEWS00", "name": "news"})


def simulate(
    people: int, kills: int, seed: int, year: tuple[Planned, ...], days: int, outages: int, replicas: int = REPLICAS
) -> tuple[Verdict, Conductor]:
    """A year, or a part of it, with so many people, on a PostgreSQL server of its own."""
    chance = random.Random(seed)
    server = Server.start()
    server.set(fsync="off", full_page_writes="off", synchronous_commit="off")  # it meets no power cut
    with tempfile.TemporaryDirectory(prefix="year") as folder:
        try:
            return simulate_on(
                server.create_database("year"), Path(folder), people, kills, chance, year, days, outages, replicas
            )
        finally:
            server.stop()


def simulate_on(
    url: str,
    folder: Path,
    people: int,
    kills: int,
    chance: random.Random,
    year: tuple[Planned, ...],
    days: int,
    outages: int,
    replicas: int = REPLICAS,
) -> tuple[Verdict, Conductor]:
    """The same on an empty database of PostgreSQL's, with its files in a folder."""
    clock = SharedClock(folder / "clock", create=START)
    configuration, database = write_company(folder), Database(url)
    with database.transaction() as connection:
        upgrade(connection)
    origin = Origin(Actor("cli:year"), Surface.CLI)
    import_policy(Ledger(database, clock), clock, POLICY.encode(), "policy.md", origin)
    staff = employees(people, chance)
    recorder = Recorder(clock, [one.row() for one in staff if one.joins <= START], (), CHANNELS)
    slack = SlackServer(recorder)
    slack.start()
    services, _ = build(database, slack.url, clock, configuration)
    mark = "&" if "?" in url else "?"
    given = (f"{url}{mark}application_name=year-replica", slack.url, str(folder / "clock"), str(configuration))
    end = START + timedelta(days=days)
    downs = tuple(sorted(START + timedelta(days=chance.randrange(5, max(6, days - 30))) for _ in range(outages)))
    conductor = Conductor(
        database, services, clock, recorder, Replicas(given, replicas), staff, year, chance, kills, end, downs
    )
    try:
        conductor.run()
        return judge(database, recorder, staff, year, conductor.outages, end), conductor
    finally:
        conductor.replicas.kill_all()
        slack.stop()
        database.close()


def report(verdict: Verdict, conductor: Conductor, seconds: float) -> str:
    """The table."""
    total = sum(verdict.arrived.values())
    lines = [
        f"people {len(conductor.staff)}, changes {len(conductor.year)}, processes {conductor.replicas.number}",
        f"kills {conductor.replicas.kills}, outages {len(conductor.outages)}, read {_read(conductor):,}",
        *(f"  {name:<12} {count:>7,}" for name, count in sorted(verdict.arrived.items())),
        f"  {'all':<12} {total:>7,} arrived, each once; {conductor.recorder.updates:,} updates",
        f"latest while anything was up: {verdict.latest.total_seconds():.1f} s",
        f"late after an outage, and said so: {verdict.marked_late}",
        f"told to people who joined later: {verdict.newcomers}",
        f"faults: {sum(verdict.faults.values())}",
        *(f"  {kind}: {count}, such as {verdict.examples[kind]}" for kind, count in verdict.faults.items()),
        f"took {seconds:.0f} s",
    ]
    return "\n".join(lines)


def _read(conductor: Conductor) -> int:
    return sum(value < 0.8 for value in conductor.will_read.values()) - len(conductor.reads)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--outages", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    began = time.monotonic()
    year = tuple(one for one in YEAR if one.decided < START + timedelta(days=given.days))
    verdict, conductor = simulate(given.people, given.kills, given.seed, year, given.days, given.outages)
    sys.stdout.write(report(verdict, conductor, time.monotonic() - began) + "\n")
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
