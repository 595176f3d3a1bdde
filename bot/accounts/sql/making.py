"""A database as a source, from its table of steward.toml and the environment."""

from bot.accounts.company_source import SourceSettings
from bot.accounts.sql.source import SqlSource
from bot.configuration.sql_source import mapping_of


def sql_source(settings: SourceSettings) -> SqlSource:
    """Connects to nothing yet. Raises SourceUnusable."""
    return SqlSource(mapping_of(settings), settings.layout, settings.timeout_s)
