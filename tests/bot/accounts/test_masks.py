"""Masks: enough to confirm, never enough to guess."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.masks import DOT, mask


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("email", "mara@acme.com", "m•••@acme.com"),
        ("email", "ab@acme.com", "•••@acme.com"),
        ("email", "mara@a.b", "•••"),
        ("email", "mara@b.co", "m•••@b.co"),
        ("email", "@acme.com", "•••"),
        ("email", "mara@bücher.example", "m•••@bücher.example"),
        ("email", "mara@acme.com (ask for Jānis, 26 443 478)", "•••"),
        ("email", "mara@26443478", "•••"),
        ("contact_name", "Māra @ Baltic Beans, +371 26 443 478", "•••"),
        ("phone", "+371 26 443 478", "+371 •• ••• 478"),
        ("phone", "+37126443478", "••• 478"),
        ("phone", "+371 26443478", "+371 ••• 478"),
        ("phone", "+1246 123 4567", "••• ••• 567"),
        ("phone", "+371 264 434", "+371 •••"),
        ("phone", "264 43", "2•••"),
        ("phone", "264 4347", "••• 347"),
        ("note", "order 26443478 of May", "o•••"),
        ("phone", "020 7946 0999", "••• ••• 999"),
        ("phone", "020 7946 (0999)", "••• ••• 999"),
        ("phone", "+1 246 123 4567", "+1 ••• ••• 567"),
        ("card_last4", "4242", "•••• 4242"),
        ("card_last4", "4242424242424242", "••• 242"),
        ("card_last4", "Visa 4242", "V•••"),
        ("pin", "4242", "4•••"),
        ("iban", "LV80BANK0000435195001", "LV•• •••• 01"),
        ("contact_name", "Māra Kalniņa", "M•••"),
        ("name", "Zoë", "•••"),
        ("note", "", ""),
        ("note", "  \n ", ""),
    ],
)
def test_examples(field: str, value: str, shown: str) -> None:
    assert mask(field, value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("mara@acme.com", "m•••@•••"),
        ("ab@acme.com", "•••@•••"),
        ("+371 26 443 478", "••• 78"),
        ("LV80BANK0000435195001", "••• 01"),
        ("flat 7", "•••"),
        ("flat 12", "•••"),
        ("flat 1234", "••• 34"),
        ("2644 Rīga", "•••"),
        ("Māra Kalniņa", "•••"),
        (" ", ""),
    ],
)
def test_one_step_further_less_is_left(value: str, shown: str) -> None:
    assert mask("any", value, further=True) == shown


@given(
    st.sampled_from(["email", "phone", "note", "iban"]),
    st.text(max_size=60) | st.lists(st.text("aZé7 .-+", max_size=12), max_size=3).map("@".join),
)
def test_little_of_the_value_is_left(field: str, value: str) -> None:
    shown = mask(field, value)
    text = " ".join(value.split())
    if not text:
        assert shown == ""
        return
    assert DOT in shown
    left, _, domain = shown.partition("@")
    assert re.fullmatch(r"[\w.•-]*", domain)
    kept = [character for character in left if character not in (DOT, " ")]
    assert len(kept) <= 8
    assert len(kept) <= max(4, len(text) // 2)


@given(st.from_regex(r"\+[0-9]{2,3} [0-9]{2} [0-9]{3} [0-9]{3}", fullmatch=True))
def test_a_phone_number_keeps_its_country_and_three_digits(phone: str) -> None:
    shown = mask("phone", phone)
    assert shown.startswith(phone.split()[0])
    assert shown.endswith(phone[-3:])
    assert sum(character.isdigit() for character in shown) == len(phone.split()[0]) - 1 + 3


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=4, max_size=30))
def test_masks_of_one_letter_do_not_tell_the_length(word: str) -> None:
    assert len(mask("note", word)) <= 13
