"""The number in a name, however a person or an older message wrote it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import grants
from bot.access.deputising import deputies
from bot.access.recertification.certifying import list_name, named_number
from bot.accounts.disclosures import records
from bot.audit.erasures import records as erasures
from bot.notices import announcing
from bot.numbers import whole_number
from bot.privacy import clauses
from bot.privacy.customer_requests import requests
from bot.privacy.objections import choices

NAMED: tuple[tuple[Callable[[int], str], Callable[[str], int | None]], ...] = (
    (grants.request_name, grants.request_number),
    (requests.request_name, requests.request_number),
    (records.disclosure_name, records.disclosure_number),
    (erasures.erasure_name, erasures.erasure_number),
    (choices.choice_name, choices.choice_number),
    (clauses.suspension_name, clauses.suspension_number),
    (announcing.change_name, announcing.change_number),
    (lambda number: f"A-{number}", deputies.absence_number),
    (list_name, named_number),
    (lambda number: f"L-{number}", named_number),  # what work that was stored earlier calls a list
)


@given(st.sampled_from(NAMED), st.integers(0, 999_999_999))
def test_a_name_has_its_number(named: tuple[Callable[[int], str], Callable[[str], int | None]], number: int) -> None:
    name_of, number_of = named
    assert number_of(name_of(number)) == number


@given(st.sampled_from(NAMED), st.text(max_size=12))
def test_whatever_is_typed_is_a_number_of_ours_or_none(
    named: tuple[Callable[[int], str], Callable[[str], int | None]], typed: str
) -> None:
    found = named[1](typed)
    assert found is None or 0 <= found <= 999_999_999


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1e3", "1_000", "٣", "²", "1234567890"])
def test_what_is_no_whole_number(text: str) -> None:
    assert whole_number(text) is None
