"""Answers to questions about the policy, in its own words. See docs/answers.md."""

from pathlib import Path

from bot.privacy.answering import cross_encoder
from bot.privacy.answering.cross_encoder import CrossEncoder
from bot.privacy.answering.embedding import NoModel, SentenceModel, is_installed
from bot.privacy.answering.engine import Answers
from bot.privacy.answering.topics import Topics, TopicsUnreadable, load_topics

__all__ = [
    "Answers",
    "CrossEncoder",
    "NoModel",
    "SentenceModel",
    "Topics",
    "TopicsUnreadable",
    "is_installed",
    "load",
    "load_topics",
]


def load(topics_path: Path | None = None, embed: bool | None = None) -> Answers:  # noqa: FBT001  the agreed interface
    """The answers with a table of topics (None: the one that comes with Steward) and the models or not.

    A table of one's own is read now, Steward's at the first question. `embed` None takes what is installed: the
    sentence model, and with it the model that reads questions together with sentences. Raises TopicsUnreadable, and
    NoModel if one is wanted and not there, or there and not as it has to be.
    """
    topics = load_topics(topics_path) if topics_path else None
    if not (is_installed() if embed is None else embed):
        return Answers(topics)
    reading = cross_encoder.is_installed() if embed is None else embed
    return Answers(topics, SentenceModel(), CrossEncoder() if reading else None)
