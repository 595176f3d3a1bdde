"""People who left, or are no privacy officers any more, and had something to do for customers' requests."""

from bot.privacy.customer_requests.requests import TaskStatus
from slack_local.people.shown import Shown
from tests.promises.office import by
from tests.scenarios.customer_requests.registering import register
from tests.scenarios.harness import Steward, person_of


def told_at_the_desk(steward: Steward) -> list[Shown]:
    """What everybody reads at the desk of people who left."""
    steward.services.customer_requests.left.look()
    steward.deliver()
    said = [one for one in steward.person("ieva").read("privacy-desk") if not one.ephemeral]
    return [one for one in said if " left" in one.text or "any more" in one.text or "guest" in one.text]


def test_the_desk_hears_at_once_of_people_who_left(erasure: Steward) -> None:
    """Of each once, with all that they have; and the message follows what becomes of it."""
    officer, edgars = person_of(erasure, "laila"), person_of(erasure, "edgars")
    assert register(erasure, "nils", {"What does the customer ask for?": "Access"}) == {}
    work = erasure.services.customer_requests.work
    work.assign(by(officer), officer, 1, 1, edgars)
    work.assign(by(officer), officer, 2, 1, edgars)
    assert told_at_the_desk(erasure) == []
    erasure.slack.people["edgars"].deactivate()
    erasure.slack.groups["privacy-office"].set("ieva")
    erasure.services.directory.person(edgars.team, edgars.id, fresh=True)
    erasure.services.directory.person(officer.team, officer.id, fresh=True)
    for _ in range(3):
        of_laila, of_edgars = sorted((one.text for one in told_at_the_desk(erasure)), key=len)
    assert of_edgars.startswith("@Edgars Vītols left, and has something to do for 2 customers' requests\n")
    assert "Access · pw-00412 · C-2" in of_edgars
    assert "• Task: Remove the account's data from the customer database" in of_edgars
    assert "whole" not in of_edgars
    assert (
        "@Laila Eglīte is no privacy officer any more, and has something to do for 1 customer's request\n" in of_laila
    )
    assert "• The whole request" in of_laila
    ieva = person_of(erasure, "ieva")
    work.assign(by(ieva), ieva, 2, 1, ieva)
    work.settle(by(ieva), ieva, 1, 1, TaskStatus.REFUSED, "Asked twice")
    work.hand_over(by(ieva), ieva, 1, ieva)
    of_edgars, of_laila = sorted(one.text for one in told_at_the_desk(erasure))
    assert [of_edgars, of_laila] == [
        f"Nothing of customers' requests is left with @{name}: somebody else has it, or it is settled."
        for name in ("Edgars Vītols", "Laila Eglīte")
    ]


def test_of_whoever_comes_back_and_leaves_again_the_desk_hears_again(erasure: Steward) -> None:
    """In a message of its own: the first one says that they came back, and stays above."""
    ieva, edgars = person_of(erasure, "ieva"), person_of(erasure, "edgars")
    work, there = erasure.services.customer_requests.work, erasure.slack.people["edgars"]
    work.assign(by(ieva), ieva, 1, 1, edgars)

    def seen() -> list[str]:
        erasure.services.directory.person(edgars.team, edgars.id, fresh=True)
        return [one.text.partition("\n")[0] for one in told_at_the_desk(erasure)]

    holds = "@Edgars Vītols {}, and has something to do for 1 customer's request"
    there.deactivate()
    assert seen() == seen() == [holds.format("left")]
    there.change(deleted=False)
    assert seen() == []
    (again,) = (one.text for one in erasure.person("ieva").read("privacy-desk") if "here again" in one.text)
    assert again.startswith(holds.format("is here again"))
    there.deactivate()
    assert seen() == seen() == [holds.format("left")]
    work.settle(by(ieva), ieva, 1, 1, TaskStatus.REFUSED, "Asked twice")
    erasure.deliver()
    nothing = "Nothing of customers' requests is left with @Edgars Vītols: somebody else has it, or it is settled."
    assert nothing in [one.text for one in erasure.person("ieva").read("privacy-desk")]


def test_who_is_here_again_is_said_to_be(erasure: Steward) -> None:
    """As soon as the message follows something: a group that was emptied by mistake is no reason to hand over."""
    laila = person_of(erasure, "laila")
    erasure.slack.groups["privacy-office"].set("ieva")
    erasure.services.directory.person(laila.team, laila.id, fresh=True)
    (told,) = told_at_the_desk(erasure)
    assert told.buttons == ("Open",)
    erasure.slack.groups["privacy-office"].set("laila", "ieva")
    work = erasure.services.customer_requests.work
    work.assign(by(laila), laila, 1, 1, laila)
    erasure.services.directory.person(laila.team, laila.id, fresh=True)
    work.settle(by(laila), laila, 1, 1, TaskStatus.DONE)
    erasure.deliver()
    (told,) = (one for one in erasure.person("ieva").read("privacy-desk") if "Laila Eglīte is here again" in one.text)
    assert told.text.startswith("@Laila Eglīte is here again, and has something to do for 1 customer's request\n")
