"""manifest.yml: valid by Slack's schema and rules, and true to the handlers that are registered."""

import json
import re
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import jsonschema
import pytest
import yaml
from slack_sdk import WebClient

from bot.app import create_app
from bot.services import Services

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT.parent / "shared" / "slack" / "manifest.schema.2.0.0.json"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return read


def registered() -> set[str]:
    """Everything that the app listens for, as the matchers of its listeners say: kind and name."""
    app = create_app(create_autospec(Services, instance=True), WebClient("xoxb-test"))
    return {
        description
        for listener in app._listeners
        for matcher in listener.matchers
        for description in _described(matcher)
    }


def _described(matcher: Any) -> set[str]:
    """What a built-in matcher of Bolt's waits for: the values that its function closes over."""
    found: set[str] = set()
    cells = [cell.cell_contents for cell in matcher.func.__closure__ or ()]
    for value in cells:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, re.Pattern):
            found.add(value.pattern)
        elif isinstance(value, dict):
            found |= {str(one) for one in value.values()}
        elif callable(value) and getattr(value, "__closure__", None):
            found |= {one.cell_contents for one in value.__closure__ if isinstance(one.cell_contents, str)}
    return found


def test_it_is_valid_by_slacks_schema(manifest: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip(f"Slack's schema is not at {SCHEMA.name}, so the manifest is checked by its rules only")
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(manifest)


def test_every_command_has_a_handler_and_every_handler_a_command(manifest: dict[str, Any]) -> None:
    commands = {one["command"] for one in manifest["features"]["slash_commands"]}
    handled = {one for one in registered() if one.startswith("/")}
    assert handled == commands


def test_every_event_and_shortcut_has_a_handler(manifest: dict[str, Any]) -> None:
    handled = registered()
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) <= handled
    assert {one["callback_id"] for one in manifest["features"].get("shortcuts", [])} <= handled


def test_commands_hold_to_slacks_rules(manifest: dict[str, Any]) -> None:
    commands = manifest["features"]["slash_commands"]
    assert len(commands) <= 50
    for one in commands:
        assert one["should_escape"] is True
        assert re.fullmatch(r"/[a-z][a-z0-9_-]{0,31}", one["command"])
        assert 1 <= len(one["description"]) <= 2000
        assert len(one["usage_hint"]) <= 1000
        assert "url" not in one, "Socket Mode has no address; HTTP's is filled in by the operator"


def test_names_hold_to_slacks_limits(manifest: dict[str, Any]) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80


def test_no_scope_without_use_and_none_missing(manifest: dict[str, Any]) -> None:
    """Each scope, and the Web API method or feature that needs it."""
    needed = {
        "channels:history": "conversations.history, to find a post of unknown outcome",
        "groups:history": "the same in private channels",
        "im:history": "the same in direct messages",
        "channels:read": "conversations.info and conversations.list",
        "groups:read": "the same for private channels",
        "im:read": "conversations.info of direct messages",
        "im:write": "conversations.open",
        "chat:write": "chat.postMessage and chat.update",
        "commands": "slash commands",
        "files:write": "files.getUploadURLExternal and files.completeUploadExternal, for reports",
        "usergroups:read": "usergroups.list and usergroups.users.list",
        "users:read": "users.info",
        "users:read.email": "users.lookupByEmail",
    }
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert sorted(scopes) == scopes
    assert set(scopes) == set(needed)
