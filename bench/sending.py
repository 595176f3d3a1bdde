"""An outbox with many waiting messages, brought to a Slack with rate limits; the floor posts them and keeps nothing."""

import http.client
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
from slack_sdk import WebClient
from sqlalchemy import text

from bench.databases import Databases
from bench.processes import Served, served
from bench.rows import Row
from bench.serving import environment
from bench.signed_commands import UnexpectedAnswer
from bot.clock import system_clock
from bot.database import Database
from bot.delivery.courier import Courier
from bot.delivery.messages import Composed
from bot.delivery.outbox import Outbox
from bot.effects import Message
from bot.running.assembly import TEMPO
from migrations.schema import upgrade

RECIPIENTS: Final = 500
LANES: Final = TEMPO.lanes
REST_S: Final = 0.02  # between looks at an outbox in which nothing is due
QUEUED: Final = text("SELECT count(*) FROM deliveries WHERE status <> 'sent'")
WORDS: Final = "R-1042: Inese asks for Contact details of pw-00412, for Technical support, for 2 hours."
BLOCKS: Final = ({"type": "section", "text": {"type": "mrkdwn", "text": WORDS}},)


@dataclass(frozen=True, slots=True)
class Extent:
    """How many messages wait, and how many a second the workspace takes."""

    messages: int
    per_second: int


def measure(databases: Databases, folder: Path, extent: Extent, progress: Callable[[], None]) -> list[Row]:
    """Messages a second until the last is there, each exactly once."""
    with _slack(folder / "bare.log", extent) as slack:
        floor = extent.messages / _bare(slack, extent.messages)
        _require_taken(slack, extent.messages)
        progress()
    with _slack(folder / "ours.log", extent) as slack, databases.empty("postgresql") as url:
        with closing(Database(url)) as database:
            value = extent.messages / _ours(database, slack, extent.messages)
        _require_taken(slack, extent.messages)
        progress()
    where = f"{extent.messages:,} waiting, Slack takes {extent.per_second}/s"
    return [Row(f"outbox to Slack, {where}", value, "1/s", floor)]


@contextmanager
def _slack(log: Path, extent: Extent) -> Iterator[Served]:
    with served("bench.limited_slack", log, environment({}), str(extent.per_second)) as one:
        yield one


def _ours(database: Database, slack: Served, messages: int) -> float:
    """How long a courier takes, as a running Steward has it, in s."""
    with database.transaction() as connection:
        upgrade(connection)
    outbox = Outbox(system_clock)
    with database.transaction() as connection:
        for number in range(messages):
            outbox.send(connection, Message("bench", f"R-{number}", _recipient(number)))
    client = WebClient("xoxb-bench", base_url=f"http://127.0.0.1:{slack.port}/api/")
    courier = Courier(database, client, lambda _: Composed(WORDS, BLOCKS), lambda to: to, system_clock, tempo=TEMPO)
    began = time.perf_counter()
    while _left(database):
        if not courier.work_once():
            time.sleep(REST_S)
    return time.perf_counter() - began


def _left(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(QUEUED).scalar_one())


def _bare(slack: Served, messages: int) -> float:
    """How long it takes to post as many with as many connections, waiting as the answers say, in s."""
    lanes: list[list[int]] = [list(range(lane, messages, LANES)) for lane in range(LANES)]
    began = time.perf_counter()
    with ThreadPoolExecutor(LANES) as pool:
        for done in [pool.submit(_post_all, slack, lane) for lane in lanes]:
            done.result()
    return time.perf_counter() - began


def _post_all(slack: Served, lane: Sequence[int]) -> None:
    """A message whose channel or workspace is full is put behind the others until its pause is over."""
    waiting = [(0.0, number) for number in lane]
    with closing(http.client.HTTPConnection("127.0.0.1", slack.port, timeout=60)) as connection:
        while waiting:
            at, number = waiting.pop(0)
            time.sleep(max(0.0, at - time.perf_counter()))
            if (pause := _post(connection, _recipient(number))) is not None:
                waiting.append((time.perf_counter() + pause, number))


def _post(connection: http.client.HTTPConnection, channel: str) -> float | None:
    """None, or after how many seconds to try again."""
    body = orjson.dumps({"channel": channel, "text": WORDS, "blocks": BLOCKS})
    connection.request("POST", "/api/chat.postMessage", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return None if answer.status == 200 else float(answer.headers.get("Retry-After", "1"))


def _recipient(number: int) -> str:
    return f"person:U{number % RECIPIENTS:05}"


def _require_taken(slack: Served, messages: int) -> None:
    """Raises UnexpectedAnswer unless Slack took each message once."""
    with closing(http.client.HTTPConnection("127.0.0.1", slack.port, timeout=60)) as connection:
        connection.request("GET", "/taken")
        taken = orjson.loads(connection.getresponse().read())["taken"]
    if taken != messages:
        raise UnexpectedAnswer(f"{taken} messages arrived of {messages}")
