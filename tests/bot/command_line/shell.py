"""`steward …` as somebody types it: what the commands' tests share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.audit.merkle.notes import Signer

ROOT = Path(__file__).parents[3]
ACCOUNTS: list[dict[str, object]] = [
    {"id": "pw-1", "name": "Baltic Beans SIA", "email": "mara@balticbeans.example", "lists": ["Spring", "Autumn"]},
    {"id": "pw-2", "name": "O'Neill & Söhne", "email": "office@oneill.example"},
]
SEED = bytes(range(32))
ORIGIN = "postwing.example/audit"
KEY = str(Signer(ORIGIN, SEED).key)


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Steward = Callable[..., Said]


def jsonl(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class Auditor:
    """Somebody with files and a key: no database, no configuration, and nothing of Steward in the environment."""

    def __init__(self, steward: Steward, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._steward, self._monkeypatch = steward, monkeypatch

    def verify(self, file: str, *arguments: str | Path, checkpoint: str | None = "checkpoint", key: str = KEY) -> Said:
        given: list[str | Path] = ["--file", self.folder / file, "--key", key, *arguments]
        if checkpoint is not None:
            given += ["--checkpoint", self.folder / checkpoint]
        with self._monkeypatch.context() as bare:
            bare.setenv("DATABASE_URL", "no database at all")
            bare.setenv("STEWARD_CONFIG", "none.toml")
            bare.delenv("STEWARD_SIGNING_KEY", raising=False)
            return self._steward("audit", "verify", *given)

    def lines(self, file: str = "audit.jsonl") -> list[bytes]:
        return (self.folder / file).read_bytes().splitlines(keepends=True)

    def write(self, file: str, lines: list[bytes]) -> str:
        (self.folder / file).write_bytes(b"".join(lines))
        return file

    def manifest(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.folder / "audit.jsonl.manifest.json").read_text())
        return read
