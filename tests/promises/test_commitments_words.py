"""What the policy says of itself: its commitment, questions about it, and its changes. One test a row."""

from datetime import UTC, date, datetime

from bot.privacy.versions import policy_in_force
from tests.conftest import SettableClock
from tests.scenarios.harness import ROOT, Steward
from tests.scenarios.policy.announcing import announced, found

POLICY = (ROOT / "policies" / "postwing.md").read_text()
NEW = POLICY.replace("customer service, billing or marketing.", "customer service, billing, fraud checks or marketing.")
AHEAD = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)  # 14 days ahead of 1 April, 09:00 in Riga


def answered(steward: Steward, question: str) -> str:
    """What an agent reads who asks this."""
    inese = steward.person("inese")
    inese.type(f"/privacy {question}", channel="general")
    return inese.read("general")[-1].text


def quoted(text: str) -> list[str]:
    """What stands between quotation marks."""
    return [part.partition("”")[0] for part in text.split("“")[1:]]


def test_m1_the_commitment_may_be_quoted_and_is_never_elaborated(steward: Steward, clock: SettableClock) -> None:
    text = answered(steward, "Are you committed to keeping what I tell you private?")
    with steward.database.reading() as connection:
        policy = policy_in_force(connection, clock())
    assert policy is not None
    assert any("committed to keeping private" in quote for quote in quoted(text))
    assert all(quote in policy.text for quote in quoted(text))
    assert "guarantee" not in text


def test_q1_questions_on_use_and_on_limits_of_access_have_somebody_to_ask(steward: Steward) -> None:
    inese, laila = steward.person("inese"), steward.person("laila")
    answered(steward, "What are the limits on who can access my account?")
    inese.press("Ask the privacy officer", in_="general")
    steward.deliver()
    assert "What are the limits on who can access my account?" in laila.read("privacy-desk")[-1].text
    laila.type("/privacy report pw-70010", channel="general")
    assert "pw-70010" in laila.read("general")[-1].text
    assert steward.last()["action"] == "privacy.report"


def test_c1_a_change_is_announced_in_time_and_one_that_never_was_is_an_incident(
    steward: Steward, clock: SettableClock
) -> None:
    made = found(steward.database, steward.services.ledger, NEW, clock())
    announced(steward.database, steward.services.telling.announcer, made, date(2026, 4, 1), clock())
    clock.now = AHEAD
    steward.clockwork.tick()
    steward.services.telling.rounds.look()
    steward.deliver()
    assert "Our privacy policy changes on 1 April 2026." in steward.person("inese").dm()[-1].text
    assert "changes on 1 April" in steward.person("zane").read("general")[-1].text


def test_c2_every_notice_can_be_asked_about_and_every_question_has_an_owner(
    steward: Steward, clock: SettableClock
) -> None:
    test_c1_a_change_is_announced_in_time_and_one_that_never_was_is_an_incident(steward, clock)
    inese, laila = steward.person("inese"), steward.person("laila")
    assert "Ask the privacy officer" in inese.dm()[-1].buttons
    inese.press("Ask the privacy officer")
    inese.fill({"What would you like to know?": "Who does the fraud checks?"})
    inese.submit()
    inese.close()
    steward.deliver()
    assert "Who does the fraud checks?" in laila.read("privacy-desk")[-1].text
    laila.press("Write a ruling", in_="privacy-desk")
    laila.fill({"Your ruling": "Our own billing team does them."})
    laila.submit()
    steward.deliver()
    assert "Our own billing team does them." in inese.dm()[-1].text
