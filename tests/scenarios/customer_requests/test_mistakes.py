"""A request that was registered by mistake: what that takes back, what stays, and who hears of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text

from bot.access.people import Conversation
from bot.access.reasons import Reason
from bot.audit.reports.customer import CustomerReport
from bot.privacy.customer_requests.decide import Why
from bot.privacy.customer_requests.mistaken import Claim
from bot.privacy.customer_requests.mistakes import Flawed, Preview
from bot.privacy.customer_requests.requests import TaskStatus
from bot.privacy.customer_requests.work import Changed, NotChanged
from slack_local import AsUser
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.scenarios.accounts.objecting import EMAIL, PHONE, card, object_to
from tests.scenarios.customer_requests.registering import (
    at_the_desk,
    desk,
    dm,
    erase_texts,
    last,
    newest,
    opened,
    register,
)
from tests.scenarios.harness import Steward, person_of

BUTTON = "Registered by mistake"
WHICH = "A duplicate of which request?"
WRONG = "It is on the wrong account"
DUPLICATE = "It is a duplicate of another request"
BECAUSE = "The shop of the same name in Tartu <@U0> wrote this"
OBJECTION = {"What does the customer ask for?": "Objection to marketing"}


def claim(which: str = WRONG, why: str = BECAUSE, **more: str) -> dict[str, object]:
    return {"What is the mistake?": which, "Why?": why, **more}


def mistake(
    steward: Steward, who: str = "laila", name: str = "C-1", answers: Mapping[str, object] | None = None
) -> str:
    """In the request's own modal; what it says then."""
    person = steward.person(who)
    opened(steward, who, name)
    person.press(BUTTON)
    person.fill(answers or claim())
    assert person.submit() == {}
    said = person.modal().text
    person.close(everything=True)
    steward.deliver()
    return said


def give(steward: Steward, to: str, nth: int) -> None:
    work, laila = steward.services.customer_requests.work, person_of(steward, "laila")
    assert isinstance(work.assign(by(laila), laila, 1, nth, person_of(steward, to)), Changed)
    steward.deliver()


def reported(steward: Steward) -> int:
    """How often somebody looked, as the customer's report has it."""
    laila = person_of(steward, "laila")
    made = steward.services.report(by(laila), laila, Conversation.INTERNAL, "pw-00412")
    assert isinstance(made, CustomerReport)
    return len(made.looks) + made.left_out


def said_to(steward: Steward, who: str, words: str) -> list[str]:
    return [one.text for one in steward.person(who).dm() if words in one.text]


def test_what_it_set_off_is_taken_back_and_those_who_had_to_do_with_it_hear_once(
    erasure: Steward, clock: SettableClock
) -> None:
    for nth, who in ((1, "edgars"), (2, "edgars"), (3, "ieva")):
        give(erasure, who, nth)
    laila = erasure.person("laila")
    laila.press(BUTTON, in_="privacy-desk")
    form = laila.modal().text
    assert "C-1 ends as registered by mistake. Nothing is deleted, and Reopen takes it back." in form
    assert "3 tasks of it are taken back from @Edgars" in form
    assert "3 people who had to do with it are told, once" in form
    laila.fill(claim())
    assert laila.submit() == {}
    shown = laila.modal().text
    assert "Registered by mistake: the wrong account, ended by @Laila" in shown
    assert BECAUSE in shown
    assert "taken back from @Edgars" in shown
    assert laila.modal().buttons == ("Reopen",)
    laila.close(everything=True)
    assert last(erasure) == ("privacy.request", "ended", "mistake_wrong_account", "C-1", "pw-00412")
    assert erasure.last()["justification"] == BECAUSE
    erasure.deliver()
    for who, whose in (
        ("edgars", "of which you had a task"),
        ("ieva", "of which you had"),
        ("inese", "which you regis"),
    ):
        (told,) = said_to(erasure, who, "was registered by mistake\n")
        assert told.startswith(f"C-1, {whose}")
        assert BECAUSE not in told
    assert said_to(erasure, "laila", "registered by mistake") == []
    assert all("Registered by mistake" in one for one in said_to(erasure, "edgars", "Your task for C-1"))
    assert all(one.buttons == () for one in erasure.person("edgars").dm() if "C-1" in one.text)
    assert "Register a request" in dm(erasure, "inese").buttons
    assert (desk(erasure).buttons, BUTTON in desk(erasure).text) == ((), True)
    before = len(laila.dm())
    clock.now = datetime(2026, 4, 3, 5, 46, tzinfo=UTC)  # its reminders and the morning after its term
    erasure.tick()
    assert len(laila.dm()) == before
    assert "overdue" not in desk(erasure).text
    erase_texts(erasure)
    assert "(erased)" in opened(erasure, "laila")
    assert "Tartu" not in erasure.person("laila").modal().text


def test_an_objection_is_lifted_unless_another_asks_for_it(steward: Steward) -> None:
    assert object_to(steward, "letters") == {}
    answers = {**OBJECTION, "Objects to": ["e-mail", "telephone", "regular mail"]}
    assert register(steward, answers=answers) == {}
    assert register(steward, answers={"What does the customer ask for?": "Complaint", "Objects to": ["e-mail"]}) == {}
    laila = steward.person("laila")
    opened(steward, "laila")
    laila.press(BUTTON)
    form = laila.modal().text
    assert "Its objection to marketing by telephone is lifted, and marketing may use that again" in form
    assert "Marketing by e-mail and regular mail stays barred: C-2 and O-1 object to it too" in form
    laila.close(everything=True)
    said = mistake(steward)
    assert "Objected to marketing by telephone: not in force, undone by @Laila" in said
    shown = card(steward).text
    assert PHONE in shown
    assert EMAIL not in shown
    told = at_the_desk(steward, "C-1").text
    assert "Objected to marketing by telephone: not in force, undone by @Laila" in told
    opened(steward, "laila")
    laila.press("Reopen")
    steward.deliver()
    assert PHONE not in card(steward).text
    assert "Objects to marketing by e-mail, telephone and regular mail: in force" in opened(steward, "laila")


def test_what_was_agreed_to_meanwhile_stays_agreed_to(steward: Steward, clock: SettableClock) -> None:
    assert register(steward, answers={**OBJECTION, "Objects to": ["e-mail", "telephone"]}) == {}
    mistake(steward)
    clock.advance(days=1)
    zane = steward.person("zane")
    zane.type("/account pw-00412 agrees to e-mail", channel="general")
    zane.fill({"Who said so?": "Māra, on the phone"})
    assert zane.submit() == {}
    laila = person_of(steward, "laila")
    assert isinstance(steward.services.customer_requests.mistakes.reopen(by(laila), laila, 1), Changed)
    shown = card(steward).text
    assert EMAIL in shown
    assert PHONE not in shown


def test_a_duplicate_names_what_stands_for_it(steward: Steward) -> None:
    """The customer did object: as a duplicate of their own request it stays in force."""
    assert register(steward, answers={"What does the customer ask for?": "Complaint"}) == {}
    assert register(steward, answers={**OBJECTION, "Objects to": ["telephone"]}) == {}
    laila = steward.person("laila")
    opened(steward, "laila", "C-2")
    laila.press(BUTTON)
    assert laila.submit()["What is the mistake?"]
    for named, which, words in (
        ("", DUPLICATE, "Of which request?"),
        ("C-2", DUPLICATE, "this request itself"),
        ("C-99", DUPLICATE, "There is no such request"),
        ("the other one", DUPLICATE, "There is no such request"),
        ("C-1", WRONG, "Only a duplicate names another request"),
    ):
        laila.fill(claim(which, **{WHICH: named}))
        assert words in laila.submit()[WHICH], named
    laila.fill(claim(DUPLICATE, " ", **{WHICH: "c-1"}))
    assert laila.submit() == {"Why?": "Say why in a few words."}
    laila.fill(claim(DUPLICATE, **{WHICH: "c-1"}))
    assert laila.submit() == {}
    assert "Registered by mistake: a duplicate of C-1" in laila.modal().text
    assert "Objects to marketing by telephone: in force" in laila.modal().text
    assert PHONE not in card(steward).text
    ended = next(one for one in steward.audit() if one["reason"] == "mistake_duplicate")
    assert (ended["outcome"], ended["ticket"], ended["query"]) == ("ended", "C-2", "C-1")
    laila.close(everything=True)
    assert "C-2 ended as a duplicate of this one. /privacy C-2 shows" in opened(steward, "laila", "C-1")
    laila.press(BUTTON)
    assert "C-2 ended as a duplicate of C-1" in laila.modal().text
    assert last(steward)[:3] == ("privacy.request", "refused", "stands_for_another")


def test_as_the_duplicate_of_another_account_s_request_it_says_nothing_of_its_own(steward: Steward) -> None:
    """It was put on the wrong account a second time: whose account this is did not object."""
    assert register(steward, answers={**OBJECTION, "Account": "pw-00413", "Objects to": ["telephone"]}) == {}
    assert register(steward, answers={**OBJECTION, "Objects to": ["telephone"]}) == {}
    said = mistake(steward, name="C-2", answers=claim(DUPLICATE, **{WHICH: "C-1"}))
    assert "Objected to marketing by telephone: not in force, undone by @Laila" in said
    assert PHONE in card(steward).text


def test_what_was_done_or_told_the_customer_can_not_be_taken_back(erasure: Steward) -> None:
    requests, laila = erasure.services.customer_requests, person_of(erasure, "laila")
    opened(erasure, "laila")
    pressing = erasure.person("laila")

    def refused() -> str:
        pressing.press(BUTTON)
        said = pressing.modal().text
        pressing.close()
        return said

    assert isinstance(requests.work.settle(by(laila), laila, 1, 1, TaskStatus.DONE), Changed)
    assert "is done already: Remove the account's data from the customer database" in refused()
    requests.work.undo(by(laila), laila, 1, 1)
    for position in range(1, 5):
        requests.work.settle(by(laila), laila, 1, position, TaskStatus.REFUSED, "It was the wrong account.")
    requests.work.check_identity(by(laila), laila, 1, ("Signed in to the account",))
    assert isinstance(requests.work.close(by(laila), laila, 1), Changed)
    assert "You closed C-1" in refused()
    assert isinstance(requests.mistakes.reopen(by(laila), laila, 1), Changed)
    assert "closed once, as the customer had been answered" in refused()
    assert register(erasure, answers={"What does the customer ask for?": "Complaint"}) == {}
    assert isinstance(requests.work.extend(by(laila), laila, 2, "Backups are searched by hand.", told=True), Changed)
    opened(erasure, "laila", "C-2")
    assert "its term was extended, and the customer was told so" in refused()
    reasons = [one["reason"] for one in erasure.audit() if one["outcome"] == "refused"]
    assert reasons == ["task_done", "closed_already", "answered", "customer_told"]


def test_who_may_and_what_the_others_read(erasure: Steward) -> None:
    """Its owner, be they an officer still or not, and privacy officers; pressed twice, and by two at once."""
    laila, ieva, agnese = erasure.person("laila"), erasure.person("ieva"), erasure.person("agnese")
    give(erasure, "edgars", 1)
    old = laila.find(BUTTON, in_="privacy-desk")
    agnese.press(BUTTON, in_="privacy-desk")
    assert "Only privacy officers" in newest(erasure, "agnese", "privacy-desk").text
    assert last(erasure)[:3] == ("privacy.request", "refused", "not_a_privacy_officer")
    assert BUTTON not in opened(erasure, "edgars")
    mistakes = erasure.services.customer_requests.mistakes
    for number, person, reason in (
        (99, person_of(erasure, "laila"), Why.NO_SUCH_CUSTOMER_REQUEST),
        (1, replace(person_of(erasure, "laila"), team="T0ELSEWHERE"), Why.NO_SUCH_CUSTOMER_REQUEST),
        (1, replace(person_of(erasure, "nils"), team="T0ELSEWHERE"), Reason.NOT_A_PRIVACY_OFFICER),
    ):
        for found in (
            mistakes.peek(by(person), person, number),
            mistakes.end(by(person), person, number, 2, Claim("other", BECAUSE)),
            mistakes.reopen(by(person), person, number),
        ):
            assert isinstance(found, NotChanged)
            assert (found.reason, found.request) == (reason, None)
    ieva.press(BUTTON, in_="privacy-desk")
    ieva.fill(claim())
    mistake(erasure)
    assert ieva.submit() == {}
    assert "@Laila" in ieva.modal().text
    assert "ended C-1 as registered by mistake" in ieva.modal().text
    laila.press(old)
    assert "You ended C-1 as registered by mistake" in newest(erasure, "laila", "privacy-desk").text
    work = erasure.services.customer_requests.work
    for act in (work.take, work.close):
        late = act(by(person_of(erasure, "ieva")), person_of(erasure, "ieva"), 1)
        assert isinstance(late, NotChanged)
        assert late.reason is Why.MISTAKE_ALREADY
    owner = replace(person_of(erasure, "laila"), roles=frozenset())
    assert isinstance(mistakes.reopen(by(owner), owner, 1), Changed)
    preview = mistakes.peek(by(owner), owner, 1)
    assert isinstance(preview, Preview)
    stale = mistakes.end(by(owner), owner, 1, preview.request.version - 1, Claim("other", BECAUSE))
    assert isinstance(stale, NotChanged)
    assert stale.reason is Why.CHANGED_MEANWHILE
    assert isinstance(mistakes.end(by(owner), owner, 1, preview.request.version, Claim("lost", "x")), Flawed)


def test_the_wrong_mistake_is_opened_again_for_those_who_had_it(erasure: Steward) -> None:
    give(erasure, "edgars", 1)
    mistake(erasure)
    assert "C-1" not in erasure.person("edgars").home().text
    laila, edgars = erasure.person("laila"), erasure.person("edgars")
    laila.type("/privacy requests", channel="general")
    assert newest(erasure, "laila").text.startswith("No customer's request is open.")
    assert "March 2026: 0 registered · 1 more by mistake, not counted" in newest(erasure, "laila").text
    laila.press("What has ended (1)", in_="general")
    assert "1 customer's request has ended" in newest(erasure, "laila").text
    assert "Registered by mistake: the wrong account" in newest(erasure, "laila").text
    laila.press("Open", in_="general")
    laila.press("Reopen")
    assert "Due on 2 April 2026" in laila.modal().text
    erasure.deliver()
    told = dm(erasure, "edgars").text
    assert told.startswith("C-1 was no mistake after all, and is open again")
    assert "Your task: Remove the account's data from the customer database" in told
    (was,) = said_to(erasure, "edgars", "was called a mistake, and is so no longer")
    assert was != told
    assert any(one.buttons == ("Done", "Refuse", "Open") for one in edgars.dm())
    assert "1 task" in edgars.home().text
    laila.close(everything=True)
    laila.type("/privacy requests ended", channel="general")
    assert newest(erasure, "laila").text.startswith("No customer's request has ended yet.")
    assert "1 registered (erasure 1) · 0 closed, 1 open" in newest(erasure, "laila").text
    assert "again" in mistake(erasure, answers=claim(why="It was the wrong one, again"))
    assert len(said_to(erasure, "inese", "was registered by mistake\n")) == 2


def test_who_assembled_its_data_or_has_access_for_it_is_asked_to_put_that_right(steward: Steward) -> None:
    assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
    give(steward, "inese", 1)
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "A customer asks for it", "Ticket": "c-1"})
    assert inese.submit() == {}
    inese.close(everything=True)
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    person = person_of(steward, "inese")
    steward.services.customer_requests.assemble(by(person), person, Conversation.INTERNAL, 1)
    looked = reported(steward)
    laila = steward.person("laila")
    opened(steward, "laila")
    laila.press(BUTTON)
    assert "@Inese" in laila.modal().text
    assert "assembled data for it: I can't take the files back" in laila.modal().text
    assert "Access that names it as its ticket (R-1001) goes on" in laila.modal().text
    laila.close(everything=True)
    mistake(steward)
    told = dm(steward, "inese")
    assert "You assembled data for it. Delete the files (C-1.json" in told.text
    assert "You asked for R-1001 with it as the ticket." in told.text
    assert told.buttons == ("End now (R-1001)", "Register a request")
    after = reported(steward)
    assert after == looked > 0  # whoever looked for it did look: a mistake takes nothing out of the report
    steward.person("agnese").type("/audit C-1", channel="general")
    found = newest(steward, "agnese").text
    assert "for c-1" not in found
    assert ", C-1, last" in found or "entries, C-1" in found or ", C-1" in found
    assert "ended: mistake wrong account" in found


def with_access_for_it(steward: Steward) -> AsUser:
    """Inese has R-1001 with C-1 as its ticket; the officer, who has not looked at the mistake yet."""
    assert register(steward, answers={"What does the customer ask for?": "Access"}) == {}
    inese = steward.person("inese")
    inese.type("/access pw-00412 for technical support 2h", channel="general")
    inese.fill({"What do you need to see?": ["Contact details"], "Why?": "A customer asks for it", "Ticket": "C-1"})
    assert inese.submit() == {}
    inese.close(everything=True)
    steward.deliver()
    steward.person("janis").press("Approve", in_="access-approvals")
    return steward.person("laila")


def previewed(steward: Steward, laila: AsUser) -> str:
    """What would be taken back."""
    opened(steward, "laila")
    laila.press(BUTTON)
    said = laila.modal().text
    laila.close(everything=True)
    return said


def test_access_that_is_over_by_then_is_nobodys_to_end(steward: Steward, clock: SettableClock) -> None:
    laila = with_access_for_it(steward)
    clock.advance(hours=1)
    assert "R-1001" in previewed(steward, laila)
    clock.advance(hours=2)
    assert "R-1001" not in previewed(steward, laila)


def test_access_of_another_workspace_is_not_this_ones_to_end(steward: Steward) -> None:
    laila = with_access_for_it(steward)
    assert "R-1001" in previewed(steward, laila)
    with steward.database.transaction() as connection:
        connection.execute(text("UPDATE access_requests SET team = 'T0OTHER'"))
    assert "R-1001" not in previewed(steward, laila)
