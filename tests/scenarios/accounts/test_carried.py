"""Whether accounts carry a field."""

from bot.accounts.carried import carried
from tests.scenarios.harness import Steward


def test_a_field_that_no_account_has_is_told_apart(steward: Steward) -> None:
    with steward.database.reading() as connection:
        found = carried(connection, ["id", "email", "recipients", "kind", "fax", 'odd"name'])
    assert found == {"id": 6, "email": 1, "recipients": 1, "kind": 1, "fax": 0, 'odd"name': 0}
