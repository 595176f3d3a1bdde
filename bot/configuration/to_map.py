"""What `steward accounts map` needs of steward.toml, which is still being written when it is run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.configuration.faults import ConfigurationInvalid
from bot.configuration.reading import Read, read_file
from bot.configuration.schema import AccountSearch

USUAL_KIND: Final = "kind"


@dataclass(frozen=True, slots=True)
class ToMap:
    """The fields of each data class, and which of them tells who is an individual.

    `url`: of the first database that is named, which may hold a password; None where none is. Relative file names count
    from `folder`. `elsewhere` counts the faults of the file that are in nothing of this. `kept`: what [accounts] says
    of searching and showing, wherever accounts come from.
    """

    classes: Mapping[str, tuple[str, ...]]
    kind_field: str
    folder: Path
    elsewhere: int = 0
    kept: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    url: str | None = field(default=None, repr=False)


def read_to_map(path: Path, *, with_url: bool) -> ToMap:
    """Read no more than that; `with_url`: the address too. Raises ConfigurationInvalid with the faults in it alone."""
    read = read_file(path)
    where, database = next(_databases(read), ("", {})) if with_url else ("", {})
    needed = {"data_classes", *_classes(read), f"{where}.url"}
    faults = [one for one in read.faults if one.where in needed]
    if faults:
        raise ConfigurationInvalid(faults)
    accounts = read.raw.get("accounts")
    said = accounts.get("kind_field") if isinstance(accounts, Mapping) else None
    return ToMap(
        classes={key: tuple(one["fields"]) for key, one in read.raw["data_classes"].items()},
        kind_field=said if isinstance(said, str) else USUAL_KIND,
        folder=path.parent,
        elsewhere=len(read.faults),
        kept=_kept(accounts) if isinstance(accounts, Mapping) else {},
        url=str(database["url"]) if database else None,
    )


def _kept(accounts: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    found = {key: accounts[key] for key in AccountSearch.model_fields if key in accounts}
    return {key: one for key, one in found.items() if isinstance(one, str) or _texts(one)}


def _texts(said: object) -> bool:
    return isinstance(said, list) and all(isinstance(one, str) for one in said)


def _classes(read: Read) -> Iterator[str]:
    classes = read.raw.get("data_classes")
    for key in classes if isinstance(classes, Mapping) else ():
        yield from (f"data_classes.{key}", f"data_classes.{key}.fields")


def _databases(read: Read) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables of sources that are databases, by their place in the file."""
    accounts = read.raw.get("accounts")
    if not isinstance(accounts, Mapping):
        return
    sources = accounts.get("sources")
    places = {f"accounts.sources.{name}": one for name, one in sources.items()} if isinstance(sources, Mapping) else {}
    for where, table in {"accounts": accounts, **places}.items():
        if isinstance(table, Mapping) and table.get("source") == "sql":
            yield where, table
