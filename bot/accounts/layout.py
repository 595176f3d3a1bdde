"""Which fields accounts have, and what each is for when accounts are searched."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

ID = "id"
USUAL_EXACT = ("email", "domain", "phone", "vat_number")
USUAL_NAMES = ("name",)
USUAL_TITLE = ("name", "domain")

# How search columns are made (folding, keys): raised when that changes, so that old ones are made anew.
INDEX_VERSION = 1


@dataclass(frozen=True, slots=True)
class AccountLayout:
    """The fields of an account, from the company's configuration.

    `kind_field`: tells businesses from individuals; `exact`: found as a whole; `names`: found by a part and with
    typing errors; `title`: shown in a suggestion and a headline. Whether a field holds a list is decided by the data.
    """

    fields: tuple[str, ...]
    kind_field: str | None
    exact: tuple[str, ...]
    names: tuple[str, ...]
    title: tuple[str, ...]

    @classmethod
    def of(
        cls,
        fields: Sequence[str],
        *,
        kind_field: str | None = None,
        exact: Sequence[str] | None = None,
        names: Sequence[str] | None = None,
        title: Sequence[str] | None = None,
    ) -> "AccountLayout":
        """The layout with the usual fields, as far as they are configured, where nothing is said.

        Raises ValueError when a field is named that is not configured, or has a name that can't be one.
        """
        every = tuple(dict.fromkeys((ID, *fields, *((kind_field,) if kind_field else ()))))
        for name in every:
            if not name or not name.isprintable() or '"' in name or "\\" in name:
                raise ValueError(f"A field can't be named {name!r}.")
        return cls(
            every,
            kind_field,
            _chosen("exact", exact, USUAL_EXACT, every),
            _chosen("names", names, USUAL_NAMES, every),
            _chosen("title", title, USUAL_TITLE, every),
        )

    @property
    def fingerprint(self) -> str:
        """Names what search columns depend on: SHA-256 in hex, 64 characters."""
        parts = [INDEX_VERSION, self.kind_field, self.exact, self.names, self.title]
        return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _chosen(
    purpose: str, said: Sequence[str] | None, usual: tuple[str, ...], every: tuple[str, ...]
) -> tuple[str, ...]:
    if said is None:
        return tuple(name for name in usual if name in every)
    for name in said:
        if name not in every:
            raise ValueError(f"accounts.{purpose}: no data class has a field {name!r}.")
    return tuple(name for name in dict.fromkeys(said) if name != ID)
