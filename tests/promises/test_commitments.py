"""What the policy commits to about marketing and about individuals, row by row: M3 to M7, named after each."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access.people import Conversation
from bot.access.rules.media import contact_fields, withheld_fields
from bot.access.rules.purposes import Shown
from bot.accounts.contactable import as_named
from bot.accounts.masks import mask
from bot.accounts.source import AccountRef
from bot.audit.reports.customer import CustomerReport
from bot.configuration.faults import ConfigurationInvalid
from bot.configuration.reading import load_configuration
from bot.privacy.objections.choices import Said
from bot.privacy.objections.record import NotPossible, Recorded, Saying
from tests.promises.customers import ZQBRENN, ZQCELTI, ZQVALOR, Customer
from tests.promises.office import by
from tests.promises.wire import Wire
from tests.scenarios.harness import ROOT, Steward, person_of

RULES = load_configuration(ROOT / "steward.toml").rules
MARKETING = RULES.purposes["marketing"]


def look(steward: Steward, who: str, query: str) -> str:
    person = steward.person(who)
    person.type(f"/account {query}", channel="general")
    return person.read("general")[-1].text


def objected(steward: Steward, account: str, *media: str) -> None:
    person = person_of(steward, "zane")
    saying = Saying(account, Said.OBJECTED, media, "the account holder", "2026-03-01")
    record = steward.services.customer_requests.objections.record
    assert isinstance(record(by(person), person, Conversation.INTERNAL, saying), Recorded)


def granted(steward: Steward, who: str, account: str, classes: list[str], purpose: str) -> None:
    person = steward.person(who)
    person.type(f"/access {account} for {purpose}", channel="general")
    person.fill({"What do you need to see?": classes, "Why?": "Invite them to the spring webinar"})
    assert person.submit() == {}
    person.close(everything=True)
    steward.deliver()
    for approver in ("janis", "martins"):
        buttons = [one.label for one in steward.person(approver)._eyes.buttons("access-approvals")]
        if "Approve" in buttons:
            steward.person(approver).press("Approve", in_="access-approvals")
            steward.deliver()


def test_m3_marketing_never_reaches_recipients(steward: Steward, wire: Wire) -> None:
    assert not {"recipients"} & {*MARKETING.data_classes}
    hidden = {key for key, one in RULES.data_classes.items() if one.shown is Shown.HIDDEN}
    assert not hidden & {*MARKETING.data_classes}
    said = look(steward, "zane", ZQVALOR.id)
    assert "Recipient" not in said
    person = person_of(steward, "zane")
    refused = steward.services.reveal(by(person), person, Conversation.INTERNAL, ZQVALOR.id, "recipients", "marketing")
    assert getattr(refused, "reason", None) == "not_in_purpose"
    assert f"{ZQVALOR.mark}rc" not in wire.since(0)


def test_m3_a_configuration_that_lets_marketing_reach_recipients_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "steward.toml"
    text = (ROOT / "steward.toml").read_text()
    before, _, after = text.partition("[purposes.marketing]")
    path.write_text(before + "[purposes.marketing]" + after.replace('"contact"]', '"contact", "recipients"]', 1))
    with pytest.raises(ConfigurationInvalid, match="marketing never reaches it"):
        load_configuration(path)


def test_m4_individuals_are_masked_one_step_further(steward: Steward, wire: Wire) -> None:
    """The name too, wherever an account is named without a grant: card, short list, form."""
    mark = wire.mark
    said = look(steward, "inese", ZQCELTI.id)
    assert "Z•••" in said
    assert "@•••" in said
    for secret in personal(ZQCELTI):
        assert secret not in wire.since(mark), secret
    mark = wire.mark
    look(steward, "inese", "Orchard")
    for secret in personal(ZQCELTI):
        assert secret not in wire.since(mark), secret
    assert ZQVALOR.name in wire.since(mark)


def personal(customer: Customer) -> Iterator[str]:
    """What says who somebody is, in full."""
    row = customer.row
    for name in ("name", "domain", "email", "phone", "contact_name", "address", "iban", "vat_number"):
        yield str(row[name])


@given(value=st.one_of(st.emails(), st.text(min_size=1, max_size=40), st.from_regex(r"\+371 2\d \d{3} \d{3}")))
def test_m4_one_step_further_never_shows_more(value: str) -> None:
    usual, further = mask("x", value), mask("x", value, further=True)
    kept = [one for one in further if one not in "•@ "]
    assert len(kept) <= max(len([one for one in usual if one not in "•@ "]), 2)
    assert len(kept) <= 2


def test_m4_with_a_grant_an_individual_is_seen_as_others_are(steward: Steward) -> None:
    granted(steward, "inese", ZQCELTI.id, ["Contact details"], "technical support")
    look(steward, "inese", ZQCELTI.id)
    steward.person("inese").press("Reveal", in_="general")
    assert ZQCELTI.email in steward.person("inese").modal().text


def test_m5_the_card_says_whether_it_is_a_business(steward: Steward) -> None:
    assert f"{ZQVALOR.id} · business" in look(steward, "inese", ZQVALOR.id)
    assert f"{ZQCELTI.id} · individual" in look(steward, "inese", ZQCELTI.id)


one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MEDIA = {"email": f"{ZQVALOR.mark}em", "telephone": ZQVALOR.phone[-3:], "mail": f"{ZQVALOR.mark}ad"}


@one_database
@pytest.mark.parametrize("against", [set(one) for n in range(4) for one in itertools.combinations(sorted(MEDIA), n)])
def test_m6_only_the_media_to_which_the_account_has_not_objected(
    steward: Steward, wire: Wire, against: set[str]
) -> None:
    """Under a grant, in which everything else is shown in full."""
    granted(steward, "zane", ZQVALOR.id, ["Contact details"], "marketing")
    look(steward, "zane", ZQVALOR.id)
    reveal = steward.person("zane").find("Reveal", in_="general")
    if against:
        objected(steward, ZQVALOR.id, *against)
    mark = wire.mark
    look(steward, "zane", ZQVALOR.id)
    steward.person("zane").press(reveal)
    left = wire.since(mark)
    for medium, value in {**MEDIA, "telephone": ZQVALOR.phone}.items():
        assert (value in left) is (medium not in against), medium
    assert (f"{ZQVALOR.mark}cn" in left) is (len(against) < 3)
    fields = {one for entry in steward.audit(account=ZQVALOR.id)[-2:] for one in entry["fields"]}
    hidden = {name for medium in against for name in MARKETING.media[medium]}
    assert not hidden & fields


def test_m6_a_short_list_names_no_account_by_what_it_objected_to(steward: Steward) -> None:
    """Where a company heads its cards with an address that is open to every purpose."""
    objected(steward, ZQVALOR.id, "email")
    refs = [AccountRef(one.id, "business", {"name": one.name, "email": one.email}) for one in (ZQVALOR, ZQBRENN)]
    with steward.database.reading() as connection:
        named = as_named(connection, refs, MARKETING, RULES)
        assert [set(one.title) for one in named] == [{"name"}, {"name", "email"}]
        assert as_named(connection, refs, RULES.purposes["billing"], RULES) == tuple(refs)


def test_m4_a_report_to_an_individual_goes_by_the_account_s_id(steward: Steward) -> None:
    laila = person_of(steward, "laila")
    for customer, name in ((ZQVALOR, ZQVALOR.name), (ZQCELTI, None)):
        made = steward.services.report(by(laila), laila, Conversation.INTERNAL, customer.id)
        assert isinstance(made, CustomerReport)
        assert made.name == name


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(against=st.sets(st.sampled_from(sorted(MEDIA))))
def test_m6_no_field_of_a_medium_survives_an_objection(against: set[str]) -> None:
    hidden = withheld_fields(MARKETING, RULES.data_classes, against)
    assert all(name in hidden for medium in against for name in MARKETING.media[medium])
    assert contact_fields(MARKETING, RULES.data_classes) == {*RULES.data_classes["contact"].fields}


def test_m7_activation_is_the_consent_and_the_card_says_since_when(steward: Steward) -> None:
    assert f"agreed on activation {ZQVALOR.mark}cr" in look(steward, "zane", ZQVALOR.id)
    objected(steward, ZQVALOR.id, "email")
    assert "e-mail: objected 1 March 2026 (O-1)" in look(steward, "zane", ZQVALOR.id)


def test_m7_a_fourth_medium_is_refused_with_the_clause(steward: Steward) -> None:
    person = person_of(steward, "zane")
    record = steward.services.customer_requests.objections.record
    media = ("SMS", "whatsapp", "fax", "text message", "", "in app")
    for said, medium in itertools.product((Said.AGREED, Said.OBJECTED), media):
        saying = Saying(ZQVALOR.id, said, (medium,), "the account holder", "2026-03-01")
        refused = record(by(person), person, Conversation.INTERNAL, saying)
        assert isinstance(refused, NotPossible), medium
        assert "by regular mail, by e-mail or by telephone" in (refused.clause or "")
    assert steward.count("marketing_choices") == 0


def test_m7_a_configuration_with_a_fourth_medium_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "steward.toml"
    text = (ROOT / "steward.toml").read_text()
    path.write_text(text.replace('mail = ["address"] }', 'mail = ["address"], sms = ["contact_name"] }'))
    with pytest.raises(ConfigurationInvalid, match="The clause does not name sms as a medium"):
        load_configuration(path)
