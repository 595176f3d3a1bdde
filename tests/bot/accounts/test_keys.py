"""Exact keys: spelling does not matter, what they are does."""

import pytest

from bot.accounts.keys import Nature, account_keys, domain_label, is_domain, is_email, key, nature_of, query_keys
from bot.accounts.layout import AccountLayout


@pytest.mark.parametrize(
    ("field", "nature"),
    [
        ("email", Nature.EMAIL),
        ("Contact E-Mail", Nature.EMAIL),
        ("domain", Nature.DOMAIN),
        ("website_url", Nature.DOMAIN),
        ("mobile", Nature.PHONE),
        ("vat_number", Nature.OTHER),
        ("customer_no", Nature.OTHER),
    ],
)
def test_a_fields_name_says_what_its_values_are(field: str, nature: Nature) -> None:
    assert nature_of(field) is nature


@pytest.mark.parametrize(
    ("nature", "same"),
    [
        (Nature.EMAIL, ["anna@bücher.example", "ANNA@BÜCHER.example", " anna@xn--bcher-kva.example "]),
        (
            Nature.DOMAIN,
            ["bücher.example", "https://www.Bücher.example/a?b", "xn--bcher-kva.example.", "BÜCHER.example:80"],
        ),
        (Nature.PHONE, ["+371 26 123 478", "0037126123478", "+371-26-(123)-478", "371 26123478"]),
        (Nature.PHONE, ["+44 (0)20 7946 0123", "+442079460123"]),
        (Nature.OTHER, ["LV 4000-3990.412", "lv40003990412"]),
        (Nature.ID, ["PW-00412", " pw-00412 "]),
    ],
)
def test_spellings_of_one_value_meet(nature: Nature, same: list[str]) -> None:
    assert len({key(nature, one) for one in same}) == 1


def test_different_values_stay_apart() -> None:
    assert key(Nature.EMAIL, "a.b@x.example") != key(Nature.EMAIL, "ab@x.example")
    assert key(Nature.ID, "pw-1") != key(Nature.ID, "pw1")
    assert key(Nature.PHONE, "12345678") != key(Nature.OTHER, "12345678")


def test_what_can_be_no_host_name_is_compared_as_it_stands() -> None:
    assert key(Nature.DOMAIN, "ü" * 80) == "2domain:" + "ü" * 80


@pytest.mark.parametrize(
    ("query", "natures"),
    [
        ("pw-00412", [Nature.ID, Nature.OTHER]),
        ("anna@x.example", [Nature.ID, Nature.EMAIL]),
        ("balticbeans.example", [Nature.ID, Nature.DOMAIN, Nature.OTHER]),
        ("+371 26 123 478", [Nature.ID, Nature.PHONE, Nature.OTHER]),
        ("12", [Nature.ID]),
        ("x" * 400, []),
    ],
)
def test_what_typed_text_may_be(query: str, natures: list[Nature]) -> None:
    assert [one.split(":")[0] for one in query_keys(query, frozenset(Nature))] == natures


def test_only_what_the_company_looks_up_exactly_is_tried() -> None:
    assert query_keys("anna@x.example", frozenset()) == ("0id:anna@x.example",)


def test_an_account_has_a_key_for_each_exact_value() -> None:
    layout = AccountLayout.of(["email", "phone"])
    keys = account_keys("A1", {"email": ["a@x.example", "b@x.example"], "phone": " ", "other": "x"}, layout)
    assert keys == ("0id:a1", "1email:a@x.example", "1email:b@x.example")


def test_emails_and_domains_are_told_apart() -> None:
    assert is_email("a@b") and not is_email("@acme") and not is_email("acme@")  # noqa: PT018 - one question
    assert is_domain("www.acme.example") and not is_domain("S.L.") and not is_domain("a b.example")  # noqa: PT018 - one
    assert domain_label("https://www.bücher.example/x") == "bücher"
