"""A tap on everything that leaves Steward: its answers to Slack's requests and its own calls of Slack."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

import pytest
from slack_bolt import BoltRequest, BoltResponse

from bot.gate.direct import DirectApp


@dataclass
class Wire:
    """What left, oldest first, as text in which escapes of URLs are undone."""

    said: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def add(self, data: bytes | str) -> None:
        text = data.decode(errors="replace") if isinstance(data, bytes) else data
        with self.turn:
            self.raw.append(text)
            self.said.append(unquote_plus(text) if "%" in text else text)

    def since(self, mark: int) -> str:
        """All that left after so many pieces."""
        return "\n".join(self.said[mark:])

    def documents(self, mark: int = 0) -> Iterator[dict[str, Any]]:
        """All that left as JSON objects: answers, messages, views. What is none (headers, forms of ids) is left out."""
        for text in self.raw[mark:]:
            if text.startswith("{"):
                yield json.loads(text)

    @property
    def mark(self) -> int:
        return len(self.said)


@contextmanager
def tapped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Listen in. What the local Slack itself sends (the payloads) is left out; everything is passed on unchanged."""
    wire = Wire()
    dispatch, send = DirectApp.dispatch, http.client.HTTPConnection.send

    def listened(app: DirectApp, req: BoltRequest) -> BoltResponse:
        answer = dispatch(app, req)
        wire.add(answer.body)
        return answer

    def sent(connection: http.client.HTTPConnection, data: Any) -> None:
        if not threading.current_thread().name.startswith("slack-delivery"):
            wire.add(data if isinstance(data, bytes | str) else repr(data))
        send(connection, data)

    with monkeypatch.context() as patched:
        patched.setattr(DirectApp, "dispatch", listened)
        patched.setattr(http.client.HTTPConnection, "send", sent)
        yield wire
