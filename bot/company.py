"""The company in words: what messages call its purposes, data classes and groups."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.access.purposes import Rules


@dataclass(frozen=True, slots=True)
class Company:
    """What messages need to know of the company. `groups` maps a role to how its group is called in Slack."""

    name: str
    contact: str
    rules: Rules
    groups: Mapping[str, str]

    def labels(self, keys: Iterable[str]) -> str:
        """Labels of data classes, as a list in words."""
        classes = self.rules.data_classes
        return listed(classes[key].label if key in classes else key for key in keys)

    def purpose(self, key: str) -> str:
        """A purpose's label, or its key if it is configured no longer."""
        return self.rules.purposes[key].label if key in self.rules.purposes else key


def listed(items: Iterable[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
