"""What `steward check` asks of Slack, answered by a few lines of HTTP."""

import http.server
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from bot.checks.shipped import MANIFEST, TOP, bot_scopes

SCOPES = bot_scopes(TOP / MANIFEST)
PEOPLE = ["inese", "nils", "janis", "martins", "ilze", "dace", "old"]


def person(name: str) -> dict[str, Any]:
    return {"id": f"U{name}", "deleted": name == "old", "is_bot": False, "profile": {"email": f"{name}@acme.example"}}


def channel(name: str) -> dict[str, Any]:
    return {"id": f"C{name}", "name": name, "is_member": True, "is_ext_shared": False}


@dataclass
class Slack:
    """What the stub answers; tests change it. `refused`: method to error code; `asked`: methods and their limits."""

    url: str = ""
    scopes: str | None = ",".join(SCOPES)
    date: str = ""
    largest_page: int = 1000
    asked: list[tuple[str, int]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=lambda: [person(name) for name in PEOPLE])
    channels: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            name: channel(name) for name in ("general", "access-approvals", "privacy-desk", "audit-log")
        }
    )
    groups: dict[str, list[str]] = field(
        default_factory=lambda: {
            "support": ["Uinese"],
            "billing": ["Unils"],
            "marketing": ["Uilze"],
            "access-approvers": ["Ujanis", "Umartins"],
            "privacy-office": ["Udace", "Uilze"],
            "auditors": ["Udace"],
            "billing-partners": ["Unils", "Uold"],
        }
    )

    def answer(self, method: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        self.asked.append((method, int(arguments.get("limit", 0))))
        if method == "users.list" and int(arguments.get("limit", 0)) > self.largest_page:
            return {"ok": False, "error": "limit_required"}
        if method in self.refused:
            return {"ok": False, "error": self.refused[method], "needed": "users:read"}
        if method == "usergroups.list":
            return {"usergroups": [{"handle": name, "users": users} for name, users in self.groups.items()]}
        if method == "users.list":
            return self.page("members", self.people, arguments)
        if method == "conversations.list":
            return self.page("channels", list(self.channels.values()), arguments)
        return {"team": "Acme", "team_id": "T0ACME", "user": "steward", "url": "wss://slack.example"}

    def page(self, key: str, rows: Sequence[object], arguments: Mapping[str, str]) -> dict[str, Any]:
        """Two rows a page, so that a reader that stops at the first page is caught."""
        start = int(arguments.get("cursor") or 0)
        following = str(start + 2) if start + 2 < len(rows) else ""
        return {key: rows[start : start + 2], "response_metadata": {"next_cursor": following}}


def handler(slack: Slack) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            query = self.path.partition("?")[2]
            arguments = {key: values[0] for key, values in parse_qs(body + "&" + query).items()}
            method = self.path.partition("?")[0].rsplit("/", 1)[-1]
            self.reply({"ok": True} | slack.answer(method, arguments))

        def reply(self, answer: Mapping[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            if slack.scopes:
                self.send_header("X-OAuth-Scopes", slack.scopes)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def date_time_string(self, timestamp: float | None = None) -> str:
            return slack.date

        def log_message(self, *given: object) -> None:
            pass

    return Handler
