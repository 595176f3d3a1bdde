"""Where accounts come from, put together as the configuration says: Steward's own table, or the company's sources."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bot.access.rules.purposes import Rules, Shown
from bot.accounts.company_source import AccountSource, SourceSettings, SourceUnusable
from bot.accounts.embedded import EmbeddedSource
from bot.accounts.in_time import InTime
from bot.accounts.in_time import Observe as Observe
from bot.accounts.in_time import nobody as nobody
from bot.accounts.joined import JoinedSource, Part
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.measured import MeasuredSource, Observer
from bot.accounts.source import Source
from bot.configuration.sources import SourceConfiguration, installed
from bot.settings import Configuration

Factory = Callable[[SourceSettings], AccountSource]
"""Makes a source, or raises SourceUnusable. Connects to nothing yet."""


def _sql(settings: SourceSettings) -> AccountSource:
    from bot.accounts.sql.making import sql_source  # with its libraries, only where there is such a source

    return sql_source(settings)


def _http(settings: SourceSettings) -> AccountSource:
    from bot.accounts.http.making import http_source

    return http_source(settings)


BUILT_IN: Final[Mapping[str, Factory]] = MappingProxyType({"sql": _sql, "http": _http})


def account_source(configuration: Configuration, environment: Mapping[str, str], observe: Observe = nobody) -> Source:
    """The source of the configuration. `environment` has the secrets. Raises SourceUnusable."""
    if configuration.accounts.embedded:
        return EmbeddedSource(account_layout(configuration))
    classes = configuration.rules.data_classes
    knows = next(key for key, one in classes.items() if ID in one.fields)
    ordered = sorted(configuration.accounts.sources, key=lambda one: knows not in one.data_classes)
    first, *others = (_part(configuration, one, environment, observe) for one in ordered)
    return JoinedSource(account_layout(configuration), first, tuple(others))


def measured_source(configuration: Configuration, source: Source | None, observer: Observer) -> Source:
    """The source, Steward's own table without one, with every answer of it measured."""
    return MeasuredSource(source or EmbeddedSource(account_layout(configuration)), observer)


def account_layout(configuration: Configuration) -> AccountLayout:
    """What an account looks like. A headline shows only what is open to every purpose."""
    return _layout(configuration, tuple(configuration.rules.data_classes))


def company_sources(configuration: Configuration, environment: Mapping[str, str]) -> Mapping[str, AccountSource]:
    """Each of the company's own sources by its name, for what looks at one by itself. Raises SourceUnusable."""
    return {one.name: _made(configuration, one, environment) for one in configuration.accounts.sources}


def source_settings(
    configuration: Configuration, one: SourceConfiguration, environment: Mapping[str, str]
) -> SourceSettings:
    """What a source is made of."""
    layout = _layout(configuration, one.data_classes)
    classes = {key: configuration.rules.data_classes[key].fields for key in one.data_classes}
    return SourceSettings(
        one.name, layout, one.options, one.timeout_s, environment, folder=configuration.folder, classes=classes
    )


def _part(
    configuration: Configuration, one: SourceConfiguration, environment: Mapping[str, str], observe: Observe
) -> Part:
    source = _made(configuration, one, environment)
    return Part(InTime(one.name, source, one.timeout_s, observe=observe), _layout(configuration, one.data_classes))


def _made(configuration: Configuration, one: SourceConfiguration, environment: Mapping[str, str]) -> AccountSource:
    factory = BUILT_IN.get(one.kind) or _installed(one.kind)
    return factory(source_settings(configuration, one, environment))


def _installed(kind: str) -> Factory:
    there = installed().get(kind)
    if there is None:
        raise SourceUnusable(f"There is no source of accounts “{kind}”: the package that offers it is not installed.")
    try:
        factory: Factory = there.load()
    except (ImportError, AttributeError) as error:
        raise SourceUnusable(f"The source “{kind}” can't be loaded: {type(error).__name__}.") from None
    return factory


def _layout(configuration: Configuration, classes: tuple[str, ...]) -> AccountLayout:
    """Of the fields of some classes: which there are, and which are searched and shown in a headline."""
    rules, accounts = configuration.rules, configuration.accounts
    fields = _fields(rules, classes, *Shown)
    opened = _fields(rules, classes, Shown.OPEN)
    title = [name for name in dict.fromkeys((accounts.title, "domain")) if name in opened]
    whole = len(classes) == len(rules.data_classes)
    return AccountLayout.of(
        fields,
        kind_field=rules.kind_field if whole or rules.kind_field in fields else None,
        exact=[name for name in accounts.exact if whole or name in fields],
        names=[name for name in accounts.names if whole or name in fields],
        title=title,
    )


def _fields(rules: Rules, classes: tuple[str, ...], *shown: Shown) -> list[str]:
    return [name for key in classes for one in [rules.data_classes[key]] if one.shown in shown for name in one.fields]
