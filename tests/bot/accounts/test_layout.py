"""What the configuration says about fields."""

import pytest

from bot.accounts.layout import AccountLayout


def test_the_usual_fields_serve_where_they_are_configured() -> None:
    layout = AccountLayout.of(["id", "name", "email", "lists"], kind_field="kind")
    assert layout.fields == ("id", "name", "email", "lists", "kind")
    assert (layout.exact, layout.names, layout.title) == (("email",), ("name",), ("name",))


def test_the_contacts_name_is_searched_only_if_that_is_said() -> None:
    assert AccountLayout.of(["name", "contact_name"]).names == ("name",)
    assert AccountLayout.of(["name", "contact_name"], names=["contact_name"]).names == ("contact_name",)


def test_a_field_that_is_not_configured_is_refused() -> None:
    with pytest.raises(ValueError, match=r"accounts\.exact.*'iban'"):
        AccountLayout.of(["name"], exact=["iban"])


@pytest.mark.parametrize("name", ["", 'a"b', "a\\b", "a\nb"])
def test_a_name_that_no_field_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="can't be named"):
        AccountLayout.of([name])


def test_the_fingerprint_changes_with_what_searches_depend_on() -> None:
    one = AccountLayout.of(["name", "email", "plan"])
    assert AccountLayout.of(["name", "email"]).fingerprint == one.fingerprint
    assert AccountLayout.of(["name", "email", "plan"], exact=[]).fingerprint != one.fingerprint
