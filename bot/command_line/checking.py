"""`steward check`"""

import os
from contextlib import ExitStack
from itertools import groupby
from typing import Final, NoReturn

import typer

from bot.accounts.carried import carried
from bot.check import Finding, Level, Look, Report, check
from bot.checks.findings import Subject, fault
from bot.clock import system_clock
from bot.command_line.console import answers, say, write_json
from bot.command_line.opening import typed_here
from bot.command_line.workspaces import plan_of, wanted_of
from bot.hosting.checking import check_hosted
from bot.hosting.host import opened_registry, require_apart, slack_app
from bot.hosting.plan import Plan
from bot.hosting.registry import InstallationRegistry
from bot.running.refusals import CannotStart
from bot.settings import Environment, read_environment

_MARKS: Final = {Level.OK: "ok     ", Level.WARNING: "warning", Level.FAULT: "fault  "}
_STYLES: Final = {Level.OK: "green", Level.WARNING: "yellow", Level.FAULT: "bold red"}


def check_all(account: str | None = None, *, as_json: bool) -> None:
    """Look at everything and say what is wrong and how to mend it. Exits with 1 when something must be mended."""
    environment = read_environment()
    plan = plan_of(environment)
    if plan is not None:
        _check_workspaces(environment, plan, account, as_json=as_json)
    look = Look(typed_here(), os.environ, account)
    report = check(environment, environment.steward_config, system_clock, count_fields=carried, look=look)
    if as_json:
        write_json(report.as_json())
    else:
        _print(report)
    raise typer.Exit(report.exit_code)


def _check_workspaces(environment: Environment, plan: Plan, account: str | None, *, as_json: bool) -> NoReturn:
    """Each one by itself, and what they share first. Exits with 1 when something must be mended anywhere."""
    if account is not None and len(wanted_of(plan)) > 1:
        raise typer.BadParameter("--account needs one workspace", param_hint="--workspace")
    look = Look(typed_here(), os.environ, account)
    require_apart(plan)
    slack_app(environment, plan)
    reports: dict[str, Report] = {}
    with ExitStack() as opened:
        registry = _registry(opened, environment, plan)
        for hosted in wanted_of(plan):
            reports[hosted.name] = check_hosted(
                hosted, environment, registry, system_clock, count_fields=carried, look=look
            )
    if as_json:
        write_json([{"workspace": name, **report.as_json()} for name, report in reports.items()])
    else:
        for name, report in reports.items():
            answers().print(f"Workspace {name}", style="bold underline")
            _print(report)
    raise typer.Exit(max(report.exit_code for report in reports.values()))


def _registry(opened: ExitStack, environment: Environment, plan: Plan) -> InstallationRegistry | Finding:
    """The registry, or why it can't be read: the rest is looked at all the same."""
    try:
        return opened.enter_context(opened_registry(environment, plan, system_clock))
    except CannotStart as refused:
        return fault(Subject.SLACK, refused.what, refused.mend)


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
