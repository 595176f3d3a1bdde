"""`steward check`"""

from itertools import groupby
from typing import Final

import typer

from bot.accounts.carried import carried
from bot.check import Finding, Level, Report, check
from bot.clock import system_clock
from bot.command_line.console import answers, say, write_json
from bot.settings import read_environment

_MARKS: Final = {Level.OK: "ok     ", Level.WARNING: "warning", Level.FAULT: "fault  "}
_STYLES: Final = {Level.OK: "green", Level.WARNING: "yellow", Level.FAULT: "bold red"}


def check_all(*, as_json: bool) -> None:
    """Look at everything and say what is wrong and how to mend it. Exits with 1 when something must be mended."""
    environment = read_environment()
    report = check(environment, environment.steward_config, system_clock, count_fields=carried)
    if as_json:
        write_json(report.as_json())
    else:
        _print(report)
    raise typer.Exit(report.exit_code)


def _print(report: Report) -> None:
    console = answers()
    for subject, findings in groupby(report.findings, key=lambda finding: finding.subject):
        console.print(subject.value.capitalize(), style="bold")
        for finding in findings:
            console.print(f"  {_MARKS[finding.level]}", style=_STYLES[finding.level], end="  ")
            say(_line(finding))
    faults, warnings = len(report.faults), len(report.warnings)
    say(f"{_counted(faults, 'fault')} to mend, {_counted(warnings, 'warning')}.")


def _line(finding: Finding) -> str:
    line = f"line {finding.line}" if finding.line else ""
    where = ", ".join(part for part in (line, finding.where) if part and part not in finding.what)
    return " ".join(part for part in (f"{where}:" if where else "", finding.what, finding.mend) if part)


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
