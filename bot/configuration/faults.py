"""What is wrong with a configuration, in words that an operator can act on."""

from collections.abc import Iterable
from dataclasses import dataclass

_NEAR_ENOUGH = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `where` is the key ("purposes.billing.clause"), `line` its line in the file where that is known."""

    where: str
    line: int | None
    what: str
    mend: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.where) if part)
        return f"{place}: {self.what} {self.mend}" if place else f"{self.what} {self.mend}"


class ConfigurationInvalid(Exception):
    """The configuration can't be used. `faults` are all that were found, in the order of their lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line or 0, fault.where)))
        super().__init__("\n".join(map(str, self.faults)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, if one is near."""
    from rapidfuzz import fuzz, process  # loaded for whoever mistyped

    best = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return best[0] if best else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """What to do about a word that is not known: the nearest one, or all there are."""
    choices = sorted(set(known))
    if near := nearest(word, choices):
        return f"Did you mean “{near}”?"
    return f"Known: {', '.join(choices)}." if choices else "There is none yet."
