"""Why a passage that one version has and the other has not says nothing new, by what stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.notices.changes import Noise
from bot.notices.comparing.navigation import around, is_banner, is_button, is_place, related
from bot.notices.comparing.noise import unlinked
from bot.notices.comparing.units import LABEL_WORDS, Outline, Unit, unnumbered
from bot.privacy.text import PolicyText

_BANNER_UNITS = 4  # a banner's sentences and its buttons stand no further apart


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One version's passages that the other does not have, and the other's headings and short lines."""

    policy: PolicyText
    navigation: frozenset[int]
    buttons: frozenset[int]
    labels: frozenset[str]

    @classmethod
    def of(cls, own: Outline, alone: Sequence[Unit], other: Outline) -> "Surroundings":
        """Of the units of a version that are `alone`."""
        policy, units = own.policy, own.units
        places = {unit.place for unit in alone}
        return cls(
            policy,
            around(units, places, policy.text) | related(units, places, policy.text),
            frozenset(unit.place for unit in alone if is_button(unit.words)),
            other.labels if any(len(unit.words) <= LABEL_WORDS for unit in alone) else frozenset(),
        )

    def reason(self, unit: Unit) -> Noise | None:
        """A cookie banner is known by a button near it that comes or goes too, a table of contents by the headings."""
        if unit.place in self.navigation or is_button(unit.words):
            return Noise.BOILERPLATE
        if not unit.heading and is_place(unit.words):
            return Noise.BOILERPLATE
        if self._beside_a_button(unit) and is_banner(unit.words):
            return Noise.BOILERPLATE
        if not unlinked(self.policy.text[unit.start : unit.end]):
            return Noise.LINK
        return Noise.NUMBERING if unnumbered(unit) in self.labels else None

    def _beside_a_button(self, unit: Unit) -> bool:
        return not self.buttons.isdisjoint(range(unit.place - _BANNER_UNITS, unit.place + _BANNER_UNITS + 1))
