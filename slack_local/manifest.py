"""What the app's manifest says, as far as Slack acts on it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml


class ManifestError(ValueError):
    """The manifest lacks something that Slack needs."""


@dataclass(frozen=True, slots=True)
class Command:
    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    name: str
    callback_id: str
    type: Literal["global", "message"]
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    description: str
    color: str
    bot_name: str
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    interactive: bool
    home_tab: bool
    messages_read_only: bool
    redirect_urls: tuple[str, ...] = ()
    token_rotation: bool = False

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Reads a YAML or JSON manifest. Raises ManifestError."""
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(loaded, Mapping):
            raise ManifestError(f"{path.name} is not a manifest")
        return cls.parse(loaded)

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Manifest":
        shown = _at(data, "display_information")
        if not shown.get("name"):
            raise ManifestError("display_information.name is missing")
        features, settings = _at(data, "features"), _at(data, "settings")
        return cls(
            name=str(shown["name"]),
            description=str(shown.get("description", "")),
            color=str(shown.get("background_color", "")),
            bot_name=str(_at(features, "bot_user").get("display_name", shown["name"])),
            commands=tuple(_command(row) for row in features.get("slash_commands", ())),
            shortcuts=tuple(_shortcut(row) for row in features.get("shortcuts", ())),
            scopes=frozenset(_at(data, "oauth_config", "scopes").get("bot", ())),
            events=frozenset(_at(settings, "event_subscriptions").get("bot_events", ())),
            interactive=bool(_at(settings, "interactivity").get("is_enabled", False)),
            home_tab=bool(_at(features, "app_home").get("home_tab_enabled", False)),
            messages_read_only=bool(_at(features, "app_home").get("messages_tab_read_only_enabled", False)),
            redirect_urls=tuple(_at(data, "oauth_config").get("redirect_urls") or ()),
            token_rotation=bool(settings.get("token_rotation_enabled", False)),
        )

    def command(self, name: str) -> Command | None:
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((shortcut for shortcut in self.shortcuts if shortcut.callback_id == callback_id), None)


def _at(data: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        data = data.get(key) or {}
    return data


def _command(row: Mapping[str, Any]) -> Command:
    return Command(
        str(row["command"]),
        str(row.get("description", "")),
        str(row.get("usage_hint", "")),
        bool(row.get("should_escape", False)),
    )


def _shortcut(row: Mapping[str, Any]) -> Shortcut:
    kind: Literal["global", "message"] = "message" if row.get("type") == "message" else "global"
    return Shortcut(str(row["name"]), str(row["callback_id"]), kind, str(row.get("description", "")))
