"""Times, and what is said of many of them."""

import statistics
import time
from collections.abc import Callable, Sequence


def milliseconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def percentile(values: Sequence[float], which: int) -> float:
    """Interpolated; of a single value that value. Raises IndexError for none."""
    return statistics.quantiles(values, n=100, method="inclusive")[which - 1] if len(values) > 1 else values[0]
