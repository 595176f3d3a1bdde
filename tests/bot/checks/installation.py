"""An installation to break and to check."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Ledger, Origin
from bot.check import Finding, Look, Report, check
from bot.database import Database
from bot.privacy.versions import import_policy
from bot.settings import Environment
from tests.conftest import SettableClock

ROOT = Path(__file__).parents[3]


@dataclass
class Installation:
    """Postwing's configuration in a folder of its own, on one database, with the stub of Slack."""

    folder: Path
    environment: Environment
    clock: SettableClock
    secrets: Mapping[str, str] = field(default_factory=dict)
    count_fields: Callable[[Connection, Sequence[str]], Mapping[str, int]] | None = None

    @property
    def configuration(self) -> Path:
        return self.folder / "steward.toml"

    def change(self, there: str, instead: str, file: str = "steward.toml") -> None:
        words = (self.folder / file).read_text("utf-8")
        assert there in words
        (self.folder / file).write_text(words.replace(there, instead), "utf-8")

    def set(self, **variables: Any) -> None:
        self.environment = self.environment.model_copy(update=variables)

    def check(self, account: str | None = None) -> Report:
        look = Look(Origin(Actor("cli:t"), Surface.CLI), self.secrets, account)
        return check(self.environment, self.configuration, self.clock, count_fields=self.count_fields, look=look)

    def import_policy(self) -> None:
        database = Database(self.environment.database_url)
        data = (self.folder / "policies" / "postwing.md").read_bytes()
        import_policy(
            Ledger(database, self.clock), self.clock, data, "postwing.md", Origin(Actor("cli:t"), Surface.CLI)
        )
        database.close()


def only(findings: Sequence[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


def line_of(installation: Installation, beginning: str, after: str = "") -> int:
    lines = installation.configuration.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(after))
    return next(number for number, line in enumerate(lines, 1) if number > start and line.startswith(beginning))
