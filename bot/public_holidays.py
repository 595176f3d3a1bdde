"""Public holidays of the company's country."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=64)
def public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """One year's, of a country (ISO 3166-1 alpha-2) and a part of it, if one is named.

    Made whole before anybody reads it: the library's own objects fill themselves while being asked.
    """
    import holidays  # takes half a second to load, and is asked on few days

    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
