"""Dates in a policy, above all the lines that say when it was updated and from when it holds."""

import re
from datetime import date, datetime
from functools import lru_cache

from bot.notices.comparing.units import words_of

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?|"
    "januar|jänner|feber|februar|märz|mai|juni|juli|okt(?:ober)?|dez(?:ember)?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"\b(?:{_DAY}\s+(?:of\s+)?(?:{_MONTHS})\b\.?,?\s+{_YEAR}"
    rf"|(?:{_MONTHS})\b\.?\s+{_DAY},?\s*{_YEAR}"
    rf"|(?:{_MONTHS})\b\.?,?\s+{_YEAR}"
    rf"|{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:{_YEAR}|\d\d)"
    rf"|(?:{_MONTHS})\b\.?\s+{_DAY}(?!\s*,?\s*\d)"
    rf"|{_YEAR})\b",
    re.IGNORECASE,
)
"""Dates as English and German policies and machines write them, a month with its year and a year alone too."""

_STAMP = re.compile(
    r"\b(?:updated?|revis(?:ed|ion)|modified|amended|effective|last\s+(?:changed|reviewed|edited)|reviewed|published|posted|in\s+force|valid\s+(?:from|as\s+of)|"
    r"takes?\s+effect|come?s?\s+into\s+(?:force|effect)|enters?\s+into\s+force|version|dated?|fetched|retrieved|archived|snapshot|as\s+of)\b",
    re.IGNORECASE,
)
_GERMAN_STAMP = re.compile(
    r"^\W*(?:Stand|Fassung|Version|Gültig\s+(?:ab|seit)|Gilt\s+(?:ab|seit)|(?:Zuletzt|Letztmals)\s+\w+|Letzte\s+\w+|Aktualisiert|"
    r"Geändert|In\s+Kraft|Diese\s+(?:Fassung|Erklärung|Datenschutzerklärung)\s+gilt)\b"
)
"""How a German policy begins such a line: “Stand: 1. März 2026”."""
_STAMP_WORDS = 16  # more words around a date say something besides
_TIME = re.compile(
    r"\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b,?|\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?m\b\.?)?|(?:UTC|GMT|[A-Z]{1,4}S?T)\b)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_STAMP_LENGTH = 240  # characters
_VERSION = re.compile(r"\b(?:v(?:ersion|\.)?|Fassung)\s*\d+(?:\.\d+)*\b", re.IGNORECASE)


def is_stamp(text: str) -> bool:
    """Whether a passage only says when the policy was written, updated or takes effect: "Last updated 1 May 2026"."""
    if len(text) > _STAMP_LENGTH or not _DIGIT.search(text):
        return False
    rest = words_of(_TIME.sub(" ", DATE.sub(" ", text)))
    if not DATE.search(text):
        return False
    return not rest or (len(rest) <= _STAMP_WORDS and _is_stamped(text))


def date_only(before: str, after: str) -> bool:
    """Whether two passages differ in when the policy was written, updated or takes effect, and in nothing else."""
    if not _DIGIT.search(before) or not _DIGIT.search(after):
        return False
    if DATE.findall(before) == DATE.findall(after):
        return False
    if is_stamp(before) and is_stamp(after):
        return True
    return _is_stamped(before) and undated(before) == undated(after)


def _is_stamped(text: str) -> bool:
    return _STAMP.search(text) is not None or _GERMAN_STAMP.match(text) is not None


def undated(text: str) -> list[str]:
    """The words of a passage without its dates and version numbers."""
    return words_of(_VERSION.sub(" ", DATE.sub(" ", text)))


@lru_cache(maxsize=256)
def dates_in(text: str) -> tuple[date, ...]:
    """The dates in a passage, in its order; a month alone means its first day. A bare year is none."""
    import dateparser  # takes half a second to load, and few differences have a date

    found: list[date] = []
    for match in DATE.finditer(text):
        if len(match.group()) > 4:
            settings = {"PREFER_DAY_OF_MONTH": "first", "RETURN_AS_TIMEZONE_AWARE": False}
            parsed: datetime | None = dateparser.parse(match.group(), languages=["en", "de"], settings=settings)
            if parsed is not None:
                found.append(parsed.date())
    return tuple(found)
