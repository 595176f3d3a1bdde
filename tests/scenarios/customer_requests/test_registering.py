"""Registering a customer's request: who may, what the form says, and the same that is open already."""

from datetime import date

from tests.conftest import SettableClock
from tests.scenarios.customer_requests.registering import (
    WROTE,
    desk,
    form,
    last,
    newest,
    register,
)
from tests.scenarios.harness import Steward
from tests.scenarios.privacy.asking import reworded


def test_any_employee_registers_and_the_privacy_office_is_told(steward: Steward) -> None:
    nils = steward.person("nils")
    form(steward, "nils", "new pw-00412 erasure")
    nils.fill({"What did the customer write?": WROTE})
    assert nils.submit() == {}
    assert "C-1 is registered: erasure, pw-00412" in nils.modal().text
    assert "Due on 2 April 2026" in nils.modal().text
    steward.deliver()
    told = desk(steward)
    assert "Erasure · pw-00412 · C-1" in told.text
    assert "Due on 2 April 2026\n" in told.text, "days that are left would be wrong from tomorrow on"
    assert "Nobody has it yet · 0 of 4 tasks settled" in told.text
    assert told.buttons == ("Take it", "Open", "Registered by mistake")
    assert "delete" not in told.text
    assert last(steward) == ("privacy.request", "requested", "registered", "C-1", "pw-00412")
    assert steward.last()["justification"] == WROTE


def test_a_question_that_asks_for_a_right_becomes_a_request(steward: Steward, clock: SettableClock) -> None:
    inese = steward.person("inese")
    inese.type("/privacy do you sell my personal data?", channel="general")
    assert "Customer's request" not in newest(steward, "inese").buttons
    asked = "Please delete everything you have on me, Māra <now>. How do I do that?"
    inese.type(f"/privacy {asked}", channel="general")
    assert "If the customer asks for this, register it as a Customer's request" in newest(steward, "inese").text
    inese.press("Customer's request", in_="general")
    shown = inese.modal().state
    assert (shown["What does the customer ask for?"], shown["What did the customer write?"]) == ("Erasure", asked)
    inese.fill({"Account": "pw-00412", "How did it come?": "Telephone"})
    assert inese.submit() == {}
    assert last(steward)[:3] == ("privacy.request", "requested", "registered")
    inese.close(everything=True)
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell")
    inese.press("Customer's request", in_="general")
    assert not inese.modal().state.get("What did the customer write?")  # what was asked can't be shown any more


def test_the_term_counts_from_receipt(steward: Steward) -> None:
    """31 January plus a month is 28 February, a Saturday: the next working day is Monday 2 March."""
    assert register(steward, answers={"When was it received?": date(2026, 1, 31)}) == {}
    assert "Due on 2 March 2026" in desk(steward).text
    assert register(steward, answers={"Which law?": "CCPA", "What does the customer ask for?": "Access"}) == {}
    assert "Due on 16 April 2026" in desk(steward).text


BAD_INPUT = (
    ("Account", "pw-99999", "No account matches"),
    ("Account", "bean", "Several accounts match. Type the id: pw-0041"),
    ("Account", "<!channel> =1+1", "No account matches"),
    ("When was it received?", "2026-03-03", "still to come"),
    ("When was it received?", "31.01.2026", "year-month-day"),
    ("When was it received?", "2026-02-30", "year-month-day"),
    ("What did the customer write?", "x" * 3001, "at most 3000 characters"),  # Slack's own words
)


def test_bad_input_is_told_under_its_field(steward: Steward) -> None:
    for label, typed, words in BAD_INPUT:
        assert words in register(steward, answers={label: typed})[label]
        steward.person("inese").close(everything=True)
    assert steward.count("customer_requests") == 0


def test_who_may_not_look_up_finds_nobody(steward: Steward) -> None:
    """Nils is in no group: the id is all that he can name, and of others he is told nothing."""
    for query in ("bean", "mara@balticbeans.example", "Baltic Beans SIA"):
        assert register(steward, "nils", {"Account": query})["Account"].startswith("No account matches")
        steward.person("nils").close(everything=True)
    assert register(steward, "nils") == {}


def test_guests_and_shared_channels_are_turned_away(steward: Steward) -> None:
    steward.person("inese").type("/privacy new", channel="acme-postwing")
    assert "shared with another company" in newest(steward, "inese", "acme-postwing").text
    assert last(steward)[:3] == ("privacy.request", "refused", "shared_channel")


def test_the_same_again_is_shown_and_can_be_linked(erasure: Steward) -> None:
    inese = erasure.person("inese")
    form(erasure)
    inese.fill({"What does the customer ask for?": "Erasure", "Account": "pw-00412"})
    assert inese.submit() == {}
    assert "The same is open already for pw-00412" in inese.modal().text
    assert "C-1, received 2 March 2026" in inese.modal().text
    inese.fill({"Which is it?": "It is C-1: add what was written"})
    assert inese.submit() == {}
    assert "Added to C-1" in inese.modal().text
    inese.close(everything=True)
    assert erasure.count("customer_requests") == 1
    form(erasure)
    inese.fill({"What does the customer ask for?": "Erasure", "Account": "pw-00412"})
    inese.submit()
    inese.fill({"Which is it?": "It is another one: register it"})
    assert inese.submit() == {}
    assert erasure.count("customer_requests") == 2
