"""A question as it was typed, made ready: cleaned, cut to what it asks, and looked at for what is no question."""

import re
import unicodedata
from dataclasses import dataclass

from bot.privacy.answering.words import Words, word_set, words

LONGEST = 6_000
"""Characters of a message that are looked at."""
_MOST_WORDS = 60
_MENTION = re.compile(r"<(?:[@#!][^>|]*|(?:https?|mailto)[^>|]*)(?:\|([^>]*))?>")
_MARKS = re.compile(r"[*_~`>]+")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_SENTENCE = re.compile(r"[^.?!\n]+[.?!]*")
_UP_TO = r"[^,;.?!]{0,40}?(?=[,;.?!]|\b(?:do|does|did|can|could|will|would|what|who|how|is|are)\b|$)"
_WITHOUT = re.compile(r"\b(?:without|unless|not waiting for)\b" + _UP_TO, re.IGNORECASE)
_BESIDES = re.compile(
    r"\b(?:besides|apart from|other than|aside from|except(?: for)?|in addition to|not counting)\b" + _UP_TO,
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|\b(?:what|who|whom|whose|which|where|when|why|how|do|does|did|can|could|may|will|would|is|are|was|have|has|"
    r"please|delete|remove|stop|send|tell|show|explain|want|need|know)\b",
    re.IGNORECASE,
)
_INSTRUCTIONS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b"
    r"(?:polic|instruction|rule|prompt|above|previous|everything (?:above|before))|"
    r"\b(?:system|developer) prompt\b|\byou are (?:now|no longer)\b|\bpretend\b|\bact as\b|"
    r"\b(?:just|simply|only|always) (?:say|answer|reply|respond)\b|"
    r"\b(?:answer|reply|respond|print|output|repeat) (?:that|with|only|yes|no|the following|after me)\b|"
    r"(?:^|[.,;:!]|\b(?:and|then|please|just|must|should)) *(?:say|write|tell \w+) (?:that|yes|no|only|we)\b|"
    r"\bjailbreak|\bdeveloper mode\b|\bas an ai\b|\brole-?play",
    re.IGNORECASE | re.DOTALL,
)
_COURTESY = word_set(
    "hi hello hey thanks thank you good morning afternoon evening day ok okay yes no please cheers bye dear regards "
    "test testing hm hmm well so there"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `whole` are all its words; `asked` those without what it sets aside ("without a court order").

    `besides` are the words of what the person knows already ("besides marketing"). `text` is what the sentence model
    reads. `empty`: there is nothing that a policy could answer. `instructs`: it tells Steward what to do.
    """

    text: str
    whole: Words
    asked: Words
    besides: Words
    empty: bool
    instructs: bool


def read_question(typed: str) -> Question:
    """Make a question ready. Never raises, whatever was typed."""
    text = _clean(typed)
    instructs = _INSTRUCTIONS.search(text) is not None
    core = _core(text)
    whole = words(core)
    besides = " ".join(found.group() for found in _BESIDES.finditer(core))
    rest = _BESIDES.sub(" , ", core)
    asked = words(_WITHOUT.sub(" , ", rest))
    empty = not any(word not in _COURTESY and any(map(str.isalpha, word)) for word in whole.plain)
    return Question(rest.strip(" ,") or core, whole, asked if asked.plain else whole, words(besides), empty, instructs)


def _clean(typed: str) -> str:
    """Words as people read them: no control characters, mark-up or mentions."""
    text = typed[:LONGEST]
    for entity, character in _ENTITIES:
        text = _MENTION.sub(lambda found: f" {found[1] or ''} ", text) if entity == "&lt;" else text
        text = text.replace(entity, character)
    plain = "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)
    return "\n".join(" ".join(_MARKS.sub(" ", line).split()) for line in plain.split("\n")).strip()


def _core(text: str) -> str:
    """Of a long message, the sentences that ask; the last ones, since what is asked stands at the end."""
    if len(text.split()) <= _MOST_WORDS:
        return " ".join(text.split())
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]
    asking = [sentence for sentence in sentences if "?" in sentence]
    asking = asking or [sentence for sentence in sentences if _ASKING.search(sentence)] or sentences
    kept: list[str] = []
    for sentence in reversed(asking):
        kept.insert(0, " ".join(sentence.split()[:_MOST_WORDS]))
        if sum(len(each.split()) for each in kept) >= _MOST_WORDS:
            break
    return " ".join(" ".join(kept).split()[-_MOST_WORDS * 2 :])
