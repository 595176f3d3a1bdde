"""Characters: from bytes to mended text, and the forms in which two ways of typing the same words are equal."""

import codecs
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import ftfy

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_LINE_ENDS = re.compile(r"\r\n?|[\f\v\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´ʼ`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
    }
)
_MARKS = frozenset("*_")


def decode(data: bytes) -> str:
    """Text from bytes: by a byte order mark, else UTF-8, else Windows-1252. Raises UnicodeDecodeError."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def mended(text: str) -> str:
    """The text with mojibake undone (`â€™` to ’), line ends as "\\n", invisible characters gone, in NFC.

    Line by line, since a page may be damaged in some of its lines only. Spelling is left as it is.
    """
    lines = _LINE_ENDS.sub("\n", text).split("\n")
    repaired = "\n".join(ftfy.fix_encoding(line) for line in lines)
    return unicodedata.normalize("NFC", _CONTROL.sub("", repaired).translate(_INVISIBLE))


def normalised(text: str) -> str:
    """What the hash is taken of: NFC, one space for any white space, plain quotes and dashes. Case counts."""
    composed = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return " ".join(composed.translate(_PLAIN).split())


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
    characters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        for plain in _comparable(character):
            if plain in " -" and characters and characters[-1] == plain:
                continue
            characters.append(plain)
            origins.append(index)
    return Folded("".join(characters), origins)


def _comparable(character: str) -> str:
    if character in _MARKS or ord(character) in _INVISIBLE:
        return ""
    if character.isspace():
        return " "
    lowered = character.lower()
    return (lowered if len(lowered) == 1 else character).translate(_PLAIN)
