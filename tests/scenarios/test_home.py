"""App Home for each kind of person: what waits for them, and what their groups let them do."""

from tests.scenarios.customer_requests.registering import register
from tests.scenarios.harness import Steward


def test_a_request_that_nobody_has_waits_for_every_officer_until_one_takes_it(steward: Steward) -> None:
    laila, ieva = steward.person("laila"), steward.person("ieva")
    assert "Nothing waits for you. What you have to decide, read, answer or review" in laila.home().text
    assert register(steward) == {}
    for officer in (laila, ieva):
        assert "C-1 · nobody has it yet" in officer.home().text
        assert "Nothing waits for you" not in officer.glance_home().text
    assert "C-1" not in steward.person("janis").home().text
    laila.press("Open", in_="home")
    assert "C-1" in laila.modal().title
    laila.press("Take it", in_="modal")
    laila.close(everything=True)
    assert "C-1 · yours" in laila.home().text
    assert "C-1" not in ieva.home().text


def test_everybody_is_shown_what_their_groups_let_them_do(steward: Steward) -> None:
    duties = {"janis": "/access pending", "laila": "/privacy report", "agnese": "/audit review"}
    for name, command in duties.items():
        text = steward.person(name).home().text
        assert command in text
        assert not [other for other in duties.values() if other != command and other in text]
        assert "/privacy do you sell my data?" in text
    assert "Questions: privacy@postwing.example" not in steward.person("laila").home().text
    assert "Questions: privacy@postwing.example" in steward.person("nils").home().text
    assert "/privacy" not in steward.person("paula").home().text  # a guest of an engaged company
