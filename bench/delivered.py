"""A whole look-up: from what a person types into Slack to the card that they see there."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from bench.acknowledgement import ASKED_BY, ASKED_IN, steward, tokens
from bench.company import ROOT, account_id
from bench.databases import KINDS, Databases
from bench.processes import Served, served
from bench.rows import Row
from bench.samples import by_turns
from bench.serving import environment
from bench.signed_commands import UnexpectedAnswer
from slack_local import LocalSlack

EACH_TURN: Final = 10
WARM: Final = 20


@dataclass(frozen=True, slots=True)
class Typing:
    """A person of a local Slack, and the app that their commands go to."""

    slack: LocalSlack
    server: Served
    numbers: Iterator[int]

    def take(self, times: int = EACH_TURN) -> list[float]:
        """The times of so many commands, in ms. Raises UnexpectedAnswer where no card is seen."""
        self.slack.deliver_to(f"http://127.0.0.1:{self.server.port}/slack/events")
        person = self.slack.as_user(ASKED_BY)
        taken = []
        for account in (account_id(next(self.numbers)) for _ in range(times)):
            began = time.perf_counter()
            person.type(f"/account {account}", channel=ASKED_IN)
            taken.append((time.perf_counter() - began) * 1000)
            if account not in person.read(ASKED_IN)[-1].text:
                raise UnexpectedAnswer(f"{account} was typed, and no card of it was seen")
        return taken


def measure(databases: Databases, folder: Path, rounds: int, progress: Callable[[], None]) -> list[Row]:
    """p50 and p99 on both databases, beside a bare Bolt app that answers as many blocks to the same Slack."""
    with ExitStack() as stack:
        slack = stack.enter_context(
            LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml")
        )
        urls = {kind: stack.enter_context(databases.settled(kind)) for kind in KINDS}
        bare = served("bench.answering_server", folder / "answering.log", environment(tokens(slack)))
        ours = [steward(name, url, folder, slack) for name, url in urls.items()]
        typing = [Typing(slack, stack.enter_context(one), count()) for one in (bare, *ours)]
        for one in typing:
            one.take(WARM)
        floor, *taken = by_turns([one.take for one in typing], rounds, progress)
    return [
        row
        for name, samples in zip(urls, taken, strict=True)
        for row in (
            Row(f"look-up to delivered answer p50, {name}", samples.p50, "ms", floor.p50),
            Row(f"look-up to delivered answer p99, {name}", samples.p99, "ms", floor.p99),
        )
    ]
