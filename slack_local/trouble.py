"""Trouble on demand, for tests: what can go wrong between an app and Slack, so many times, then no more."""

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from slack_local.json_types import Json

ANY_METHOD = "*"


@dataclass(frozen=True, slots=True)
class CallTrouble:
    """What happens to one call of the Web API.

    "rate_limit" answers 429 with `retry_after` (s); "status" answers `status`; "error" answers `error`; "time_out"
    never answers: the connection ends after `seconds`, or when the caller hangs up. `took_effect` says whether the
    method ran all the same.
    """

    kind: Literal["rate_limit", "status", "error", "time_out"]
    times: int = 1
    retry_after: int = 1
    status: int = 503
    error: str = "internal_error"
    took_effect: bool = False
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class DeliveryTrouble:
    """What happens to one payload on its way to the app; `seconds` is how late it comes."""

    kind: Literal["duplicate", "late", "cut"]
    times: int = 1
    seconds: float = 0.0


@dataclass(slots=True)
class Trouble:
    calls: dict[str, deque[CallTrouble]] = field(default_factory=dict)
    deliveries: deque[DeliveryTrouble] = field(default_factory=deque)

    def add_call(self, method: str, trouble: CallTrouble) -> None:
        self.calls.setdefault(method, deque()).append(trouble)

    def add_delivery(self, trouble: DeliveryTrouble) -> None:
        self.deliveries.append(trouble)

    def next_call(self, method: str) -> CallTrouble | None:
        """The trouble of this call, if any; it counts."""
        return _take(self.calls.get(method) or self.calls.get(ANY_METHOD))

    def next_delivery(self) -> DeliveryTrouble | None:
        return _take(self.deliveries)

    def clear(self) -> None:
        self.calls.clear()
        self.deliveries.clear()

    def add(self, wanted: Json) -> None:
        """Takes an order as JSON: {"method": …, "kind": …, …} or {"delivery": kind, …}. Raises TypeError."""
        order = dict(wanted)
        if "delivery" in order:
            self.add_delivery(DeliveryTrouble(kind=order.pop("delivery"), **order))
        else:
            self.add_call(str(order.pop("method", ANY_METHOD)), CallTrouble(**order))


T = TypeVar("T", CallTrouble, DeliveryTrouble)


def _take(queue: deque[T] | None) -> T | None:
    if not queue:
        return None
    first = queue.popleft()
    if first.times > 1:
        queue.appendleft(replace(first, times=first.times - 1))
    return first
