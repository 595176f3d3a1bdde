"""Answering within Slack's three seconds: an answer that takes longer follows by response_url.

Where the gate can answer early, an answer is made in the request's own thread; else in another one that is waited for.
"""

import contextvars
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from typing import Final

import structlog
from slack_bolt import Ack, Respond
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.gate.early import PATIENCE_S, Early, early_answer
from handlers.faults import words_of
from handlers.replies import acknowledge
from handlers.views.blocks import Block, ephemeral

THREADS: Final = 8  # with the gate's 24 as many as there are connections to a database

LOOKING: Final = "Looking… The answer follows here in a moment."

Tell = Callable[[Block], object]

log = structlog.get_logger(__name__)


class Patience:
    """Runs answers in threads of its own and waits for each as long as Slack does."""

    def __init__(self, threads: int = THREADS, patience_s: float = PATIENCE_S) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._patience_s = patience_s

    def answer(self, make: Callable[[], Block], ack: Ack, respond: Respond) -> None:
        """Acknowledge with the answer itself, or with "Looking…" and let it follow. Raises what `make` raises."""
        early = early_answer()
        if early is not None and early.offer(lambda: ack(**ephemeral(LOOKING))):
            _in_place(early, make, ack, lambda made: respond(**made, replace_original=True))
            return
        future = self._pool.submit(contextvars.copy_context().run, make)
        try:
            ack(**future.result(self._patience_s))
        except StillWorking:
            if future.done():
                raise
            ack(**ephemeral(LOOKING))
            future.add_done_callback(lambda done: _tell(done, lambda made: respond(**made, replace_original=True)))

    def press(self, make: Callable[[], Block], now: Tell, wait: Callable[[], Tell]) -> None:
        """Tell what comes of a press with `now`, which acknowledges; or, when it takes longer, with what `wait` gives.

        `wait` acknowledges and shows that something is coming. Raises what `make` raises while it is waited for.
        """
        future = self._pool.submit(contextvars.copy_context().run, make)
        try:
            made = future.result(self._patience_s)
        except StillWorking:
            if future.done():
                raise
        else:
            now(made)
            return
        later = wait()
        future.add_done_callback(lambda done: _tell(done, later))

    def close(self) -> None:
        """Let what runs come to its end."""
        self._pool.shutdown(wait=True)


def _in_place(early: Early, make: Callable[[], Block], ack: Ack, later: Tell) -> None:
    """Make the answer in this thread. Raises what `make` raises while the answer is awaited."""
    try:
        made = make()
    except Exception as error:
        if early.over():
            raise
        done = Future[Block]()
        done.set_exception(error)
    else:
        if early.over():
            acknowledge(made, ack)
            return
        done = Future[Block]()
        done.set_result(made)
    _tell(done, later)


def _tell(done: Future[Block], later: Tell) -> None:
    """Whatever goes wrong here, nobody waits for any more: it is logged by type and place."""
    error = done.exception()
    try:
        later(ephemeral(words_of(error)) if error else done.result())
    except (SlackApiError, SlackClientError, OSError) as untold:
        log.warning("request.answer_untold", exc_info=untold)
