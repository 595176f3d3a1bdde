"""Objections to marketing: from "stop calling us" to what marketing sees, searches and reveals from then on."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError

from bot.access.people import Conversation
from bot.configuration.faults import ConfigurationInvalid
from bot.configuration.reading import load_configuration
from bot.privacy.objections.choices import Said
from bot.privacy.objections.record import NotPossible, Recorded, Saying
from slack_local.people.shown import Shown
from tests.promises.office import by
from tests.scenarios.accounts.objecting import EMAIL, PHONE, card, object_to
from tests.scenarios.customer_requests.registering import register
from tests.scenarios.harness import ROOT, Steward, person_of


def desk(steward: Steward) -> Shown:
    return next(one for one in reversed(steward.person("laila").read("privacy-desk")) if not one.ephemeral)


def test_until_somebody_objects_the_activation_counts(steward: Steward) -> None:
    shown = card(steward)
    assert "Marketing agreed on activation 3 May 2024" in " ".join(shown.text.split())
    assert EMAIL in shown.text
    assert PHONE in shown.text
    assert shown.buttons == ("Request access", "Record an objection", "Customer's request")


def test_an_objection_counts_at_once(steward: Steward) -> None:
    assert object_to(steward, "telephone") == {}
    shown = card(steward)
    assert PHONE not in shown.text
    assert EMAIL in shown.text
    assert "agreed on activation 3 May 2024; telephone: objected 2 March 2026 (O-1)" in shown.text
    assert "not shown, objected: phone" in shown.text
    assert "phone" not in steward.last()["fields"]
    entry = next(one for one in steward.audit() if one["reason"] == "objected")
    keys = ("action", "outcome", "account", "ticket", "justification")
    assert tuple(entry[key] for key in keys) == ("privacy.request", "done", "pw-00412", "O-1", "Māra, on the phone")
    assert PHONE in card(steward, "inese").text


def test_the_contact_s_name_goes_with_the_last_medium(steward: Steward) -> None:
    assert object_to(steward, "telephone and e-mail") == {}
    assert "contact name M•••" in card(steward).text
    assert object_to(steward, "letters") == {}
    shown = card(steward)
    assert "contact name" not in shown.text
    assert "not shown: this account objected to marketing" in shown.text
    assert "no marketing at all" in shown.text
    assert "Baltic Beans SIA" in shown.text
    assert shown.buttons == ("Customer's request",)
    assert not {"email", "phone", "address", "contact_name"} & {*steward.last()["fields"]}


def granted(steward: Steward) -> None:
    zane = steward.person("zane")
    zane.type("/access pw-00412 for marketing 1d", channel="general")
    zane.fill({"What do you need to see?": ["Contact details"], "Why?": "Invite them to the spring webinar"})
    assert zane.submit() == {}
    zane.close(everything=True)
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()


def test_a_grant_changes_nothing_about_it(steward: Steward) -> None:
    granted(steward)
    card(steward)
    zane = steward.person("zane")
    reveal = zane.find("Reveal", in_="general")
    assert object_to(steward, "telephone") == {}
    zane.press(reveal)
    assert "mara@balticbeans.example" in zane.modal().text
    assert "26 443 478" not in zane.modal().text
    assert "Not shown, because the account objected" in zane.modal().text
    assert "phone" not in steward.last()["fields"]
    zane.close(everything=True)
    assert object_to(steward, "everything") == {}
    zane.press(reveal)
    assert "objected to marketing" in zane.read("general")[-1].text
    assert (steward.last()["action"], steward.last()["reason"]) == ("account.reveal", "objected")


def test_a_fourth_medium_is_refused_with_the_clause(steward: Steward) -> None:
    for who, asked in (("zane", "objects to SMS"), ("zane", "agrees to WhatsApp"), ("laila", "objects to <!channel>")):
        steward.person(who).type(f"/account pw-00412 {asked}", channel="general")
        said = steward.person(who).read("general")[-1].text
        assert "is no medium of our marketing" in said
        assert "by regular mail, by e-mail or by telephone" in said
        assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "no_such_medium")
        assert "Did you mean" not in said
    steward.person("zane").type("/account pw-00412 objects to telefone", channel="general")
    assert "Did you mean telephone?" in steward.person("zane").read("general")[-1].text
    person = person_of(steward, "zane")
    saying = Saying("pw-00412", Said.AGREED, ("sms",), "Māra", "2026-03-01")
    objections = steward.services.customer_requests.objections
    assert isinstance(objections.record(by(person), person, Conversation.INTERNAL, saying), NotPossible)
    assert steward.count("marketing_choices") == 0


def test_check_explains_a_medium_that_the_clause_does_not_name(tmp_path: Path) -> None:
    written = (ROOT / "steward.toml").read_text()
    path = tmp_path / "steward.toml"
    path.write_text(written.replace('mail = ["address"] }', 'mail = ["address"], sms = ["phone"], fax = ["fax"] }'))
    with pytest.raises(ConfigurationInvalid) as found:
        load_configuration(path)
    said = str(found.value)
    assert "The clause does not name sms as a medium" in said
    assert "“phone” is telephone's already" in said
    assert "No data class of this purpose has a field “fax”" in said
    assert all(fault.line for fault in found.value.faults)


def test_undoing_is_the_privacy_office_s_and_an_entry(steward: Steward) -> None:
    assert object_to(steward, "telephone") == {}
    told = desk(steward)
    assert "pw-00412 objects to marketing by telephone · O-1" in told.text
    assert "Māra" not in told.text
    laila, ieva = steward.person("laila"), steward.person("ieva")
    button = ieva.find("Undo", in_="privacy-desk")
    laila.press("Undo", in_="privacy-desk")
    steward.deliver()
    assert "Undone by @Laila" in desk(steward).text
    assert desk(steward).buttons == ()
    ieva.press(button)
    assert "undid O-1 before you" in ieva.read("privacy-desk")[-1].text
    assert PHONE in card(steward).text
    reasons = [one["reason"] for one in steward.audit() if one["action"] == "privacy.request"]
    assert reasons == ["objected", "undone", "undone_already"]
    assert steward.count("marketing_choices") == 2


def test_what_is_recorded_together_is_one_message(steward: Steward) -> None:
    assert object_to(steward, "everything") == {}
    laila = steward.person("laila")
    (told,) = [one for one in laila.read("privacy-desk") if "objects to marketing" in one.text]
    assert "pw-00412 objects to marketing by e-mail, telephone and regular mail · O-1, O-2 and O-3" in told.text
    assert told.buttons == ("Undo e-mail", "Undo telephone", "Undo regular mail")
    laila.press("Undo telephone", in_="privacy-desk")
    steward.deliver()
    assert "telephone: undone by @Laila" in desk(steward).text
    assert desk(steward).buttons == ("Undo e-mail", "Undo regular mail")
    assert PHONE in card(steward).text
    assert EMAIL not in card(steward).text
    for left in ("e-mail", "regular mail"):
        laila.press(f"Undo {left}", in_="privacy-desk")
        steward.deliver()
    assert desk(steward).buttons == ()


def test_an_objection_in_a_request_is_undone_in_its_message(steward: Steward) -> None:
    asked = {"What does the customer ask for?": "Objection to marketing", "Objects to": ["telephone"]}
    assert register(steward, answers=asked) == {}
    laila = steward.person("laila")
    (told,) = [one for one in laila.read("privacy-desk") if "pw-00412" in one.text]
    assert "Undo the objection" in told.buttons
    laila.press("Undo the objection", in_="privacy-desk")
    steward.deliver()
    assert PHONE in card(steward).text
    assert "Objected to marketing by telephone: not in force, undone by @Laila" in desk(steward).text


def test_an_agreement_lifts_an_objection_only_if_it_was_said_later(steward: Steward) -> None:
    assert object_to(steward, "telephone") == {}
    zane = steward.person("zane")
    zane.type("/account pw-00412 agrees to telephone", channel="general")
    zane.fill({"Who said so?": "Māra, by e-mail", "When?": date(2026, 3, 1)})
    assert zane.submit() == {}
    zane.close(everything=True)
    assert PHONE not in card(steward).text
    zane.type("/account pw-00412 agrees to telephone", channel="general")
    zane.fill({"Who said so?": "Māra, by e-mail"})
    assert zane.submit() == {}
    zane.close(everything=True)
    shown = card(steward)
    assert PHONE in shown.text
    assert "telephone: agreed 2 March 2026 (O-3)" in shown.text


def test_who_may_say_so(steward: Steward) -> None:
    assert object_to(steward, "telephone", who="inese") == {}
    steward.person("inese").type("/account pw-00412 agrees to telephone", channel="general")
    assert "Only those whose purpose is marketing" in steward.person("inese").read("general")[-1].text
    steward.person("nils").type("/account pw-00412 objects to telephone", channel="general")
    assert "You are in no group" in steward.person("nils").read("general")[-1].text
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "no_purpose")


BAD_INPUT: tuple[tuple[str, object, str], ...] = (
    ("Account", "pw-99999", "No account matches"),
    ("Account", "bean", "Several accounts match"),
    ("When?", "2026-03-03", "still to come"),
    ("When?", "1/3/2026", "year-month-day"),
    ("Who said so?", " ", "A few words"),
    ("Objects to", [], "at least one"),
)


def test_bad_input(steward: Steward) -> None:
    for label, typed, words in BAD_INPUT:
        error = object_to(steward, "telephone", answers={label: typed})[label]
        assert words in error or "required" in error.lower() or "complete" in error.lower(), error
        steward.person("zane").close(everything=True)
    tried = [(one["outcome"], one["fields"]) for one in steward.audit() if one["action"] == "privacy.request"]
    assert tried[:2] == [("not_found", []), ("suggested", ["id"])]
    assert steward.count("marketing_choices") == 0


def test_a_customer_s_objection_feeds_the_rule(steward: Steward) -> None:
    asked = {"What does the customer ask for?": "Objection to marketing", "Objects to": ["e-mail", "telephone"]}
    assert register(steward, answers=asked) == {}
    shown = card(steward)
    assert EMAIL not in shown.text
    assert PHONE not in shown.text
    assert "e-mail: objected 2 March 2026 (O-1)" in shown.text
    assert "with C-1" in desk(steward).text or "C-1" in desk(steward).text


def test_nobody_is_asked_for_what_an_objection_closes(steward: Steward) -> None:
    assert object_to(steward, "telephone and e-mail") == {}
    zane = steward.person("zane")
    zane.type("/access pw-00413 pw-00412 for marketing 1h", channel="general")
    zane.fill({"What do you need to see?": ["Contact details"], "Why?": "The spring campaign by letter"})
    assert zane.submit() == {}, "letters are left"
    zane.close(everything=True)
    assert object_to(steward, "letters") == {}
    zane.type("/access pw-00413 pw-00412 for marketing 2h", channel="general")
    zane.fill({"What do you need to see?": ["Contact details"], "Why?": "The spring campaign by letter again"})
    assert zane.submit()["Account"].startswith("pw-00412 objected to marketing: nothing of this is shown for it")
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"]) == ("access.request", "refused", "objected")
    assert steward.count("access_requests") == 1


def test_look_ups_for_other_purposes_read_no_objections(steward: Steward) -> None:
    """The table is read only where the purpose has media."""
    statements: list[str] = []

    def heard(_c: object, _k: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(steward.database.engine, "before_cursor_execute", heard)
    card(steward, "inese")
    assert not [one for one in statements if "marketing_choices" in one]
    card(steward, "zane")
    assert len([one for one in statements if "marketing_choices" in one]) == 1
    event.remove(steward.database.engine, "before_cursor_execute", heard)


def test_recording_directly(steward: Steward) -> None:
    person = person_of(steward, "zane")
    saying = Saying("balticbeans.example", Said.OBJECTED, ("mail",), "Māra", "2026-02-27")
    made = steward.services.customer_requests.objections.record(by(person), person, Conversation.INTERNAL, saying)
    assert isinstance(made, Recorded)
    assert made.account == "pw-00412"
    assert "regular mail: objected 27 February 2026" in card(steward).text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE marketing_choices SET choice = 'agreed'",
        "DELETE FROM marketing_choices",
        "INSERT OR REPLACE INTO marketing_choices SELECT * FROM marketing_choices",
        "TRUNCATE marketing_choices",
    ],
)
def test_what_was_said_is_never_changed(steward: Steward, statement: str) -> None:
    """By the database itself. Half of the statements are another database's words."""
    assert object_to(steward, "telephone") == {}
    with pytest.raises(SQLAlchemyError), steward.database.transaction() as connection:
        connection.execute(text(statement))
    with steward.database.reading() as connection:
        assert connection.execute(text("SELECT choice FROM marketing_choices")).scalars().all() == ["objected"]
