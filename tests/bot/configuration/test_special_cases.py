"""What steward.toml may not say about processors and disclosures."""

from pathlib import Path

import pytest

from bot.configuration.faults import ConfigurationInvalid
from bot.configuration.reading import load_configuration
from tests.scenarios.harness import ROOT

TEXT = (ROOT / "steward.toml").read_text()
PROCESSOR = "contract = { from = 2026-01-01, until = 2027-12-31 }"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (PROCESSOR, "contract = { from = 2026-01-01, until = 2025-12-31 }", "ends before it begins"),
        (PROCESSOR, 'contract = { from = "soon", until = 2025-12-31 }', "is no day"),
        ('purposes = ["billing"]\n', 'purposes = ["biling"]\n', "no purpose “biling”"),
        (
            'data_classes = ["payment"]  ',
            'data_classes = ["recipients"]  ',
            "None of its purposes reaches “recipients”",
        ),
        ('data_classes = ["payment"]  ', 'data_classes = ["paiment"]  ', "no data class “paiment”"),
        ('sponsor = "billing"', 'sponsor = "nobody"', "no group “nobody”"),
        ('people = ["@baltpay.example"]', 'people = ["baltpay"]', "no people of a third party"),
        ('privacy = "privacy-desk"', "", "needs “privacy” in"),
    ],
)
def test_each_contradiction_is_told(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in TEXT
    path = tmp_path / "steward.toml"
    path.write_text(TEXT.replace(before, after, 1))
    with pytest.raises(ConfigurationInvalid) as told:
        load_configuration(path)
    assert said in str(told.value)


def test_a_sponsor_may_be_an_address(tmp_path: Path) -> None:
    path = tmp_path / "steward.toml"
    path.write_text(TEXT.replace('sponsor = "billing"', 'sponsor = "ieva@postwing.example"', 1))
    configuration = load_configuration(path)
    sponsor = configuration.rules.processors["baltpay"].sponsor
    assert configuration.groups[sponsor] == ("ieva@postwing.example",)
