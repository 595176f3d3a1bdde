"""The list of rulings, withdrawing one in it, and who hears that an answer is withdrawn."""

from tests.conftest import SettableClock
from tests.promises.surfaces import hidden_texts, problems
from tests.scenarios.harness import Steward
from tests.scenarios.privacy.asking import SOLD, SOLD_QUESTION, ask, reworded
from tests.scenarios.privacy.ruling import GENERAL, RULING, hand_over, rule

SILVER = "Is horoscope number {} engraved in silver?"


def listed(steward: Steward, who: str = "laila") -> str:
    person = steward.person(who)
    person.type("/privacy rulings", channel="general")
    return person.read("general")[-1].text


def withdrawals(steward: Steward, who: str) -> list[str]:
    return [one.text for one in steward.person(who).dm() if " was withdrawn by " in one.text]


def test_whoever_was_given_a_ruling_hears_that_it_is_withdrawn(steward: Steward, clock: SettableClock) -> None:
    hand_over(steward)
    rule(steward)
    for who in ("kaspars", "kaspars", "laila"):
        clock.advance(days=1)
        assert RULING in ask(steward, GENERAL, who)
    clock.advance(days=1)
    steward.person("laila").press("Withdraw the ruling", in_="privacy-desk")
    steward.deliver()
    for who, given in (("inese", "Mar 2, 2026"), ("kaspars", "Mar 4, 2026")):
        (told,) = withdrawals(steward, who)
        assert told.startswith("L-1 was withdrawn by Laila: it answers nothing any more.")
        assert GENERAL in told
        assert RULING not in told
        assert f"Last given to you {given}" in told
        assert "Ask again before you reply" in told
        assert "tell the privacy officers (@privacy-office)" in told
        assert problems(dict(steward.person(who).dm()[-1].body)) == []
    assert withdrawals(steward, "laila") == []
    assert RULING not in ask(steward, GENERAL, "kaspars")


def test_rulings_are_listed_and_withdrawn_in_the_list(steward: Steward, clock: SettableClock) -> None:
    assert "No ruling is in force." in listed(steward)
    hand_over(steward)
    rule(steward)
    clock.advance(days=1)
    hand_over(steward, SILVER.format(2))
    steward.person("laila").press("Not our policy", in_="privacy-desk")
    said = listed(steward)
    shown = steward.person("laila").read("general")[-1]
    assert shown.ephemeral
    assert problems(dict(shown.body)) == []
    assert all("horoscope" not in one for one in hidden_texts(shown.body))
    assert said.startswith("2 rulings are in force")
    newest = said.index("L-2 · Laila said that it is not for the policy to answer · 3 Mar 2026")
    assert newest < said.index("L-1 · Laila ruled · 2 Mar 2026")
    assert GENERAL in said
    assert RULING in said
    assert "A ruling: not the policy's words." in said
    assert shown.buttons == ("Withdraw the ruling", "Withdraw the ruling")
    first = steward.person("laila").find("Withdraw the ruling", in_="general")
    assert "Withdraw L-2?" in str(shown.body["blocks"])
    steward.person("laila").press(first)
    after = steward.person("laila").read("general")[-1].text
    assert after.startswith("L-2 is withdrawn.")
    assert "1 ruling is in force" in after
    assert "L-2 ·" not in after
    entry = steward.last()
    assert (entry["action"], entry["outcome"], entry["reason"], entry["query"]) == (
        "privacy.rule",
        "done",
        "withdrawn",
        "L-2",
    )


def test_a_press_in_an_old_list_says_who_was_first(steward: Steward) -> None:
    hand_over(steward)
    rule(steward)
    listed(steward, "laila")
    listed(steward, "ieva")
    steward.person("laila").press("Withdraw the ruling", in_="general")
    steward.person("ieva").press("Withdraw the ruling", in_="general")
    said = steward.person("ieva").read("general")[-1].text
    assert said.startswith("Laila withdrew L-1 already. Nothing else to do.")
    assert "No ruling is in force." in said
    steward.deliver()
    assert len(withdrawals(steward, "inese")) == 1


def test_what_a_version_changed_is_marked_and_confirmed_in_the_list(steward: Steward, clock: SettableClock) -> None:
    hand_over(steward)
    rule(steward)
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell or rent out")
    assert "Not used: the policy has changed. Read it again." in listed(steward)
    laila = steward.person("laila")
    assert laila.read("general")[-1].buttons == ("Still right", "Withdraw the ruling")
    laila.press("Still right", in_="general")
    said = laila.read("general")[-1].text
    assert said.startswith("L-1 stands for the policy in force")
    assert "confirmed by Laila on 2 Mar 2026" in said
    assert "Not used" not in said


def test_many_rulings_are_turned_by_page(steward: Steward) -> None:
    for number in range(1, 7):
        hand_over(steward, SILVER.format(number))
        steward.person("laila").press("Not our policy", in_="privacy-desk")
    assert "6 rulings are in force" in listed(steward)
    laila = steward.person("laila")
    laila.press("Older", in_="general")
    shown = laila.read("general")[-1]
    assert "Page 2 of 2" in shown.text
    assert "L-1 ·" in shown.text
    assert "L-2 ·" not in shown.text
    laila.press("Withdraw the ruling", in_="general")
    shown = laila.read("general")[-1]
    assert "5 rulings are in force" in shown.text
    assert shown.buttons == ("Withdraw the ruling",) * 5


def test_the_list_is_the_officers(steward: Steward) -> None:
    hand_over(steward)
    rule(steward)
    listed(steward)
    assert "Only privacy officers (@privacy-office) see this list." in listed(steward, "inese")
    steward.slack.groups["privacy-office"].remove("laila")
    laila = steward.person("laila")
    laila.press("Withdraw the ruling", in_="general")
    assert "Only privacy officers (@privacy-office) decide" in laila.read("general")[-1].text
    assert RULING in ask(steward, GENERAL)
    assert (steward.last()["action"], steward.last()["outcome"]) == ("privacy.ask", "answered")


def test_a_ruling_that_quotes_words_which_are_gone_can_only_be_withdrawn(
    steward: Steward, clock: SettableClock
) -> None:
    """No button is offered that would be refused; the officer reads which words are gone."""
    hand_over(steward)
    rule(steward, f"As the policy says, “{SOLD}”.")
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell or rent out")
    steward.services.questions.rereading.look()
    steward.deliver()
    laila = steward.person("laila")
    again = laila.read("privacy-desk")[-1]
    assert again.text.startswith("Read L-1 again: it quotes words that are not in the policy any more.")
    assert "It answers nothing any more." in again.text
    assert "so it can only be withdrawn. Then rule on the next such question." in again.text
    assert again.buttons == ("Withdraw the ruling",)
    assert problems(dict(again.body)) == []
    assert "It quotes words that are not in the policy in force any more" in listed(steward)
    assert laila.read("general")[-1].buttons == ("Withdraw the ruling",)


def test_whoever_asks_meanwhile_is_told_that_a_ruling_is_read_again(steward: Steward, clock: SettableClock) -> None:
    """The policy's own answer is not called sure on what an officer had ruled, until they have said what holds."""
    hand_over(steward, SOLD_QUESTION)
    assert "Kept as L-1" in rule(steward, asked=SOLD_QUESTION, rests_on=["Sentence 1 · Who sees it"])
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell or rent out")
    said = ask(steward, SOLD_QUESTION, "kaspars")
    assert RULING not in said
    assert "We do not sell or rent out" in said
    assert "A privacy officer ruled on this (L-1). The policy has changed since" in said
    assert "answers it" not in said
    shown = steward.person("kaspars").read("general")[-1]
    assert shown.buttons[:2] == ("Ask the privacy officer", "Copy reply")
    assert problems(dict(shown.body)) == []
    steward.services.questions.rereading.look()
    steward.deliver()
    steward.person("laila").press("Still right", in_="privacy-desk")
    assert RULING in ask(steward, SOLD_QUESTION, "kaspars")


def test_rulings_to_read_again_wait_in_app_home(steward: Steward, clock: SettableClock) -> None:
    hand_over(steward)
    rule(steward)
    laila = steward.person("laila")
    assert "to be read again" not in laila.home().text
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell or rent out")
    steward.services.questions.rereading.look()
    assert "1 ruling waits to be read again: the policy has changed." in laila.home().text
    assert "to be read again" not in steward.person("inese").home().text
    laila.press("Look at them", in_="home")
    assert "1 ruling is in force" in laila.modal().text
    laila.press("Still right", in_="modal")
    assert "L-1 stands for the policy in force" in laila.modal().text
    assert "to be read again" not in laila.home().text
