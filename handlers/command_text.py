"""What people type after a slash command, read into values. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pytimeparse2 import parse as parse_seconds

from bot.access.rules.purposes import nearest_purpose, purpose_named

FOR = re.compile(r"(?:^|\s)for\s+", re.IGNORECASE)
DURATION = re.compile(r"\s+(\d[\d.,]*\s*[a-z]+(?:\s*\d+\s*[a-z]+)?)$", re.IGNORECASE)
DAY = r"(?:today|tonight|tomorrow|(?:next\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
START = re.compile(rf"\s+(?:from\s+(\S.*)|({DAY}.*))$", re.IGNORECASE)


LONGEST_S = 366 * 86400  # of what is read as a duration
ALIKE = 72  # of 100: twice the letters in common to the letters of both


@dataclass(frozen=True, slots=True)
class Typed:
    """`QUERY [for PURPOSE [DURATION] [from START]]`.

    `start` is as typed; `purpose` is a key; `meant` is the key that a misspelt purpose is near. `unknown` is what
    stands behind the last "for" and is no purpose: part of a name, or of the query by mistake."""

    query: str
    purpose: str | None = None
    duration: timedelta | None = None
    meant: str | None = None
    start: str | None = None
    unknown: str | None = None


def read(text: str, labels: Mapping[str, str]) -> Typed:
    """Split at the last "for" that is followed by a purpose; any other "for" belongs to the name looked for."""
    text = unescape(" ".join(text.split()))
    splits = list(FOR.finditer(text))
    for match in reversed(splits):
        query, tail = text[: match.start()].strip(), text[match.end() :]
        if key := purpose_named(tail, labels):
            return Typed(query, key)
        rest, start = _split_start(tail)
        phrase, duration = _split_duration(rest)
        if key := purpose_named(phrase, labels) or purpose_named(rest, labels):
            return Typed(query, key, duration, start=start)
        if key := nearest_purpose(phrase, labels):
            return Typed(query, None, duration, key, start)
    return Typed(text, unknown=text[splits[-1].end() :] or None if splits else None)


def _split_start(tail: str) -> tuple[str, str | None]:
    match = START.search(tail)
    return (tail[: match.start()], match[1] or match[2]) if match else (tail, None)


def _split_duration(tail: str) -> tuple[str, timedelta | None]:
    match = DURATION.search(f" {tail}")
    seconds = parse_seconds(match[1]) if match else None
    if match is None or not isinstance(seconds, int | float) or not 1 <= seconds <= LONGEST_S:
        return tail, None
    return f" {tail}"[: match.start()].strip(), timedelta(seconds=int(seconds))


def unescape(text: str) -> str:
    """Slack's escapes undone: `<mailto:a@b|a@b>` and `<https://acme.example|acme.example>` as typed, entities too.

    What no table can keep (NUL, halves of surrogate pairs) is left out.
    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    text = storable(text)
    if "<" in text:
        text = re.sub(r"<(?:mailto:|https?://)[^>|]*\|([^>]*)>", r"\1", text)
        text = re.sub(r"<(?:mailto:)?(https?://[^>]*|[^@#!>|][^>|]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def storable(text: str) -> str:
    """Text without NUL and without halves of surrogate pairs, which JSON can spell and databases refuse."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def subcommand(text: str, known: Sequence[str]) -> tuple[str | None, str]:
    """The subcommand that the text begins with, and what follows; None when it begins with none."""
    first, _, rest = text.strip().partition(" ")
    return (first.lower(), rest.strip()) if first.lower() in known else (None, text.strip())


def nearest_subcommand(word: str, known: Sequence[str], *, alike: int = ALIKE) -> str | None:
    """The subcommand that a single misspelt word was meant for."""
    longest = max(map(len, known), default=0)
    if " " in word or len(word) * alike > longest * (200 - alike):  # no slip of so many letters is as like as that
        return None
    from rapidfuzz import fuzz, process  # loaded for whoever mistyped

    best = process.extractOne(word.lower(), known, scorer=fuzz.ratio, score_cutoff=alike)
    return str(best[0]) if best else None
