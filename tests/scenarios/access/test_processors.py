"""People of engaged third parties: nothing without a grant, by exact id only, and nothing after the contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward, running

NAME = "Baltic Beans"


@pytest.fixture
def steward(database: Database, clock: SettableClock) -> Iterator[Steward]:
    with running(database, clock) as made:
        yield made


def looks(steward: Steward, query: str) -> str:
    paula = steward.person("paula")
    paula.type(f"/account {query}", channel="dm")
    return paula.dm()[-1].text


def ask(steward: Steward, account: str = "pw-00412", length: str = "8 h") -> dict[str, str]:
    paula = steward.person("paula")
    paula.type(f"/access {account} for billing", channel="dm")
    paula.fill({"Why?": "A direct debit came back on Friday", "For how long?": length})
    errors = paula.submit()
    if not errors:
        assert NAME not in paula.modal().text
    paula.close(everything=True)
    steward.deliver()
    return errors


def granted(steward: Steward, account: str = "pw-00412") -> None:
    assert ask(steward, account) == {}
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.tick()


def test_without_a_grant_nothing_is_told_apart(steward: Steward) -> None:
    there, not_there = looks(steward, "pw-00412"), looks(steward, "pw-77777")
    assert there.split("Recorded")[0] == not_there.split("Recorded")[0]
    assert "Nothing is open to you under that" in there
    for query in (NAME, "balticbeans.example", "mara@balticbeans.example", "Baltc Beans"):
        assert looks(steward, query).split("Recorded")[0] == there.split("Recorded")[0]
    reasons = [(one["outcome"], one["reason"], one["account"]) for one in steward.audit()][-6:]
    assert reasons == [("refused", "no_grant", "pw-00412"), *[("refused", "no_match", None)] * 5]


def test_by_exact_id_with_a_grant_and_the_sponsor_hears(steward: Steward) -> None:
    assert ask(steward, NAME) == {"Account": "No account matches. Try the id, the whole e-mail address or the domain."}
    assert ask(steward, "(pw-00412)") == {}
    steward.tick()
    edgars = steward.person("edgars")
    assert "of Baltpay asks for Payment details of pw-00412" in edgars.dm()[-1].text
    assert NAME not in steward.person("janis").read("access-approvals")[-1].text
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.tick()
    assert "of Baltpay has Payment details of pw-00412" in edgars.dm()[-1].text
    card = looks(steward, "pw-00412")
    assert NAME not in card
    assert "Payment details" in looks(steward, "“PW\u201100412”,".lower())
    assert "Payment details" in card
    assert "Contact" not in card
    paula = steward.person("paula")
    paula.press("Reveal", in_="dm")
    shown = paula.modal().text
    assert "LV80BANK0000435195001" in shown
    assert NAME not in shown
    assert "mara@" not in shown


def test_outsiders_find_out_nothing_by_forms_that_cannot_be_sent(steward: Steward) -> None:
    """Which ids there are, and whose a request is."""
    paula, inese, said = steward.person("paula"), steward.person("inese"), []
    for account in ("pw-00412", "pw-77777"):
        paula.type(f"/access {account} for billing", channel="dm")
        paula.fill({"Why?": "short", "For how long?": "8 h"})
        said.append(paula.submit())
        paula.close()
    assert said[0] == said[1]
    assert "Account" not in said[0]
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    inese.fill({"Why?": "Bounces since Friday, the customer asked", "What do you need to see?": ["Contact details"]})
    assert inese.submit() == {}
    for text in ("extend R-1001 1h", "extend R-9999 1h"):
        paula.type(f"/access {text}", channel="dm")
        assert paula.dm()[-1].text == "That request is not there. /access mine shows yours."


def test_nothing_outlives_the_contract(steward: Steward, clock: SettableClock) -> None:
    """The contract's last day is the end of 2027."""
    clock.advance(days=669, hours=8)  # 31 December 2027, 19:00 in Riga
    granted(steward)
    assert "in 5 h" in steward.person("paula").dm()[-1].text
    assert "Payment details" in looks(steward, "pw-00412")
    clock.advance(hours=5, seconds=1)
    assert "No contract that is in force names yours" in looks(steward, "pw-00412")
    assert steward.last()["reason"] == "not_engaged"
    steward.tick()
    assert "ended" in steward.person("paula").dm()[-1].text


def test_a_contract_that_is_brought_forward_ends_what_rests_on_it(
    steward: Steward, database: Database, clock: SettableClock, tmp_path: Path
) -> None:
    granted(steward)
    folder = tmp_path / "company"
    folder.mkdir()
    text = (ROOT / "steward.toml").read_text().replace("until = 2027-12-31", "until = 2026-03-01")
    (folder / "steward.toml").write_text(text)
    (folder / "policies").mkdir()
    (folder / "policies" / "postwing.md").write_bytes((ROOT / "policies" / "postwing.md").read_bytes())
    with running(database, clock, folder=folder) as later:
        assert "No contract that is in force names yours" in looks(later, "pw-00412")
        later.services.life.revoke.departed()
        assert later.last()["action"] == "access.end"
        assert later.last()["reason"] == "person_left"


def test_a_guest_of_nobody_is_refused_and_a_group_makes_no_employee(steward: Steward) -> None:
    steward.person("paula").type("/account pw-00412 for technical support", channel="dm")
    assert steward.last()["reason"] == "not_your_purpose"
    steward.person("paula").type("/access emergency pw-00412 for billing", channel="dm")
    assert steward.count("access_grants") == 0


def test_the_register_is_for_employees(steward: Steward) -> None:
    steward.person("laila").type("/access processors", channel="general")
    said = steward.person("laila").read("general")[-1].text
    assert "Baltpay · contract in force, 1 Jan 2026 to 31 Dec 2027" in said
    assert "For Billing: Payment details" in said
    steward.person("paula").type("/access processors", channel="dm")
    assert "Only employees" in steward.person("paula").dm()[-1].text
