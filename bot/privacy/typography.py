"""Characters: from bytes to mended text, and the forms in which two ways of typing the same words are equal."""

import codecs
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BREAKS_AND_DIRECTIONS = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060\u2061-\u2064\u2066-\u2069\ufeff"
_UNSEEN = re.compile(f"[{_BREAKS_AND_DIRECTIONS}]")
_JOINERS = re.compile("(?<![\u0590-\u1fff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]+")
_INVISIBLE = re.compile(f"[{_BREAKS_AND_DIRECTIONS}\u200c\u200d]")
_LINE_ENDS = re.compile(r"\r\n?|[\f\v\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_REPLACED = (
    *((character, "'") for character in "‘’‚‛′´ʼ`"),
    *((character, '"') for character in "“”„‟″«»"),
    *((character, "-") for character in "‐‑‒–—―−"),
    ("…", "..."),
)
_PLAIN = str.maketrans(dict(_REPLACED))
_MARKS = frozenset("*_")


def words(text: str) -> frozenset[str]:
    """A set of words, written as a line of them."""
    return frozenset(text.split())


def encoding_named(label: str) -> str | None:
    """Python's name of an encoding by its label on the web, None for none that is known.

    Latin-1 and ASCII stand for Windows-1252 there. Source: https://encoding.spec.whatwg.org/#names-and-labels
    """
    try:
        name = codecs.lookup(label.strip()).name if label else ""
        b"".decode(name or "no-text")
    except (LookupError, ValueError):
        return None
    return "cp1252" if name in {"iso8859-1", "ascii"} else name


def decode(data: bytes, declared: str = "") -> str:
    """Text from bytes: by a byte order mark, else as declared, else UTF-8, else Windows-1252.

    A declared encoding that the bytes contradict is passed over. Raises UnicodeDecodeError.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    for encoding in filter(None, (encoding_named(declared), "utf-8")):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("cp1252")


def mended(text: str) -> str:
    """The text with mojibake undone (`â€™` to ’), line ends as "\\n", invisible characters gone, in NFC.

    Line by line, since a page may be damaged in some of its lines only. Spelling is left as it is, and so are joiners
    in scripts that need them (Persian, Hindi) and in emoji.
    """
    import ftfy  # takes long to load, and texts are mended when they are fetched

    lines = _LINE_ENDS.sub("\n", text).split("\n")
    repaired = "\n".join(line if line.isascii() else ftfy.fix_encoding(line) for line in lines)
    visible = _JOINERS.sub("", _UNSEEN.sub("", _CONTROL.sub("", repaired)))
    return unicodedata.normalize("NFC", visible)


def normalised(text: str) -> str:
    """What the hash is taken of: NFC, one space for any white space, plain quotes and dashes. Case counts."""
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    for character, instead in _REPLACED:  # quicker than translating where few characters are of these
        plain = plain.replace(character, instead)
    return " ".join(plain.split())


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the form in which clauses are compared, with each character's place in the text it came from."""

    text: str
    origins: Sequence[int]

    def position(self, offset: int) -> int:
        """The first place here that came from `offset` or later."""
        return bisect_left(self.origins, offset)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original text of `text[start:end]`, which must not be empty."""
        return self.origins[start], self.origins[end - 1] + 1


def folded(text: str) -> Folded:
    """Lower case, plain quotes, one dash for any run of them, one space for any white space, no `*` and `_`."""
    table = {character: _comparable(character) for character in set(text)}
    characters: list[str] = []
    origins: list[int] = []
    last = ""
    for index, character in enumerate(text):
        for plain in table[character]:
            if plain == last and plain in " -":
                continue
            characters.append(plain)
            origins.append(index)
            last = plain
    return Folded("".join(characters), origins)


def _comparable(character: str) -> str:
    if character in _MARKS or _INVISIBLE.match(character):
        return ""
    if character.isspace():
        return " "
    lowered = character.lower()
    return (lowered if len(lowered) == 1 else character).translate(_PLAIN)
