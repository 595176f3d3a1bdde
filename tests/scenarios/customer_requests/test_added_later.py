"""What a customer adds to a request that is open, objects to beside it, and what people hear of it afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.access.people import Conversation
from bot.access.reasons import Reason
from bot.privacy.customer_requests.assemble import Assembled
from bot.privacy.customer_requests.decide import ANOTHER, Draft
from bot.privacy.customer_requests.register import Registered
from bot.privacy.customer_requests.requests import TaskStatus
from handlers.views.customer_requests import request as views
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.accounts.objecting import EMAIL, PHONE, card
from tests.scenarios.customer_requests.registering import (
    desk,
    dm,
    erase_texts,
    form,
    newest,
    opened,
    register,
    settle_all,
)
from tests.scenarios.harness import Steward, person_of

IDENTITY = "How was the customer's identity checked?"
AGAIN = "And our invoices too, <@U0> *please*"


def again(steward: Steward, answers: Mapping[str, object], which: str = "It is C-1: add what was written") -> str:
    """Inese registers what is open already, and says which it is; what she reads then."""
    inese = steward.person("inese")
    form(steward)
    inese.fill({"Account": "pw-00412", **answers})
    assert inese.submit() == {}
    assert "The same is open already for pw-00412" in inese.modal().text
    inese.fill({"Which is it?": which})
    assert inese.submit() == {}
    said = inese.modal().text
    inese.close(everything=True)
    steward.deliver()
    return said


def test_an_objection_counts_also_where_it_is_added_to_another(steward: Steward) -> None:
    objection = {"What does the customer ask for?": "Objection to marketing"}
    assert register(steward, answers={**objection, "Objects to": ["e-mail"]}) == {}
    assert PHONE in card(steward).text
    said = again(steward, {**objection, "Objects to": ["telephone"]})
    assert "From now on marketing may not use telephone for this account." in said
    shown = card(steward).text
    assert PHONE not in shown
    assert EMAIL not in shown
    assert (steward.count("customer_requests"), steward.count("marketing_choices")) == (1, 2)
    assert "Objects to marketing by e-mail and telephone: in force" in opened(steward, "laila")


def test_an_objection_counts_whatever_else_is_asked_for(steward: Steward) -> None:
    assert register(steward, answers={"Objects to": ["telephone"]}) == {}
    assert PHONE not in card(steward).text
    assert "Erasure · pw-00412 · C-1" in opened(steward, "laila")
    assert "Objects to marketing by telephone: in force" in steward.person("laila").modal().text


def test_what_is_added_is_read_by_whoever_works_on_it(erasure: Steward) -> None:
    erasing = {"What does the customer ask for?": "Erasure"}
    again(erasure, {**erasing, "What did the customer write?": AGAIN, IDENTITY: ["Signed in to the account"]})
    assert dm(erasure, "laila").text.startswith("The customer wrote again: Erasure · pw-00412 · C-1")
    assert "invoices" not in dm(erasure, "laila").text
    shown = opened(erasure, "laila")
    assert "Please delete all you have of me" in shown
    assert "Written again, registered by @Inese" in shown
    assert AGAIN in shown
    assert "Signed in to the account (@Inese" in shown
    again(erasure, {**erasing, IDENTITY: ["Wrote from the e-mail address on file"]})
    both = "Signed in to the account; Wrote from the e-mail address on file (@Inese"
    assert both in opened(erasure, "laila")
    erase_texts(erasure)
    assert "invoices" not in opened(erasure, "laila")
    assert "(erased)" in erasure.person("laila").modal().text


def test_what_was_added_without_words_is_seen(erasure: Steward) -> None:
    again(erasure, {"What does the customer ask for?": "Erasure"})
    assert dm(erasure, "laila").text.startswith("The customer wrote again")
    assert "(nothing was typed)" in opened(erasure, "laila")
    assert "Nothing waits for you" not in erasure.person("laila").home().text


def test_a_checklist_shows_what_was_ticked_to_who_may_change_it(erasure: Steward) -> None:
    laila = erasure.person("laila")
    opened(erasure, "laila")
    laila.press("Identity checked")
    laila.fill({IDENTITY: ["Signed in to the account"]})
    assert laila.submit() == {}
    laila.press("Correct the identity")
    assert laila.submit() == {}
    assert "Signed in to the account (@Laila" in laila.modal().text
    work = erasure.services.customer_requests.work
    assert work.checked_ways(person_of(erasure, "laila"), 1) == ("Signed in to the account",)
    assert work.extended_day(person_of(erasure, "laila"), 1) is not None
    assert work.checked_ways(person_of(erasure, "inese"), 1) == ()
    assert work.extended_day(person_of(erasure, "inese"), 1) is None


def test_another_account_in_the_same_form_is_asked_about_too(erasure: Steward) -> None:
    assert register(erasure, answers={"Account": "pw-00413"}) == {}
    inese = erasure.person("inese")
    form(erasure)
    inese.fill({"What does the customer ask for?": "Erasure", "Account": "pw-00412"})
    inese.submit()
    inese.fill({"Which is it?": "It is C-1: add what was written", "Account": "pw-00413"})
    assert inese.submit() == {}
    assert "The same is open already for pw-00413" in inese.modal().text
    assert erasure.count("customer_requests") == 2


def test_whoever_registered_it_hears_that_it_is_closed(erasure: Steward) -> None:
    settle_all(erasure)
    laila = erasure.person("laila")
    laila.press("Close the request")
    erasure.deliver()
    assert dm(erasure, "inese").text.startswith("C-1, which you registered, is closed")
    assert "refused" not in dm(erasure, "inese").text
    laila.press("Reopen")
    erasure.deliver()
    assert dm(erasure, "inese").text.startswith("C-1, which you registered, is open again")


def test_whoever_registered_it_does_not_tell_the_customer_that_all_is_done_where_it_is_not(erasure: Steward) -> None:
    laila, officer = erasure.person("laila"), person_of(erasure, "laila")
    work = erasure.services.customer_requests.work
    work.settle(by(officer), officer, 1, 1, TaskStatus.REFUSED, "An invoice has to be kept.")
    settle_all(erasure)
    laila.press("Close the request")
    erasure.deliver()
    told = dm(erasure, "inese").text
    assert "1 task of 4 was refused: ask @Laila Eglīte before you tell the customer that it is done." in told
    assert "invoice" not in told


def test_who_has_a_task_is_reminded_of_it(erasure: Steward, clock: SettableClock) -> None:
    laila, inese = erasure.person("laila"), erasure.person("inese")
    opened(erasure, "laila")
    laila.press("Give to somebody")
    laila.fill({"Who does it?": "inese"})
    assert laila.submit() == {}
    laila.close(everything=True)
    erasure.deliver()
    clock.now = datetime(2026, 3, 27, 22, 0, tzinfo=UTC)
    erasure.tick()
    assert "Your task: Remove the account's data from the customer database" in dm(erasure, "inese").text
    assert "4 tasks open" in dm(erasure, "laila").text
    assert "Your task" not in dm(erasure, "laila").text
    inese.press("Done", in_="dm")
    erasure.deliver()
    assert "nothing of it is left to do for you" in dm(erasure, "inese").text
    assert "3 tasks open" in dm(erasure, "laila").text
    settle_all(erasure)
    laila.press("Close the request")
    erasure.deliver()
    assert "Closed by" in dm(erasure, "laila").text
    assert dm(erasure, "laila").buttons == ()


def test_the_list_has_pages(steward: Steward) -> None:
    person, requests = person_of(steward, "inese"), steward.services.customer_requests
    draft = Draft("pw-00412", "complaint", "email", "2026-03-02", "gdpr", same_as=ANOTHER)
    for _ in range(12):
        assert isinstance(requests.register(by(person), person, Conversation.INTERNAL, draft), Registered)
    laila = steward.person("laila")
    laila.type("/privacy requests", channel="general")
    first = newest(steward, "laila")
    assert first.text.startswith("12 customers' requests are open")
    assert "Page 1 of 2" in first.text
    assert (first.buttons.count("Open"), "More urgent" in first.buttons) == (10, False)
    laila.press("Less urgent", in_="general")
    last = newest(steward, "laila")
    assert (last.buttons.count("Open"), "Less urgent" in last.buttons) == (2, False)
    assert "C-12" in last.text
    laila.press("More urgent", in_="general")
    assert "C-1" in newest(steward, "laila").text
    officer = person_of(steward, "laila")
    for number in range(1, 12):
        requests.work.take(by(officer), officer, number)
    home = laila.home()
    assert (home.text.count("C-"), "And more, less urgent" in home.text) == (10, True)


def test_a_name_of_several_words_and_a_kind_open_the_form(steward: Steward) -> None:
    form(steward, asked="new Baltic Beans and Sons SIA erasure")
    shown = steward.person("inese").modal().state
    assert (shown["Account"], shown["What does the customer ask for?"]) == ("Baltic Beans and Sons SIA", "Erasure")


def test_the_form_says_until_when_it_would_be_extended(erasure: Steward) -> None:
    opened(erasure, "laila")
    erasure.person("laila").press("Extend the term")
    shown = erasure.person("laila").modal().text
    assert "It will be due on 2 June 2026. First tell the customer this date, and why." in shown


def assembled(steward: Steward, account: str, *, unread: bool = False) -> Assembled:
    """As Inese assembles it under her own purposes; `unread`: a change of the policy is to be read first."""
    person, requests = person_of(steward, "inese"), steward.services.customer_requests
    assert register(steward, "inese", {"What does the customer ask for?": "Access", "Account": account}) == {}
    steward.person("laila").press("Take it", in_="privacy-desk")
    opened(steward, "laila")
    steward.person("laila").press("Give to somebody")
    steward.person("laila").fill({"Who does it?": "inese"})
    assert steward.person("laila").submit() == {}
    assemble = requests.assemble
    if unread:
        assemble = replace(assemble, look_up=replace(assemble.look_up, to_be_read=lambda *_: 7))
    made = assemble(by(person), person, Conversation.INTERNAL, 1)
    assert isinstance(made, Assembled)
    return made


def test_what_could_not_be_read_is_said(steward: Steward) -> None:
    made = assembled(steward, "pw-00412", unread=True)
    assert (made.data, made.why, made.was_read) == ({}, (Reason.POLICY_UNREAD,), False)
    shown = str(views.assembled(made, sent=True))
    assert "This is not everything that you may see." in shown
    assert "a change of the policy to read first" in shown
    assert "You may see nothing" not in shown


def test_masked_names_are_no_data_to_send(steward: Steward) -> None:
    """Zoë's account is an individual's: her name is masked where a business's stands in full."""
    made = assembled(steward, "pw-00500")
    assert "•" not in str(made.data)
    assert made.data["Account"]["plan"] == "Starter"
    assert "Account" in made.left_out
    assert made.was_read
    assert "Not in it, or only in part: *Account" in str(views.assembled(made, sent=True))


def test_assembling_in_its_window(steward: Steward) -> None:
    assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
    opened(steward, "laila")
    laila = steward.person("laila")
    laila.press("Assemble")
    assert laila.modal().text.startswith("Assembled")
    assert "Who looked, for C-1. The data is not here. Read it before you send it." in laila.dm()[-1].text
    assert desk(steward).buttons == ("Take it", "Open", "Registered by mistake")
