"""Whether the fields that the data classes name are fields that accounts have."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import Connection

from bot.checks.findings import Finding, Subject, ok, warning
from bot.configuration.values import Configuration

CountFields = Callable[[Connection, Sequence[str]], Mapping[str, int]]
"""How many accounts carry each of these fields; a field that none does may be absent."""


def account_findings(configuration: Configuration, connection: Connection, count: CountFields) -> Iterator[Finding]:
    """A warning for each field that no account carries, or one that there is no account at all."""
    classes = configuration.rules.data_classes
    names = [name for one in classes.values() for name in one.fields]
    counted = count(connection, names)
    if not counted.get("id"):
        yield warning(Subject.ACCOUNTS, "There is no account yet.", "Run `steward accounts import FILE`.")
        return
    yield ok(Subject.ACCOUNTS, f"{counted['id']:,} accounts.")
    for key, one in classes.items():
        for name in one.fields:
            if not counted.get(name):
                where = f"data_classes.{key}.fields"
                yield warning(
                    Subject.ACCOUNTS,
                    f"No account carries “{name}”.",
                    "Is it spelled as in the file that you import?",
                    where,
                    configuration.line(where),
                )
