"""What Slack says who people are, for commands that name them."""

from collections.abc import Sequence
from time import sleep
from typing import Final

from bot.access.people import DirectoryUnavailable, Person, StillReading
from bot.command_line.console import hint, warn
from bot.command_line.opening import Work
from bot.delivery.directory import SlackDirectory
from bot.delivery.slack_client import slack_client
from bot.settings import Configuration

TIMEOUT_S: Final = 10
AGAIN_S: Final = 1.0


def slack_people(work: Work, configuration: Configuration) -> SlackDirectory | None:
    """Slack's directory; None without SLACK_BOT_TOKEN."""
    token = work.environment.slack_bot_token
    if token is None:
        return None
    client = slack_client(token.get_secret_value(), work.environment.slack_api_url, TIMEOUT_S)
    return SlackDirectory(client, configuration.groups, configuration.channels, work.clock)


def everybody(work: Work) -> Sequence[Person] | None:
    """All people of the workspace, however long Slack takes to tell; None, and why, where it does not."""
    directory = slack_people(work, work.configuration())
    if directory is None:
        hint("People are named by Slack's ids: set SLACK_BOT_TOKEN to see their names.")
        return None
    while True:
        try:
            return directory.people()
        except StillReading:
            sleep(AGAIN_S)
        except DirectoryUnavailable:
            warn("Slack does not answer, so people are named by their ids.", "`steward check` says what is wrong.")
            return None
