"""A stand-in for Slack: Web API, Socket Mode, signed HTTP, and a page for the browser. README.md is its contract."""

from slack_local.block_kit import Problem, validate_surface
from slack_local.local_slack import LocalSlack
from slack_local.platform import Timing
from slack_local.workspace import Channel, Group, Person, Team, Workspace

__all__ = ["Channel", "Group", "LocalSlack", "Person", "Problem", "Team", "Timing", "Workspace", "validate_surface"]
