"""One payload to the app, with its deadline, its repetitions and the trouble that a test asked for."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_local.delivery.answer import DEADLINE, Answer, PayloadKind, Retry, Transport
from slack_local.delivery.signed_http import SignedHttp
from slack_local.json_types import Json
from slack_local.trouble import DeliveryTrouble, Trouble

RETRY_DELAYS = (0.0, 60.0, 300.0)
"""Seconds before each repetition of an event. Source: https://docs.slack.dev/apis/events-api/#retries"""


@dataclass(slots=True)
class Delivery:
    """Commands and interactions are delivered once, as Slack does; events are repeated until acknowledged."""

    sockets: Transport
    trouble: Trouble
    deadline: float = DEADLINE
    retry_delays: Sequence[float] = RETRY_DELAYS
    http: SignedHttp | None = None
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def transport(self) -> Transport:
        return self.http or self.sockets

    async def interact(self, kind: PayloadKind, payload: Json) -> Answer:
        """Waits for the acknowledgement, at most `deadline` seconds; what comes later is lost."""
        return await self._attempt(kind, payload, Retry())

    async def event(self, payload: Json) -> Answer:
        """The answer to the first attempt; repetitions follow by themselves."""
        answer = await self._attempt("events_api", payload, Retry())
        if not answer.acknowledged and self.transport.connected:
            self.spawn(self._repeat(payload, answer))
        return answer

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Runs something that nobody waits for; `stop` ends it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.http is not None:
            await asyncio.to_thread(self.http.close)

    async def _repeat(self, payload: Json, last: Answer) -> None:
        for attempt, delay in enumerate(self.retry_delays, start=1):
            await asyncio.sleep(delay)
            last = await self._attempt("events_api", payload, Retry(attempt, last.failure or "http_error"))
            if last.acknowledged:
                return

    async def _attempt(self, kind: PayloadKind, payload: Json, retry: Retry) -> Answer:
        trouble = self.trouble.next_delivery() or DeliveryTrouble("late")
        task = self.spawn(self._send(kind, payload, retry, trouble))
        done, _ = await asyncio.wait({task}, timeout=self.deadline)
        return task.result() if done else Answer(acknowledged=False, failure="http_timeout")

    async def _send(self, kind: PayloadKind, payload: Json, retry: Retry, trouble: DeliveryTrouble) -> Answer:
        if trouble.seconds:
            await asyncio.sleep(trouble.seconds)
        twice, cut = trouble.kind == "duplicate", trouble.kind == "cut"
        return await self.transport.send(kind, payload, retry, twice=twice, cut=cut)
