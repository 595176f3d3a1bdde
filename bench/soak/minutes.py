"""How a long run goes, a line each minute: whoever comes by sees how far it is, and when it began to be slow."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console

from bench.samples import Samples
from bench.soak.work import Act
from tests.promises.deliveries import Payload

MINUTE_S: Final = 60.0


@contextmanager
def told_each_minute(acts: Sequence[Act], unanswered: Sequence[Payload], console: Console) -> Iterator[None]:
    """Say what the last minute was like, until it is over."""
    over = threading.Event()

    def tell() -> None:
        began, told = time.monotonic(), 0
        while not over.wait(MINUTE_S):
            until = len(acts)
            taken, told = [act.ms for act in acts[told:until]], until
            console.print(_line((time.monotonic() - began) / MINUTE_S, told, taken, len(unanswered)), highlight=False)

    teller = threading.Thread(target=tell, name="teller")
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _line(minutes: float, acts: int, taken: Sequence[float], unanswered: int) -> str:
    samples = Samples(list(taken))
    times = f"p50 {samples.p50:,.0f} ms, p99 {samples.p99:,.0f} ms" if len(taken) > 1 else "nothing was answered"
    return f"{minutes:3.0f} min: {acts:,} acts; the last minute {times}; {unanswered} unanswered"
