"""Two at the same moment, again and again."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from sqlalchemy import make_url

T = TypeVar("T")


def patient(postgresql_url: str) -> str:
    """The URL with locks waited for longer than any busy machine stands still: only who is first counts in a race."""
    url = make_url(postgresql_url).update_query_dict({"options": "-c lock_timeout=60000"})
    return url.render_as_string(hide_password=False)


def at_once(pairs: Sequence[tuple[Callable[[], T], Callable[[], T]]]) -> list[tuple[T, T]]:
    """Both of each pair at the same moment, one pair after the other. Raises what any of them raises."""
    barrier = threading.Barrier(2, timeout=60)

    def side(works: Sequence[Callable[[], T]]) -> list[T]:
        done = []
        for work in works:
            barrier.wait()
            try:
                done.append(work())
            except BaseException:
                barrier.abort()
                raise
        return done

    with ThreadPoolExecutor(2) as pool:
        sides = [pool.submit(side, [pair[n] for pair in pairs]) for n in (0, 1)]
        wait(sides)
        for error in (one.exception() for one in sides):
            if error is not None and not isinstance(error, threading.BrokenBarrierError):
                raise error  # the other side's barrier broke because of it
        left, right = (one.result() for one in sides)
        return list(zip(left, right, strict=True))
