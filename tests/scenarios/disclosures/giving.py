"""Asking to give data to an outsider, and two approvals."""

from collections.abc import Mapping

from tests.scenarios.harness import Steward

FILLED = {
    "Contact details": ["E-mail", "Phone"],
    "Who gets it?": "Anna Kalna",
    "Of which organisation?": "Rīga District Court",
    "On what basis?": "A court's order",
    "Reference": "C-123/2026",
    "Of which day?": "2026-02-20",
    "Given by": "Rīga District Court",
    "What for?": "The court wants the contact of the account holder",
}
SECRETS = ("mara@balticbeans.example", "+371 26 443 478")


def ask(
    steward: Steward, who: str = "edgars", account: str = "pw-00412", changed: Mapping[str, object] | None = None
) -> dict[str, str]:
    """Send the form, and bring the messages; the errors under its fields."""
    person = steward.person(who)
    person.type(f"/access disclose {account}", channel="general")
    person.fill({**FILLED, **(changed or {})})
    errors = person.submit()
    steward.deliver()
    return errors


def in_both(steward: Steward) -> tuple[str, str]:
    return (
        steward.person("janis").read("access-approvals")[-1].text,
        steward.person("laila").read("privacy-desk")[-1].text,
    )


def approved(steward: Steward) -> None:
    assert ask(steward) == {}
    steward.person("edgars").close(everything=True)
    steward.person("janis").press("Approve", in_="access-approvals")
    steward.deliver()
    steward.person("laila").press("Approve", in_="privacy-desk")
    steward.deliver()
