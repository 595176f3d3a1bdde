"""Two at the same moment, again and again."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


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
        left, right = (pool.submit(side, [pair[n] for pair in pairs]) for n in (0, 1))
        return list(zip(left.result(), right.result(), strict=True))
