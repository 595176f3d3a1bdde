"""What every look-up begins with, read in one round trip: the policy, roles taken away, whether there are grants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, select
from sqlmodel import col

from bot.access.grants import Grant, live_grants_near
from bot.access.people import Person
from bot.access.recertification.removals import still_without, without
from bot.access.recertification.taken import RolesOnRecord
from bot.driver import Prepared
from bot.privacy.versions import IN_FORCE, Policy, policy_of
from models.access import AccessGrant
from models.recertification import RoleRemoval
from models.tables import table_of

_POLICY = IN_FORCE.subquery("in_force")
_REMOVAL = table_of(RoleRemoval)
_TAKEN = and_(
    _REMOVAL.c.ended.is_(None),
    _REMOVAL.c.team == bindparam("team"),
    _REMOVAL.c.person == bindparam("person"),
)
_GRANTED = exists().where(
    col(AccessGrant.ended_at).is_(None),
    col(AccessGrant.team) == bindparam("team"),
    col(AccessGrant.person) == bindparam("person"),
    col(AccessGrant.ends_at) > bindparam("now"),
)
# A row for each role that was taken from the person, one where none was; none at all before the first policy.
_BEGINNING = Prepared(
    select(*_POLICY.c, _REMOVAL.c.role, _GRANTED.label("granted")).select_from(_POLICY.outerjoin(_REMOVAL, _TAKEN))
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who asks, with the roles that count, and the policy in force; None: there is none, and nothing may be shown.

    `granted`: whether the person had any grant that is not over. What is given to them after that does not count for
    this look-up; what is ended after that counts at once, as live grants are read when they are needed.
    """

    person: Person
    policy: Policy | None
    granted: bool

    def live_grants(self, connection: Connection, account: str, now: datetime) -> Sequence[Grant]:
        """The person's grants that are live at `now` and may open this account, the one that ends last first."""
        return live_grants_near(connection, self.person, account, now) if self.granted else ()


def begin(connection: Connection, person: Person, now: datetime, on_record: RolesOnRecord) -> Beginning:
    """Read it for a person as Slack's directory has them. `on_record`: of whom entries are read, beside the table."""
    rows = _BEGINNING.lists(connection, {"now": now, "team": person.team, "person": person.id}, alone=True)
    if not rows:
        return Beginning(person, None, granted=False)
    *in_force, _, granted = rows[0]
    taken = {str(role) for *_, role, _ in rows if role is not None}
    person = still_without(connection, without(person, taken), on_record)
    return Beginning(person, policy_of(connection, in_force, now), bool(granted))
