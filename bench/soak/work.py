"""Mixed work at a rate: look-ups, requests, decisions, questions, as many a second as are asked for."""

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import text

from bench.company import account_id
from bench.soak.fleet import Fleet, Unanswered
from bot.database import Database
from tests.promises.deliveries import Payload, People

AT_ONCE: Final = 64
SHARES: Final = {"look-up": 66, "search": 10, "request": 10, "decision": 8, "question": 4, "mine": 2}
ASKERS: Final = ("inese", "kaspars")
DECIDERS: Final = {"janis": 9, "martins": 9, "laila": 2}  # the last may not, and is refused
NAMES: Final = ("bean", "Baltic", "studio", "Ozol", "nord")
QUESTIONS: Final = ("do you sell my list?", "how long do you keep my data?", "who sees my e-mail address?")
PENDING: Final = text("SELECT number FROM access_requests WHERE status = 'pending' AND number > :last ORDER BY number")
LOOK_EVERY_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did: when it was acknowledged (ms after it was due), and what was answered."""

    kind: str
    payload: Payload
    ms: float
    told: str

    @property
    def failed(self) -> bool:
        """Whether the person was told that it did not happen, with a reference."""
        return "(ref " in self.told


@dataclass
class Work:
    """Who does what next. Every request is of an account of its own, of which no one has asked before."""

    fleet: Fleet
    people: People
    database: Database
    chance: random.Random
    accounts: int
    pending: "queue.SimpleQueue[int]" = field(default_factory=queue.SimpleQueue)
    acts: list[Act] = field(default_factory=list)
    unanswered: list[Payload] = field(default_factory=list)
    requests: int = 0

    def run(self, seconds: float, rate: float, tick: Callable[[], None]) -> float:
        """An act every 1/rate s, whether or not those before were answered; returns how many a second were begun."""
        began = time.perf_counter()
        wanted = round(seconds * rate)
        with self._finding(), ThreadPoolExecutor(AT_ONCE, thread_name_prefix="person") as pool:
            running = []
            for number in range(wanted):
                due = began + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                running.append(pool.submit(self._act, *self._next(), due))
                tick()
            took = time.perf_counter() - began
            for one in running:
                one.result()
        return wanted / took

    def _next(self) -> tuple[str, Payload]:
        (kind,) = self.chance.choices(list(SHARES), list(SHARES.values()))
        if kind == "decision":
            try:
                return kind, self._decision(self.pending.get_nowait())
            except queue.Empty:
                kind = "look-up"
        return kind, self._made(kind)

    def _made(self, kind: str) -> Payload:
        who, one = self.chance.choice(ASKERS), account_id(self.chance.randrange(self.accounts), self.accounts)
        match kind:
            case "request":
                self.requests += 1
                return self.people.request(who, account_id(self.requests, self.accounts))
            case "search":
                return self.people.command(who, "/account", self.chance.choice(NAMES))
            case "question":
                return self.people.command(who, "/privacy", self.chance.choice(QUESTIONS))
            case "mine":
                return self.people.command(who, "/access", "mine")
        return self.people.command(who, "/account", one)

    def _decision(self, request: int) -> Payload:
        (who,) = self.chance.choices(list(DECIDERS), list(DECIDERS.values()))
        if self.chance.random() < 0.3:
            return self.people.denial(who, request, "Ask the customer first")
        return self.people.press(who, "access.approve", {"request": request})

    def _act(self, kind: str, payload: Payload, due: float) -> None:
        try:
            reply = self.fleet.deliver(payload)
        except Unanswered:
            self.unanswered.append(payload)
            return
        self.acts.append(Act(kind, payload, (time.perf_counter() - due) * 1000, str(reply.body)))

    @contextmanager
    def _finding(self) -> Iterator[None]:
        """Requests that are there may be decided. One reader asks for those of all people."""
        over, last = threading.Event(), 0

        def find() -> None:
            nonlocal last
            while not over.wait(LOOK_EVERY_S):
                with self.database.reading() as connection:
                    for number in connection.scalars(PENDING, {"last": last}):
                        self.pending.put(number)
                        last = number

        finder = threading.Thread(target=find, name="finder")
        finder.start()
        try:
            yield
        finally:
            over.set()
            finder.join()


def watched(work: Callable[[], float], failed: threading.Event) -> float:
    """Run the work; whoever watches is told when it broke off."""
    try:
        return work()
    except BaseException:
        failed.set()
        raise
