"""What someone who installs Steward reads in the browser. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template

FOOT: Final = "Steward keeps the promise that a privacy policy makes about customers' data."
AGAIN: Final = "Begin again"


@dataclass(frozen=True, slots=True)
class Page:
    """A heading, a few sentences, and at most one thing to press. `status` is HTTP's."""

    title: str
    lines: tuple[str, ...]
    status: int = 200
    address: str = ""
    button: str = ""
    foot: str = FOOT

    @property
    def fault(self) -> bool:
        """Whether something is in the way."""
        return self.status >= 400

    def html(self) -> str:
        """The whole page; everything in it is escaped."""
        return _template().render(page=self)


def invitation(authorize: str) -> Page:
    """The first page; `authorize` is Slack's address on which the app is allowed."""
    return Page(
        "Install Steward in your workspace",
        (
            "Steward answers only in workspaces that its operator has set up.",
            "Slack asks you next which workspace it is for, and shows what Steward may do there.",
            "You need the right to install apps in that workspace.",
        ),
        address=authorize,
        button="Add to Slack",
    )


def installed(team: str, address: str) -> Page:
    """It is done; `address` opens the app in Slack."""
    return Page(
        f"Steward is installed in {team}",
        (
            "It is starting now, which takes a few seconds. Then everyone there can type /account help.",
            "Invite Steward to the channel in which requests are decided; its name stands in the configuration.",
        ),
        address=address,
        button="Open Slack",
    )


_FAULTS: Final[Mapping[str, tuple[str, tuple[str, ...], int]]] = {
    "access_denied": ("Steward was not installed", ("You said no in Slack, so nothing has changed.",), 200),
    "invalid_browser": (
        "This installation was not begun here",
        (
            "Nothing was installed. If it said so before this page was loaded again, Steward is installed nonetheless.",
            "Otherwise begin anew, and end in the same browser, within ten minutes, over https.",
        ),
        400,
    ),
    "invalid_state": (
        "This installation is over",
        ("Nothing was installed. Each one works once, within ten minutes.",),
        401,
    ),
    "missing_code": ("Slack sent nothing to install with", ("Nothing was installed.",), 401),
    "invalid_code": (
        "Slack did not confirm the installation",
        ("Nothing was installed. What Slack gave can be used once, within ten minutes.",),
        401,
    ),
    "not_hosted": (
        "Steward is not set up for this workspace",
        (
            "So it was not installed there, and what Slack gave for it was given back.",
            "Ask whoever runs Steward to add the workspace to its configuration, then come back.",
        ),
        403,
    ),
    "organisation": (
        "Steward can't be installed for a whole organisation",
        (
            "Nothing was installed.",
            "Each workspace has a policy, customers and people of its own, so Steward is installed in each by itself.",
            "In Slack, choose one workspace instead of the organisation.",
        ),
        403,
    ),
    "other_organisation": (
        "This workspace belongs to another organisation",
        ("Its operator set Steward up for a workspace of another Enterprise Grid. Nothing was installed.",),
        403,
    ),
    "slack_silent": ("Slack did not answer", ("Nothing was installed. Try again in a minute.",), 502),
    "storage": (
        "The installation could not be kept",
        ("Nothing was installed. Tell whoever runs Steward.",),
        503,
    ),
    "too_many": (
        "Too many installations are under way",
        ("Nothing was installed. Try again in ten minutes.",),
        503,
    ),
}
_OTHER: Final = ("Slack did not allow it", ("Nothing was installed. Ask whoever runs Steward.",), 400)


def fault(reason: str, again: str) -> Page:
    """Why it did not come about, by our code or Slack's (which is never shown); `again` is where to begin anew."""
    title, lines, status = _FAULTS.get(reason, _OTHER)
    return Page(title, lines, status, again, AGAIN)


@cache
def _template() -> Template:
    source = files(__package__).joinpath("installation.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)
