"""Names for what comes from and goes to the wire."""

from typing import Any

Json = dict[str, Any]
"""A JSON object."""

Blocks = list[Json]
"""A list of Block Kit blocks."""

Values = dict[str, dict[str, Json]]
"""The state of a surface's inputs: block_id, action_id, value as Slack sends it."""
