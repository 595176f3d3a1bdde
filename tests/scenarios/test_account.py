"""Looking up, as people do it."""

from tests.scenarios.harness import Steward


def test_a_card_shows_open_classes_masks_others_and_names_hidden_ones(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account pw-00412", channel="general")
    card = inese.read("general")[-1]
    assert card.ephemeral
    assert "Baltic Beans SIA" in card.text
    assert "balticbeans.example · plan Growth" in card.text
    assert "m•••@balticbeans.example" in card.text
    assert "+371 •• ••• 478" in card.text
    assert "3 lists and 57 recipients, hidden without a grant" in card.text
    assert "Māra" not in card.text
    assert "mara@" not in card.text
    assert list(card.buttons) == ["Request access"]
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("account.lookup", "masked", "standing")
    assert entry["account"] == "pw-00412"
    assert entry["query"] == "pw-00412"
    assert set(entry["fields"]) >= {"name", "email", "phone"}
    assert "recipients" not in entry["fields"]
