"""The fields of accounts as steward.toml has them."""

from bot.accounts.layout import AccountLayout
from bot.settings import Configuration


def layout_of(configuration: Configuration) -> AccountLayout:
    """The layout of the company's accounts."""
    accounts = configuration.accounts
    return AccountLayout.of(
        [field for data_class in configuration.rules.data_classes.values() for field in data_class.fields],
        kind_field=configuration.rules.kind_field,
        exact=accounts.exact,
        names=accounts.names,
        title=(accounts.title,),
    )
