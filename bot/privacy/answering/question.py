"""A question as it was typed, made ready: cleaned, cut to what it asks, and looked at for what is no question."""

import re
import unicodedata
from dataclasses import dataclass

from bot.privacy.answering.several import (
    COURTESY,
    Asked,
    apart,
    parts_of,
    points_nowhere,
    several,
    several_clauses,
    tells,
)
from bot.privacy.answering.words import Words, words

LONGEST = 6_000
"""Characters of a message that are looked at."""
_MOST_WORDS = 60
_MENTION = re.compile(r"<(?:[@#!][^>|]*|(?:https?|mailto)[^>|]*)(?:\|([^>]*))?>")
_WEB_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_LOUD = re.compile(r"[?!]*\?[?!]*|!+")
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
_WHETHER = r"(?:\W+(?:that|whether|if))?\b"
_WHAT = r"(?=\W+(?:who|what|which|where|why|how|whose)\b)"
_FRAME = re.compile(
    r"^(?:(?:so|and|but|ok|okay|hi|hello|hey|well|please|just)\b[ ,]*)*"
    r"(?:(?:can|could|would|will) (?:you|someone|anyone) (?:please |kindly )?(?:confirm|clarify|assure|promise)"
    r"(?: (?:to )?(?:me|us))?(?: in writing)?(?: please)?" + _WHETHER + "|"
    r"(?:can|could) you (?:please |kindly )?(?:tell (?:me|us)|let (?:me|us) know)(?: please)?"
    r"(?:" + _WHAT + r"| (?:whether|if)\b(?= you))|"
    r"(?:please |kindly )?confirm(?: (?:to )?(?:me|us))?(?: in writing)?(?:[ ,]*please)?" + _WHETHER + "|"
    r"(?:i|we)(?:['’]d like| (?:just |only )?(?:want|need|would like)) to (?:know|be sure|make sure|understand|hear)"
    r"(?: from you)?" + _WHETHER + "|"
    r"(?:is it|am i) (?:true|correct|right)(?: in thinking)?" + _WHETHER + "|"
    r"do(?:n['’]t| not) tell me" + _WHETHER + r"|to be clear\b)[ :,;]*",
    re.IGNORECASE,
)
"""What people write before a question or a statement that they want to hear a yes or a no to."""
_TAG = re.compile(
    r",? *\b(?:(?:is that |am i |that's )?(?:correct|right|true|yes)|"
    r"(?:do|does|did|can|could|will|would|are|is|have|has)(?:n't| not)? (?:you|they|it|i|we))\s*\?+\s*$",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"^(?:you (?:don['’]?t|do not)|you(?! (?:are|were|will|would|have|had|can|could|may|do|did|say)\b))\b",
    re.IGNORECASE,
)
_WH = re.compile(r"(?:who|what|which|where|when|why|how|whose)\b", re.IGNORECASE)
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
_TOLD_BY = re.compile(
    r"^[^:?\n]{0,60}\b(?:wrote|writes|asks?|asked|says?|said|wants to know|question|message|ticket|e-?mail|chat)\b"
    r"[^:?\n]{0,30}:\s*",
    re.IGNORECASE,
)
"""What an agent writes before a customer's words: "Customer wrote:"."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `whole` are all its words; `asked` those without what it sets aside ("without a court order").

    `besides` are the words of what the person knows already ("besides marketing"). `text` is what the sentence model
    reads. `empty`: there is nothing that a policy could answer. `instructs`: it tells Steward what to do. `confirms`:
    it states something, and a yes or a no is wanted. `several`: it asks several things; `parts` are these, in their
    order, where the first is understood by itself. `wishes`: what somebody wants to be done.
    """

    text: str
    whole: Words
    asked: Words
    besides: Words
    empty: bool
    instructs: bool
    confirms: bool
    several: bool
    parts: tuple[Asked, ...] = ()
    wishes: tuple[str, ...] = ()


def read_question(typed: str) -> Question:
    """Make a question ready. Never raises, whatever was typed."""
    text = _clean(typed)
    instructs = _INSTRUCTIONS.search(text) is not None
    asking, wishes = apart(_TOLD_BY.sub("", text, count=1))
    core, confirms = _bare(_core(asking))
    whole = words(core)
    besides = " ".join(found.group() for found in _BESIDES.finditer(core))
    rest = _BESIDES.sub(" , ", core)
    asked = words(_WITHOUT.sub(" , ", rest))
    empty = not any(word not in COURTESY and any(map(str.isalpha, word)) for word in whole.plain)
    return Question(
        rest.strip(" ,") or core,
        whole,
        asked if asked.plain else whole,
        words(besides),
        empty,
        instructs,
        confirms,
        several=several(core) or several_clauses(asking),
        parts=() if instructs else parts_of(core),
        wishes=() if instructs else wishes,
    )


def _clean(typed: str) -> str:
    """Words as people read them: no control characters, mark-up, mentions or addresses of pages."""
    text = typed[:LONGEST]
    for entity, character in _ENTITIES:
        text = _MENTION.sub(lambda found: f" {found[1] or ''} ", text) if entity == "&lt;" else text
        text = text.replace(entity, character)
    text = _WEB_ADDRESS.sub(" ", text)  # its words ask nothing
    plain = "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)
    lines = (" ".join(_MARKS.sub(" ", line).split()) for line in plain.split("\n"))
    return _LOUD.sub(lambda found: found.group()[0] if "?" not in found.group() else "?", "\n".join(lines)).strip()


def _bare(asked: str) -> tuple[str, bool]:
    """A question without what stands around it ("can you confirm that …", "…, right?"), and whether anything did."""
    bare = _TAG.sub("", _FRAME.sub("", asked, count=1)).strip()
    if bare == asked or not tells(bare):
        return asked, False
    return _STATED.sub("do you", bare), _WH.match(bare) is None


def _core(text: str) -> str:
    """What asks in a message: its questions, with what they point back to; of a long one its last sentences."""
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]
    if len(text.split()) <= _MOST_WORDS:
        return " ".join(" ".join(_questions(sentences)).split())
    asking = [sentence for sentence in sentences if "?" in sentence]
    asking = asking or [sentence for sentence in sentences if _ASKING.search(sentence)] or sentences
    kept: list[str] = []
    for sentence in reversed(asking):
        kept.insert(0, " ".join(sentence.split()[:_MOST_WORDS]))
        if sum(len(each.split()) for each in kept) >= _MOST_WORDS:
            break
    return " ".join(" ".join(kept).split()[-_MOST_WORDS * 2 :])


def _questions(sentences: list[str]) -> list[str]:
    """The sentences with a question mark, each with the one before it; all where one points back."""
    asking = [place for place, sentence in enumerate(sentences) if "?" in sentence]
    alone = all(tells(sentences[place]) and points_nowhere(sentences[place]) for place in asking)
    if not asking or not alone:
        return sentences
    return [sentence for place, sentence in enumerate(sentences) if {place, place + 1}.intersection(asking)]
