"""What a check found: values that the command line prints or gives as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.configuration.faults import Fault


class Level(StrEnum):
    """How bad it is. Only a fault keeps Steward from keeping its promises."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Subject(StrEnum):
    """What was looked at, in this order."""

    CONFIGURATION = "configuration"
    DATABASE = "database"
    LEDGER = "ledger"
    POLICY = "policy"
    ACCOUNTS = "accounts"
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `where` is a key of steward.toml or a variable, `line` its line in the file."""

    level: Level
    subject: Subject
    what: str
    mend: str | None = None
    where: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings, in the order of the checks."""

    findings: Sequence[Finding]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Those that have to be mended."""
        return tuple(finding for finding in self.findings if finding.level is Level.FAULT)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Those to think about."""
        return tuple(finding for finding in self.findings if finding.level is Level.WARNING)

    @property
    def exit_code(self) -> int:
        """0 when nothing has to be mended, else 1."""
        return 1 if self.faults else 0

    def as_json(self) -> Mapping[str, object]:
        """`{"ok": bool, "findings": [{"level", "subject", "what", "mend", "where", "line"}]}`; absent is null."""
        return {"ok": not self.faults, "findings": [asdict(finding) for finding in self.findings]}


def ok(subject: Subject, what: str, where: str | None = None) -> Finding:
    """It is as it should be."""
    return Finding(Level.OK, subject, what, None, where)


def warning(subject: Subject, what: str, mend: str, where: str | None = None, line: int | None = None) -> Finding:
    """It works, and may not be what was meant."""
    return Finding(Level.WARNING, subject, what, mend, where, line)


def fault(subject: Subject, what: str, mend: str, where: str | None = None, line: int | None = None) -> Finding:
    """It has to be mended."""
    return Finding(Level.FAULT, subject, what, mend, where, line)


def of_fault(found: Fault) -> Finding:
    """A fault of the configuration's as a finding."""
    return fault(Subject.CONFIGURATION, found.what, found.mend, found.where or None, found.line)
