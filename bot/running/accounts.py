"""The source of accounts of a running process, or why it can't be put together."""

import os

from bot.accounts.company_source import SourceUnusable
from bot.accounts.source import Source
from bot.building.account_sources import Observe, account_source, nobody
from bot.running.refusals import CannotStart
from bot.settings import Configuration


def usable_source(configuration: Configuration, observe: Observe = nobody) -> Source:
    """Where accounts come from, with this process's environment. Raises CannotStart. Whoever has it closes it."""
    try:
        return account_source(configuration, os.environ, observe)
    except SourceUnusable as error:
        raise CannotStart(str(error), "See [accounts] in docs/accounts.md; `steward check` says more.") from None
