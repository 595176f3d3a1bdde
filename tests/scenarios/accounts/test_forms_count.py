"""Forms that name an account are counted as look-ups are, so that nobody finds out by them which accounts there are."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.audit.reviews.unusual import Rule
from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ANSWERS
from tests.scenarios.accounts.objecting import object_to
from tests.scenarios.audit.reviewing import watch
from tests.scenarios.customer_requests.registering import register
from tests.scenarios.disclosures.giving import ask
from tests.scenarios.harness import ROOT, Steward, running

LIMIT = "\n[access]\nlookups_per_hour = 3\n"
UNSENT = {"How did it come?": "Letter", "When was it received?": "2030-01-01"}
NOTHING = "you looked up as often as you may"


@pytest.fixture
def limited(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Steward]:
    toml = (ROOT / "steward.toml").read_text()
    assert toml.count("\n[access]\n") == 1
    (tmp_path / "steward.toml").write_text(toml.replace("\n[access]\n", LIMIT))
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    with running(database, clock, folder=tmp_path) as made:
        yield made


def last(steward: Steward) -> tuple[object, ...]:
    entry = steward.last()
    return tuple(entry[key] for key in ("action", "outcome", "reason", "account"))


def test_a_form_that_is_never_sent_tells_of_no_account_at_the_limit(limited: Steward) -> None:
    inese = limited.person("inese")
    errors = register(limited, answers={"Account": "pw-09999"})
    assert "No account matches" in str(errors)
    assert last(limited) == ("privacy.request", "not_found", "no_match", None)
    inese.close(everything=True)
    errors = register(limited, answers=UNSENT)
    assert list(errors) == ["When was it received?"]
    assert last(limited) == ("privacy.request", "refused", "incomplete", "pw-00412")
    inese.close(everything=True)
    inese.type("/access", channel="general")
    inese.fill(ANSWERS | {"Why?": "short"})
    inese.submit()
    inese.close(everything=True)
    said = [str(register(limited, answers={**UNSENT, "Account": account})) for account in ("pw-00412", "pw-09999")]
    assert said[0] == said[1]
    assert NOTHING in said[0].casefold()
    assert last(limited) == ("privacy.request", "refused", "too_many_look_ups", None)
    inese.close(everything=True)
    inese.type("/access", channel="general")
    inese.fill(ANSWERS | {"Why?": "short"})
    there = inese.submit()
    inese.fill({"Account": "pw-09999"})
    assert inese.submit() == there
    inese.close(everything=True)
    inese.type("/account pw-00412", channel="general")
    assert limited.last()["reason"] == "too_many_look_ups"
    inese.type("/account pw-00412 objects to telephone", channel="general")
    inese.fill({"Who said so?": "Māra, on the phone"})
    assert inese.submit() == {}  # what is whole is taken still, and others read of it


def test_guessing_by_the_forms_is_noticed(steward: Steward, clock: SettableClock) -> None:
    nils = steward.person("nils")
    for number in range(15):
        register(steward, "nils", {"Account": f"pw-1{number:04}"})
        nils.close(everything=True)
        clock.advance(minutes=1)
    watch(steward, clock)
    assert steward.count(f"review_items WHERE rule = '{Rule.GUESSES}'") == 1
    wrong = UNSENT | {"Account": "pw-00412"}
    there = register(steward, "nils", wrong)
    nils.close(everything=True)
    assert register(steward, "nils", wrong | {"Account": "pw-09999"}) == there  # without a purpose, no hint at all


def objection(steward: Steward, account: str) -> dict[str, str]:
    return object_to(steward, "telephone", answers={"Account": account, "When?": "2030-01-01"})


def disclosure(steward: Steward, account: str) -> dict[str, str]:
    return ask(steward, "zane", account, {"Of which day?": "2030-01-01"})


@pytest.mark.parametrize(("form", "action"), [(objection, "privacy.request"), (disclosure, "access.disclose")])
def test_objections_and_disclosures_count_and_tell_nothing_at_the_limit(
    limited: Steward, form: Callable[[Steward, str], dict[str, str]], action: str
) -> None:
    """Forms that can't be sent: by their silence about the account they say that there is one."""
    zane, said = limited.person("zane"), []
    for account in ("pw-00412", "pw-09999", "pw-00412", "pw-00412", "pw-09999"):
        said.append(form(limited, account))
        zane.close(everything=True)
    there, nowhere, _, *at_the_limit = map(str, said)
    assert "No account" not in there
    assert "No account" in nowhere
    assert at_the_limit[0] == at_the_limit[1]
    assert NOTHING in at_the_limit[0].casefold()
    assert last(limited) == (action, "refused", "too_many_look_ups", None)
    zane.type("/account pw-00412", channel="general")
    assert last(limited) == ("account.lookup", "refused", "too_many_look_ups", "pw-00412")
