"""What was said of a request before says how it stands now: objections undone, other owners, another term, its end."""

from datetime import UTC, datetime

from tests.conftest import SettableClock
from tests.scenarios.accounts.objecting import PHONE, card
from tests.scenarios.customer_requests.registering import at_the_desk, dm, opened, register, settle_all
from tests.scenarios.harness import Steward

WHY = "Backups of three years are searched by hand."


def test_an_objection_is_in_force_only_as_long_as_it_is(steward: Steward, clock: SettableClock) -> None:
    asked = {"What does the customer ask for?": "Objection to marketing", "Objects to": ["e-mail", "telephone"]}
    assert register(steward, answers=asked) == {}
    in_force = "Objects to marketing by e-mail and telephone: in force since it was recorded"
    assert in_force in at_the_desk(steward, "A customer's request:").text
    assert in_force in opened(steward, "laila")
    laila, zane = steward.person("laila"), steward.person("zane")
    laila.close(everything=True)
    (message,) = [one for one in laila.read("privacy-desk") if "pw-00412" in one.text]
    assert message.buttons == ("Undo e-mail", "Undo telephone", "Take it", "Open", "Registered by mistake")
    laila.press("Undo telephone", in_="privacy-desk")
    steward.deliver()
    undone = "Objected to marketing by telephone: not in force, undone by @Laila"
    told = at_the_desk(steward, "A customer's request:").text
    assert "Objects to marketing by e-mail: in force" in told
    assert undone in told
    assert PHONE in card(steward).text
    clock.advance(days=1)
    zane.type("/account pw-00412 agrees to e-mail", channel="general")
    zane.fill({"Who said so?": "Māra, on the phone"})
    assert zane.submit() == {}
    steward.deliver()
    agreed = "Objected to marketing by e-mail: not in force, the account agreed again, said on 3 March 2026 (O-4)"
    told = at_the_desk(steward, "A customer's request:").text
    assert agreed in told
    assert undone in told
    assert "Objects to marketing" not in told
    shown = opened(steward, "laila")
    assert agreed in shown
    assert undone in shown


def test_messages_follow_a_request_to_its_end(erasure: Steward, clock: SettableClock) -> None:
    laila = erasure.person("laila")
    clock.now = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    erasure.tick()
    assert dm(erasure, "laila").text.startswith("A request comes due: Erasure · pw-00412 · C-1\n")
    opened(erasure, "laila")
    laila.press("Give to somebody")
    laila.fill({"Who does it?": "edgars"})
    assert laila.submit() == {}
    laila.press("Extend the term")
    laila.fill({"Why does it take longer?": WHY, "Before that": ["The customer was told, with this reason"]})
    assert laila.submit() == {}
    erasure.deliver()
    assert "Due on 2 June 2026, extended" in dm(erasure, "laila").text
    assert "Due on 2 June 2026, extended" in dm(erasure, "edgars").text
    laila.press("Hand over")
    laila.fill({"New owner": "ieva"})
    assert laila.submit() == {}
    laila.close(everything=True)
    erasure.deliver()
    assert dm(erasure, "laila").text == "C-1 comes due, and nothing of it is left to do for you."
    assert dm(erasure, "ieva").text.startswith("C-1 is yours now")
    settle_all(erasure)
    laila.press("Close the request")
    erasure.deliver()
    for who in ("laila", "ieva", "inese"):
        said = [one.text for one in erasure.person(who).dm()]
        assert any("Closed by @Laila" in one for one in said), who
        assert all("is yours now" not in one and "comes due" not in one for one in said), who
    assert dm(erasure, "ieva").text.startswith("C-1, which was yours, is closed")
    assert dm(erasure, "inese").text.startswith("C-1, which you registered, is closed")


def test_of_each_end_whoever_registered_it_hears_anew(erasure: Steward) -> None:
    settle_all(erasure)
    laila = erasure.person("laila")
    for _ in range(2):
        laila.press("Close the request")
        laila.press("Reopen")
        erasure.deliver()
    laila.press("Close the request")
    erasure.deliver()
    told = [one.text for one in erasure.person("inese").dm() if "which you registered, is closed" in one.text]
    assert len(told) == 3
    assert [one for one in erasure.person("laila").dm() if "is closed" in one.text] == []
