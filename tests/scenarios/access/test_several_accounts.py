"""One request for several accounts: named, decided, narrowed, used, extended and ended; each account finds it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import SettableClock
from tests.scenarios.access.asking import ANSWERS, approvals
from tests.scenarios.access.configured import Configured, configured, fill
from tests.scenarios.harness import Steward

__all__ = ["configured"]
THREE = "pw-00412\nbean there, pw-00414"


def found(steward: Steward, account: str, **wanted: Any) -> list[tuple[str, str]]:
    """What an auditor finds by one account's id: actions and outcomes, oldest first."""
    return [(str(one["action"]), str(one["outcome"])) for one in steward.audit(account=account, **wanted)]


def test_from_asking_to_the_end(steward: Steward, clock: SettableClock) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    names = "pw-00412 (Baltic Beans SIA), pw-00413 (Bean There Ltd) and pw-00414"
    assert fill(steward, Account=THREE) == {}
    assert f"Contact details of {names}" in inese.modal().text
    inese.close()
    said = approvals(steward)
    assert f"asks for Contact details of {names}" in said
    for account in ("pw-00412", "pw-00413", "pw-00414"):
        assert found(steward, account) == [("access.request", "requested")]
    assert len({one["request"] for one in steward.audit(grant="R-1001")}) == 3
    assert "pw-00412, pw-00413 and pw-00414" in janis.home().text

    # An approver takes one off, the first of all.
    janis.press("Approve less", in_="access-approvals")
    janis.fill({"Which accounts?": ["pw-00413 (Bean There Ltd)", "pw-00414 (Green Bean GmbH)"], "Why?": "Not that one"})
    assert janis.submit() == {}
    steward.deliver()
    assert "less than asked: not pw-00412: “Not that one”" in janis.modal().text
    told = inese.dm()[-1]
    assert "Contact details of pw-00413 and pw-00414" in told.text
    assert "not pw-00412" in told.text
    assert told.buttons == ("Open pw-00413", "Open pw-00414", "End now")
    assert found(steward, "pw-00412") == [("access.request", "requested")]
    assert found(steward, "pw-00414") == [("access.request", "requested"), ("access.approve", "granted")]

    # What was given is open, and what was taken off is not.
    inese.press("Open pw-00414")
    inese.press("Reveal")
    inese.close(everything=True)
    assert steward.last()["account"] == "pw-00414"
    inese.type("/account pw-00412", channel="general")
    assert "Reveal" not in inese.read("general")[-1].buttons
    assert "pw-00413 and pw-00414" in inese.home().text
    janis.type("/access end --account pw-00412", channel="general")
    assert "Nobody has access to an account with the id pw-00412" in janis.read("general")[-1].text

    # It goes on for both, and ends for both.
    inese.type("/access extend R-1001 1h", channel="general")
    inese.fill({"Why?": "The customer is still testing it"})
    assert inese.submit() == {}
    inese.close()
    steward.deliver()
    assert "1 h more of R-1001: Contact details of pw-00413 (Bean There Ltd) and pw-00414" in approvals(steward)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    inese.press("End now", in_="dm")
    steward.deliver()
    for account in ("pw-00413", "pw-00414"):
        assert ("access.extend", "requested") in found(steward, account)
        assert found(steward, account)[-1] == ("access.end", "ended")
    assert ("access.end", "ended") not in found(steward, "pw-00412")
    agnese = steward.person("agnese")
    agnese.type("/audit pw-00413", channel="general")
    assert "asked for access to pw-00413" in agnese.read("general")[-1].text


def test_each_that_is_not_clear_is_named(steward: Steward) -> None:
    inese = steward.person("inese")
    said = fill(steward, Account="pw-00412 pw-99999\nbean")["Account"]
    assert "“pw-99999”: no account matches." in said
    assert "“bean”: which one? pw-00413 (Bean There Ltd), pw-00412 (Baltic Beans SIA) or pw-00414" in said
    entry = steward.last()
    assert (entry["outcome"], entry["account"]) == ("suggested", "pw-00412")
    assert steward.count("access_requests") == 0
    inese.close()
    assert fill(steward, Account="Bean There, Ltd") == {}  # a name with a comma in it
    assert steward.last()["account"] == "pw-00413"
    inese.close()
    many = "\n".join(f"pw-{number:05}" for number in range(412, 423))
    before = steward.count("audit_entries")
    assert fill(steward, Account=many)["Account"] == "At most 10 accounts in one request. Ask again for the others."
    assert steward.count("audit_entries") == before + 1
    inese.close()
    assert fill(steward, Account="pw-00412, Baltic Beans SIA, pw-00412") == {}  # the same one three times
    assert steward.count("access_request_accounts") == 0
    inese.close()
    assert "R-1002 is waiting" in fill(steward, Account="pw-00412")["Account"]


def test_the_strictest_of_the_accounts_decides(steward: Steward) -> None:
    assert fill(steward, Account="pw-00412, pw-00500") == {}
    said = approvals(steward)
    assert "needs 2 of @access-approvers" in said
    assert "O'Brien" not in said
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    assert "Still needed: 1 more" in approvals(steward)
    steward.person("martins").press("Approve", in_="access-approvals")
    steward.deliver()
    assert found(steward, "pw-00500")[-1] == found(steward, "pw-00412")[-1] == ("access.approve", "granted")


def test_two_approvers_who_leave_nothing_in_common(steward: Steward) -> None:
    fill(steward, Account="pw-00412, pw-00500")
    for who, kept in (("janis", "pw-00412 (Baltic Beans SIA)"), ("martins", "pw-00500")):
        person = steward.person(who)
        person.press("Approve less", in_="access-approvals")
        person.fill({"Which accounts?": [kept], "Why?": "Only this one"})
        assert person.submit() == {}
        steward.deliver()
    assert "nothing in common" in steward.person("martins").modal().text
    assert "Agreed by @Jānis Bērziņš at 11:00 · less than asked: not pw-00500: “Only this one”. Still" in approvals(
        steward
    )
    assert steward.count("access_grants") == 0


def test_all_access_to_an_account_ends_with_what_it_was_given_with(steward: Steward) -> None:
    fill(steward, Account="pw-00412, pw-00413")
    janis = steward.person("janis")
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    janis.type("/access end --account pw-00413", channel="general")
    assert "Contact details of pw-00412 and pw-00413" in janis.modal().text
    janis.fill({"Why?": "The account was sold"})
    assert janis.submit() == {}
    steward.deliver()
    assert "ended" in steward.person("inese").dm()[-1].text
    assert found(steward, "pw-00412")[-1] == found(steward, "pw-00413")[-1] == ("access.end", "ended")


def test_time_ends_it_for_each_account(steward: Steward, clock: SettableClock) -> None:
    fill(steward, Account="pw-00412, pw-00413")
    clock.advance(hours=9)
    steward.tick()
    for account in ("pw-00412", "pw-00413"):
        assert found(steward, account)[-1] == ("access.expire", "expired")
    assert "/access pw-00412, pw-00413 asks again" in steward.person("inese").dm()[-1].text


def test_an_emergency_for_two_is_one_review(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access emergency pw-00412, pw-00413 for technical support", channel="general")
    inese.fill(
        {
            "What do you need to see?": ["Contact details"],
            "Why?": ANSWERS["Why?"],
            "Ticket": "HD-2211",
            "Is it an emergency?": ["I need it now, and can't wait for a decision"],
        }
    )
    assert inese.submit() == {}
    assert "Contact details of pw-00412 and pw-00413" in inese.modal().text
    steward.deliver()
    assert "took emergency access to Contact details of pw-00412 (Baltic Beans SIA) and pw-00413" in (
        steward.person("janis").dm()[-1].text
    )
    steward.integrator.step()
    replace(steward.services.watch, chance=lambda: 1.0)()
    assert steward.count("review_items") == 1
    assert found(steward, "pw-00413") == [("access.emergency", "granted")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_limit_is_the_companys(configured: Configured) -> None:
    steward = configured(access="accounts_in_a_grant = 1")
    assert fill(steward, Account="pw-00412, pw-00413")["Account"].startswith("At most 1 account in one request.")
