"""How the watching of the policy stands, read and written under a lock: one check at a time."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from models.policy_watch import PolicyWatch
from models.tables import table_of

_WATCH = table_of(PolicyWatch)


@dataclass(frozen=True, slots=True)
class WatchState:
    """See models.policy_watch."""

    checked_at: datetime | None = None
    seen: str | None = None
    candidate: str | None = None
    candidate_at: datetime | None = None
    tries: int = 0
    faults: int = 0
    fault: str | None = None
    fault_source: str | None = None
    fault_since: datetime | None = None
    told: bool = False
    episode: int = 0

    @property
    def about(self) -> str:
        """What messages about the present stretch of faults speak of."""
        return f"source/{self.episode}"

    def waiting_for(self, candidate: str, now: datetime) -> "WatchState":
        """A text was fetched that is to be fetched again."""
        return replace(self, candidate=candidate, candidate_at=now)

    def steady(self, version: str) -> "WatchState":
        """The sources show this text, and have for a while."""
        return replace(self, seen=version, candidate=None, candidate_at=None)

    def faulty(self, fault: str, source: str | None, now: datetime) -> "WatchState":
        """One more check that found no policy."""
        first = self.faults == 0
        return replace(
            self,
            faults=self.faults + 1,
            fault=fault,
            fault_source=source,
            fault_since=now if first else self.fault_since,
            told=False if first else self.told,
            episode=self.episode + 1 if first else self.episode,
        )

    def well(self) -> "WatchState":
        """The policy was there."""
        return replace(self, faults=0, fault=None, fault_source=None, fault_since=None, told=False)


def read_state(connection: Connection, *, lock: bool = False) -> WatchState:
    """The state; with `lock` nobody else checks until the transaction ends."""
    query = select(_WATCH).where(_WATCH.c.number == 1)
    row = connection.execute(query.with_for_update() if lock else query).one()
    values = {name: value for name, value in row._mapping.items() if name != "number"}
    return WatchState(**values)


def write_state(connection: Connection, state: WatchState) -> None:
    """Keep the state."""
    values = {name: getattr(state, name) for name in WatchState.__slots__}
    connection.execute(update(_WATCH).where(_WATCH.c.number == 1).values(values))
