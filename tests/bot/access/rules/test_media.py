"""Media of marketing: how people call them, and which fields belong to them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.access.rules.media import contact_fields, medium_named, nearest_medium, withheld_fields
from bot.access.rules.purposes import DataClass, Purpose, Shown

MEDIA = {"email": ("email",), "telephone": ("phone",)}
CLASSES = {"contact": DataClass("contact", "Contact", ("contact_name", "email", "phone"), Shown.MASKED)}
MARKETING = Purpose(
    "marketing", "Marketing", "by e-mail or telephone", frozenset(), frozenset(), ("contact",), timedelta(1), 1,
    "approvers", media=MEDIA,
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "medium"),
    [
        ("newsletters", "email"),
        ("  being   Called ", "telephone"),
        ("electronic mail", "email"),
        ("TELEPHONE", "telephone"),
        ("letters", None),  # a medium, but none of these
        ("pigeons", None),
    ],
)
def test_a_medium_by_what_people_call_it(said: str, medium: str | None) -> None:
    assert medium_named(said, MEDIA) == medium


def test_another_word_for_a_medium_that_is_not_used_names_none() -> None:
    assert medium_named("newsletter", ["telephone"]) is None


@pytest.mark.parametrize(("typed", "medium"), [("telefone", "telephone"), ("e-mial", "email"), ("pigeons", None)])
def test_a_slip_is_taken_for_what_is_nearest(typed: str, medium: str | None) -> None:
    assert nearest_medium(typed, MEDIA) == medium


def test_a_class_that_the_configuration_lost_has_no_fields() -> None:
    lost = replace(MARKETING, data_classes=("contact", "address"))
    assert contact_fields(lost, CLASSES) == {"contact_name", "email", "phone"}
    assert withheld_fields(lost, CLASSES, MEDIA) == {"contact_name", "email", "phone"}
    assert withheld_fields(lost, CLASSES, {"telephone"}) == {"phone"}
    assert withheld_fields(replace(lost, media={}), CLASSES, MEDIA) == frozenset()
