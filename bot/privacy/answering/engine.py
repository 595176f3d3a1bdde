"""From a question and a policy to an answer: likeness, topics, and the decision whether the policy says it."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.privacy.answer import Answer, Confidence, Kind, Part, Why, Wish, together
from bot.privacy.answering.deciding import decide
from bot.privacy.answering.index import PolicyIndex, language_of
from bot.privacy.answering.languages import is_other_language
from bot.privacy.answering.question import LONGEST, Question, read_question
from bot.privacy.answering.quoting import place
from bot.privacy.answering.ranking import asked_topics, rank
from bot.privacy.answering.several import Asked
from bot.privacy.answering.spelling import mended
from bot.privacy.answering.topics import Topics, load_topics, no_topics
from bot.privacy.text import Clause, PolicyText

if TYPE_CHECKING:
    from bot.privacy.answering.cross_encoder import CrossEncoder
    from bot.privacy.answering.embedding import SentenceModel

_KEPT_INDEXES = 8
MOST_PARTS = 5
"""Things asked at once that are answered each by itself: of more, the message is read as one question."""


def read_for(typed: str, index: PolicyIndex) -> tuple[Question, bool]:
    """A question made ready for a policy, its typing errors mended; and whether it is in another language."""
    if typed.isupper() and " " in typed.strip():
        typed = typed.lower()  # shouted: its capitals tell no names
    read = read_question(typed)
    if is_other_language(read.whole, index.language, typed):
        return read, True
    put_right = mended(typed[:LONGEST], index.knows, index.vocabulary)
    return read if put_right == typed else read_question(put_right), False


def _decided(read: Question, index: PolicyIndex, *, foreign: bool = False) -> Answer:
    return decide(read, index, rank(read, index, index.topics, foreign=foreign), index.topics, foreign=foreign)


def _part(asked: Asked, index: PolicyIndex, typed: Asked) -> Part:
    """What the policy says to one of several things; nothing where it is not understood without the others."""
    if not asked.alone:
        return Part(typed.text, None)
    return Part(typed.text, _decided(read_question(asked.read), index), typed.meant)


def _parts(read: Sequence[Asked], typed: Sequence[Asked], index: PolicyIndex) -> list[Part]:
    """Each of several things. Those that share a sentence which is unsure as a whole are not quoted: a part of one is
    shorter, and looks surer than it is. What has a sentence of its own is as it would be asked alone.
    """
    parts = [_part(one, index, words) for one, words in zip(read, typed, strict=True)]
    shared = {one.sentence for one in read if one.sentence}
    unsure = {text for text in shared if _decided(read_question(text), index).kind is Kind.UNSURE}
    return [_without_quotes(part) if one.sentence in unsure else part for one, part in zip(read, parts, strict=True)]


def _without_quotes(part: Part) -> Part:
    """A part that a person has to look at, though it seemed to be answered."""
    if part.answer is None or not part.answer.quotes:
        return part
    why, sure = Why.SEVERAL_MEANT, Confidence.LOW
    return replace(part, answer=replace(part.answer, kind=Kind.UNSURE, why=why, confidence=sure, quotes=()))


def _wish(words: str, index: PolicyIndex) -> Wish:
    return Wish(words, tuple(asked_topics(read_question(words), index.topics, foreign=False)))


class Answers:
    """Answers questions with a policy's own words. Pure but for the indexes it keeps; safe among threads."""

    def __init__(
        self,
        topics: Topics | None = None,
        model: "SentenceModel | None" = None,
        encoder: "CrossEncoder | None" = None,
    ) -> None:
        """`topics` None: the table that comes with Steward, read when it is first needed. `encoder`: what reads a
        question together with sentences, used where there is a sentence model too.
        """
        self._topics = topics
        self._model = model
        self._encoder = encoder
        self._lock = threading.Lock()
        self._indexes: OrderedDict[str, PolicyIndex] = OrderedDict()

    @property
    def topics(self) -> Topics:
        """The table of topics."""
        if self._topics is None:
            self._topics = load_topics()
        return self._topics

    @property
    def has_model(self) -> bool:
        """Whether a sentence model is among what it answers with: then making a policy ready takes a while."""
        return self._model is not None

    @property
    def reads_pairs(self) -> bool:
        """Whether the first sentences are read together with the question too."""
        return self._encoder is not None

    def __call__(self, question: str, policy: PolicyText) -> Answer:
        """What the policy says to a question. Never raises for anything typed; quotes nothing but the policy's text.

        Several things that are asked at once are answered each by itself, but for those of one sentence that is unsure
        as a whole (docs/answers.md).
        """
        index = self.index(policy)
        read, foreign = read_for(question, index)
        whole = _decided(read, index, foreign=foreign)
        if foreign:
            return whole
        typed = read_question(question)
        wishes = tuple(_wish(words, index) for words in typed.wishes)
        return replace(self._each(read, typed, whole, index), wishes=wishes)

    def _each(self, read: Question, typed: Question, whole: Answer, index: PolicyIndex) -> Answer:
        """The answer to each thing that is asked, where these can be told apart; else that to the whole."""
        several = 1 < len(typed.parts) <= MOST_PARTS and len(typed.parts) == len(read.parts)
        in_one_sentence = len({one.sentence or one.text for one in read.parts}) == 1
        if not several or (in_one_sentence and whole.kind is Kind.UNSURE):
            return whole
        each = together(_parts(read.parts, typed.parts, index))
        return each if each.quotes or not whole.quotes else whole

    def _topics_for(self, policy: PolicyText) -> Topics:
        """The table, or no topics where its phrases are in another language than the policy: they would find words of
        it that mean something else (“die Auskunft”), and miss what it says.
        """
        told = language_of(policy)
        return self.topics if told in (None, self.topics.language) else no_topics(told)

    def rank(self, question: str, policy: PolicyText, most: int = 10) -> Sequence[Clause]:
        """The sentences nearest to a question, best first, whether or not they answer it."""
        index = self.index(policy)
        read, foreign = read_for(question, index)
        return [place(index, one.number) for one in rank(read, index, index.topics, foreign=foreign).scored[:most]]

    def index(self, policy: PolicyText) -> PolicyIndex:
        """The policy made ready: built at the first question (or ahead of it, by calling this) and kept by its hash."""
        with self._lock:
            kept = self._indexes.get(policy.hash)
            if kept is not None and kept.policy.text == policy.text:
                self._indexes.move_to_end(policy.hash)
                return kept
        built = PolicyIndex(policy, self._topics_for(policy), self._model, self._encoder)
        with self._lock:
            self._indexes[policy.hash] = built
            while len(self._indexes) > _KEPT_INDEXES:
                self._indexes.popitem(last=False)
        return built
