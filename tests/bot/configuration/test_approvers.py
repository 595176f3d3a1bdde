"""Contradictions in what steward.toml says of reminders, escalation, unused access and recertification."""

from pathlib import Path

import pytest

from bot.settings import ConfigurationInvalid, load_configuration
from tests.scenarios.harness import ROOT

WRONG = (
    ('remind_after = "1h"', 'remind_after = "9h"', "access.remind_after", "nobody would be reminded"),
    (
        'ask_about_ticket_after = "1d"',
        'ask_about_ticket_after = "2d"',
        "access.ask_about_ticket_after",
        "nobody would be",
    ),
    ('due = "14d"', 'due = "100d"', "recertification.due", "before this one is due"),
    ('escalate_after = "4h"', 'escalate_after = "30m"', "access.escalate_after", "before anybody is reminded"),
    ('escalate_to = "privacy"', 'escalate_to = "privcy"', "access.escalate_to", "no group “privcy”"),
    ('escalate_to = "privacy"', 'escalate_to = "approvers"', "access.escalate_to", "the same people"),
    ('escalate_to = "privacy"', "", "access.escalate_after", "does not say to whom"),
    ('escalate_after = "4h"', "", "access.escalate_to", "does not say when"),
    ('end_when_unused = "8h"', 'end_when_unused = "3d"', "purposes.marketing.end_when_unused", "No grant lasts"),
    ('every = "quarter"', "every = [13]", "recertification.every", "no months of a year"),
    ("owners = { support", "owners = { suport", "recertification.owners.suport", "no group “suport”"),
)


@pytest.mark.parametrize(("old", "new", "where", "what"), WRONG)
def test_each_is_named_with_its_line(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    text = (ROOT / "steward.toml").read_text()
    assert text.count(old) == 1
    (tmp_path / "steward.toml").write_text(text.replace(old, new))
    with pytest.raises(ConfigurationInvalid) as refused:
        load_configuration(tmp_path / "steward.toml")
    found = next(one for one in refused.value.faults if what in one.what)
    assert found.where.startswith(where)
    assert found.line is not None
    assert found.mend


def test_what_the_reference_company_says() -> None:
    configuration = load_configuration(ROOT / "steward.toml")
    assert configuration.rules.reminding.decides
    assert configuration.recertification.months == (1, 4, 7, 10)
    assert "martins" not in repr(configuration)
