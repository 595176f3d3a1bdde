"""Names as they are compared: without case, accents and punctuation. Pure."""

import re
import unicodedata
from collections.abc import Iterable

APOSTROPHES = re.compile("['’‘‛ʼʻ`´′ʹ＇]")
ABBREVIATION = re.compile(r"(?<=\b\w)\.(?=\w\b|\W|$)")  # the dots of S.L. and z o.o., not that of J.Smith
SEPARATORS = re.compile(r"[\W_]+")

# Letters that Unicode does not take apart, in the usual Latin spelling without them.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
# How the same letters are written out where they can't be typed (DIN 5007-2; aa and oe in Danish and Norwegian).
WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})

# Letters of which one or two are a name or a word: of Chinese and Japanese; and of Korean, which is folded to the
# letters of its syllables, of which one without a final consonant has two.
HAN = re.compile("[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3105-\u312f\u3400-\u9fff\U00020000-\U0003ffff]+")
SYLLABLE = re.compile("[\u1100-\u1112][\u1161-\u1175]")

LONGEST_NAME = 1000
LONGEST_SORTED = 100
FEWEST_LETTERS = 3


def spellings(text: str) -> tuple[str, ...]:
    """The folded text, and a second spelling if umlauts may be written out: "muller" and "mueller" for "Müller".

    Folded text is letters and digits in words with one space between them, possibly empty.
    """
    if text.isascii():
        return (_worded(text.lower()),)
    lower = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    plain, written_out = _worded(_unaccented(lower)), _worded(_unaccented(lower.translate(WRITTEN_OUT)))
    return (plain,) if plain == written_out else (plain, written_out)


def fold(text: str) -> str:
    """The first spelling: "D'Angelo & Söhne" is "dangelo sohne"."""
    return spellings(text)[0]


def squash(folded: str) -> str:
    """Folded text without its spaces, so that "Coca-Cola" meets "cocacola"."""
    return folded.replace(" ", "")


def search_text(names: Iterable[str]) -> str:
    """All spellings of the names, one a line, each also without spaces. A space before every word marks its start."""
    lines: dict[str, None] = {}
    for name in names:
        for folded in spellings(name[:LONGEST_NAME]):
            lines[f" {folded}"] = None
            lines[f" {squash(folded)}"] = None
    return "\n".join(line for line in lines if line != " ")


def short_parts(search: str) -> tuple[str, ...]:
    """What of a search text is found though it is shorter than a trigram, each once; nothing of most scripts."""
    if search.isascii():
        return ()
    runs = HAN.findall(search)
    pairs = (run[place : place + 2] for run in runs for place in range(len(run) - 1))
    return tuple(dict.fromkeys((*(letter for run in runs for letter in run), *pairs, *SYLLABLE.findall(search))))


def is_short_part(folded: str) -> bool:
    """Whether folded text without spaces is such a part: one or two letters, or one syllable."""
    return bool(HAN.fullmatch(folded) and len(folded) <= 2) or SYLLABLE.fullmatch(folded) is not None


def short_words(asked: str) -> tuple[str, ...]:
    """How a name's word of one or two letters may stand in a search text: "hm" and "h m" for "HM" and "H&M"."""
    folded = fold(asked)
    together = squash(folded)
    if not 0 < len(together) < FEWEST_LETTERS:
        return ()
    return tuple(dict.fromkeys((folded, together, " ".join(together))))


def has_word(search: str, words: Iterable[str]) -> bool:
    """Whether one of these stands in a search text as a whole word, or as words beside each other."""
    return any(f" {word} " in f"{line} " for line in search.split("\n") for word in words)


def sort_name(names: Iterable[str]) -> str:
    """The first name folded, at most 100 characters, empty without one: what names are sorted by."""
    return next((folded for name in names if (folded := fold(name[:LONGEST_NAME]))), "")[:LONGEST_SORTED]


def trigrams(text: str) -> tuple[str, ...]:
    """The different runs of three characters in each line, in order."""
    return tuple(dict.fromkeys(line[start : start + 3] for line in text.split("\n") for start in range(len(line) - 2)))


def _worded(lower: str) -> str:
    return SEPARATORS.sub(" ", ABBREVIATION.sub("", APOSTROPHES.sub("", lower))).strip()


def _unaccented(lower: str) -> str:
    taken_apart = unicodedata.normalize("NFD", lower.translate(PLAIN))
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))
