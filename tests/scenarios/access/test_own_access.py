"""Whoever has very much access sees the first of it, and how much is not shown."""

from datetime import timedelta

from sqlalchemy import insert
from sqlmodel import col

from bot.access.overview import ASKED, GRANTS, LATER
from models.access import AccessGrant, AccessRequest
from slack_local import AsUser
from tests.scenarios.harness import Steward

LIVE, SOON, WAITING = 30, 11, 10


def test_what_is_not_shown_of_ones_own_is_counted(steward: Steward) -> None:
    inese = steward.person("inese")
    for _ in range(GRANTS):
        given(steward, "granted", begins_in=timedelta())
    given(steward, "granted", begins_in=timedelta(), person="kaspars")
    full = mine(inese)
    assert full.count(":white_check_mark:") == GRANTS
    assert "more of yours" not in full
    for _ in range(LIVE - GRANTS):
        given(steward, "granted", begins_in=timedelta())
    for _ in range(SOON):
        given(steward, "granted", begins_in=timedelta(hours=2))
    for _ in range(WAITING):
        given(steward, "pending", begins_in=timedelta())
    beyond = LIVE + SOON + WAITING - GRANTS - LATER - ASKED
    for text in (mine(inese), inese.home().text):
        assert text.count(":white_check_mark:") == GRANTS
        assert text.count(":hourglass:") == LATER + ASKED
        assert f"And {beyond} more of yours" in text


def test_who_has_no_purpose_is_told_so_and_sent_to_no_form(steward: Steward) -> None:
    """`/access` refuses them; whoever may ask, if only for others, is told of it."""
    nothing = "You have no access beyond your purposes, and nothing is waiting. "
    nils = f"{nothing}You are in no group that may look customers up. If your work needs it, ask to be added to"
    assert mine(steward.person("nils")).startswith(nils)
    for name in ("inese", "janis"):
        assert mine(steward.person(name)) == f"{nothing}/access asks for more."


def test_where_nothing_can_be_ended_that_is_said(steward: Steward) -> None:
    inese = steward.person("inese")
    inese.type("/access end", channel="general")
    said = inese.read("general")[-1].text
    assert said == "You have no access beyond your purposes, and nothing is waiting. So there is nothing to end."


def mine(person: AsUser) -> str:
    """What `/access mine` shows them."""
    person.type("/access mine", channel="general")
    return person.read("general")[-1].text


def given(steward: Steward, status: str, *, begins_in: timedelta, person: str = "inese") -> None:
    """A request, and its grant if it was granted, written by another replica."""
    now = steward.services.clock()
    whose = {"team": steward.slack.team_id, "person": steward.slack.people[person].id, "account": "pw-00412"}
    what = {**whose, "purpose": "technical_support", "data_classes": ["recipients"]}
    asked = {"duration_s": 3600, "justification": "Bounces", "asked_at": now, "expires_at": now + timedelta(hours=8)}
    begins = now + begins_in
    decided = {"decided_at": now, "decided_by": "U0JANIS"} if status == "granted" else {}
    lasts = {"starts_at": begins, "ends_at": begins + timedelta(hours=1), "granted_by": "U0JANIS"}
    with steward.database.transaction() as connection:
        row = insert(AccessRequest).values(**what, **asked, **decided, status=status)
        number = connection.execute(row.returning(col(AccessRequest.number))).scalar_one()
        if status == "granted":
            connection.execute(insert(AccessGrant).values(number=number, **what, **lasts))
