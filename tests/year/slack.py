"""As much of Slack's Web API as notices need, that keeps every message with the simulated time at which it came."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that arrived."""

    channel: str
    text: str
    key: str
    at: datetime
    ts: str


@dataclass
class Recorder:
    """A Slack of so many people. `clock` is the simulated time."""

    clock: Callable[[], datetime]
    people: list[Json]
    groups: Sequence[Json]
    channels: Sequence[Json]
    posted: list[Posted] = field(default_factory=list)
    updates: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, given: Mapping[str, str]) -> Json:
        """One call."""
        name = method.replace(".", "_").lower()
        found = getattr(self, f"_{name}", None)
        return {"ok": True, **found(given)} if found else {"ok": False, "error": "unknown_method"}

    def _auth_test(self, _: Mapping[str, str]) -> Json:
        return {"team_id": "T1", "user_id": "UBOT", "team": "Year", "url": "https://year.example/", "user": "steward"}

    def _users_list(self, given: Mapping[str, str]) -> Json:
        start, limit = int(given.get("cursor") or 0), int(given["limit"])
        with self.turn:
            page = self.people[start : start + limit]
            more = str(start + limit) if start + limit < len(self.people) else ""
        return {"members": page, "response_metadata": {"next_cursor": more}}

    def _usergroups_list(self, _: Mapping[str, str]) -> Json:
        return {"usergroups": list(self.groups)}

    def _conversations_list(self, _: Mapping[str, str]) -> Json:
        return {"channels": list(self.channels), "response_metadata": {"next_cursor": ""}}

    def _conversations_open(self, given: Mapping[str, str]) -> Json:
        return {"channel": {"id": f"D{given['users']}"}}

    def _conversations_history(self, given: Mapping[str, str]) -> Json:
        with self.turn:
            found = [one for one in self.posted if one.channel == given["channel"]]
        return {
            "messages": [
                {
                    "ts": one.ts,
                    "text": one.text,
                    "metadata": {"event_type": "steward_delivery", "event_payload": {"key": one.key}},
                }
                for one in reversed(found)
            ]
        }

    def _chat_postmessage(self, given: Mapping[str, str]) -> Json:
        key = json.loads(given["metadata"])["event_payload"]["key"]
        with self.turn:
            ts = f"{len(self.posted) + 1}.000001"
            self.posted.append(Posted(given["channel"], given["text"], key, self.clock(), ts))
        return {"channel": given["channel"], "ts": ts}

    def _chat_update(self, given: Mapping[str, str]) -> Json:
        with self.turn:
            self.updates += 1
        return {"channel": given["channel"], "ts": given["ts"]}


class Server:
    """The recorder over HTTP, on a port of its own."""

    def __init__(self, recorder: Recorder) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
                given = _read(self.headers.get("Content-Type") or "", body, self.path)
                said = json.dumps(recorder.answer(self.path.partition("?")[0].rpartition("/")[2], given)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST  # noqa: N815 - the library's name

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/api/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()


def _read(kind: str, body: str, path: str) -> dict[str, str]:
    if kind.startswith("application/json") and body:
        return {key: value if isinstance(value, str) else json.dumps(value) for key, value in json.loads(body).items()}
    query = path.partition("?")[2]
    return {key: values[0] for key, values in parse_qs(body or query, keep_blank_values=True).items()}
