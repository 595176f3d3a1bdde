"""A look-up reads in one step what others read in several; both are to know the same."""

from sqlalchemy import insert
from sqlmodel import col

from bot.access.grants import live_grants
from bot.accounts.beginning import Beginning, begin
from bot.privacy.versions import policy_in_force
from models.recertification import RecertificationList, RoleRemoval
from tests.conftest import SettableClock
from tests.scenarios.access.asking import ask
from tests.scenarios.access.configured import fill
from tests.scenarios.harness import Steward


def begun(steward: Steward, name: str) -> Beginning:
    """What a look-up of this person begins with, compared with what is read piece by piece."""
    team, user = steward.slack.team_id, steward.slack.people[name].id
    services, now = steward.services, steward.services.clock()
    counted = services.directory.person(team, user)
    with steward.database.reading() as connection:
        found = begin(connection, services.directory.listed(team, user), now, services.proof.standing.roles)
        assert found.person == counted
        assert found.policy is policy_in_force(connection, now)
        all_of_them = live_grants(connection, counted, now)
        for account in ("pw-00412", "pw-00413", "pw-00414"):
            near = found.live_grants(connection, account, now)
            opening = tuple(grant for grant in all_of_them if account in grant.accounts)
            assert tuple(grant for grant in near if account in grant.accounts) == opening
    return found


def test_a_look_up_begins_with_all_that_others_read_in_pieces(steward: Steward, clock: SettableClock) -> None:
    assert not begun(steward, "inese").granted
    ask(steward)
    steward.person("janis").press("Approve", in_="access-approvals")
    with_grant = begun(steward, "inese")
    assert with_grant.granted
    assert not begun(steward, "kaspars").granted
    assert fill(steward, Account="pw-00413, pw-00414") == {}  # one grant for both
    steward.person("janis").press("Approve", in_="access-approvals")
    with steward.database.reading() as connection:
        several = begun(steward, "inese").live_grants(connection, "pw-00414", clock())
    assert [grant.accounts for grant in several] == [("pw-00413", "pw-00414")]
    take(steward, clock, "inese", "support")
    assert begun(steward, "inese").person.removed == {"support"}
    take(steward, clock, "inese", "auditors")
    assert begun(steward, "inese").person.removed == {"support"}  # they had no other
    assert "support" in begun(steward, "kaspars").person.roles
    steward.person("inese").type("/account pw-00412", channel="general")
    assert (steward.last()["outcome"], steward.last()["reason"]) == ("refused", "removed")
    clock.advance(days=2)
    assert not begun(steward, "inese").granted


def take(steward: Steward, clock: SettableClock, name: str, role: str) -> None:
    """Take a role from a person, as another replica would: only the database knows."""
    team, at = steward.slack.team_id, clock()
    listed = insert(RecertificationList).values(term=f"of {role}", role=role, team=team, opened_at=at, due_at=at)
    with steward.database.transaction() as connection:
        of = connection.execute(listed.returning(col(RecertificationList.number))).scalar_one()
        row = {"team": team, "person": steward.slack.people[name].id, "role": role, "of": of}
        connection.execute(insert(RoleRemoval).values(**row, removed_at=at, removed_by="U0"))
