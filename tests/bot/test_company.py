"""What fields are called."""

import pytest

from bot.company import field_label, field_name


@pytest.mark.parametrize(
    ("field", "within", "above"),
    [
        ("contact_name", "contact name", "Contact name"),
        ("card_last4", "card (last 4)", "Card (last 4)"),
        ("iban", "IBAN", "IBAN"),
        ("vat_number", "VAT number", "VAT number"),
        ("created_at", "created", "Created"),
        ("id", "id", "ID"),
        ("viewers", "viewers", "Viewers"),
    ],
)
def test_fields_are_called_as_people_write_them(field: str, within: str, above: str) -> None:
    assert (field_name(field), field_label(field)) == (within, above)
