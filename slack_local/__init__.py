"""A stand-in for Slack: Web API, Socket Mode, signed HTTP, and a page for the browser. README.md is its contract."""

from slack_local.block_kit import Problem, validate_surface
from slack_local.errors import CannotDo
from slack_local.local_slack import LocalSlack
from slack_local.people.as_user import AsUser, Button, NotThere, Shown, ShownView
from slack_local.platform import Timing
from slack_local.town import LocalTown
from slack_local.workspace import Channel, Group, Person, Team, Workspace

__all__ = [
    "AsUser",
    "Button",
    "CannotDo",
    "Channel",
    "Group",
    "LocalSlack",
    "LocalTown",
    "NotThere",
    "Person",
    "Problem",
    "Shown",
    "ShownView",
    "Team",
    "Timing",
    "Workspace",
    "validate_surface",
]
