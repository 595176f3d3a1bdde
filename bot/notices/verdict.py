"""What a fetched text is, seen beside what is known: nothing new, a fault, or something to look at once more. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.notices.changes import DifferenceKind
from bot.notices.changing import QUIET, Texts
from bot.notices.classing import class_of, is_fetch_date
from bot.notices.suspicion import suspicion_of
from bot.privacy.text import PolicyText
from bot.privacy.versions import Coming


class Seen(StrEnum):
    """What a text amounts to."""

    KNOWN = "known"  # what the sources showed before, what is in force, or what waits for its day
    NOISE = "noise"  # other characters, nothing new
    NEW = "new"  # something new, once it came twice
    FAULT = "fault"  # rather not the policy


@dataclass(frozen=True, slots=True)
class InForce:
    """The version in force: its hash, its text as this release reads it, its original, and the day on which it came."""

    version: str
    reading: PolicyText
    original: bytes
    seen: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text amounts to; `fault` is the reason code of a FAULT, `kind` the class of a difference.

    `version` is the hash that a KNOWN text is kept by, which may be an older reading of it.
    """

    seen: Seen
    kind: DifferenceKind | None = None
    fault: str | None = None
    version: str | None = None


def judge(coming: Coming, known: Mapping[str, str], in_force: InForce, today: date, most_lost: float) -> Verdict:
    """`known`: hashes of texts that say nothing new, and the versions that they are; `today` is the day of fetching."""
    before = in_force.reading
    if version := {**known, in_force.version: in_force.version, before.hash: in_force.version}.get(coming.text.hash):
        return Verdict(Seen.KNOWN, version=version)
    if suspicion := suspicion_of(before, coming.text, in_force.original, coming.data, most_lost):
        return Verdict(Seen.FAULT, fault=suspicion.value)
    difference = Texts(before, coming.text).difference()
    kind = class_of(before, coming.text, difference)
    if kind in QUIET or is_fetch_date(difference, in_force.seen, today):
        return Verdict(Seen.NOISE, kind)
    return Verdict(Seen.NEW, kind)
