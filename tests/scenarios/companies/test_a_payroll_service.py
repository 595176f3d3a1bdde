"""A German payroll service: other classes, purposes, clauses, ids and words. It reads nothing of the other company."""

import re
from collections.abc import Iterator

import pytest

from bot.database import Database
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward, running

FOLDER = ROOT / "tests" / "companies" / "lohnservice"
ANOTHERS = re.compile(
    r"postwing|mailigen|baltic|pw-0|inese|anna kalna|rīga|acme|hd-2211|newsletter|recipients?\b|my list|sender|"
    r"\b(for|objects to) (billing|telephone|technical support)\b",
    re.IGNORECASE,
)
PEOPLE = ("heike", "aenne", "bjoern", "petra", "viktor", "ole", "frieda", "doro", "renate", "nina", "gustl")
HELP = ("/account help", "/access help", "/privacy help", "/policy help", "/audit help", "/privacy report")


@pytest.fixture
def payroll(database: Database, clock: SettableClock) -> Iterator[Steward]:
    accounts, workspace = FOLDER / "accounts.jsonl", FOLDER / "workspace.toml"
    with running(database, clock, folder=FOLDER, accounts=accounts, workspace=workspace) as made:
        yield made


def said(payroll: Steward, who: str, typed: str) -> str:
    where = "dm" if who == "gustl" else "allgemein"  # a guest, in no channel
    payroll.person(who).type(typed, channel=where)
    return payroll.person(who).read(where)[-1].text


def asked(payroll: Steward, who: str, typed: str, **answers: object) -> dict[str, str]:
    person = payroll.person(who)
    person.type(typed, channel="allgemein")
    person.fill(answers)
    return person.submit()


@pytest.mark.parametrize("who", PEOPLE)
def test_no_help_and_no_home_speaks_of_another_company(payroll: Steward, who: str) -> None:
    read = {typed: said(payroll, who, typed) for typed in HELP}
    read["home"] = payroll.person(who).home().text
    assert {typed: ANOTHERS.findall(text) for typed, text in read.items() if ANOTHERS.search(text)} == {}


def test_help_is_explained_with_an_id_and_a_purpose_of_the_companys_own(payroll: Steward) -> None:
    assert "/account M 2024/0001 for Mandantenbetreuung says" in said(payroll, "heike", "/account help")
    assert "/account M 2024/0001 objects to brief" in said(payroll, "heike", "/account help")
    assert '/audit account "M 2024/0001"' in said(payroll, "renate", "/audit help")


@pytest.mark.parametrize(
    "typed", ["/access M 2024/0001", "/access emergency M 2024/0001", "/access disclose M 2024/0001"]
)
def test_no_form_speaks_of_another_company(payroll: Steward, typed: str) -> None:
    aenne = payroll.person("aenne")
    aenne.type(typed, channel="allgemein")
    assert ANOTHERS.findall(aenne.modal().text) == []


def test_a_ticket_is_asked_for_in_the_companys_own_form(payroll: Steward) -> None:
    why, what = "Nachberechnung für Oktober prüfen", ["Lohndaten"]
    aenne = payroll.person("aenne")
    aenne.type("/access M 2024/0001 for Lohnabrechnung 2h", channel="allgemein")
    assert "LB-1111/11111" in aenne.modal().text
    aenne.fill({"What do you need to see?": what, "Why?": why, "Ticket": "HD-2211"})
    assert aenne.submit()["Ticket"] == "That is no ticket's number for Lohnabrechnung. Write one like LB-1111/11111."


def test_a_list_of_names_is_shown_under_the_companys_own_title(payroll: Steward) -> None:
    more = {"What do you need to see?": ["Lohndaten"], "Why?": "Nachberechnung für Oktober prüfen"}
    assert asked(payroll, "aenne", "/access M 2024/0001 for Lohnabrechnung 2h", **more) == {}
    payroll.deliver()
    payroll.person("frieda").press("Approve", in_="freigaben")
    aenne = payroll.person("aenne")
    said(payroll, "aenne", "/account M 2024/0001")
    aenne.press("Reveal", in_="allgemein")
    shown = aenne.modal()
    assert (shown.title, "(3,000)" in shown.text, "Lößl, Änne 49" in shown.text) == ("Lohndaten", True, True)
    assert "Is this address on their list?" not in shown.text


def test_nobody_is_said_to_have_agreed_where_no_field_tells_when_an_account_was_activated(payroll: Steward) -> None:
    card = said(payroll, "viktor", "/account M 2024/0001")
    assert "Marketing no objection on record" in " ".join(card.split())
    assert asked(payroll, "viktor", "/account M 2024/0001 objects to brief", **{"Who said so?": "Herr Groß"}) == {}
    card = " ".join(said(payroll, "viktor", "/account M 2024/0001").split())
    assert "no other objection on record; brief: objected" in card
    assert "agreed" not in card


def test_the_report_to_a_customer_calls_purposes_as_the_company_does(payroll: Steward) -> None:
    said(payroll, "aenne", "/account M 2024/0001")
    assert "looked at your data once, for Lohnabrechnung." in said(payroll, "doro", "/privacy report M 2024/0001")


def test_an_auditor_searches_by_an_id_of_several_words(payroll: Steward) -> None:
    said(payroll, "aenne", "/account M 2024/0001")
    assert 'written like account "12 345"' in said(payroll, "renate", "/audit M 2024/0001")
    assert "1 entry for M 2024/0001" in said(payroll, "renate", '/audit account "M 2024/0001"')
    assert "1 entry for M 2024/0001" in said(payroll, "renate", "/audit account “M 2024/0001” for lohnabrechnung")


@pytest.mark.parametrize(
    "question",
    ["Gebt ihr Daten in die USA?", "Seid ihr nach ISO 27001 zertifiziert?", "Nutzt ihr KI mit unseren Daten?"],
)
def test_a_german_policy_is_never_said_to_be_silent_by_a_table_in_english(payroll: Steward, question: str) -> None:
    answer = said(payroll, "heike", f"/privacy {question}")
    assert "I am not sure what the policy says about this." in answer
    assert payroll.last()["outcome"] == "unsure"


def test_an_answer_is_the_policys_own_sentence_with_its_own_number(payroll: Steward) -> None:
    answer = said(payroll, "heike", "/privacy Kann ich der Werbung widersprechen?")
    assert "Der Werbung können Sie jederzeit widersprechen, formlos und ohne Angabe von Gründen." in answer
    assert "§ 6 Ihre Rechte (3) · Datenschutzerklärung" in answer
    payroll.person("heike").press("Copy reply", in_="allgemein")
    assert "(§ 6 Ihre Rechte (3))" in payroll.person("heike").modal().text


def test_fields_are_called_as_the_company_writes_them(payroll: Steward) -> None:
    card = said(payroll, "aenne", "/account M 2024/0001")
    assert "Ansprechperson J•••" in card
    assert "3,000 Beschäftigte, hidden without a grant" in card
    assert "Beschäftigte" in said(payroll, "renate", "/audit help")
    assert "looked up M 2024/0001" in said(payroll, "renate", "/audit ansprechperson")
    payroll.person("aenne").type("/access M 2024/0001 for Lohnabrechnung", channel="allgemein")
    assert "Beschäftigte" in payroll.person("aenne").modal().text


@pytest.mark.parametrize("typed", ["北京烤鸭店", "müßig", "Ä-7/ß 9"])
def test_names_and_ids_are_found_by_letters_of_any_alphabet(payroll: Steward, typed: str) -> None:
    assert "For Mandantenbetreuung (your default)" in said(payroll, "heike", f"/account {typed}")


def test_help_names_only_what_the_person_may_do(payroll: Steward) -> None:
    own = said(payroll, "aenne", "/access help")
    assert "/access M 2024/0001 for lohnabrechnung 2h opens" in own
    assert "/access emergency M 2024/0001 for lohnabrechnung at once" in own
    assert "emergency" not in said(payroll, "bjoern", "/access help")


def test_all_access_to_an_account_is_ended_by_an_id_of_several_words(payroll: Steward) -> None:
    more = {"What do you need to see?": ["Lohndaten"], "Why?": "Nachberechnung für Oktober prüfen"}
    assert asked(payroll, "aenne", "/access M 2024/0001 for Lohnabrechnung 2h", **more) == {}
    payroll.deliver()
    frieda = payroll.person("frieda")
    frieda.press("Approve", in_="freigaben")
    frieda.type("/access end --account M 2024/0001", channel="allgemein")
    frieda.fill({"Why?": "Falscher Mandant"})
    frieda.submit()
    assert "Ended: R-1001" in frieda.modal().text
