"""Processes forked from one that has loaded everything: what was loaded stands in memory once, for all of them.

What forks is itself forked from this process, while it has one thread and no connection, and does nothing else. So
when a worker is forked, no thread holds a lock that would stay held in it, and nothing is open that two would use.
Like `bot.children`, each is told what to do on its standard input, and gone when that closes.
"""

import gc
import os
import select
import selectors
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from typing import Final, NoReturn

import orjson

LONGEST: Final = 65_536  # bytes of what is to stand in a new process's environment
NOT_FORKED: Final = b"0"
LOOK_EVERY_S: Final = 0.05
UNKNOWN: Final = 255
"""The exit code of a process whose end nobody saw, as the one that forked it was gone."""

Main = Callable[[], int]


class ForkServer:
    """Forks processes that call `main` and end with its exit code. To be made by a process of one thread.

    Raises OSError when it can't be begun, RuntimeError when there are more threads.
    """

    def __init__(self, main: Main) -> None:
        if threading.active_count() > 1:
            raise RuntimeError("only a process of one thread is forked")
        ours, its = socket.socketpair()
        sys.stdout.flush()  # or what is left of it would be said by each of them, too
        gc.freeze()  # what is there is looked through for garbage by nobody, which would copy it
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            _leave(_Serving(its, main).serve)
        its.close()
        self._control = ours
        self._turn = threading.Lock()
        self._is_over = False

    @property
    def alive(self) -> bool:
        """Whether it can fork another one."""
        with self._turn:
            self._is_over = self._is_over or os.waitpid(self.pid, os.WNOHANG)[0] != 0
            return not self._is_over

    def fork(self, told: bytes, environment: Mapping[str, str]) -> "Forked":
        """One process more, with this beside this process's environment. Raises OSError when there can't be one."""
        with self._turn, ExitStack() as its, ExitStack() as ours:
            given, saying = _pipe(its, ours)
            hearing, output = _pipe(ours, its)
            ended, ending = _pipe(ours, its)
            socket.send_fds(self._control, [orjson.dumps(dict(environment))], [given, output, ending])
            answer = self._control.recv(LONGEST)
            if answer in (b"", NOT_FORKED):
                raise OSError("a process can't be forked")
            ours.pop_all()
            forked = Forked(int(answer), saying, hearing, ended)
        forked.tell(told)
        return forked

    def close(self) -> None:
        """Fork no more, and return when it has ended. Those that it forked go on."""
        self._control.close()
        with self._turn:
            if not self._is_over:
                self._is_over = True
                os.waitpid(self.pid, 0)


class Forked:
    """One that was forked, to whoever wanted it. As bot.children.Child."""

    def __init__(self, pid: int, saying: int, hearing: int, ended: int) -> None:
        self.pid: Final = pid
        self.status: int | None = None
        self._input = open(saying, "wb", buffering=0)  # noqa: SIM115 - closed when it is let go of
        self._output = open(hearing, "rb")  # noqa: SIM115 - closed when it ends
        self._ended = ended
        self._turn = threading.Lock()

    def tell(self, words: bytes) -> None:
        """One line more for it to read."""
        with suppress(BrokenPipeError):
            self._input.write(words + b"\n")

    def lines(self) -> Iterator[bytes]:
        """What it says, line by line, until it says no more."""
        for line in self._output:
            yield line.rstrip(b"\n")
        self._output.close()

    def let_go(self) -> None:
        """Close its standard input, so that it ends by itself; nobody waits for it here. More than once is as once."""
        with suppress(OSError):
            self._input.close()

    def end(self, grace_s: float) -> None:
        """Let go of it, and return when it has ended; one that has not after so many seconds is killed."""
        self.let_go()
        with self._turn:
            if self.status is not None:
                return
            if not select.select([self._ended], [], [], grace_s)[0]:
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            said = os.read(self._ended, LONGEST)
            if not said:
                self._wait_unseen(grace_s)
            self.status = int(said) if said else UNKNOWN
            os.close(self._ended)

    def _wait_unseen(self, grace_s: float) -> None:
        """What forked it is gone, so that nobody tells when it has ended."""
        until = time.monotonic() + grace_s
        with suppress(ProcessLookupError):
            while time.monotonic() < until:
                os.kill(self.pid, 0)
                time.sleep(LOOK_EVERY_S)
            os.kill(self.pid, signal.SIGKILL)


class _Serving:
    """What the process that forks does: it waits to be asked for one more, and for those that it forked to end."""

    def __init__(self, control: socket.socket, main: Main) -> None:
        self._control = control
        self._main = main
        self._endings: dict[int, int] = {}
        self._waking, self._woken = os.pipe()
        self._selector = selectors.DefaultSelector()

    def serve(self) -> int:
        """Until nobody wants any more. Signals that reach the whole group are for others to answer."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for descriptor in (self._waking, self._woken):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._waking, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in self._selector.select()}
            if self._waking in ready:
                os.read(self._waking, LONGEST)
                self._tell_of_the_ended()
            if self._control in ready and not self._asked():
                return 0

    def _asked(self) -> bool:
        words, descriptors, _, _ = socket.recv_fds(self._control, LONGEST, 3)
        if not words:
            return False
        given, output, ending = descriptors
        try:
            pid = os.fork()
        except OSError:
            self._control.sendall(NOT_FORKED)
            os.close(ending)
        else:
            if pid == 0:
                _leave(lambda: self._become(words, given, output, ending))
            self._endings[pid] = ending
            self._control.sendall(b"%d" % pid)
        os.close(given)
        os.close(output)
        return True

    def _tell_of_the_ended(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                ending = self._endings.pop(ended[0])
                with suppress(BrokenPipeError):
                    os.write(ending, b"%d" % os.waitstatus_to_exitcode(ended[1]))
                os.close(ending)

    def _become(self, words: bytes, given: int, output: int, ending: int) -> int:
        """In the new process: with nothing of the others', and with its own standard input and output."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        self._control.close()
        for descriptor in (self._waking, self._woken, ending, *self._endings.values()):
            os.close(descriptor)
        for one, standard in ((given, 0), (output, 1)):
            if one != standard:
                os.dup2(one, standard)
                os.close(one)
        sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115 - as long as it lives
        os.environ.update(orjson.loads(words))
        return self._main()


def _pipe(reads: ExitStack, writes: ExitStack) -> tuple[int, int]:
    """A pipe whose ends are closed with those of whoever reads and of whoever writes."""
    reading, writing = os.pipe()
    reads.callback(os.close, reading)
    writes.callback(os.close, writing)
    return reading, writing


def _leave(main: Main) -> NoReturn:
    """End this process with the exit code, and with nothing of what the one that it was forked from has begun."""
    code = 1
    try:
        code = main()
    except BaseException:  # noqa: BLE001 - what is not explained yet is told here; nobody is above
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
