"""A signed `/account` by id, from HTTP request to acknowledgement, against a bare Bolt app that only acknowledges."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import text

from bench.company import ROOT, account_id
from bench.databases import KINDS, Databases
from bench.processes import Served, served
from bench.rows import Aim, Row
from bench.samples import by_turns
from bench.serving import environment
from bench.signed_commands import Answer, Commands, KeptConnection, UnexpectedAnswer
from bot.database import Database
from slack_local import LocalSlack

AIM = Aim(1.5)
FOLLOWS = b"The answer follows here"
FAILED = b"(ref "
EACH_TURN = 25
MOST_SAID = 300
WARM = 100
ASKED_BY, ASKED_IN = "inese", "general"
RECORDED = text("SELECT count(*) FROM audit_entries WHERE action = 'account.lookup'")


@dataclass(frozen=True, slots=True)
class Lane:
    """A connection to one of the servers, and what its answers must hold.

    `may_follow`: where so many ask at once that some wait too long for Slack, an answer may say that it follows.
    `may_fail`: where they go on for so long that a write may once wait too long for others', it may say that, too.
    """

    connection: KeptConnection
    commands: Commands
    shows_account: bool
    numbers: Iterator[int]
    may_follow: bool = False
    may_fail: bool = False

    def take(self, times: int = EACH_TURN) -> list[float]:
        """The times of so many commands, in ms. Raises UnexpectedAnswer."""
        asked = [account_id(next(self.numbers)) for _ in range(times)]
        requests = [self.commands.signed(one, self.connection.host) for one in asked]
        self.connection.refresh()
        answers = [self.connection.ask(one) for one in requests]
        for account, answer in zip(asked, answers, strict=True):
            self._require(account, answer)
        return [answer.ms for answer in answers]

    def _require(self, account: str, answer: Answer) -> None:
        whole = f"({account}) for ".encode() in answer.body if self.shows_account else not answer.body
        follows = self.may_follow and FOLLOWS in answer.body
        failed = self.may_fail and FAILED in answer.body
        if answer.status != 200 or not (whole or follows or failed):
            said = answer.body[:MOST_SAID].decode(errors="replace")
            raise UnexpectedAnswer(f"status {answer.status}, {len(answer.body)} bytes: {said}")


def measure(databases: Databases, folder: Path, rounds: int, progress: Callable[[], None]) -> list[Row]:
    """p50 and p99 on both databases, and the memory that a used server takes."""
    warm = min(WARM, rounds * EACH_TURN)
    with ExitStack() as stack:
        slack = stack.enter_context(
            LocalSlack.start(manifest=ROOT / "manifest.yml", workspace=ROOT / "demo" / "workspace.toml")
        )
        urls = {kind: stack.enter_context(databases.settled(kind)) for kind in KINDS}
        bare = stack.enter_context(served("bench.bare_server", folder / "bare.log", environment(tokens(slack))))
        ours = {name: stack.enter_context(steward(name, url, folder, slack)) for name, url in urls.items()}
        lanes = [
            stack.enter_context(acting(slack, one, shows_account=one is not bare)) for one in (bare, *ours.values())
        ]
        for lane in lanes:
            lane.take(warm)
        floor, *taken = by_turns([lane.take for lane in lanes], rounds, progress)
        used = [Row(f"memory in use, {name}", one.resident_mib, "MiB") for name, one in ours.items()]
        for url in urls.values():
            _require_recorded(url, warm + rounds * EACH_TURN)
    rows = [
        row
        for name, samples in zip(ours, taken, strict=True)
        for row in (
            Row(f"acknowledgement p50, {name}", samples.p50, "ms", floor.p50, AIM),
            Row(f"acknowledgement p99, {name}", samples.p99, "ms", floor.p99),
        )
    ]
    return [*rows, *used]


def tokens(slack: LocalSlack) -> Mapping[str, str]:
    """For HTTP: no token for Socket Mode."""
    return {name: value for name, value in slack.environment.items() if name != "SLACK_APP_TOKEN"}


@contextmanager
def steward(name: str, url: str, folder: Path, slack: LocalSlack) -> Iterator[Served]:
    """Steward on a database that is filled."""
    with served("bench.steward_server", folder / f"{name}.log", environment(tokens(slack), url)) as one:
        yield one


@contextmanager
def acting(
    slack: LocalSlack, server: Served, *, shows_account: bool, may_follow: bool = False, may_fail: bool = False
) -> Iterator[Lane]:
    """Someone of support who asks for one account after the other over a connection of their own."""
    person = {
        "team_id": slack.team_id,
        "team_domain": "postwing",
        "channel_id": slack.channels[ASKED_IN].id,
        "channel_name": ASKED_IN,
        "user_id": slack.people[ASKED_BY].id,
        "user_name": ASKED_BY,
        "api_app_id": slack.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{slack.url}/commands/bench",
        "token": "",
    }
    connection = KeptConnection(server.port)
    try:
        commands = Commands(slack.signing_secret, person)
        yield Lane(connection, commands, shows_account, count(), may_follow, may_fail)
    finally:
        connection.close()


def recorded(url: str) -> int:
    """How many look-ups have their audit entry."""
    database = Database(url)
    try:
        with database.reading() as connection:
            return int(connection.execute(RECORDED).scalar_one())
    finally:
        database.close()


def _require_recorded(url: str, commands: int) -> None:
    """Raises UnexpectedAnswer unless every command has its audit entry: an answer without one is no measurement."""
    if (found := recorded(url)) != commands:
        raise UnexpectedAnswer(f"{found} audit entries for {commands} commands")
