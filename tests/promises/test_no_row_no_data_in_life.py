"""Promise 1 where a grant lives on: when the entry can't be written, nothing is shown and nothing changes."""

from collections.abc import Callable, Mapping

import pytest

from tests.promises import unwritable
from tests.promises.customers import ZQBRENN, ZQVALOR
from tests.promises.test_no_row_no_data import CHANGED_BY_PEOPLE, Scene, Way, fails, scene, works
from tests.promises.test_one_door import TO_A_COURT

__all__ = ["scene"]
URGENT = "The newsletter goes to the wrong list right now"
ALSO_CHANGED = ("access_request_accounts", "access_approvals", "access_absences", "disclosures", "disclosure_register")


def sent(scene: Scene, who: str, command: str, filled: Mapping[str, object]) -> None:
    """A form, filled in and sent, and closed again."""
    person = scene.person(who)
    person.type(command, channel="general")
    if not person.modals():
        return
    person.fill(dict(filled))
    person.submit()
    person.close(everything=True)


def several_requested(scene: Scene) -> None:
    what = {"Account": f"{ZQVALOR.id}\n{ZQBRENN.id}", "What do you need to see?": ["Contact details"]}
    sent(scene, "martins", "/access", {**what, "Why?": "Both bounce since Monday, need the senders"})


def taken_in_an_emergency(scene: Scene) -> None:
    sure = {"Is it an emergency?": ["I need it now, and can't wait for a decision"]}
    what = {"What do you need to see?": ["Contact details"], "Why?": URGENT, **sure}
    sent(scene, "inese", f"/access emergency {ZQVALOR.id} for technical support", what)


def extended(scene: Scene) -> None:
    sent(scene, "inese", "/access extend R-1001 1h", {"Why?": "The customer is still testing it"})


def disclosed(scene: Scene) -> None:
    sent(scene, "edgars", f"/access disclose {ZQVALOR.id}", dict(TO_A_COURT))


def away(scene: Scene) -> None:
    scene.person("janis").type("/access away friday @nils", channel="general")


def given_less(scene: Scene) -> None:
    person = scene.person("janis")
    scene.pressed("less", "janis")
    person.fill({"For how long?": "30 min", "Why?": "Half an hour is enough"})
    person.submit()
    person.close(everything=True)


def agreed_to_give_away(scene: Scene) -> None:
    scene.pressed("agree", "janis")


def shown_to_give_away(scene: Scene) -> None:
    scene.pressed("show", "edgars")


def register(scene: Scene) -> None:
    scene.person("agnese").type("/access disclosures", channel="audit-log")


LIFE: tuple[Way, ...] = (
    several_requested,
    taken_in_an_emergency,
    extended,
    disclosed,
    away,
    given_less,
    agreed_to_give_away,
    shown_to_give_away,
    register,
)


@pytest.fixture
def later(scene: Scene) -> Scene:
    """With two disclosures: one that an approver may agree to, and one that is ready to be shown."""
    scene.keep("less", "janis", "Approve less", "access-approvals")
    steward = scene.steward
    disclosed(scene)
    steward.deliver()
    for who, channel in (("janis", "access-approvals"), ("laila", "privacy-desk")):
        scene.person(who).press("Approve", in_=channel)
        steward.deliver()
    scene.keep("show", "edgars", "Show the data", "dm")
    disclosed(scene)
    steward.deliver()
    scene.keep("agree", "janis", "Approve", "access-approvals")
    return scene


@pytest.mark.parametrize("fault", [unwritable.renamed], ids=lambda fault: fault.__name__)
def test_nothing_is_shown_and_nothing_changes(later: Scene, fault: unwritable.Fault) -> None:
    steward = later.steward
    counted: Callable[[], list[int]] = lambda: [steward.count(table) for table in ALSO_CHANGED]  # noqa: E731
    before = counted()
    with fault(steward.database):
        for way in LIFE:
            fails(later, way)
    assert counted() == before
    assert set(ALSO_CHANGED).isdisjoint(CHANGED_BY_PEOPLE)
    shown_to_give_away(later)
    assert ZQVALOR.email in later.person("edgars").modal().text
    later.person("edgars").close(everything=True)
    works(later)
