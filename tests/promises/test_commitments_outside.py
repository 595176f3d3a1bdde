"""What the policy commits to about recipients, outsiders, processors and clauses: M2, M3, M8 and S1 to S3."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.access.clauses.in_force import engaged
from bot.access.decide import Decision, Refusal, may_reveal, purposes_of, standing_decision, with_grants
from bot.access.grants import Grant
from bot.access.people import Conversation, Person, Standing
from bot.access.reasons import Reason
from bot.access.rules.processors import Processor, is_outsider, within_contract
from bot.access.rules.purposes import Shown
from bot.accounts.disclosures.draft import Basis, Draft, forbidden
from bot.accounts.on_list import Answered, whole_address
from bot.accounts.results import NotFound, Refused
from bot.audit.query import Filter
from bot.audit.read import in_order
from bot.configuration.faults import ConfigurationInvalid
from bot.configuration.reading import load_configuration
from bot.privacy.customer_requests.assemble import Assembled
from bot.privacy.text import find_clause, read_policy
from tests.promises.customers import ZQVALOR
from tests.promises.office import by
from tests.promises.test_commitments import granted, look
from tests.promises.wire import Wire
from tests.scenarios.harness import ROOT, Steward, person_of

RULES = load_configuration(ROOT / "steward.toml").rules
POLICY = read_policy((ROOT / "policies" / "postwing.md").read_bytes(), "postwing.md")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RECIPIENT = f"{ZQVALOR.mark}rc"
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def revealed(steward: Steward) -> None:
    granted(steward, "inese", ZQVALOR.id, ["Recipient lists"], "technical support")
    look(steward, "inese", ZQVALOR.id)
    steward.person("inese").press("Reveal", in_="general")


def test_m2_the_first_kind_of_data_is_three_classes_and_one_field_belongs_to_one() -> None:
    assert {"account", "contact", "payment", "recipients"} == set(RULES.data_classes)
    fields = [name for one in RULES.data_classes.values() for name in one.fields]
    assert len(fields) == len(set(fields))


def test_m3_recipients_are_hidden_without_a_grant_and_paged_with_a_count(steward: Steward, wire: Wire) -> None:
    said = look(steward, "inese", ZQVALOR.id)
    assert "57 recipients, hidden without a grant" in said
    assert RECIPIENT not in wire.since(0)
    revealed(steward)
    shown = steward.person("inese").modal().text
    assert "Recipients (57)" in shown
    assert "Page 1 of 2" in shown


def test_m3_recipients_are_found_by_a_whole_address_only(steward: Steward) -> None:
    revealed(steward)
    inese, there = steward.person("inese"), ZQVALOR.row["recipients"][56]
    for typed in (there[:-1], there.partition("@")[2], "%", f"*@{there.partition('@')[2]}", ""):
        inese.fill({"Is this address on their list?": typed})
        errors = inese.submit()
        if "@" in typed and "." in typed.rpartition("@")[2]:
            assert "No, that address is on no list" in inese.modal().text
        else:
            assert "Type one whole address" in errors["Is this address on their list?"]
    inese.fill({"Is this address on their list?": there.upper()})
    assert inese.submit() == {}
    assert "Yes, that address is on a list" in inese.modal().text
    last = steward.last()
    assert (last["action"], last["outcome"], last["query"]) == ("account.reveal", "disclosed", there.upper())
    sealed = steward.entries()[-1].sealed
    assert there.upper() not in sealed
    assert '"query":"sha256:' in sealed


@one_database
def test_m3_no_address_is_looked_for_without_a_grant_elsewhere_or_in_part(steward: Steward) -> None:
    on_list, inese, there = (
        steward.services.special_cases.on_list,
        person_of(steward, "inese"),
        f"{RECIPIENT}@x.example",
    )

    def ask(data_class: str, typed: str) -> Answered | NotFound | Refused:
        return on_list(by(inese), inese, Conversation.INTERNAL, ZQVALOR.id, data_class, "technical_support", typed)

    def why(data_class: str, typed: str) -> tuple[object, ...]:
        refused, entry = ask(data_class, typed), steward.last()
        assert isinstance(refused, Refused)
        assert (entry["outcome"], entry["reason"], entry["fields"]) == ("refused", refused.reason, [])
        return refused.reason, entry["account"]

    assert why("recipients", there) == (Reason.NO_GRANT, ZQVALOR.id)
    granted(steward, "inese", ZQVALOR.id, ["Contact details", "Recipient lists"], "technical support")
    assert why("contact", ZQVALOR.email) == (Reason.NO_WHOLE_ADDRESS, ZQVALOR.id)
    assert why("recipients", there.partition("@")[2]) == (Reason.NO_WHOLE_ADDRESS, ZQVALOR.id)
    with steward.database.transaction() as connection:
        connection.execute(text("DELETE FROM accounts WHERE id = :id"), {"id": ZQVALOR.id})
    assert isinstance(ask("recipients", there), NotFound)
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("not_found", "no_match")


@given(st.lists(st.sampled_from(["ana", "@", ".", "inbox", "example", "%", " ", "<", "\n"]), max_size=7).map("".join))
def test_m3_a_part_of_an_address_is_none(typed: str) -> None:
    text = typed.strip()
    name, _, domain = text.partition("@")
    labels = domain[1:-1]  # a dot, with something on either side
    whole = bool(name) and "@" not in domain and "." in labels and not any(one in text for one in " <>\n")
    assert whole_address(typed) == (text if whole else None)


@one_database
def test_m3_recipients_are_never_exported(steward: Steward) -> None:
    """Not in what is put together for a customer, even by somebody with a grant; not in the audit table's exports."""
    granted(steward, "inese", ZQVALOR.id, ["Recipient lists"], "technical support")
    inese = steward.person("inese")
    inese.type("/privacy new", channel="general")
    filled = {"What does the customer ask for?": "Access", "Account": ZQVALOR.id, "How did it come?": "Letter"}
    inese.fill(filled)
    assert inese.submit() == {}
    laila, holder = person_of(steward, "laila"), person_of(steward, "inese")
    requests = steward.services.customer_requests
    made = requests.assemble(by(laila), laila, Conversation.INTERNAL, 1)
    assert isinstance(made, Assembled)
    assert RECIPIENT not in str(made.data)
    on_list = steward.services.special_cases.on_list
    asked = on_list(
        by(holder), holder, Conversation.INTERNAL, ZQVALOR.id, "recipients", "technical_support", "a@b.example"
    )
    assert isinstance(asked, Answered)
    with steward.database.reading() as connection:
        entries = str([one.sealed for one in in_order(connection, Filter())])
    assert RECIPIENT not in entries


def test_m3_a_class_of_the_customer_s_must_be_hidden_and_no_marketing_reaches_it(tmp_path: Path) -> None:
    text = (ROOT / "steward.toml").read_text()
    for before, after, said in (
        ('shown = "hidden"\nbelongs_to', 'shown = "masked"\nbelongs_to', "belongs to the customer, and is not hidden"),
        (
            "approvals = 1                        # 0: granted at once and recorded; 1: someone else approves\n",
            "approvals = 1\nmarketing = true\n",
            "belongs to the customer, and marketing never reaches it",
        ),
    ):
        assert before in text
        (tmp_path / "steward.toml").write_text(text.replace(before, after, 1))
        with pytest.raises(ConfigurationInvalid, match=said):
            load_configuration(tmp_path / "steward.toml")


@given(st.sets(st.sampled_from(sorted(RULES.data_classes))), st.booleans())
def test_m3_the_decision_itself_keeps_marketing_from_them(classes: set[str], media: bool) -> None:
    """Whatever a configuration says that nobody checked."""
    marketing = RULES.purposes["marketing"]
    wide = replace(marketing, data_classes=tuple(sorted(classes)), media=marketing.media if media else {})
    rules = replace(RULES, purposes={**RULES.purposes, "marketing": wide})
    zane = Person("U1", "T", "zane", "zane@postwing.example", Standing.MEMBER, frozenset({"marketing"}))
    seen = standing_decision(zane, Conversation.INTERNAL, "marketing", rules, lambda _: True)
    assert isinstance(seen, Decision)
    grant = Grant(1, "T", "U1", "a", "marketing", ("recipients",), NOW, NOW + timedelta(hours=1), "U2")
    assert "recipients" not in seen.shown
    assert may_reveal(with_grants(seen, zane, "a", [grant], NOW), "recipients") is Reason.NOT_IN_PURPOSE


def test_m8_each_purpose_is_tied_to_a_clause_that_stands() -> None:
    assert {"technical_support", "customer_service", "marketing", "billing"} == set(RULES.purposes)
    assert all(find_clause(POLICY, one.clause) for one in RULES.purposes.values())


@given(st.sampled_from(["support", "billing", "marketing"]), st.sampled_from(sorted(RULES.purposes)))
def test_m8_no_clause_no_purpose(role: str, key: str) -> None:
    person = Person("U1", "T", "x", "x@postwing.example", Standing.MEMBER, frozenset({role}))
    seen = standing_decision(person, Conversation.INTERNAL, key, RULES, lambda _: False)
    assert isinstance(seen, Refusal)


def draft(basis: Basis | None, why: str) -> Draft:
    return Draft("pw-1", ("email",), "Anna Kalna", "A court", basis, "C-1", "2026-03-01", "A court", why)


SALES = (
    "we sell it", "They want to RENT the list", "for their advertising list", "a data broker", "they pay for it",
    "to be resold", "leasing addresses", "monetise", "list brokers asked", "for sale",
)  # fmt: skip


@pytest.mark.parametrize("why", SALES)
@pytest.mark.parametrize("basis", list(Basis))
def test_s1_selling_and_renting_are_refused_whatever_else_is_said(basis: Basis, why: str) -> None:
    assert forbidden(draft(basis, why)) is Basis.PAYMENT


@pytest.mark.parametrize("basis", [Basis.CONSENT, Basis.COURT_ORDER])
@pytest.mark.parametrize("why", ["The court wants the account holder's contact", "Different parents were presented"])
def test_s1_a_consent_or_an_order_is_not_taken_for_a_sale(basis: Basis, why: str) -> None:
    assert forbidden(draft(basis, why)) is None


def test_s1_the_clause_stands_in_the_policy() -> None:
    terms = load_configuration(ROOT / "steward.toml").disclosure
    assert terms is not None
    assert find_clause(POLICY, terms.clause) is not None


def test_s2_no_purpose_no_data(steward: Steward, wire: Wire) -> None:
    said = look(steward, "nils", ZQVALOR.id)
    assert "in no group" in said
    assert ZQVALOR.mark not in wire.since(0)
    assert steward.last()["reason"] == "no_purpose"


PROCESSOR = Processor(
    "p", "P", NOW, NOW + timedelta(days=10), ("billing",), ("payment",), "billing", frozenset({"@p.example"})
)
GUESTS = st.builds(
    Person,
    st.just("U9"),
    st.just("T"),
    st.just("paula"),
    st.sampled_from(["paula@p.example", "PAULA@P.EXAMPLE", "paula@q.example", "p.example@q.example", None]),
    st.sampled_from([Standing.GUEST, Standing.MEMBER]),
    st.sets(st.sampled_from(["support", "billing", "marketing", "privacy"])).map(frozenset),
)


@settings(max_examples=300)
@given(GUESTS, st.sampled_from([None, *sorted(RULES.purposes)]), st.integers(-2, 12), st.lists(st.integers(0, 240)))
def test_s3_people_of_other_companies_see_nothing_without_a_grant_and_nothing_after_the_contract(
    person: Person, asked: str | None, day: int, hours: Sequence[int]
) -> None:
    now = NOW + timedelta(days=day)
    rules = replace(RULES, processors={"p": PROCESSOR})
    if not is_outsider(person, rules.processors):
        return
    ours = bool(person.email) and str(person.email).casefold().endswith("@p.example")
    seen = standing_decision(person, Conversation.INTERNAL, asked, engaged(rules, now), lambda _: True)
    if isinstance(seen, Refusal):
        return
    assert ours
    assert NOW <= now < PROCESSOR.ends_at
    assert set(seen.purpose.data_classes) <= {"payment"}
    assert seen.by_grant_only
    assert set(seen.shown.values()) <= {Shown.HIDDEN}
    assert seen.purpose.approvals >= 1
    grants = [
        Grant(
            n, "T", "U9", "a", "billing", ("payment", "recipients", "contact"), NOW, NOW + timedelta(hours=1 + n), "U2"
        )
        for n in hours
    ]
    with_them = with_grants(seen, person, "a", grants, now)
    assert set(with_them.shown) == set(with_them.grants) <= {"payment"}
    assert not with_grants(seen, person, "b", grants, now).shown


@given(st.integers(1, 1000), st.integers(-5, 300))
def test_s3_no_grant_outlives_the_contract(lasts: int, begins: int) -> None:
    begin = NOW + timedelta(hours=begins)
    given_for = within_contract(timedelta(hours=lasts), begin, PROCESSOR)
    assert given_for == timedelta(0) or begin + given_for <= PROCESSOR.ends_at


def test_s3_a_group_makes_no_employee_of_a_guest() -> None:
    guest = Person("U9", "T", "x", "x@q.example", Standing.GUEST, frozenset({"support", "billing"}))
    assert purposes_of(guest, RULES) == ()
