"""Reading which accounts a person named: one, or several on lines, behind commas, or beside each other. Pure."""

import re
from dataclasses import dataclass

BETWEEN = re.compile(r"[,;]")
EXACT = re.compile(r"[\d@.]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One query, or one line that may be a name with a comma in it: then `parts` are the queries it is otherwise."""

    text: str
    parts: tuple[str, ...] = ()

    @property
    def most(self) -> int:
        """How many accounts it can name."""
        return len(self.parts) or 1


def pieces(text: str) -> tuple[Piece, ...]:
    """What was typed, split at lines, commas and semicolons; at spaces where all words look like ids or addresses.

    "Baltic Beans, pw-00413" is two; "pw-00412 pw-00413" too; "Baltic Beans" is one name; "Beans, Ltd" may be one.
    """
    found: list[Piece] = []
    for line in text.splitlines():
        parts = [word for part in BETWEEN.split(line) if part.strip() for word in _words(part.strip())]
        if len(parts) > 1 and not any(EXACT.search(part) for part in parts):
            found.append(Piece(" ".join(line.split()), tuple(parts)))
        else:
            found.extend(Piece(part) for part in parts)
    return tuple(dict.fromkeys(found))


def _words(part: str) -> list[str]:
    """The words of a part that are queries each; the part itself where one of them looks like a word of a name."""
    words = part.split()
    return words if all(EXACT.search(word) for word in words) else [" ".join(words)]
