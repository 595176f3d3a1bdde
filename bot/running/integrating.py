"""The integrator's own process: it integrates until the Steward that began it lets go of it.

In a process of its own it takes nothing from look-ups but a share of the machine; threads of one process take turns.
"""

import base64
import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Final

import orjson
import structlog
import uuid_utils
from structlog.contextvars import bind_contextvars, get_contextvars

from bot import children, logs
from bot.audit.integration.growth import Keys
from bot.audit.integration.integrator import Integrator
from bot.audit.integration.lease import Lease
from bot.audit.merkle.notes import Signer, VerifierKey
from bot.audit.tamper import LedgerStanding, Refuse
from bot.clock import Clock, system_clock
from bot.database import Database
from bot.delivery.outbox import Outbox
from bot.queued import AuditChannel, QueuedEffects

TICK_S: Final = 0.1
REST: Final = 40  # times as long as it worked: look-ups come first, few meet it, and larger batches cost less
LONGEST_REST_S: Final = 0.5
REFRESH_S: Final = 1.0
AFTER_FAULT_S: Final = 1.0
GIVES_WAY: Final = 10  # nice: a tenth of the share of what looks up, where both want the same processor

INTEGRATES: Final = b"integrates"
WAITS: Final = b"waits"
FOUND: Final = b"found"

Tell = Callable[[bytes], object]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Charge:
    """What the process is to integrate. It holds secrets: the database's address and the signing seed (base64).

    `holder` is whom the lease is for, so that a process that takes another's place need not wait. `tells`: whether
    there is an audit channel. `level` is of its logs, `workspace` what they say besides, where several are hosted.
    """

    url: str
    holder: str
    origin: str
    seed: str
    former: tuple[str, ...]
    tells: bool
    level: int
    workspace: str | None = None

    def __repr__(self) -> str:
        return f"Charge({self.origin!r})"

    @classmethod
    def of(cls, database: Database, keys: Keys, *, tells: bool) -> "Charge":
        """For a new holder of the lease."""
        url, seed = database.url.render_as_string(hide_password=False), base64.b64encode(keys.signer.seed).decode()
        former = tuple(map(str, keys.former))
        level, workspace = logging.getLogger().level, get_contextvars().get("workspace")
        return cls(url, str(uuid_utils.uuid7()), keys.signer.key.name, seed, former, tells, level, workspace)

    def written(self) -> bytes:
        """One line of JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def read(cls, written: bytes) -> "Charge":
        """What `written` wrote."""
        values = orjson.loads(written)
        return cls(**{**values, "former": tuple(values["former"])})


def main() -> None:
    """Integrate until let go of."""
    told = children.told()
    if not told:
        return
    stop = children.let_go_of()
    charge, watched = Charge.read(told), sys.stderr.isatty()
    logs.configure(sys.stderr, as_json=not watched, colours=watched, level=charge.level)
    if charge.workspace:
        bind_contextvars(workspace=charge.workspace)
    with closing(Database(charge.url, pool_size=2)) as database:
        give_way(database)
        integrate(integrator(charge, database, system_clock), stop, children.tell_parent)


def give_way(database: Database) -> None:
    """Let look-ups have the processor first, where they don't wait for what this process does.

    On SQLite they do: it has the lock to write, and would only hold it the longer.
    """
    if not database.is_sqlite:
        os.nice(GIVES_WAY)


def integrator(charge: Charge, database: Database, clock: Clock) -> Integrator:
    """The integrator, with a standing of its own that it shares with others through the database."""
    keys = Keys(Signer(charge.origin, base64.b64decode(charge.seed)), tuple(map(VerifierKey.parse, charge.former)))
    standing = LedgerStanding(stops=False)
    tell = AuditChannel(QueuedEffects(Outbox(clock)), charge.tells)
    refuse = Refuse(database, clock, standing, tell, secrets.token_bytes)
    lease = Lease(database, clock, new_holder=lambda: charge.holder)
    return Integrator(database, clock, keys, standing, refuse, lease=lease)


def integrate(integrator: Integrator, stop: threading.Event, tell: Tell = lambda _: None) -> None:
    """Tick ten times a second until `stop` is set, and every second learn what others found.

    After much work it rests longer: what waits then is integrated in one batch. `tell` hears whether it is this
    process's turn, and that something was found.
    """
    refreshed: float | None = None
    said: tuple[bool, int] = (False, 0)
    while not stop.is_set():
        pause = TICK_S
        try:
            if refreshed is None or time.monotonic() - refreshed >= REFRESH_S:
                integrator.refresh()
                refreshed = time.monotonic()
            began = time.monotonic()
            integrator.tick(stop)
            pause = min(max(TICK_S, (time.monotonic() - began) * REST), LONGEST_REST_S)
        except Exception as error:
            log.error("ledger.halted", exc_info=error)
            pause = AFTER_FAULT_S
        said = _tell(integrator, said, tell)
        stop.wait(pause)
    _finish(integrator)


def _tell(integrator: Integrator, said: tuple[bool, int], tell: Tell) -> tuple[bool, int]:
    now = (integrator.lease.mine, len(integrator.standing.open))
    if now[0] != said[0]:
        tell(INTEGRATES if now[0] else WAITS)
    if now[1] > said[1]:
        tell(FOUND)
    return now


def _finish(integrator: Integrator) -> None:
    try:
        integrator.finish()
    except Exception as error:
        log.error("ledger.halted", exc_info=error)


if __name__ == "__main__":
    main()
