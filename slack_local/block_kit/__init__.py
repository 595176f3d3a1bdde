"""Block Kit: its rules (`validate_surface`), the ids that Slack fills in, the inputs of a surface, its words."""

from slack_local.block_kit.surface import Kind, Problem, validate_surface

__all__ = ["Kind", "Problem", "validate_surface"]
