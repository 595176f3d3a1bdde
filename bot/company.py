"""The company in words: what messages call its purposes, data classes and groups."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.access.rules.purposes import Purpose, Rules


@dataclass(frozen=True, slots=True)
class Company:
    """What messages need to know of the company. `groups` maps a role to how its group is called in Slack."""

    name: str
    contact: str
    rules: Rules
    groups: Mapping[str, str]
    example: str = "ID"  # an account's id, where a command or a field is explained by an example

    def example_purpose(self, own: Sequence[Purpose] = ()) -> str:
        """A purpose as it may be typed, to explain a command with: the shortest of `own`, else of all."""
        purposes = own or [*self.rules.purposes.values()]
        return min((one.key.replace("_", " ") for one in purposes), key=len, default="PURPOSE")

    def handle(self, role: str) -> str:
        """How people mention a role's group: "@access-approvers"."""
        return f"@{self.groups.get(role, role)}"

    def labels(self, keys: Iterable[str]) -> str:
        """Labels of data classes, as a list in words."""
        classes = self.rules.data_classes
        return listed(classes[key].label if key in classes else key for key in keys)

    def purpose(self, key: str) -> str:
        """A purpose's label, or its key if it is configured no longer."""
        return self.rules.purposes[key].label if key in self.rules.purposes else key


SPELT: Final = {word.lower(): word for word in ("BIC", "EORI", "IBAN", "IP", "SMS", "SWIFT", "URL", "VAT")} | {
    "email": "e-mail",
    "emails": "e-mails",
    "ibans": "IBANs",
    "ips": "IPs",
    "last4": "(last 4)",
    "urls": "URLs",
}
"""Words of field names that people write otherwise than in small letters."""
_HASH: Final = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


@lru_cache(1000)
def field_name(field: str) -> str:
    """A field as words within a sentence: created_at → "created", vat_number → "VAT number"."""
    return " ".join(SPELT.get(word, word) for word in field.removesuffix("_at").split("_"))


def without_hashes(text: str) -> str:
    """SHA-256 hashes in hex by their beginnings, as versions of a policy are called to people."""
    return _HASH.sub(r"\1", text)


def field_label(field: str) -> str:
    """A field as a heading: contact_name → "Contact name", card_last4 → "Card (last 4)"."""
    name = " ".join("ID" if word == "id" else word for word in field_name(field).split(" "))
    return name[:1].upper() + name[1:]


def listed(items: Iterable[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
