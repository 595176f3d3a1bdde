"""The privacy officers' desk: a question is handed over, decided once, kept as a ruling, and read again in time."""

from datetime import UTC, datetime

from bot.access.people import Conversation
from bot.privacy.desk import NotDecided
from bot.privacy.questions import NotNow
from slack_local.people.shown import Shown
from tests.conftest import SettableClock
from tests.promises.office import by
from tests.promises.surfaces import hidden_texts, problems
from tests.scenarios.harness import Steward, person_of
from tests.scenarios.privacy.asking import SOLD, SOLD_QUESTION, ask, reworded
from tests.scenarios.privacy.ruling import GENERAL, QUESTION, RULING, hand_over, rule


def desk(steward: Steward, who: str = "laila") -> Shown:
    return steward.person(who).read("privacy-desk")[-1]


def test_a_question_goes_to_the_desk_once(steward: Steward) -> None:
    assert "Q-1 is with the privacy officers (@privacy-office)" in hand_over(steward)
    shown = desk(steward)
    assert shown.text.startswith("Q-1: Inese asks what the policy says")
    assert QUESTION in shown.text
    assert shown.buttons[-2:] == ("Write a ruling", "Not our policy")
    assert 1 <= len([one for one in shown.buttons if one.startswith("Use sentence")]) <= 5
    assert len(shown.body["blocks"]) <= 8
    assert problems(dict(shown.body)) == []
    assert all("horoscope" not in one for one in hidden_texts(shown.body))
    asked = steward.last()
    assert (asked["action"], asked["outcome"], asked["query"]) == ("privacy.ask", "requested", "Q-1")
    inese = steward.person("inese")
    first = next(one for one in inese.read("general") if "Ask the privacy officer" in one.buttons)
    inese.press(inese.find("Ask the privacy officer", in_="general"))
    assert "already" in inese.read("general")[-1].text
    assert first.buttons
    assert steward.count("desk_questions") == 1
    assert "1 question about the policy waits for a ruling." in steward.person("laila").home().text
    assert "waits for a ruling" not in inese.home().text
    laila = steward.person("laila")
    laila.press("Look at them")
    assert QUESTION in laila.modal().text


def test_anothers_question_is_neither_handed_over_nor_shown(steward: Steward) -> None:
    hand_over(steward)
    asked = next(one.entry["id"] for one in steward.entries() if one.entry["outcome"] in ("silent", "unsure"))
    kaspars = person_of(steward, "kaspars")
    result = steward.services.questions.desk.hand_over(by(kaspars), kaspars, Conversation.INTERNAL, asked)
    assert result == NotDecided(NotNow.NO_SUCH_QUESTION)
    refused = steward.last()
    assert (refused["actor"], refused["outcome"], refused["reason"]) == (kaspars.id, "refused", "no_such_question")
    assert refused["query"] is None
    assert steward.count("desk_questions") == 1


def test_a_ruling_is_kept_used_marked_and_never_a_quote(steward: Steward, clock: SettableClock) -> None:
    hand_over(steward)
    said = rule(steward, text='The policy says "we never hold horoscopes".')
    assert "What stands in quotation marks is not in the policy in force." in said
    short = rule(steward, text=" no  ", asked="why")
    assert short.count("Say it in a few words.") == 2
    assert [one["reason"] for one in steward.audit(outcome="refused")][:2] == ["invented_quote", "too_short"]
    clock.advance(days=1)
    assert rule(steward).startswith("Privacy desk\nQ-1 is decided. Inese is told. Kept as L-1")
    entry = steward.last()
    wanted = ("privacy.rule", "done", "written", GENERAL, RULING)
    assert tuple(entry[key] for key in ("action", "outcome", "reason", "query", "justification")) == wanted
    decided = desk(steward)
    assert "Laila ruled on it." in decided.text
    assert decided.buttons == ("Withdraw the ruling",)
    inese = steward.person("inese")
    told = inese.dm()[-1]
    assert told.text.startswith("Q-1 is decided. Laila ruled on it.")
    assert RULING in told.text
    inese.press("Copy reply")
    reply = inese.modal().state["Reply for the customer"]
    assert f"Our privacy officer has looked at your question:\n\n{RULING}" in reply
    assert "“" not in reply
    inese.close()
    for question in (GENERAL, "what about HOROSCOPE data", GENERAL + "!"):
        answer = ask(steward, question, "kaspars")
        assert RULING in answer
        assert "Ruled by Laila, privacy officer, on 3 Mar 2026 (L-1)." in answer
        assert "A ruling: not the policy's words." in answer
        assert "“" not in answer
        assert (steward.last()["outcome"], steward.last()["reason"]) == ("answered", "ruled")
    for question in ("What about horoscope data after 3 years?", "What about no horoscope data?", QUESTION):
        assert RULING not in ask(steward, question, "kaspars")


def test_a_picked_sentence_is_quoted_the_next_time(steward: Steward) -> None:
    question = "Are my horoscopes sold or rented to data brokers by anybody?"
    hand_over(steward, question)
    laila = steward.person("laila")
    place = next(n for n, button in enumerate(desk(steward).buttons, start=1) if button.startswith("Use sentence"))
    laila.press(f"Use sentence {place}", in_="privacy-desk")
    asked = laila.modal().text
    assert question in asked
    assert SOLD in asked
    assert "Who sees it · in force" in asked
    assert "From now on whoever asks this, and who asks in nearly the same words about" in asked
    assert "Inese is told now." in asked
    assert "Withdraw the ruling takes it back at any time:" in asked
    assert steward.count("rulings") == 0
    assert laila.submit() == {}
    assert "Q-1 is decided. Inese is told." in laila.modal().text
    laila.close(everything=True)
    steward.deliver()
    assert "picked the sentence that answers it" in steward.person("inese").dm()[-1].text
    answer = ask(steward, question)
    assert SOLD in answer
    assert "Chosen for such a question by Laila, privacy officer" in answer
    assert steward.last()["reason"] == "ruled"


def test_not_our_policy(steward: Steward) -> None:
    hand_over(steward)
    steward.person("laila").press("Not our policy", in_="privacy-desk")
    steward.deliver()
    inese = steward.person("inese")
    assert "this is not for the policy to answer" in inese.dm()[-1].text
    inese.press("Copy a neutral reply")
    assert "found nothing in our privacy policy that answers this" in inese.modal().state["Reply for the customer"]
    inese.close()
    assert "This is not for the policy to answer. Ruled by Laila" in ask(steward, QUESTION)
    assert steward.last()["outcome"] == "silent"


def test_of_two_officers_one_wins(steward: Steward, clock: SettableClock) -> None:
    hand_over(steward)
    laila, ieva = steward.person("laila"), steward.person("ieva")
    for officer in (laila, ieva):
        officer.press("Write a ruling", in_="privacy-desk")
        officer.fill({"The question in general words": GENERAL, "Your ruling": RULING})
    assert laila.submit() == {}
    clock.advance(seconds=3)
    assert ieva.submit() == {}
    assert "Laila ruled on it 3 seconds before you. Nothing else to do." in ieva.modal().text
    assert steward.count("rulings") == 1
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "already_decided")


def test_rights_are_read_at_the_press(steward: Steward) -> None:
    hand_over(steward, who="laila")
    steward.slack.groups["privacy-office"].remove("laila")
    laila = steward.person("laila")
    laila.press("Not our policy", in_="privacy-desk")
    assert "Only privacy officers (@privacy-office) decide" in laila.read("privacy-desk")[-1].text
    assert (steward.last()["action"], steward.last()["reason"]) == ("privacy.rule", "not_a_privacy_officer")
    laila.type("/privacy gaps", channel="general")
    assert "Only privacy officers" in laila.read("general")[-1].text
    steward.slack.groups["privacy-office"].add("laila")
    laila.press("Not our policy", in_="privacy-desk")
    assert "Q-1 is decided" in laila.read("privacy-desk")[-1].text


def test_officers_are_reminded_until_somebody_answers(steward: Steward, clock: SettableClock) -> None:
    hand_over(steward)
    for days in (1, 2, 3, 4, 5):
        clock.advance(days=1)
        steward.tick()
        reminders = [one for one in steward.person("laila").read("privacy-desk") if "has waited for" in one.text]
        assert len(reminders) == min(days, 3)
    assert "Q-1 has waited for 3 days: Inese asks" in reminders[-1].text
    steward.person("laila").press("Not our policy", in_="privacy-desk")
    steward.deliver()
    texts = [one.text for one in steward.person("laila").read("privacy-desk")]
    assert not [one for one in texts if "has waited for" in one]


def test_a_new_version_puts_rulings_up_for_reading_again(steward: Steward, clock: SettableClock) -> None:
    question = "Are my horoscopes sold or rented to data brokers by anybody?"
    hand_over(steward, question)
    sentence = next(one for one in desk(steward).body["blocks"] if one["type"] == "rich_text")
    assert SOLD in str(sentence)
    laila = steward.person("laila")
    laila.press("Write a ruling", in_="privacy-desk")
    label = next(one for one in laila.modal().text.split("\n") if one.startswith("It rests on"))
    assert "Sentence 1" in label
    laila.fill({"Your ruling": RULING, "It rests on": ["Sentence 1 · Who sees it"]})
    assert laila.submit() == {}
    laila.close(everything=True)
    assert RULING in ask(steward, question)
    reworded(steward, clock, "We built Postwing for businesses;", "We made Postwing for businesses;")
    steward.services.questions.rereading.look()
    steward.deliver()
    assert RULING in ask(steward, question)
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell or rent out")
    assert RULING not in ask(steward, question)
    for _ in range(2):
        steward.services.questions.rereading.look()
    steward.deliver()
    again = [one for one in laila.read("privacy-desk") if one.text.startswith("Read L-1 again")]
    assert len(again) == 1
    assert "1 sentence that it rests on is not in the policy any more. It is not used until" in again[0].text
    assert "which the policy said before and does not say now" in again[0].text
    assert SOLD in again[0].text
    assert "What changed around it: /policy changes" in again[0].text
    assert "Not used: the policy has changed" in next(one.text for one in laila.read("privacy-desk"))
    assert "this is read again. Ask again before you reply" in steward.person("inese").dm()[-1].text
    assert "1 ruling waits to be read again" in str(steward.person("laila").home())
    laila.press("Still right", in_="privacy-desk")
    steward.deliver()
    assert "L-1 stands for the policy in force." in str([one.text for one in laila.read("privacy-desk")])
    assert RULING in ask(steward, question)
    assert [one["reason"] for one in steward.audit() if one["action"] == "privacy.rule"] == ["written", "confirmed"]
    laila.press("Withdraw the ruling", in_="privacy-desk")
    assert RULING not in ask(steward, question)
    steward.deliver()
    assert "L-1 was withdrawn by Laila" in laila.read("privacy-desk")[0].text
    *_, decided, withdrawn = steward.person("inese").dm()
    assert "It was withdrawn since. Ask again" in decided.text
    assert withdrawn.text.startswith("L-1 was withdrawn by Laila")


def test_open_questions_are_looked_up_again(steward: Steward, clock: SettableClock) -> None:
    question = "Are my horoscopes sold or rented to data brokers by anybody?"
    hand_over(steward, question)
    old = steward.person("laila").find("Use sentence 1", in_="privacy-desk")
    reworded(steward, clock, "We neither sell nor rent out", "We do not sell or rent out")
    laila = steward.person("laila")
    laila.press(old)
    assert "The policy has changed" in laila.read("privacy-desk")[-1].text
    steward.services.questions.rereading.look()
    steward.deliver()
    shown = laila.read("privacy-desk")[0].text
    assert SOLD not in shown
    assert "We do not sell or rent out" in shown
    laila.press(old)
    assert "The policy has changed" in laila.read("privacy-desk")[-1].text
    assert steward.count("rulings") == 0


def test_a_message_that_asks_several_things_counts_as_so_many_questions(steward: Steward) -> None:
    """As many as are understood by themselves; each under its own topic."""
    ask(steward, "do you sell my list and how long do you keep my data and who signs it?")
    ask(steward, "How long do you keep my data?")
    laila = steward.person("laila")
    laila.type("/privacy gaps", channel="general")
    said = laila.read("general")[-1].text
    assert "2 of 3 questions (67 %) were not answered by the policy itself" in said
    assert "how long data is kept: 2 (100 %)" in said


def test_the_monthly_list_comes_on_the_first_working_day(steward: Steward, clock: SettableClock) -> None:
    for question in ("How long do you keep my data?", "How long do you store my data?", SOLD_QUESTION, "???"):
        ask(steward, question)
    steward.services.questions.gaps.plan()
    clock.now = datetime(2026, 4, 1, 5, 29, tzinfo=UTC)
    steward.tick()
    assert steward.person("laila").read("privacy-desk") == []
    clock.advance(minutes=2)
    steward.tick()
    (month,) = steward.person("laila").read("privacy-desk")
    assert month.text.startswith("What the policy did not answer in March 2026")
    assert (
        "2 of 3 questions (67 %) were not answered by the policy itself; none was asked the month before." in month.text
    )
    assert "how long data is kept: 2 (100 %)\n" in f"{month.text}\n"  # nothing to compare it with
    assert "█" in month.text
    assert "store my data" not in month.text
    steward.services.questions.gaps.plan()
    clock.now = datetime(2026, 5, 1, 6, 0, tzinfo=UTC)
    steward.tick()
    assert len(steward.person("laila").read("privacy-desk")) == 2
    clock.now = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
    laila = steward.person("laila")
    laila.type("/privacy gaps", channel="general")
    shown = laila.read("general")[-1]
    assert shown.ephemeral
    assert "What the policy did not answer in March 2026, so far" in shown.text


def test_the_officer_reads_a_long_question_whole(steward: Steward) -> None:
    """A paragraph of Slack's holds 3,000 characters, a question 4,000."""
    question = "Are my horoscopes sold? " + "Please. " * 480 + "And this is where it ends"
    hand_over(steward, question)
    shown = desk(steward)
    assert "And this is where it ends" in shown.text
    assert problems(dict(shown.body)) == []
