"""Looking up, as people do it."""

from dataclasses import replace
from unittest.mock import MagicMock

import pytest

from bot.access.people import Conversation
from bot.accounts.results import NotFound
from bot.audit.entry import Actor, Surface
from bot.audit.ledger import Origin
from tests.conftest import SettableClock
from tests.scenarios.harness import Steward


def test_a_card_shows_open_classes_masks_others_and_names_hidden_ones(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account pw-00412", channel="general")
    card = inese.read("general")[-1]
    assert card.ephemeral
    assert "Baltic Beans SIA" in card.text
    assert "balticbeans.example · plan Growth" in card.text
    assert "m•••@balticbeans.example" in card.text
    assert "+371 •• ••• 478" in card.text
    assert "3 lists and 57 recipients, hidden without a grant" in card.text
    assert "Māra" not in card.text
    assert "mara@" not in card.text
    assert list(card.buttons) == ["Request access", "Customer's request"]
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("account.lookup", "masked", "standing")
    assert (entry["account"], entry["query"], entry["purpose"]) == ("pw-00412", "pw-00412", "technical_support")
    assert set(entry["fields"]) >= {"name", "email", "phone"}
    assert "recipients" not in entry["fields"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("PW-00412", "Baltic Beans SIA"),
        ("mara@balticbeans.example", "Baltic Beans SIA"),
        ("balticbeans.example", "Baltic Beans SIA"),
        ("obrien", "Z•••"),
        ("Food for Thought", "Food for Thought UAB"),
        ("food for thought for customer service", "For Customer service"),
    ],
)
def test_one_match_is_shown_at_once(steward: Steward, query: str, found: str) -> None:
    inese = steward.person("inese")
    inese.type(f"/account {query}", channel="general")
    assert found in inese.read("general")[-1].text


def test_several_matches_are_a_list_to_choose_from_and_recorded(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account bean", channel="general")
    listed = inese.read("general")[-1]
    assert "3 accounts match bean. Which one?" in listed.text
    assert list(listed.buttons) == ["Open", "Open", "Open"]
    assert steward.last()["outcome"] == "suggested"
    inese.press("Open", in_="general")
    assert "hidden without a grant" in inese.read("general")[-1].text
    assert steward.last()["action"] == "account.lookup"
    assert steward.last()["surface"] == "button"


def test_a_similar_name_is_suggested_and_never_opened_by_itself(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account beam there", channel="general")
    shown = inese.read("general")[-1]
    assert "Did you mean this one?" in shown.text
    assert "plan" not in shown.text
    assert steward.last()["outcome"] == "suggested"


def test_what_may_have_been_meant_is_said_where_nothing_is_found(steward: Steward) -> None:
    inese = steward.person("inese")
    for query, hint in (
        ("pw-00412 for nonsense", "nonsense is no purpose of ours"),
        ("pw-00412 for", "for needs a purpose"),
        ("pw-00412 customer service", "/account pw-00412 for customer service"),
        ("nobody@balticbeans.example", "Try its domain: /account balticbeans.example"),
        ("pw-00412, pw-00413", "One account at a time"),
        ("pw-00412 objects to", "/account pw-00412 objects to e-mail"),
        ("zzzz nowhere", "or a part of the name"),
    ):
        inese.type(f"/account {query}", channel="general")
        assert hint in inese.read("general")[-1].text
        assert (steward.last()["outcome"], steward.last()["query"]) == ("not_found", query)


def test_what_is_pasted_is_found_without_what_stands_around_it(steward: Steward) -> None:
    inese = steward.person("inese")
    for query in ("pw-00412.", "“pw-00412”,", "`PW\u201100412`", "p\u200bw–00412\u00ad", "(mara@balticbeans.example)"):
        inese.type(f"/account {query}", channel="general")
        assert "Baltic Beans SIA" in inese.read("general")[-1].text
        assert (steward.last()["outcome"], steward.last()["account"]) == ("masked", "pw-00412")
        assert steward.last()["query"] == query  # as it was typed
    inese.type("/access 'pw-00412'. for technical support", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "Newsletters bounce since Monday"})
    assert inese.submit() == {}


@pytest.mark.parametrize("query", ["%%%", "___", "***", "nothing like that", '"', "zz"])
def test_nothing_found_says_so_and_is_recorded(steward: Steward, query: str) -> None:
    inese = steward.person("inese")
    inese.type(f"/account {query}", channel="general")
    text = inese.read("general")[-1].text
    assert "No account matches" in text or "too short" in text
    entry = steward.last()
    assert (entry["outcome"], entry["query"], entry["account"]) == ("not_found", query, None)


def test_a_refusal_is_recorded_and_shows_nothing(steward: Steward) -> None:
    nils = steward.person("nils")
    nils.type("/account pw-00412", channel="general")
    text = nils.read("general")[-1].text
    assert "You are in no group that may look customers up" in text
    assert "Beans" not in text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("account.lookup", "refused", "no_purpose")
    assert entry["fields"] == []
    assert entry["account"] == "pw-00412"


def test_a_purpose_of_another_group_is_refused(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account pw-00412 for billing", channel="general")
    said = "Billing is not one of your group's purposes. Yours: Technical support and Customer service."
    assert said in inese.read("general")[-1].text
    assert steward.last()["reason"] == "not_your_purpose"


def test_a_misspelt_purpose_is_asked_about_and_nothing_is_looked_up(steward: Steward) -> None:
    inese = steward.person("inese")
    before = len(steward.entries())
    inese.type("/account pw-00412 for biling", channel="general")
    assert "Did you mean for billing?" in inese.read("general")[-1].text
    assert len(steward.entries()) == before


def test_nothing_is_shown_where_another_company_reads_along(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account pw-00412", channel="acme-postwing")
    text = inese.read("acme-postwing")[-1].text
    assert "shared with another company" in text
    assert "Beans" not in text
    assert steward.last()["reason"] == "shared_channel"


def test_a_channel_that_the_app_cannot_see_is_refused(steward: Steward) -> None:
    secret = steward.slack.channels["privacy-desk"]
    secret.remove(steward.slack.bot_user)
    laila = steward.person("laila")
    steward.slack.groups["support"].add("laila")
    laila.type("/account pw-00412", channel="privacy-desk")
    assert "can't see whether this conversation is shared" in laila.read("privacy-desk")[-1].text
    assert steward.last()["reason"] == "unseen_channel"


def test_guests_have_no_look_without_a_grant(steward: Steward) -> None:
    paula = steward.person("paula")
    paula.type("/account pw-00412")
    assert "Nothing is open to you under that" in paula.dm()[-1].text
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "no_grant")


def test_the_look_up_form_shows_the_card_in_its_place(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account", channel="general")
    inese.fill({"Account": "baltic", "Purpose": "Customer service"})
    assert inese.submit() == {}
    assert "Baltic Beans SIA" in inese.modal().text
    assert "For Customer service" in inese.modal().text
    assert steward.last()["surface"] == "modal"


def test_who_has_no_purpose_gets_no_form(steward: Steward) -> None:
    nils = steward.person("nils")
    nils.type("/account", channel="general")
    assert nils.modals() == []
    assert "You are in no group that may look customers up" in nils.read("general")[-1].text
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("account.lookup", "refused", "no_purpose")
    assert entry["query"] is None


def test_what_the_look_up_form_cannot_find_is_mended_in_it(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account", channel="general")
    inese.fill({"Account": "zzzzzz nothing"})
    assert inese.submit()["Account"].startswith("No account matches. Try the id")
    assert (steward.last()["outcome"], steward.last()["query"]) == ("not_found", "zzzzzz nothing")
    inese.fill({"Account": "ba"})
    assert "That is too short to search parts of names with" in inese.submit()["Account"]
    inese.fill({"Account": "pw-00412"})
    assert inese.submit() == {}
    assert "Baltic Beans SIA" in inese.modal().text


def test_a_grant_does_not_open_what_its_account_was_merged_into(steward: Steward) -> None:
    """A company's own database may answer for an old id with another account."""
    inese, services = steward.person("inese"), steward.services
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    asked = {"What do you need to see?": ["Contact details"], "For how long?": "2 h"}
    inese.fill({"Why?": "Bounces since Friday, the customer asked", **asked})
    assert inese.submit() == {}
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    source = services.look_up.source
    merged = MagicMock(wraps=source)
    merged.find.side_effect = lambda _, *, entry: source.find("pw-00413", entry=entry)
    person = services.directory.person(steward.slack.team_id, inese.id)
    origin = Origin(Actor(person.id, person.team), Surface.BUTTON, "merged")
    shown = replace(services.reveal, look_up=replace(services.look_up, source=merged))(
        origin, person, Conversation.INTERNAL, "pw-00412", "contact", "technical_support"
    )
    assert isinstance(shown, NotFound)
    assert not merged.page.called
    assert (steward.last()["account"], steward.last()["outcome"]) == ("pw-00412", "not_found")


def test_text_of_customers_is_only_ever_text(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account pw-00501", channel="general")
    blocks = str(steward.slack.messages("general")[-1]["blocks"])
    assert "<script>" not in blocks
    assert "<@U123>" not in blocks
    assert "&lt;@U123&gt;" in blocks


def test_marketing_sees_no_payment_details_and_no_recipients(steward: Steward) -> None:
    zane = steward.person("zane")
    zane.type("/account pw-00412", channel="general")
    text = zane.read("general")[-1].text
    assert "For Marketing" in text
    assert "Contact details" in text
    assert "Payment" not in text
    assert "Recipient" not in text
    assert not {"iban", "card_last4", "recipients"} & set(steward.last()["fields"])


def test_a_purpose_whose_clause_left_the_policy_is_no_purpose(steward: Steward, clock: SettableClock) -> None:
    from bot.privacy.versions import import_policy
    from tests.scenarios.harness import CLI

    clock.advance(minutes=1)
    import_policy(steward.services.ledger, clock, b"# Policy\n\nWe keep what you give us.\n", "new.md", CLI)
    inese = steward.person("inese")
    inese.type("/account pw-00412", channel="general")
    text = inese.read("general")[-1].text
    assert "Technical support is not permitted any more" in text
    assert "Beans" not in text
    assert steward.last()["reason"] == "clause_gone"


def test_help_lists_the_persons_own_purposes(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/account help", channel="general")
    assert "Your purposes: Technical support and Customer service" in inese.read("general")[-1].text
    for name, channel, words in (
        ("nils", "general", "You are in no group that may look customers up"),
        ("erin", "acme-postwing", "Only people of Postwing may look customers up"),
        ("paula", "partners-billing", "the exact id of an account that you were granted"),
    ):
        steward.person(name).type("/account help", channel=channel)
        said = steward.person(name).read(channel)[-1].text
        assert words in said
        assert ("part of the name" in said) is (name != "paula")


def test_a_customer_whose_name_is_like_help_is_looked_for(steward: Steward) -> None:
    """A word near *help* is a name like any other; where nobody is called so, the command is suggested."""
    inese = steward.person("inese")
    inese.type("/account helm", channel="general")
    said = inese.read("general")[-1].text
    assert said.startswith("No account matches helm. Did you mean /account help?")
    assert (steward.last()["action"], steward.last()["query"]) == ("account.lookup", "helm")
