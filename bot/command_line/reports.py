"""`steward audit report`: who looked at a customer's data, ready to send."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson
import typer

from bot.access.people import Directory
from bot.access.reasons import Reason
from bot.accounts.resolve import resolver
from bot.app import report_terms
from bot.audit.periods import read_time
from bot.audit.reports import as_json, html, pdf, words
from bot.audit.reports.customer import CustomerReport
from bot.audit.reports.making import NotReported, Report
from bot.command_line.console import hint, write_bytes
from bot.command_line.opening import Work, opened
from bot.command_line.slack_names import slack_people
from bot.command_line.whole_files import whole_file
from bot.running.accounts import usable_source
from bot.running.refusals import CannotStart
from bot.settings import Configuration


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to report on, as typed: `since` and `until` are dates or times in the company's time zone."""

    account: str
    since: str | None
    until: str | None


def report_account(wanted: Wanted, form: str, output: Path | None) -> None:
    """Write the report as html, pdf or json. Making it is itself an entry, committed before anything is written."""
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("a PDF is not for a terminal; name a file", param_hint="--output")
    with opened() as work:
        report = _make(work, wanted)
    content, unprinted = _content(report, form)
    if output is None:
        write_bytes(content)
        _tell_of(unprinted)
        return
    with whole_file(output) as file:
        file.write(content)
    hint(f"{output}: {report.title}. {report.summary}")
    _tell_of(unprinted)


def _make(work: Work, wanted: Wanted) -> CustomerReport:
    configuration = work.configuration()
    zone = ZoneInfo(configuration.company.timezone)
    since = _moment("--since", wanted.since, work, zone)
    until = _moment("--until", wanted.until, work, zone, end_of_day=True)
    if since and since > (until or work.clock()):
        raise typer.BadParameter("the time ends before it begins", param_hint="--since")
    terms, directory = report_terms(configuration), _directory(work, configuration)
    with closing(usable_source(configuration)) as source:
        make = Report(work.database, work.ledger, terms, resolver(source), work.clock, directory)
        report = make.by_operator(work.origin, wanted.account, since, until)
    if isinstance(report, NotReported):
        raise _refusal(report)
    return report


def _moment(option: str, typed: str | None, work: Work, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime | None:
    if typed is None:
        return None
    read = read_time(typed, work.clock(), zone, end_of_day=end_of_day)
    if read is None:
        raise typer.BadParameter("a date or time is needed, like 2026-03-01 or “7 days ago”", param_hint=option)
    return min(read, work.clock()) if end_of_day else read


def _directory(work: Work, configuration: Configuration) -> Directory | None:
    """Slack's people, where the report calls them by name."""
    if configuration.report_people != "name":
        return None
    directory = slack_people(work, configuration)
    if directory is None:
        what = "The report calls employees by name, and Slack says their names only with SLACK_BOT_TOKEN."
        raise CannotStart(what, 'Set SLACK_BOT_TOKEN, or people = "role" under [report] in steward.toml.')
    return directory


def _refusal(report: NotReported) -> CannotStart:
    if report.reason is Reason.SEVERAL_MATCHES:
        ids = ", ".join(one.id for one in report.candidates)
        return CannotStart("Several accounts match, and a report is about one.", f"Say which, by its id: {ids}.")
    return CannotStart("No account matches, and the audit table knows none by this id.", "Look for it with /account.")


def _content(report: CustomerReport, form: str) -> tuple[bytes, tuple[str, ...]]:
    """The file, and the letters of the report that it does not show."""
    if form == "pdf":
        paper = pdf.printed(report)
        return paper.content, paper.unprinted
    if form == "html":
        return html.render(report).encode(), ()
    return orjson.dumps(as_json.as_json(report), option=orjson.OPT_INDENT_2) + b"\n", ()


def _tell_of(unprinted: Sequence[str]) -> None:
    if unprinted:
        hint(f"It can't show {' '.join(unprinted)} ({words.named(unprinted)}): no font here has that.")
        hint("--format html shows everything; a font for the PDF can be named with “fonts” under [report].")
