"""Whom a difference touches: purposes by their clauses, rulings by their sentences, topics, and who is named. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.notices.changes import Change, ChangeKind, Difference, Quote
from bot.notices.comparing.countries import countries
from bot.notices.comparing.facts import Facts, changed_facts, has_legal_form, media
from bot.notices.comparing.units import words_of
from bot.privacy.answering.index import language_of
from bot.privacy.answering.languages import ENGLISH
from bot.privacy.text import Clause, PolicyText, find_clause, nearest_sentence

Ask = Callable[[str, PolicyText], Sequence[Clause]]
"""What a version says on a topic: its passages, none where it is silent."""


class State(StrEnum):
    """What became of words that something rests on."""

    REWORDED = "reworded"  # they stand, but the sentence around them reads otherwise
    GONE = "gone"  # they stand no more
    NEW = "new"  # they stand now, and did not before


@dataclass(frozen=True, slots=True)
class TouchedClause:
    """A purpose whose clause is not as it was. `now`: the sentence it stands in now, or the nearest one to it."""

    purpose: str
    clause: str
    state: State
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class TouchedRuling:
    """A ruling that rests on a sentence which was reworded or removed; `now` is what it became."""

    ruling: str
    state: State
    before: str
    now: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """Names that stand in one version only."""

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodChange:
    """Periods of a reworded sentence: "30 days" became "90 days"."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    section: str


@dataclass(frozen=True, slots=True)
class Topics:
    """Topics that are answered now and were not, that are not any more, and that other words answer now."""

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touched:
    """Everything that a difference touches; what is not touched is not in it."""

    clauses: tuple[TouchedClause, ...]
    rulings: tuple[TouchedRuling, ...]
    topics: Topics
    parties: Named
    countries: Named
    media: Named
    periods: tuple[PeriodChange, ...]


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on the policy: clauses by purpose, as configured, and the passages of each ruling in the old text."""

    clauses: Mapping[str, str]
    rulings: Mapping[str, Sequence[Clause]]
    topics: Sequence[str] = ()


def touched(before: PolicyText, after: PolicyText, difference: Difference, resting: Resting, ask: Ask) -> Touched:
    """What of all that rests on `before` the difference to `after` touches. `ask` is called twice a topic."""
    told = [change for change in difference.changes if change.kind is not ChangeKind.MOVED and not change.date]
    clauses = (_clause(before, after, told, purpose, words) for purpose, words in resting.clauses.items())
    rulings = (
        _ruling(told, name, passage)
        for name, passages in resting.rulings.items()
        for passage in passages
        if passage.version == before.hash
    )
    return Touched(
        tuple(one for one in clauses if one),
        tuple(one for one in rulings if one),
        topics_touched(before, after, resting.topics, ask),
        *names_touched(before, after, told),
        periods_touched(told),
    )


def _clause(
    before: PolicyText, after: PolicyText, told: Sequence[Change], purpose: str, words: str
) -> TouchedClause | None:
    old, new = find_clause(before, words), find_clause(after, words)
    if old is None:
        return TouchedClause(purpose, words, State.NEW, None, _sentence(after, new)) if new else None
    change = _change_of(told, old.start, old.end)
    became = change.after.text if change and change.after else None
    if new is None:
        nearest = nearest_sentence(after, words)
        return TouchedClause(purpose, words, State.GONE, old.quote, became or (nearest.quote if nearest else None))
    if change is None or _stands_unchanged(new, told):
        return None
    return TouchedClause(purpose, words, State.REWORDED, _text(change.before), _sentence(after, new))


def _stands_unchanged(clause: Clause, told: Iterable[Change]) -> bool:
    """Whether a clause also stands in a sentence of the new version that the old one has too."""
    return not any(quote and quote.start < clause.end and clause.start < quote.end for quote in (c.after for c in told))


def _change_of(told: Iterable[Change], start: int, end: int) -> Change | None:
    """The change that a place in the old version lies in."""
    overlapping = (one for one in told if one.before and one.before.start < end and start < one.before.end)
    return next(overlapping, None)


def _sentence(policy: PolicyText, clause: Clause | None) -> str | None:
    if clause is None:
        return None
    around = (policy.quote(one) for one in policy.sentences if one.start < clause.end and clause.start < one.end)
    return " ".join(around) or clause.quote


def _text(quote: Quote | None) -> str | None:
    return quote.text if quote else None


def _ruling(told: Iterable[Change], ruling: str, passage: Clause) -> TouchedRuling | None:
    change = _change_of(told, passage.start, passage.end)
    if change is None:
        return None
    state = State.REWORDED if change.after else State.GONE
    return TouchedRuling(ruling, state, passage.quote, _text(change.after))


def topics_touched(before: PolicyText, after: PolicyText, topics: Iterable[str], ask: Ask) -> Topics:
    """Ask both versions about each topic."""
    new: list[str] = []
    gone: list[str] = []
    otherwise: list[str] = []
    for topic in topics:
        old, now = ask(topic, before), ask(topic, after)
        if now and not old:
            new.append(topic)
        elif old and not now:
            gone.append(topic)
        elif [words_of(one.quote) for one in old] != [words_of(one.quote) for one in now]:
            otherwise.append(topic)
    return Topics(tuple(new), tuple(gone), tuple(otherwise))


def names_touched(before: PolicyText, after: PolicyText, told: Iterable[Change]) -> tuple[Named, Named, Named]:
    """Parties, countries and media of contact that the changes name, and that the whole other version does not."""
    facts = [changed_facts(change) for change in told]
    old, new = countries(before.text), countries(after.text)
    was, now = media(before.text), media(after.text)
    parties = Named(
        tuple(name for name in _parties(after, (fact.new for fact in facts)) if not _names(before, name)),
        tuple(name for name in _parties(before, (fact.gone for fact in facts)) if not _names(after, name)),
    )
    return (
        parties,
        Named(
            _only(_once(fact.new.countries for fact in facts), old), _only(_once(f.gone.countries for f in facts), new)
        ),
        Named(_only(_once(fact.new.media for fact in facts), was), _only(_once(f.gone.media for f in facts), now)),
    )


def _parties(policy: PolicyText, facts: Iterable[Facts]) -> tuple[str, ...]:
    """Organisations that are named. Where a capital does not tell a name (German: every noun has one), those alone
    that have a company's legal form.
    """
    named = _once(fact.parties for fact in facts)
    return named if language_of(policy) in (None, ENGLISH) else tuple(filter(has_legal_form, named))


def _once(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for some in names for name in some))


def _only(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(name for name in names if name not in known)


def _names(policy: PolicyText, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", policy.text, re.IGNORECASE) is not None


def periods_touched(told: Iterable[Change]) -> tuple[PeriodChange, ...]:
    """Periods that were changed, given or taken, sentence by sentence."""
    found = ((changed_facts(change), change.section) for change in told)
    return tuple(
        PeriodChange(facts.gone.periods, facts.new.periods, section)
        for facts, section in found
        if facts.gone.periods or facts.new.periods
    )
