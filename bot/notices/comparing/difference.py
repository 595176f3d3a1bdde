"""The difference of two versions of a policy, by sentence and section. Pure."""

from collections.abc import Iterable, Iterator

from bot.notices.changes import (
    URGENCIES,
    Change,
    ChangeKind,
    Difference,
    DifferenceKind,
    Noise,
    Quote,
    Urgency,
)
from bot.notices.comparing import promises
from bot.notices.comparing.alignment import Alignment, align
from bot.notices.comparing.dates import date_only, is_stamp
from bot.notices.comparing.likeness import Group
from bot.notices.comparing.noise import noise_between
from bot.notices.comparing.surroundings import Surroundings
from bot.notices.comparing.units import Outline, Unit, numbered, outline_of, quoted, words_of
from bot.privacy.text import PolicyText

__all__ = ["Change", "ChangeKind", "Difference", "DifferenceKind", "Noise", "Quote", "Urgency", "compare"]


def compare(before: PolicyText, after: PolicyText) -> Difference:
    """What changed from one version to the other.

    Every sentence and heading of both that is not word for word in the other stands in exactly one change: among
    `changes` or `headings`, or, where it says nothing new, among `noise`.
    """
    if before.hash == after.hash or before.text == after.text:
        return Difference(before.hash, after.hash, DifferenceKind.SAME, texts=(before.text, after.text))
    return compare_outlines(outline_of(before), outline_of(after))


def compare_outlines(old: Outline, new: Outline) -> Difference:
    """The same of versions whose sentences have been read."""
    before, after = old.policy, new.policy
    found = sorted(_changes(before, after, old, new), key=_order)
    told = [change for change in found if change.noise is None]
    return Difference(
        before.hash,
        after.hash,
        _kind(told),
        tuple(change for change in told if not change.heading),
        tuple(change for change in told if change.heading),
        tuple(change for change in found if change.noise is not None),
        (before.text, after.text),
    )


def _kind(told: Iterable[Change]) -> DifferenceKind:
    """The weightiest of what is told."""
    kinds = {_kind_of(change) for change in told}
    heaviest_first = (DifferenceKind.TEXT, DifferenceKind.DATE, DifferenceKind.MOVED)
    return next((kind for kind in heaviest_first if kind in kinds), DifferenceKind.NOISE)


def _kind_of(change: Change) -> DifferenceKind:
    if change.date:
        return DifferenceKind.DATE
    return DifferenceKind.MOVED if change.kind is ChangeKind.MOVED else DifferenceKind.TEXT


def _order(change: Change) -> tuple[int, int]:
    quote = change.after or change.before
    return URGENCIES.index(change.urgency), quote.start if quote else 0


def _changes(before: PolicyText, after: PolicyText, old: Outline, new: Outline) -> Iterator[Change]:
    alignment = align(old, new)
    yield from _same_words(before, after, alignment)
    for group in (*alignment.reworded, *_stamps(before, after, alignment)):
        yield _reworded(before, after, group)
    gone = Surroundings.of(old, alignment.removed, new)
    for unit in alignment.removed:
        yield _alone(ChangeKind.REMOVED, quoted(before, [unit]), gone.reason(unit))
    come = Surroundings.of(new, alignment.added, old)
    for unit in alignment.added:
        yield _alone(ChangeKind.ADDED, quoted(after, [unit]), come.reason(unit))


def _same_words(before: PolicyText, after: PolicyText, alignment: Alignment) -> Iterator[Change]:
    """What both versions say in the same words, but not quite alike, elsewhere, or more often."""
    for old, new in alignment.kept:
        reason = _reason_to_list(before, after, old, new)
        if reason is not None:
            first, second = numbered(before, old), numbered(after, new)
            kind = ChangeKind.MOVED if first.text == second.text else ChangeKind.REWORDED
            yield _noise(kind, first, second, reason)
    for old, new in alignment.moved:
        yield Change(ChangeKind.MOVED, quoted(before, [old]), quoted(after, [new]), Urgency.MOVED)
    for group in alignment.divided:
        yield _divided(quoted(before, group.before), quoted(after, group.after))
    for unit in alignment.redivided_before:
        yield _noise(ChangeKind.REMOVED, quoted(before, [unit]), None, Noise.DIVIDED)
    for unit in alignment.redivided_after:
        yield _noise(ChangeKind.ADDED, None, quoted(after, [unit]), Noise.DIVIDED)
    for unit in alignment.repeated_before:
        yield _noise(ChangeKind.REMOVED, quoted(before, [unit]), None, Noise.REPEATED)
    for unit in alignment.repeated_after:
        yield _noise(ChangeKind.ADDED, None, quoted(after, [unit]), Noise.REPEATED)


def _divided(old: Quote, new: Quote) -> Change:
    if len(old.sentences) == len(new.sentences) == 1:
        return _noise(ChangeKind.REWORDED, old, new, Noise.SPACING)
    return _noise(ChangeKind.MOVED, old, new, Noise.DIVIDED)


def _reason_to_list(before: PolicyText, after: PolicyText, old: Unit, new: Unit) -> Noise | None:
    """Why two passages of the same words are not quite the same; None where they are."""
    if old.heading is not new.heading:
        return Noise.MARKUP
    if old.number != new.number and words_of(old.number) != words_of(new.number):
        return Noise.NUMBERING
    same = before.text[old.start : old.end] == after.text[new.start : new.end]
    return None if same else Noise.TYPOGRAPHY


def _stamps(before: PolicyText, after: PolicyText, alignment: Alignment) -> Iterator[Group]:
    """Take out of what stands alone the lines that differ in nothing but a date, which may be most of their words."""
    for old in list(alignment.removed):
        text = before.text[old.start : old.end]
        if not is_stamp(text):
            continue
        for new in alignment.added:
            if date_only(text, after.text[new.start : new.end]):
                alignment.removed.remove(old)
                alignment.added.remove(new)
                yield Group((old,), (new,))
                break


def _noise(kind: ChangeKind, before: Quote | None, after: Quote | None, reason: Noise) -> Change:
    return Change(kind, before, after, Urgency.NOISE, reason)


def _reworded(before: PolicyText, after: PolicyText, group: Group) -> Change:
    old, new = quoted(before, group.before), quoted(after, group.after)
    reason = noise_between(old.text, new.text)
    if reason is not None:
        return _noise(ChangeKind.REWORDED, old, new, reason)
    if date_only(old.text, new.text):
        return Change(ChangeKind.REWORDED, old, new, Urgency.DATE, date=True)
    weaker = not old.heading and _may_bind_less(group) and promises.weakened(old.text, new.text)
    return Change(ChangeKind.REWORDED, old, new, Urgency.PROMISE_WEAKENED if weaker else Urgency.REWORDED)


def _may_bind_less(group: Group) -> bool:
    words = ([word for unit in units for word in unit.words] for units in (group.before, group.after))
    return promises.may_bind_less(*words)


def _alone(kind: ChangeKind, quote: Quote, reason: Noise | None) -> Change:
    """What was added or removed as a whole."""
    before, after = (quote, None) if kind is ChangeKind.REMOVED else (None, quote)
    if reason is not None:
        return _noise(kind, before, after, reason)
    if is_stamp(quote.text):
        return Change(kind, before, after, Urgency.DATE, date=True)
    if kind is ChangeKind.ADDED:
        return Change(kind, before, after, Urgency.ADDED)
    broken = not quote.heading and promises.promises(quote.text)
    return Change(kind, before, after, Urgency.PROMISE_REMOVED if broken else Urgency.REMOVED)
