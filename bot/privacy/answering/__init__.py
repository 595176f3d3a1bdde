"""Answers to questions about the policy, in its own words. See docs/answers.md."""

from pathlib import Path

from bot.privacy.answering.embedding import NoModel, SentenceModel, is_installed
from bot.privacy.answering.engine import Answers
from bot.privacy.answering.topics import Topics, TopicsUnreadable, load_topics

__all__ = ["Answers", "NoModel", "SentenceModel", "Topics", "TopicsUnreadable", "is_installed", "load", "load_topics"]


def load(topics_path: Path | None = None, embed: bool | None = None) -> Answers:  # noqa: FBT001  the agreed interface
    """The answers with a table of topics (None: the one that comes with Steward) and the sentence model or not.

    A table of one's own is read now, Steward's at the first question. `embed` None takes the model if it is installed.
    Raises TopicsUnreadable, and NoModel if it is wanted and not there.
    """
    wanted = is_installed() if embed is None else embed
    return Answers(load_topics(topics_path) if topics_path else None, SentenceModel() if wanted else None)
