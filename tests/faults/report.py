"""What came of the trials, as tables for people and as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table

from tests.faults.calls import Outcome
from tests.faults.kills import Killed
from tests.faults.tampering import Tried

MOST_LISTED = 10


@dataclass(slots=True)
class Report:
    """All that was tried. `skipped` names what could not be, and why."""

    kills: list[Killed] = field(default_factory=list)
    calls: list[Outcome] = field(default_factory=list)
    tampered: list[Tried] = field(default_factory=list)
    outsider: dict[str, Any] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def wrong(self) -> Iterator[str]:
        """What is not as promised, in words."""
        for killed in self.kills:
            if not killed.sound:
                yield f"killed, {killed.database} (seed {killed.seed}): {killed.judgement}, {killed.gaps_seen} gaps"
        for outcome in self.calls:
            if not outcome.judgement.sound:
                yield f"{outcome.case.writer}, {outcome.case.injection}: {outcome.judgement}"
        yield from (f"{one.undetected} undetected: {one.kind}" for one in self.tampered if one.undetected)
        if self.outsider and not self.outsider["sound"]:
            yield f"the outsider: {self.outsider['said']}"

    def as_json(self) -> dict[str, Any]:
        """Everything, for programs."""
        return {
            "kills": [_killed_json(one) for one in self.kills],
            "calls": {"by_call": _by_call(self.calls), "by_fault": _by_fault(self.calls)},
            "tampering": [one.as_json() for one in self.tampered],
            "outsider": self.outsider,
            "skipped": self.skipped,
            "seconds": {name: round(spent, 1) for name, spent in self.seconds.items()},
            "wrong": list(self.wrong()),
        }


def tables(report: Report) -> list[Table]:
    """One for each kind of trial that was made."""
    made = []
    if report.kills:
        made.append(_kills_table(report.kills))
    if report.calls:
        made += [_calls_table(report.calls), _faults_table(report.calls)]
    if report.tampered:
        made.append(_tampering_table(report.tampered))
    return made


def _killed_json(killed: Killed) -> dict[str, Any]:
    told, judgement = killed.told, asdict(killed.judgement)
    counts = {"shown": len(told.shown), "refused": told.refused, "halted": told.halted, "signed": len(told.signed)}
    named = ("database", "seed", "kills", "stewards", "integrators", "backends", "servers", "gaps_seen")
    return {**{name: getattr(killed, name) for name in named}, **counts, **judgement, "sound": killed.sound}


def _kills_table(kills: Sequence[Killed]) -> Table:
    killed = ("kills", "of Stewards", "of integrators", "of backends", "of the server")
    names = (*killed, "shown", "entries", "checkpoints", "lost", "forks", "gaps")
    table = _table("Killed at random under load", ("database",), (*names, "verified"))
    for one in kills:
        found = one.judgement
        gaps = found.gaps + one.gaps_seen
        counts = (one.kills, one.stewards, one.integrators, one.backends, one.servers, len(one.told.shown))
        entries = (found.entries, found.checkpoints, found.lost, found.forks, gaps)
        table.add_row(one.database, *map(_number, (*counts, *entries)), _yes(found.verified))
    return table


def _by_call(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """For each system call how often it came to which fault, and what was wrong afterwards."""
    rows: dict[str, Counter[str]] = {}
    for one in outcomes:
        row = rows.setdefault(f"{one.case.call} ({one.case.writer})", Counter())
        row[one.case.fault if one.injected else "not reached"] += 1
        row["shown"] += one.shown
        _count_wrong(row, one)
    return {call: dict(row) for call, row in sorted(rows.items())}


def _by_fault(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """For each errno or signal what the process did."""
    rows: dict[str, Counter[str]] = {}
    for one in outcomes:
        if one.injected:
            row = rows.setdefault(one.case.fault, Counter())
            row["injected"] += 1
            row[one.how] += 1
            _count_wrong(row, one)
    return {fault: dict(row) for fault, row in sorted(rows.items())}


def _count_wrong(row: Counter[str], one: Outcome) -> None:
    found = one.judgement
    for name in ("lost", "forks", "gaps"):
        row[name] += getattr(found, name)
    row["not verified"] += not found.sound


def _calls_table(outcomes: Sequence[Outcome]) -> Table:
    names = ("EIO", "ENOSPC", "SIGKILL", "not reached", "shown", "lost", "forks", "gaps", "not verified")
    return _counted("Each file system call failed once (SQLite)", "call", names, _by_call(outcomes))


def _faults_table(outcomes: Sequence[Outcome]) -> Table:
    names = ("injected", "killed", "ended", "refused", "waited", "went on", "lost", "forks", "gaps", "not verified")
    return _counted("What the process did", "fault", names, _by_fault(outcomes))


def _tampering_table(tampered: Sequence[Tried]) -> Table:
    table = _table("An export of 1,000 entries, tampered with", ("how",), ("tried", "undetected"))
    table.add_column("found by")
    for one in tampered:
        found = ", ".join(name.replace("_", " ") for name, _ in one.verdicts.most_common())
        table.add_row(one.kind, _number(one.count), _number(one.undetected), found)
    table.add_row("in all", _number(sum(one.count for one in tampered)), "", "", style="bold")
    return table


def _counted(title: str, first: str, names: Sequence[str], rows: dict[str, dict[str, int]]) -> Table:
    table = _table(title, (first,), names)
    for name, row in rows.items():
        table.add_row(name, *(_number(row.get(column, 0)) for column in names))
    sums = [sum(row.get(column, 0) for row in rows.values()) for column in names]
    table.add_row("in all", *map(_number, sums), style="bold")
    return table


def _table(title: str, left: Sequence[str], right: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in left:
        table.add_column(name)
    for name in right:
        table.add_column(name, justify="right")
    return table


def _number(value: int) -> str:
    return f"{value:,}"


def _yes(value: object) -> str:
    return "yes" if value else "NO"
