"""Labelled questions about policies: what was asked, of which text, and which words answer it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from bot.privacy.answer import Answer
from bot.privacy.text import PolicyText

Answering = Callable[[str, PolicyText], Answer]
"""What is measured: a question and a policy to an answer."""

LANGUAGES = frozenset({"german", "spanish", "french", "latvian"})
"""Kinds of questions that are asked in another language than English."""

NOT_ASKED = frozenset({"hostile", "off-topic"})
"""Kinds that ask nothing that any policy could answer: abuse, instructions, other matters."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """Words of the policy that answer a question; `heading` where the label names one."""

    words: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a customer typed it. Any one of `snippets` answers it; without any the policy does not."""

    id: str
    text: str
    kind: str
    topic: str
    snippets: tuple[Snippet, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the policy answers it."""
        return bool(self.snippets)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the text that it is asked about, and what that text is called."""

    question: Question
    policy: PolicyText
    policy_name: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions that are scored together. `name` begins the names of their rows."""

    name: str
    asked: tuple[Asked, ...]

    def sample(self, size: int, random: Random) -> "QuestionSet":
        """At most so many of its questions, in their order."""
        if size >= len(self.asked):
            return self
        chosen = sorted(random.sample(range(len(self.asked)), size))
        return replace(self, asked=tuple(self.asked[index] for index in chosen))
