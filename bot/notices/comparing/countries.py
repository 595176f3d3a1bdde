"""Countries named in a text, by their English names (Unicode CLDR, from Babel) and their usual short forms."""

import re
from functools import cache

_SHORT = {
    "USA": "United States",
    "U.S.": "United States",
    "U.S.A.": "United States",
    "US": "United States",
    "United States of America": "United States",
    "UK": "United Kingdom",
    "U.K.": "United Kingdom",
    "Great Britain": "United Kingdom",
    "EU": "European Union",
    "EEA": "European Economic Area",
    "European Economic Area": "European Economic Area",
    "Czech Republic": "Czechia",
    "Turkey": "Türkiye",
    "UAE": "United Arab Emirates",
    "The Netherlands": "Netherlands",
    "Hong Kong": "Hong Kong",
    "Macau": "Macao",
    "Burma": "Myanmar",
}
_NO_COUNTRIES = {"ZZ", "XA", "XB", "QO", "EZ", "UN"}
_AMBIGUOUS = {"Georgia", "Jersey", "Mexico", "Guinea", "Ireland"}
_PART_OF_OTHERS = re.compile(r"(?:New|Papua New|Equatorial|Northern)\s+\Z")
_STATE = re.compile(r"\s*,?\s*(?:U\.?S\.?A?\b|\d{5})")


def countries(text: str) -> tuple[str, ...]:
    """Each country, and the European Union and Economic Area, once, in the order of the text."""
    found: dict[str, None] = {}
    for match in _pattern().finditer(text):
        name = match.group()
        if name in _AMBIGUOUS and (_PART_OF_OTHERS.search(text, 0, match.start()) or _STATE.match(text, match.end())):
            continue
        found[_names()[name]] = None
    return tuple(found)


@cache
def _names() -> dict[str, str]:
    """Every way to write a country, to the one that is shown."""
    from babel import Locale  # takes a while to load, and few differences name a country

    territories = Locale("en").territories
    known = {name: name for code, name in territories.items() if len(code) == 2 and code not in _NO_COUNTRIES}
    plain = {name.replace(" & ", " and "): name for name in known}
    return plain | known | _SHORT


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(_names(), key=len, reverse=True)
    return re.compile(rf"(?<![\w@./-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w@])")
