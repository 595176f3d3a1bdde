"""A process of one thread that has others forked, for tests: what came of it as JSON, one line for each."""

import json
import os
import random
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot import children
from bot.audit.ledger import time_ordered_id
from bot.forks import Forked, ForkServer

HELD: Final = ["from before"]
PATIENCE_S: Final = 60


def main() -> int:
    """In a forked one: what it was told to do."""
    match children.told().decode():
        case "end":
            descriptors = len(list(Path("/proc/self/fd").iterdir()))
            children.tell_parent(json.dumps([HELD, os.environ["OF_ITS_OWN"], descriptors]).encode())
            return 3
        case "draw":
            children.tell_parent(f"{time_ordered_id()[-12:]} {random.random()}".encode())
            return 0
        case "fail":
            raise ValueError("unforeseen")
        case "wait":
            let_go = children.let_go_of()
            children.tell_parent(b"waits")
            let_go.wait()
            return 0
    return 1


def _wait(server: ForkServer) -> tuple[Forked, bytes]:
    one = server.fork(b"wait", {})
    return one, next(one.lines())


def ends(server: ForkServer) -> object:
    """What one says that is forked after others, and its exit code."""
    others = [_wait(server)[0] for _ in range(3)]
    one = server.fork(b"end", {"OF_ITS_OWN": "this"})
    said = [json.loads(line) for line in one.lines()]
    one.end(PATIENCE_S)
    for other in others:
        other.end(PATIENCE_S)
    return [said, one.status, [other.status for other in others], os.environ.get("OF_ITS_OWN")]


def draws(server: ForkServer) -> object:
    """What three of them draw by chance."""
    several = [server.fork(b"draw", {}) for _ in range(3)]
    drawn = [next(one.lines()).decode().split() for one in several]
    for one in several:
        one.end(PATIENCE_S)
    return drawn


def fails(server: ForkServer) -> object:
    """The exit codes of one that fails, and of one that is killed."""
    one, (other, _) = server.fork(b"fail", {}), _wait(server)
    os.kill(other.pid, signal.SIGKILL)
    for each in (one, other):
        assert list(each.lines()) == []
        each.end(PATIENCE_S)
    return [one.status, other.status, server.alive]


def does_not_end(server: ForkServer) -> object:
    """One that is stopped does not end by itself, and is killed."""
    one, _ = _wait(server)
    os.kill(one.pid, signal.SIGSTOP)
    one.end(0.1)
    return one.status


def is_alone(server: ForkServer) -> object:
    """One goes on when the signals of the whole group come, and when what forked it is gone."""
    one, _ = _wait(server)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(server.pid, number)
        os.kill(one.pid, number)
    still = server.alive
    os.kill(server.pid, signal.SIGKILL)
    while server.alive:
        pass
    try:
        server.fork(b"end", {})
    except OSError:
        refused = True
    os.kill(one.pid, 0)
    one.end(PATIENCE_S)
    try:
        os.kill(one.pid, 0)
    except ProcessLookupError:
        gone = True
    return [still, refused, one.status, gone]


def with_threads(_: ForkServer) -> object:
    """No process is forked from one with threads."""
    stop = threading.Event()
    threading.Thread(target=stop.wait, daemon=True).start()
    try:
        ForkServer(main)
    except RuntimeError as error:
        return str(error)
    finally:
        stop.set()
    return None


ALL: Final[dict[str, Callable[[ForkServer], object]]] = {
    one.__name__: one for one in (ends, draws, fails, does_not_end, is_alone, with_threads)
}

if __name__ == "__main__":
    time_ordered_id()  # what is drawn before must not be drawn again by each
    random.random()
    forking = ForkServer(main)
    print(json.dumps(ALL[sys.argv[1]](forking)))
    forking.close()
