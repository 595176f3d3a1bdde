"""More time before the end, and ending what others have."""

import pytest

from tests.conftest import SettableClock
from tests.scenarios.access.asking import ask
from tests.scenarios.access.extending import WHY, extend
from tests.scenarios.harness import Steward


@pytest.fixture
def granted(steward: Steward) -> str:
    """Two hours of contact details for Inese, from 11:00 in Riga."""
    name = ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    return name


def test_access_goes_on_without_a_cut(steward: Steward, clock: SettableClock, granted: str) -> None:
    inese, janis = steward.person("inese"), steward.person("janis")
    clock.advance(hours=1, minutes=51)
    steward.tick()
    assert f"{granted} ends at 13:00" in inese.dm()[-1].text
    assert list(inese.dm()[-1].buttons) == ["Open the account", "Extend", "End now"]
    inese.press("Extend", in_="dm")
    inese.fill({"For how long?": "1 h", "Why?": WHY})
    assert inese.submit() == {}
    inese.close()
    steward.deliver()
    asked = janis.read("access-approvals")[-1].text
    assert f"asks for 1 h more of {granted}: Contact details of pw-00412" in asked
    assert "If approved now: until 14:00" in asked
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    assert f"{granted} lasts until 14:00" in janis.read("access-approvals")[-1].text
    assert f"{granted} extended until 14:00" in inese.dm()[-1].text
    clock.advance(minutes=30)
    steward.tick()
    inese.type("/account pw-00412", channel="general")
    assert f"granted until 14:00 (in 39 min), {granted}" in inese.read("general")[-1].text
    clock.advance(minutes=30)
    steward.tick()
    assert f"{granted} ends at 14:00" in inese.dm()[-1].text
    clock.advance(minutes=10)
    steward.tick()
    assert f"{granted} ended at 14:00" in inese.dm()[-1].text
    acts = [(one["action"], one["outcome"]) for one in steward.audit(grant=granted)]
    assert acts == [
        ("access.request", "requested"),
        ("access.approve", "granted"),
        ("access.extend", "requested"),
        ("access.approve", "granted"),
        ("access.expire", "expired"),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_is_reminded_of_the_end_of_what_is_over(steward: Steward, clock: SettableClock, granted: str) -> None:
    steward.person("inese").press("End now", in_="dm")
    steward.deliver()
    clock.advance(hours=1, minutes=51)
    steward.tick()
    assert steward.count("deliveries WHERE kind = 'grant.ending'") == 0
    assert not any(f"{granted} ends at" in one.text for one in steward.person("inese").dm())


def test_not_beyond_the_cap_in_all(steward: Steward, granted: str) -> None:
    inese = steward.person("inese")
    inese.type(f"/access extend {granted} 3h", channel="general")
    assert "Technical support allows 4 h in all" in inese.modal().text
    assert "3 h" not in inese.modal().text.replace("3 h in", "")
    inese.close()
    inese.type(f"/access extend {granted} 2h", channel="general")
    inese.fill({"Why?": "x" * 20})
    assert "one character again and again" in str(inese.submit())
    inese.close()
    extend(steward, granted, "2h")
    inese.type(f"/access extend {granted} 2h", channel="general")
    assert f"You asked for more time of {granted} already" in inese.read("general")[-1].text
    assert (steward.last()["action"], steward.last()["reason"]) == ("access.extend", "already_asked")
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    inese.type(f"/access extend {granted} 1h", channel="general")
    assert f"{granted} lasts as long as its purpose allows already" in inese.read("general")[-1].text
    assert steward.last()["reason"] == "cap_reached"


def test_an_extension_ends_unanswered_with_its_grant(steward: Steward, clock: SettableClock, granted: str) -> None:
    extend(steward, granted)
    clock.advance(hours=2)
    steward.tick()
    texts = [one.text for one in steward.person("inese").dm()[-2:]]
    assert any("Expired unanswered" in text for text in texts)
    assert any(f"{granted} ended at 13:00" in text for text in texts)
    assert steward.count("access_grants") == 1


def test_nobody_extends_what_is_not_theirs(steward: Steward, granted: str) -> None:
    kaspars = steward.person("kaspars")
    kaspars.type(f"/access extend {granted} 1h", channel="general")
    assert "so only they can do that" in kaspars.read("general")[-1].text
    assert (steward.last()["action"], steward.last()["outcome"]) == ("access.extend", "refused")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("extend", "Which one, and for how long? Like /access extend R-1042 2h"),
        ("extend soon", "Which one, and for how long? Like /access extend R-1042 2h"),
        ("extend r-1001 banana split", "I can't read banana split as a length of time. Like /access extend R-1001 2h."),
    ],
)
def test_what_cannot_be_read_is_explained(steward: Steward, text: str, answer: str) -> None:
    inese = steward.person("inese")
    inese.type(f"/access {text}", channel="general")
    assert answer in inese.read("general")[-1].text


def test_another_grant_is_not_touched(steward: Steward, clock: SettableClock, granted: str) -> None:
    clock.advance(minutes=30)
    other = ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    extend(steward, granted, "30m")
    steward.person("janis").press("Approve", in_="access-approvals")
    clock.advance(hours=2)
    steward.tick()
    actions = {name: [one["action"] for one in steward.audit(grant=name)] for name in (granted, other)}
    assert actions[granted][-1] == actions[other][-1] == "access.expire"
    assert actions[other].count("access.expire") == 1


def test_an_approver_ends_it_with_a_reason(steward: Steward, granted: str) -> None:
    janis, inese = steward.person("janis"), steward.person("inese")
    janis.type(f"/access end {granted}", channel="general")
    assert "Contact details of pw-00412" in janis.modal().text
    janis.fill({"Why?": "The ticket is closed"})
    assert janis.submit() == {}
    assert f"Ended: {granted} of @Inese Ozola" in janis.modal().text
    steward.deliver()
    assert "by @Jānis Bērziņš: “The ticket is closed”" in inese.dm()[-1].text
    inese.type("/account pw-00412", channel="general")
    assert "granted until" not in inese.read("general")[-1].text
    entry = next(one for one in steward.audit(grant=granted) if one["action"] == "access.end")
    assert (entry["outcome"], entry["reason"], entry["justification"]) == ("ended", "revoked", "The ticket is closed")


def test_all_of_a_person_at_once(steward: Steward, granted: str) -> None:
    waiting = ask(steward, account="pw-00413")
    janis, inese = steward.person("janis"), steward.person("inese")
    janis.type("/access end --person @inese", channel="general")
    assert granted in janis.modal().text
    assert f"{waiting} @Inese Ozola: Contact details of pw-00413 · waits for a decision" in janis.modal().text
    janis.fill({"Why?": "Moves to another team"})
    assert janis.submit() == {}
    steward.deliver()
    ended = [one for one in steward.audit() if one["action"] == "access.end"]
    assert sorted(one["grant"] for one in ended) == sorted([granted, waiting])
    inese.type("/access mine", channel="general")
    assert "nothing is waiting" in inese.read("general")[-1].text


def test_all_to_an_account_at_once(steward: Steward, granted: str) -> None:
    laila = steward.person("laila")
    laila.type("/access end --account balticbeans.example", channel="general")
    said = laila.read("general")[-1].text
    assert "Nobody has access to an account with the id balticbeans.example" in said
    laila.type("/access end --account PW-00412.", channel="general")
    assert granted in laila.modal().text
    laila.fill({"Why?": "The customer asked us to"})
    assert laila.submit() == {}
    assert steward.audit(grant=granted)[-1]["reason"] == "revoked"


@pytest.mark.parametrize("text", ["--person inese", "--account", "--everyone", "--person @nobody"])
def test_whose_must_be_clear(steward: Steward, granted: str, text: str) -> None:
    janis = steward.person("janis")
    janis.type(f"/access end {text}", channel="general")
    said = janis.read("general")[-1].text
    assert "Whose?" in said or "no access to end" in said
    assert granted


def test_colleagues_cannot_end_it(steward: Steward, granted: str) -> None:
    kaspars = steward.person("kaspars")
    kaspars.type(f"/access end {granted}", channel="general")
    said = kaspars.read("general")[-1].text
    assert f"Only @Inese Ozola, @access-approvers or @privacy-office can end {granted}" in said
    assert steward.last()["outcome"] == "refused"


def test_who_may_end_nothing_learns_of_nobody_s_access(steward: Steward, granted: str) -> None:
    kaspars, said = steward.person("kaspars"), set()
    for whose in ("--account pw-00412", "--account pw-00414", "--person @inese"):
        kaspars.type(f"/access end {whose}", channel="general")
        said.add(kaspars.read("general")[-1].text)
    assert len(said) == 1
    assert granted not in said.pop()
    refused = [one for one in steward.audit() if one["action"] == "access.end"]
    assert {one["reason"] for one in refused} == {"not_an_approver"}
    assert [one["query"] for one in refused[:2]] == ["pw-00412", "pw-00414"]


def test_whoever_was_deactivated_or_left_the_group_loses_it(steward: Steward, granted: str) -> None:
    waiting = ask(steward, account="pw-00413")
    steward.services.life.revoke.departed()
    assert [one["action"] for one in steward.audit(grant=granted)].count("access.end") == 0
    steward.slack.people["inese"].deactivate()
    steward.services.life.revoke.departed()
    steward.services.life.revoke.departed()
    ended = [one for one in steward.audit() if one["action"] == "access.end"]
    assert [(one["actor"], one["reason"]) for one in ended] == [("system", "person_left")] * 2
    assert sorted(one["grant"] for one in ended) == sorted([granted, waiting])
