"""The integrator as a part of a running Steward: a process of its own, begun again when it ends by itself."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.audit.integration.remembered import Remembered
from bot.audit.tamper import LedgerStanding, Mismatch
from bot.children import Child
from bot.database import Database
from bot.running.integrating import FOUND, INTEGRATES, Charge

MODULE: Final = "bot.running.integrating"
REFRESH_S: Final = 1.0
AFTER_END_S: Final = 1.0
GRACE_S: Final = 20.0

log = structlog.get_logger(__name__)


class IntegratorPart:
    """Keeps the integrator's process, and knows within a second what it and other replicas have found.

    When this process is killed, the integrator ends too; when the integrator is, another takes its place at once.
    Where enough others integrate, `begins` is False, and there is no process to keep. Entries that this process has
    committed are `remembered` until they have their index; of one that is gone, or was changed before it had one,
    `refuse` is told.
    """

    name = "integrator"

    def __init__(
        self,
        database: Database,
        charge: Charge,
        standing: LedgerStanding,
        *,
        begins: bool = True,
        remembered: Remembered | None = None,
        refuse: Callable[[Mismatch], object] = lambda _: None,
    ) -> None:
        self._begins = begins
        self._remembered = Remembered() if remembered is None else remembered
        self._refuse = refuse
        self.standing = standing
        self.mine = False
        self._database = database
        self._charge = charge
        self._child: Child | None = None
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._found = threading.Event()
        keep, learn = copy_context(), copy_context()  # what their logs say besides
        self._keeper = threading.Thread(target=keep.run, args=(self._keep,), name="integrator", daemon=True)
        self._learner = threading.Thread(target=learn.run, args=(self._learn,), name="ledger-standing", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether the process is looked after."""
        return self._keeper.is_alive() and self._learner.is_alive()

    @property
    def pid(self) -> int | None:
        """The integrator's process, while there is one."""
        child = self._child
        return child.pid if child is not None and child.status is None else None

    def start(self) -> None:
        """Learn what was found before, and begin to integrate."""
        self._refresh()
        self._keeper.start()
        self._learner.start()

    def stop(self) -> None:
        """Let it finish the batch, take what came in last, and let another replica begin at once."""
        with self._turn:
            self._stop.set()
            child = self._child
        if child is not None:
            child.end(GRACE_S)
        self._keeper.join()
        self._found.set()
        self._learner.join()
        self._refresh(last=True)

    def _keep(self) -> None:
        if not self._begins:
            self._stop.wait()
        while not self._stop.is_set():
            if (child := self._begun()) is not None:
                for line in child.lines():
                    self._heard(line)
                child.end(GRACE_S)
                self.mine = False
                log.info("integrator.ended", status=child.status, ok=self._stop.is_set())
            self._stop.wait(AFTER_END_S)

    def _begun(self) -> Child | None:
        """A new process, unless there is to be none any more, or none can be begun."""
        with self._turn:
            if self._stop.is_set():
                return None
            try:
                self._child = Child(MODULE, self._charge.written())
            except OSError as error:
                log.error("integrator.not_begun", exc_info=error)
                return None
            log.info("integrator.begun", pid=self._child.pid)
            return self._child

    def _heard(self, words: bytes) -> None:
        if words == FOUND:
            self._found.set()
        else:
            self.mine = words == INTEGRATES

    def _learn(self) -> None:
        while not self._stop.is_set():
            self._found.wait(REFRESH_S)
            self._found.clear()
            self._refresh()

    def _refresh(self, *, last: bool = False) -> None:
        """What can't be read, or told, leaves what is known and remembered as it is."""
        try:
            with self._database.reading() as connection:
                self.standing.refresh(connection)
                missed = self._remembered.look(connection, last=last)
            for mismatch in (*missed, *self.standing.doubts):
                self._refuse(mismatch)
                self._remembered.forget(mismatch.about)
        except SQLAlchemyError as error:
            log.error("ledger.not_refreshed", exc_info=error)
