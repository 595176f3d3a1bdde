"""Recording an objection to marketing, and the card that follows."""

from collections.abc import Mapping

from slack_local.people.shown import Shown
from tests.scenarios.harness import Steward

EMAIL, PHONE, ADDRESS = "m•••@balticbeans.example", "+371 •• ••• 478", "B•••"


def card(steward: Steward, who: str = "zane", query: str = "pw-00412") -> Shown:
    steward.person(who).type(f"/account {query}", channel="general")
    return steward.person(who).read("general")[-1]


def object_to(
    steward: Steward, media: str, who: str = "zane", answers: Mapping[str, object] | None = None
) -> dict[str, str]:
    """Record it by the command; errors by label."""
    person = steward.person(who)
    person.type(f"/account pw-00412 objects to {media}", channel="general")
    person.fill({"Who said so?": "Māra, on the phone", **(answers or {})})
    errors = person.submit()
    if not errors:
        assert "It is in force now" in person.modal().text
        person.close(everything=True)
    steward.deliver()
    return errors
