"""Giving data to outsiders: a basis, two people of whom one is of the privacy office, the register, and one look."""

import csv
import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from bot.access.reasons import Reason
from bot.accounts.disclosures.draft import Basis
from bot.accounts.disclosures.judge import NotDecided
from bot.accounts.disclosures.records import Entered
from bot.accounts.disclosures.register import csv_lines, jsonl_lines
from bot.audit.reports.customer import CustomerReport
from tests.conftest import SettableClock
from tests.scenarios.access.suspending import publish
from tests.scenarios.disclosures.giving import SECRETS, approved, ask, in_both
from tests.scenarios.harness import CLI, ROOT, Steward, person_of


def test_whoever_asked_takes_it_back_while_it_waits(steward: Steward) -> None:
    assert ask(steward) == {}
    edgars, janis = steward.person("edgars"), steward.person("janis")
    assert edgars.modal().buttons == ("Cancel request",)
    edgars.close(everything=True)
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    pressed_late = steward.person("laila").find("Approve", in_="privacy-desk")
    edgars.type("/access mine", channel="general")
    edgars.press("Cancel request", in_="general")
    steward.deliver()
    assert ask(steward) == {}
    edgars.press("Cancel request")
    steward.deliver()
    assert "Taken back by @Edgars" in edgars.modal().text
    assert len(edgars.modals()) == 1
    edgars.close(everything=True)
    entry = steward.last()
    assert [entry[key] for key in ("action", "outcome", "grant", "account")] == [
        "access.cancel", "done", "D-2", "pw-00412",
    ]  # fmt: skip
    for text in in_both(steward):
        assert "Taken back by @Edgars" in text
        assert "Denied" not in text
    steward.person("laila").press(pressed_late)
    assert "D-1 can't be decided any more." in steward.person("laila").read("privacy-desk")[-1].text
    assert steward.count("disclosure_register") == 0
    judge = steward.services.special_cases.disclosures.judge
    nils = person_of(steward, "nils")
    refused = judge.withdraw(CLI, nils, 1)
    assert isinstance(refused, NotDecided)
    assert refused.reason is Reason.NOT_YOURS


def test_from_the_request_to_the_register(steward: Steward, clock: SettableClock) -> None:
    edgars, laila = steward.person("edgars"), steward.person("laila")
    assert ask(steward) == {}
    assert "D-1 waits for two people" in edgars.modal().text
    edgars.close()
    for text in in_both(steward):
        assert "wants to give data of pw-00412 to an outsider" in text
        assert "Court order C-123/2026 of 20 Feb 2026, of Rīga District Court" in text
        assert "Waiting for someone of @access-approvers and someone of @privacy-office" in text
        assert not any(secret in text for secret in SECRETS)
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    assert all("waiting for someone of @privacy-office" in text for text in in_both(steward))
    assert steward.count("disclosure_register") == 0
    laila.press("Approve", in_="privacy-desk")
    steward.deliver()
    assert steward.count("disclosure_register") == 1
    assert all("in the register as D-1 · not shown yet" in text for text in in_both(steward))
    edgars.press("Show the data", in_="dm")
    shown = edgars.modal().text
    assert all(secret in shown for secret in SECRETS)
    assert "LV80BANK0000435195001" not in shown
    edgars.close()
    again = edgars.find("Show the data", in_="dm")
    steward.deliver()
    assert "shown at 11:00" in edgars.dm()[-1].text
    assert list(edgars.dm()[-1].buttons) == []
    edgars.press(again)
    assert "it is shown once" in edgars.dm()[-1].text
    acts = [(one["outcome"], one["reason"], one["fields"]) for one in steward.audit(grant="D-1")]
    assert acts == [
        ("requested", "court_order", ["email", "phone"]),
        ("done", "more_approvers", []),
        ("granted", "all_approvers", []),
        ("disclosed", "court_order", ["email", "phone"]),
        ("refused", "shown_already", []),
    ]
    assert {one["action"] for one in steward.audit(grant="D-1")} == {"access.disclose"}
    laila.type("/access disclosures", channel="general")
    listed = laila.read("general")[-1].text
    assert "D-1" in listed
    assert "Anna Kalna of Rīga District Court" in listed
    assert steward.last()["action"] == "access.list"
    clock.advance(days=1)


def test_two_of_the_approvers_are_not_enough(steward: Steward) -> None:
    assert ask(steward) == {}
    steward.person("edgars").close()
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    steward.person("martins").press("Approve", in_="access-approvals")
    assert "has a yes of your group's" in steward.person("martins").read("access-approvals")[-1].text
    steward.deliver()
    assert steward.count("disclosure_register") == 0


def test_the_last_yes_comes_too_late_when_the_clause_is_gone(steward: Steward, clock: SettableClock) -> None:
    for account in ("pw-00412", "pw-00413"):
        assert ask(steward, account=account) == {}
        steward.person("edgars").close(everything=True)
    janis, laila = steward.person("janis"), steward.person("laila")
    janis.press("Approve", in_="access-approvals")
    steward.deliver()
    with steward.database.reading() as connection:
        turns = connection.execute(sql("SELECT turn FROM disclosures ORDER BY number")).scalars().all()
    assert turns == [0, 1], "whoever decides on one holds no other"
    clock.advance(minutes=1)
    policy, sold = (ROOT / "policies" / "postwing.md").read_text(), "We neither sell nor rent out your personal"
    assert sold in policy
    publish(steward, clock, policy.replace(sold, "We sell no personal"))
    laila.press("Approve", in_="privacy-desk")
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "clause_gone")
    assert steward.count("disclosure_register") == 0


def test_nobody_decides_on_their_own(steward: Steward) -> None:
    assert ask(steward, "martins") == {}
    steward.person("martins").close()
    steward.person("martins").press("Approve", in_="access-approvals")
    assert "You can't decide on your own D-1" in steward.person("martins").read("access-approvals")[-1].text
    assert steward.last()["reason"] == "own_request"


def test_a_no_ends_it(steward: Steward) -> None:
    assert ask(steward) == {}
    steward.person("edgars").close()
    steward.person("laila").press("Deny", in_="privacy-desk")
    steward.deliver()
    assert all("Denied" in text for text in in_both(steward))
    assert "Denied" in steward.person("edgars").dm()[-1].text
    assert steward.count("disclosure_register") == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"On what basis?": "They pay for it: it is sold or rented"},
        {"What for?": "They rent our advertising list for a month"},
        {"On what basis?": "None of these"},
    ],
)
def test_selling_renting_and_giving_away_are_refused_with_the_clause(
    steward: Steward, changed: dict[str, object]
) -> None:
    assert ask(steward, changed=changed) == {}
    said = steward.person("edgars").modal().text
    assert "Refused" in said
    assert "We neither sell nor rent out your personal or business data, whatever the circumstances" in said
    told = steward.person("laila").read("privacy-desk")[-1].text
    assert "refused" in told
    assert "of pw-00412" in told
    assert steward.last()["outcome"] == "refused"
    assert steward.last()["account"] == "pw-00412"
    assert steward.count("disclosure_register") == 0


def test_unanswered_it_expires_and_unseen_it_closes(steward: Steward, clock: SettableClock) -> None:
    assert ask(steward) == {}
    steward.person("edgars").close()
    clock.advance(days=3, seconds=1)
    steward.person("janis").press("Approve", in_="access-approvals")
    assert steward.last()["reason"] == "timed_out"
    steward.tick()
    assert "Expired" in steward.person("edgars").dm()[-1].text
    approved(steward)
    clock.advance(days=3, seconds=1)
    steward.person("edgars").press("Show the data", in_="dm")
    assert "The time to look at D-2 is over" in steward.person("edgars").dm()[-1].text


def test_only_officers_and_auditors_read_the_register(steward: Steward) -> None:
    for who, may in (("inese", False), ("agnese", True), ("laila", True)):
        steward.person(who).type("/access disclosures", channel="general")
        said = steward.person(who).read("general")[-1].text
        assert ("register is empty" in said) is may
    assert [one["outcome"] for one in steward.audit() if one["action"] == "access.list"] == [
        "refused",
        "disclosed",
        "disclosed",
    ]


def test_whoever_has_no_purpose_and_guests_may_not_ask(steward: Steward) -> None:
    for who in ("nils", "paula"):
        channel = "general" if who == "nils" else "partners-billing"
        steward.person(who).type("/access disclose pw-00412", channel=channel)
        assert steward.last()["outcome"] == "refused"


def test_what_is_missing_is_said_under_the_fields(steward: Steward) -> None:
    errors = ask(steward, account="pw-99999", changed={"Of which day?": "2036-02-20", "What for?": "because"})
    assert errors == {
        "Account": "No account has this id. Type the exact id, such as pw-00412.",
        "Of which day?": "That day has not come yet.",
        "What for?": "Say a little more: at least 15 characters.",
    }


def test_the_register_only_grows(steward: Steward) -> None:
    approved(steward)
    for statement in (
        "UPDATE disclosure_register SET recipient = 'nobody'",
        "DELETE FROM disclosure_register",
        "INSERT OR REPLACE INTO disclosure_register SELECT * FROM disclosure_register"
        if steward.database.engine.dialect.name == "sqlite"
        else "TRUNCATE disclosure_register",
    ):
        with pytest.raises(DBAPIError, match="append-only"), steward.database.transaction() as connection:
            connection.execute(sql(statement))
    assert steward.count("disclosure_register") == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝"])
def test_its_export_holds_no_formula(start: str) -> None:
    typed = f'{start}HYPERLINK("https://evil.example")'
    entered = Entered(
        number=1,
        entered_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        team="T1",
        asked_by="U1",
        account="pw-00412",
        fields=("email",),
        recipient=typed,
        organisation=typed,
        basis=Basis.CONSENT,
        reference=typed,
        dated=date(2026, 3, 1),
        given_by=typed,
        why=typed,
        approved_by=("U2", "U3"),
        policy_version="0" * 64,
        entry="e",
    )
    header, line = list(csv.reader(csv_lines([entered])))
    row = dict(zip(header, line, strict=True))
    assert row["number"] == "D-1"
    assert {row[name] for name in ("recipient", "organisation", "reference", "given_by", "why")} == {f"'{typed}"}
    assert json.loads(next(jsonl_lines([entered])))["recipient"] == typed


def test_the_command_line_exports_it_and_says_so_in_the_audit_table(steward: Steward) -> None:
    approved(steward)
    found = steward.services.special_cases.disclosures.register.export(CLI)
    assert [one.name for one in found] == ["D-1"]
    assert (steward.last()["action"], steward.last()["reason"]) == ("audit.export", "disclosures")


def test_the_look_stands_in_the_customers_report(steward: Steward) -> None:
    approved(steward)
    steward.person("edgars").press("Show the data", in_="dm")
    report = steward.services.report.by_operator(CLI, "pw-00412", None, None)
    assert isinstance(report, CustomerReport)
    assert "Rīga District Court" not in str(report)
    (look,) = report.looks
    assert "Contact details" in look.kinds
    assert (look.purpose, look.approval) == (
        "Disclosure ordered by a court",
        "Access approvers and Privacy office (D-1)",
    )
    assert "for disclosure ordered by a court." in report.summary
    (meaning,) = report.meanings
    assert (meaning.purpose, "court" in (meaning.quote or "")) == ("Disclosure ordered by a court", True)


def test_an_auditor_finds_who_agreed(steward: Steward) -> None:
    approved(steward)
    steward.person("edgars").press("Show the data", in_="dm")
    short = str(steward.last()["id"])[-8:]
    agnese = steward.person("agnese")
    agnese.type("/audit D-1", channel="general")
    assert agnese.read("general")[-1].text.startswith("4 entries, D-1")
    agnese.type(f"/audit {short}", channel="general")
    whole = agnese.read("general")[-1].text
    assert [words for words in ("D-1, approved by @", "@Jānis Bērziņš", "@Laila Eglīte") if words not in whole] == []
