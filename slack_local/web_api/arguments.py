"""The arguments of a Web API call, from a form, a query or a JSON body, in which values may be JSON themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_local.errors import SlackError, invalid


@dataclass(frozen=True, slots=True)
class Arguments:
    values: Mapping[str, Any]

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else str(value)

    def required(self, name: str) -> str:
        """Raises SlackError("invalid_arguments") when it is missing."""
        value = self.text(name)
        if not value:
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 - a default value
        return self.text(name, "true" if default else "false").lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name, str(default)))
        except ValueError as error:
            raise invalid(f"must be an integer: {name}") from error

    def json(self, name: str) -> Any:
        """The value, parsed if it came as text; None when it is missing. Raises SlackError when it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError(_NOT_JSON.get(name, "invalid_arguments")) from error


_NOT_JSON = {
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
    "attachments": "invalid_attachments",
}
