"""What an auditor types, as a filter: `pw-00412 by @inese for billing contact details since monday`. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from bot.access.rules.purposes import Rules, purpose_named
from bot.audit.entry import Outcome
from bot.audit.periods import DAYS_AGO, ON_A_CALENDAR, missing_from_calendar, names_an_hour, read_period, read_time
from bot.audit.verbs import TYPED, TYPED_OUTCOMES, VERBS

QUOTED = re.compile(r'"([^"]*)"|[“„]([^“”]*)[“”]|«([^»]*)»')
TOKEN = re.compile(r'"[^"]*"|[“„][^“”]*[“”]|«[^»]*»|<[^>]*>|\S+')
USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
ACTOR = re.compile(r"[UW][A-Z0-9]{7,14}|system|cli:\S+")
GRANT = re.compile(r"[Rr]-?\d{1,9}|[Dd]-\d{1,9}")
TICKET = re.compile(r"[Cc]-\d{1,9}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4}")  # no account is called that
ENTRY = re.compile(r"[0-9a-f]{8}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
MOMENTS = ("since", "after", "until", "before", "between", "from")
SPANS = ("last", "past", "this", "on", "in", "during", "today", "yesterday")
TIMES = frozenset((*MOMENTS, *SPANS))
LONGEST_NAME = 6  # words of a purpose, a class, a field or an action
LONGEST_TIME = 5  # words of a time that is said without one that begins it

SOMEBODY = "a person, in Slack like by @inese, elsewhere by Slack's id like by U0123ABCD"
MOMENT = "a date or time, like 2026-03-01, monday or 7 days ago"
SPAN = "two dates, like between 1 march and 31 march"
AN_INSTANT = timedelta(microseconds=1)  # entries' times are no finer, and a filter has both its ends in it
LATEST = datetime.max.replace(tzinfo=UTC)
FORWARDS = "a time that ends after it begins"
LENGTH = "a length of time, like last 7 days or last month"
ONE = (
    "one account, a person, a purpose, kinds of data, an outcome, a time, or words of a reason in quotes. "
    'An id of several words is written like account "12 345"'
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries; None or nothing asks for all. `since` and `until` are both included, UTC.

    `actions`: any of these; `fields`: entries that name any of these; `words`: each stands in the reason or the
    ticket; `entry`: an entry's id, or its last 8 characters; `ticket`: a customer's request, C-77 in any case.
    """

    account: str | None = None
    actor: str | None = None
    purpose: str | None = None
    outcome: str | None = None
    grant: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    actions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    entry: str | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """A word that could not be read, and what was expected there."""

    word: str
    expected: str


Step = Callable[[Filter], Filter]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that this company's entries are searched by. `purposes` maps keys to labels, `phrases` what is typed
    (small letters) to what it asks for: ("fields", names), ("actions", codes), ("outcome", code), ("purpose", key).
    """

    purposes: Mapping[str, str]
    phrases: Mapping[str, tuple[str, tuple[str, ...]]]

    @classmethod
    def of(cls, rules: Rules) -> "Vocabulary":
        """Purposes before classes before fields before outcomes before actions, where one word could be several."""
        phrases: dict[str, tuple[str, tuple[str, ...]]] = {}
        for code in VERBS:
            for words in (code, *TYPED.get(code, ())):
                phrases[words] = ("actions", (code,))
        for outcome in Outcome:
            typed = _spellings(outcome.value) | {*TYPED_OUTCOMES.get(outcome.value, ())}
            phrases |= dict.fromkeys(typed, ("outcome", (outcome.value,)))
        for one in rules.data_classes.values():
            for name in one.fields:
                phrases |= dict.fromkeys(_spellings(name), ("fields", (name,)))
        for one in rules.data_classes.values():
            for label in (one.key, one.label):
                phrases |= dict.fromkeys(_spellings(label), ("fields", one.fields))
        for key, purpose in rules.purposes.items():
            for label in (key, purpose.label):
                phrases |= dict.fromkeys(_spellings(label), ("purpose", (key,)))
        return cls({key: purpose.label for key, purpose in rules.purposes.items()}, phrases)

    def longest(self, words: Sequence[str], only: str | None = None) -> int:
        """How many of these words, from the first, are a phrase that is known (0: none); `only` of one kind."""
        for count in range(min(LONGEST_NAME, len(words)), 0, -1):
            kind = self.phrases.get(" ".join(words[:count]).lower(), ("", ()))[0]
            if kind and only in (None, kind):
                return count
        return 0


def parse(text: str, vocabulary: Vocabulary, now: datetime, zone: tzinfo) -> Filter | Unclear:
    """The filter that the words ask for. Times are read in `zone`."""
    return _Reading(TOKEN.findall(text), vocabulary, now, zone).whole()


def trailing_period(text: str, now: datetime, zone: tzinfo) -> tuple[str, datetime | None, datetime | None]:
    """What stands before a time at the end, and the time: `baltic beans since march` → `baltic beans`, March, None."""
    words = text.split()
    nothing = Vocabulary({}, {})
    for position in range(1, len(words)):
        if words[position].lower() not in TIMES:
            continue
        found = parse(" ".join(words[position:]), nothing, now, zone)
        if isinstance(found, Filter) and found == Filter(since=found.since, until=found.until) != Filter():
            return " ".join(words[:position]), found.since, found.until
    return " ".join(words), None, None


def speaks_of_time(text: str) -> bool:
    """Whether a word is in it that may have been meant to begin a time."""
    return not TIMES.isdisjoint(text.lower().split())


def searched(account: str) -> str:
    """An account's id as it is typed in a search: in quotes where it would be read as several words."""
    return f'account "{account}"' if len(account.split()) > 1 else account


def _unquoted(word: str) -> str:
    """What stands between quotes, its white space made single; a word without quotes as it is."""
    quoted = QUOTED.fullmatch(word)
    return " ".join(next((part for part in quoted.groups() if part), "").split()) if quoted else word


def _spellings(name: str) -> set[str]:
    small = " ".join(name.lower().split())
    return {small, small.replace("_", " "), small.replace("-", " ")}


class _Reading:
    """Words being read from left to right."""

    def __init__(self, words: list[str], vocabulary: Vocabulary, now: datetime, zone: tzinfo) -> None:
        self._words = words
        self._vocabulary = vocabulary
        self._now = now
        self._zone = zone
        self._at = 0
        self._found = Filter()
        self._begins: Mapping[str, Callable[[str], Filter | Unclear]] = {
            "since": self._moment,
            "after": self._moment,
            "until": self._moment,
            "before": self._moment,
            "between": self._between,
            "from": self._between,
            "last": self._last,
            "past": self._last,
            "this": self._last,
            "on": self._day,
            "in": self._day,
            "during": self._day,
            "today": self._today,
            "yesterday": self._today,
            "by": self._by,
            "for": self._for,
            "entry": self._entry,
            "account": self._account,
        }

    def whole(self) -> Filter | Unclear:
        while self._at < len(self._words):
            step = self._next()
            if isinstance(step, Unclear):
                return step
            self._found = step
        return self._found

    def _next(self) -> Filter | Unclear:
        word = self._words[self._at]
        small = word.lower()
        if small in self._begins and not self._is_class(small):
            self._at += 1
            return self._begins[small](small)
        if count := self._vocabulary.longest(self._words[self._at :]):
            return self._known(self._take(self._at + count))
        count = self._bare_time()
        if count < 2 and (expected := missing_from_calendar(" ".join(self._words[self._at : self._at + 2]))):
            return Unclear(self._take(min(self._at + 2, len(self._words))), expected)
        if count:
            return self._said_bare(count)
        self._at += 1
        return self._single(word)

    def _bare_time(self) -> int:
        """How many words from here are a time without a word that begins one, like "march 2026"; 0: they are none."""
        here = self._words[self._at : self._at + 2]
        if not any(ON_A_CALENDAR.fullmatch(" ".join(here[:count]).lower()) for count in (1, 2)):
            return 0
        stop = self._at + 1
        while stop < min(len(self._words), self._at + LONGEST_TIME) and not self._starts(stop):
            stop += 1
        return self._readable(self._at, stop) - self._at

    def _said_bare(self, count: int) -> Filter | Unclear:
        """A time alone, or up to another: "monday to friday"."""
        if " ".join(self._words[self._at + count : self._at + count + 1]).lower() == "to":
            return self._between("from")
        return self._period(self._take(self._at + count), MOMENT)

    def _readable(self, first: int, last: int) -> int:
        """Where the longest time ends that begins at `first` and ends at `last` or before; `first` where none does."""
        for stop in range(last, first, -1):
            phrase = " ".join(self._words[first:stop])
            if read_period(phrase, self._now, self._zone) or read_time(phrase, self._now, self._zone):
                return stop
        return first

    def _is_class(self, word: str) -> bool:
        """ "account" begins an account's id, unless nothing follows that could be one: then it is the class."""
        follows = next(iter(self._words[self._at + 1 : self._at + 2]), "")
        alone = not follows or (self._starts(self._at + 1) and not ENTRY.fullmatch(follows))
        return word == "account" and alone and word in self._vocabulary.phrases

    def _starts(self, position: int) -> bool:
        """Whether another part of the query begins here."""
        word = self._words[position]
        begins = word.lower() in self._begins or word.lower() == "to"
        shapes = any(shape.fullmatch(word) for shape in (USER, GRANT, QUOTED, ENTRY))
        return begins or shapes or self._vocabulary.longest(self._words[position:]) > 0

    def _phrase(self, *ends: str) -> str:
        """The words up to the next that begins another part of the query, or that is one of `ends`."""
        position = self._at + 1
        while position < len(self._words) and not (self._words[position].lower() in ends or self._starts(position)):
            position += 1
        return self._take(position)

    def _time(self, *ends: str) -> str:
        """As a phrase, with the day behind a time of day: "8 pm yesterday", "in march" """
        begun = self._at
        phrase = self._phrase(*ends)
        stop = self._readable(begun, self._at)
        no_such_day = stop == begun + 1 and missing_from_calendar(phrase)  # "march 32" is no march of account 32
        if begun < stop < self._at and not no_such_day:  # what follows is another part: an account
            self._at, phrase = stop, " ".join(self._words[begun:stop])
        day = next(iter(self._words[self._at : self._at + 1]), "")
        if day.lower() in DAYS_AGO and names_an_hour(phrase):
            return f"{phrase} {self._take(self._at + 1)}"
        return phrase

    def _take(self, stop: int) -> str:
        taken = " ".join(self._words[self._at : stop])
        self._at = max(self._at, stop)
        return taken

    def _known(self, phrase: str) -> Filter | Unclear:
        kind, values = self._vocabulary.phrases[phrase.lower()]
        if kind in ("fields", "actions"):
            both: Any = tuple(dict.fromkeys((*getattr(self._found, kind), *values)))
            return replace(self._found, **{kind: both})
        return self._set(kind, values[0], phrase)

    def _set(self, name: str, value: Any, word: str) -> Filter | Unclear:
        held = getattr(self._found, name)
        if held not in (None, value):
            return Unclear(word, ONE)
        return replace(self._found, **{name: value})

    def _moment(self, begin: str) -> Filter | Unclear:
        """ "since monday" and "until monday" have the monday in them, "after monday" and "before monday" have not."""
        upper, to_the_end = begin in ("until", "before"), begin in ("until", "after")
        phrase = self._time()
        moment = read_time(phrase, self._now, self._zone, end_of_day=to_the_end) if phrase else None
        if moment is None:
            return Unclear(phrase or begin, missing_from_calendar(phrase) or MOMENT)
        if begin == "after" and moment < LATEST:
            moment += AN_INSTANT
        since, until = (None, moment) if upper else (moment, None)
        return self._spanning(since, until, f"{begin} {phrase}")

    def _between(self, begin: str) -> Filter | Unclear:
        joint = "and" if begin == "between" else "to"
        first = self._time(joint)
        if self._at >= len(self._words) or self._words[self._at].lower() != joint:
            return Unclear(f"{begin} {first}".strip(), SPAN)
        self._at += 1
        second = self._time()
        since = read_time(first, self._now, self._zone) if first else None
        until = read_time(second, self._now, self._zone, end_of_day=True) if second else None
        phrase = f"{begin} {first} {joint} {second}".strip()
        if since is None or until is None or until < since:
            return Unclear(phrase, SPAN)
        return self._spanning(since, until, phrase)

    def _last(self, begin: str) -> Filter | Unclear:
        counted = self._at < len(self._words) and self._words[self._at].isdigit()
        phrase = f"{begin} {self._take(min(self._at + 1 + counted, len(self._words)))}".strip()
        return self._period(phrase, LENGTH)

    def _day(self, begin: str) -> Filter | Unclear:
        phrase = self._time()
        return self._period(phrase or begin, MOMENT)

    def _today(self, begin: str) -> Filter | Unclear:
        return self._period(begin, MOMENT)

    def _period(self, phrase: str, expected: str) -> Filter | Unclear:
        period = read_period(phrase, self._now, self._zone)
        if period is None:
            return Unclear(phrase, missing_from_calendar(phrase) or expected)
        return self._spanning(*period, phrase)

    def _spanning(self, since: datetime | None, until: datetime | None, phrase: str) -> Filter | Unclear:
        """Together with the time that was said before, of which nothing may be said again."""
        held = self._found
        if (since and held.since not in (None, since)) or (until and held.until not in (None, until)):
            return Unclear(phrase, ONE)
        since, until = since or held.since, until or held.until
        if since is not None and until is not None and until < since:
            return Unclear(phrase, FORWARDS)
        return replace(held, since=since, until=until)

    def _by(self, begin: str) -> Filter | Unclear:
        phrase = self._take(min(self._at + 1, len(self._words)))
        user = USER.fullmatch(phrase)
        if user or ACTOR.fullmatch(phrase):
            return self._set("actor", user[1] if user else phrase, phrase)
        return Unclear(phrase or begin, SOMEBODY)

    def _for(self, begin: str) -> Filter | Unclear:
        count = self._vocabulary.longest(self._words[self._at :], only="purpose")
        phrase = self._take(self._at + count) if count else self._phrase()
        key = purpose_named(phrase, self._vocabulary.purposes)
        if key is None:
            return Unclear(phrase or begin, "a purpose: " + ", ".join(self._vocabulary.purposes.values()))
        return self._set("purpose", key, phrase)

    def _entry(self, begin: str) -> Filter | Unclear:
        word = self._take(min(self._at + 1, len(self._words))).lower()
        if not ENTRY.fullmatch(word):
            return Unclear(word or begin, "an entry's id, like entry 3fa94c1b")
        return self._set("entry", word, word)

    def _account(self, begin: str) -> Filter | Unclear:
        word = _unquoted(self._take(min(self._at + 1, len(self._words))))
        return self._one_account(word) if word else Unclear(begin, "an account's id")

    def _single(self, word: str) -> Filter | Unclear:
        if user := USER.fullmatch(word):
            return self._set("actor", user[1], word)
        if GRANT.fullmatch(word):
            return self._set("grant", f"{word[0].upper()}-{word.lstrip('RrDd-')}", word)
        if TICKET.fullmatch(word):
            return self._set("ticket", word, word)
        if QUOTED.fullmatch(word):
            said = _unquoted(word)
            return replace(self._found, words=(*self._found.words, said)) if said else self._found
        if ENTRY.fullmatch(word):
            return self._set("entry", word, word)
        if DAY.fullmatch(word):
            return self._period(word, MOMENT)
        return self._one_account(word)

    def _one_account(self, word: str) -> Filter | Unclear:
        if "@" in word:
            return Unclear(word, "an account's id; find it with /account")
        return self._set("account", word, word)
