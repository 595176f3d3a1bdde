"""What comes before running: everything that must hold is looked at, and Steward is put together."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.audit.ledger import Ledger
from bot.clock import Clock
from bot.database import normalised_url
from bot.replicas.presence import Presence
from bot.running.accounts import usable_source
from bot.running.assembly import Assembly, assemble
from bot.running.belonging import keep_to
from bot.running.first_policy import import_first_policy, tell_what_rests_on_nothing
from bot.running.measuring import Counting
from bot.running.parts import ClockworkPart, CourierPart, Part
from bot.running.refusals import CannotStart
from bot.running.schema import usable_database
from bot.running.shared_clock import shared
from bot.running.signing import ledger_keys
from bot.running.single import held_alone
from bot.running.slack import bot_client
from bot.settings import Configuration, Environment


@contextmanager
def prepared(
    environment: Environment,
    configuration: Configuration,
    clock: Clock,
    counting: Counting,
    *,
    integrates: bool = True,
    team: str | None = None,
) -> Iterator[Assembly]:
    """Steward put together, not yet started. Raises CannotStart.

    The database is the workspace's of the first token that it was used with, for good. `integrates`: with an
    integrator. `team`: the workspace (Slack's id) that the token must belong to, where several are hosted.
    """
    with (
        closing(usable_database(environment.database_url)) as database,
        held_alone(normalised_url(environment.database_url)),
        closing(usable_source(configuration, counting.metrics.asked)) as source,
    ):
        clock = shared(database, clock)
        slack = bot_client(environment, team=team)
        if slack.team:
            keep_to(slack.team, database, clock)
        import_first_policy(database, Ledger(database, clock), clock, configuration)
        tell_what_rests_on_nothing(database, clock, configuration)
        keys = ledger_keys(environment, configuration, database)
        assembly = assemble(configuration, database, slack.client, clock, keys, source, counting, integrates=integrates)
        with closing(assembly.patience), _at_work(assembly.presence):
            yield assembly


@contextmanager
def _at_work(presence: Presence) -> Iterator[None]:
    """Said in the database while in this context. Raises CannotStart where its login may not."""
    with ExitStack() as said:
        try:
            said.enter_context(presence.said())
        except SQLAlchemyError as error:
            what = "The database does not take it that this process works (table running_processes)."
            mend = "Run `steward db grant` with the bot's login, as after each upgrade; `steward check` says more."
            raise CannotStart(what, mend) from error
        yield


def background(assembly: Assembly) -> tuple[Part, ...]:
    """What works without being asked, in the order in which it is started."""
    return CourierPart(assembly.courier), assembly.integrator, ClockworkPart(assembly.clockwork)
