"""What an auditor types, as a filter: `pw-00412 by @inese for billing refused since monday`. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, tzinfo

from bot.access.purposes import purpose_named
from bot.audit.entry import Outcome

USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
GRANT = re.compile(r"[Rr]-?\d{1,9}")
MENTION_OR_WORD = re.compile(r"<[^>]*>|\S+")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries; None asks for all. `since` is inclusive, `until` exclusive, both UTC."""

    account: str | None = None
    actor: str | None = None
    purpose: str | None = None
    outcome: str | None = None
    grant: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A word that could not be read, and what was expected there."""

    word: str
    expected: str


def parse(text: str, purposes: Mapping[str, str], now: datetime, zone: tzinfo) -> Filter | Unclear:
    """The filter that the words ask for. `purposes` maps keys to labels; times are read in `zone`."""
    words = MENTION_OR_WORD.findall(text)
    found = Filter()
    position = 0
    while position < len(words):
        word = words[position].lower()
        if word in ("since", "until", "for", "by"):
            end = _end_of_phrase(words, position + 1)
            step = _phrase(found, word, " ".join(words[position + 1 : end]), purposes, now, zone)
            position = end
        else:
            step = _single(found, words[position], purposes)
            position += 1
        if isinstance(step, Unclear):
            return step
        found = step
    return found


def _end_of_phrase(words: list[str], start: int) -> int:
    """A phrase goes on to the next word that begins another part of the query."""
    outcomes = {outcome.value for outcome in Outcome}
    for position in range(start + 1, len(words)):
        word = words[position]
        begins = word.lower() in {"since", "until", "for", "by"} | outcomes
        if begins or USER.fullmatch(word) or GRANT.fullmatch(word):
            return position
    return len(words)


def _phrase(
    found: Filter, word: str, phrase: str, purposes: Mapping[str, str], now: datetime, zone: tzinfo
) -> Filter | Unclear:
    if word == "by":
        user = USER.fullmatch(phrase)
        return replace(found, actor=user[1]) if user else Unclear(phrase or "by", "a person, like by @inese")
    if word == "for":
        key = purpose_named(phrase, purposes)
        expected = "a purpose: " + ", ".join(purposes.values())
        return replace(found, purpose=key) if key else Unclear(phrase or "for", expected)
    moment = read_time(phrase, now, zone, end_of_day=word == "until")
    if moment is None:
        return Unclear(phrase or word, "a date or time, like 2026-03-01, monday or 7 days ago")
    return replace(found, since=moment) if word == "since" else replace(found, until=moment)


def _single(found: Filter, word: str, purposes: Mapping[str, str]) -> Filter | Unclear:
    if user := USER.fullmatch(word):
        return replace(found, actor=user[1])
    if GRANT.fullmatch(word):
        return replace(found, grant="R-" + "".join(c for c in word if c.isdigit()))
    if word.lower() in {outcome.value for outcome in Outcome}:
        return replace(found, outcome=word.lower())
    if word.lower() in purposes:
        return replace(found, purpose=word.lower())
    if "@" in word:
        return Unclear(word, "an account's id; find it with /account")
    if found.account is not None:
        return Unclear(word, "one account, a person, a purpose, an outcome, or since and until")
    return replace(found, account=word)


def read_time(phrase: str, now: datetime, zone: tzinfo, *, end_of_day: bool = False) -> datetime | None:
    """A moment as people write it, in UTC; a bare day means its beginning, or its end for `until`."""
    import dateparser  # takes a third of a second to load, and only auditors need it

    local = now.astimezone(zone)
    settings = {"PREFER_DATES_FROM": "past", "RELATIVE_BASE": local.replace(tzinfo=None)}
    read = dateparser.parse(phrase.removeprefix("last "), languages=["en"], settings=settings)
    if read is None:
        return None
    moment = read if read.tzinfo else read.replace(tzinfo=zone)
    if _names_a_day(phrase):
        moment = datetime.combine(moment.date(), time.max if end_of_day else time.min, tzinfo=moment.tzinfo)
    return moment.astimezone(UTC)


def _names_a_day(phrase: str) -> bool:
    """Whether no time of day is in the phrase."""
    return not re.search(r"\d:\d|\b(hour|minute|second|now|noon|am|pm)", phrase.lower())
