"""Periods of time as policies write them: "30 days", "six (6) months"."""

import re

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "eighteen": 18, "twenty": 20, "twenty-four": 24,
    "thirty": 30, "forty": 40, "forty-five": 45, "forty-eight": 48, "fifty": 50, "sixty": 60, "seventy-two": 72,
    "ninety": 90, "hundred": 100,
}  # fmt: skip
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
PERIOD = re.compile(
    rf"\b(?:(\d{{1,4}}(?:[.,]\d+)?)|({'|'.join(sorted(_NUMBERS, key=len, reverse=True))}))"
    r"(?:\s*\(\s*\d{1,4}\s*\))?[\s-]+(?:(?:calendar|business|working|full|consecutive|additional)[\s-]+)?"
    rf"({'|'.join(_DAYS)})s?\b",
    re.IGNORECASE,
)


def periods(text: str) -> tuple[str, ...]:
    """Each period once, in the form "30 days", in the order of the text."""
    return tuple(dict.fromkeys(_spoken(match) for match in PERIOD.finditer(text)))


def longest_days(text: str) -> float:
    """The longest period in days, a month counted as 30; 0 where there is none."""
    return max((_amount(match) * _DAYS[match[3].casefold()] for match in PERIOD.finditer(text)), default=0.0)


def _amount(match: re.Match[str]) -> float:
    return float(match[1].replace(",", ".")) if match[1] else float(_NUMBERS[match[2].casefold()])


def _spoken(match: re.Match[str]) -> str:
    amount = _amount(match)
    return f"{amount:g} {match[3].casefold()}{'' if amount == 1 else 's'}"
