"""Countries are told by a list of our own, which must be the library's."""

from holidays.registry import COUNTRIES

from bot.configuration.countries import KNOWN


def test_the_countries_are_those_whose_holidays_are_known() -> None:
    assert {code for names in COUNTRIES.values() for code in names if code.isupper()} == KNOWN
