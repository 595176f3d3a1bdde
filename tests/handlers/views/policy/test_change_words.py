"""What a change of the policy touches, in words."""

from datetime import timedelta

from bot.access.rules.purposes import Rules
from bot.company import Company
from bot.notices.changes import Difference, DifferenceKind
from bot.notices.reach import Reach
from bot.notices.touched import Named, PeriodChange, Topics, Touched
from handlers.views.policy.change_words import reached

COMPANY = Company("Postwing", "privacy@postwing.example", Rules({}, {}, timedelta(hours=1)), {})


def lines(*periods: PeriodChange) -> list[str]:
    touched = Touched((), (), Topics(), Named(), Named(), Named(), periods)
    return reached(Reach(Difference("", "", DifferenceKind.TEXT), touched, {}, {}), COMPANY, in_force=True).splitlines()


def test_periods_that_changed_are_told_from_those_that_only_one_version_has() -> None:
    changed = PeriodChange(("30 days",), ("90 days",), "Keeping")
    new = [PeriodChange((), (f"{number} days",), "Partners") for number in (31, 32, 31)]
    gone = PeriodChange(("6 months", "2 years"), (), "Keeping")
    assert lines(changed, *new, gone) == [
        "• Changed periods: 30 days → 90 days",
        "• Newly named periods: 31 days and 32 days",
        "• Named no longer (periods): 6 months and 2 years",
    ]
    assert lines(changed) == ["• Changed periods: 30 days → 90 days"]
