"""Who is a privacy officer."""

import pytest

from bot.access.people import Person, Standing
from bot.access.roles import APPROVERS, AUDITORS, PRIVACY, is_officer


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("roles", [{PRIVACY}, {PRIVACY, AUDITORS}, {APPROVERS, AUDITORS}, set()])
def test_only_an_employee_of_the_privacy_office_is(standing: Standing, roles: set[str]) -> None:
    person = Person("U0LAILA", "T1", "Laila", None, standing, frozenset(roles))
    assert is_officer(person) is (standing is Standing.MEMBER and PRIVACY in roles)
