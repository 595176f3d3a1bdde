"""The engine that answers questions about the policy, with all that takes long ready before the first one."""

import structlog

from bot.building.questions import topics_file
from bot.clock import Clock
from bot.database import Database
from bot.privacy.answering import Answers, NoModel, TopicsUnreadable, load
from bot.privacy.versions import policy_in_force
from bot.running.refusals import CannotStart
from bot.settings import Configuration

log = structlog.get_logger(__name__)


def ready_answers(configuration: Configuration, database: Database, clock: Clock) -> Answers:
    """Load the company's own table of topics, and the models as configured. Raises CannotStart.

    With the model the version in force is read by it now, if there is one. Without, the first question is answered a
    fifth of a second later, and a Steward that nobody asks is that much sooner up, and some megabytes smaller.
    """
    try:
        answers = load(topics_file(configuration), configuration.questions.embed)
    except TopicsUnreadable as error:
        raise CannotStart(
            f"The table of topics can't be used. {error}", "It is [policy] topics in steward.toml."
        ) from error
    except NoModel as error:
        raise CannotStart(
            f"The models for answers can't be used. {error}", "Or write embed = false in [policy]."
        ) from error
    if answers.has_model:
        if not answers.reads_pairs:
            log.warning("answers.model_missing", part="cross_encoder")
        with database.reading() as connection:
            policy = policy_in_force(connection, clock())
        if policy is not None:
            answers.index(policy.reading)
    return answers
