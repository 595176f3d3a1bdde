"""The policy in a modal, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.privacy.kept import KeptVersion
from bot.privacy.pages import PolicyPage
from bot.privacy.policy_text import Heading, PolicyText
from handlers.views.blocks import (
    OPTIONS,
    Block,
    Element,
    actions,
    button,
    context,
    divider,
    header,
    modal,
    option,
    section,
    select,
    verbatim,
)
from handlers.views.times import day_and_time

SECTION = "policy.section"
READ, BACK, NEXT = "policy.read", "policy.back", "policy.next"
TURNED = (READ, BACK, NEXT)
CALLBACK = "policy.reading"
SHORT_HASH = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A page or a section of a version. A menu's value has room for 75 characters: the hash has 64."""

    version: str
    number: int

    @classmethod
    def parse(cls, value: str) -> "Place":
        """From a button's or an option's value."""
        version, _, number = value.partition(":")
        return cls(version, int(number or 0))

    def __str__(self) -> str:
        return f"{self.version}:{self.number}"


def sections_menu(policy: PolicyText, chosen: int | None = None) -> Element | None:
    """The sections to choose from: all that fit into a menu, the lesser headings left out first. None without any."""
    options = [option(one.text, str(Place(policy.hash, index))) for index, one in _listed(policy)]
    if not options:
        return None
    initial = str(Place(policy.hash, chosen)) if chosen is not None else None
    return select(SECTION, options, initial, example="Read a section")


def _listed(policy: PolicyText) -> list[tuple[int, Heading]]:
    kept = sorted({one.level for one in policy.headings})
    while len(kept) > 1 and sum(one.level in kept for one in policy.headings) > OPTIONS:
        kept = kept[:-1]
    return [(index, one) for index, one in enumerate(policy.headings) if one.level in kept][:OPTIONS]


def reading_row(policy: PolicyText) -> Block:
    """The menu of sections, and a button that begins at the beginning."""
    menu = sections_menu(policy)
    read = button("Read the policy", READ, str(Place(policy.hash, 0)))
    return actions(menu, read) if menu else actions(read)


def page(kept: KeptVersion, pages: Sequence[PolicyPage], number: int) -> Block:
    """One page, with the ways to the others."""
    shown = pages[number]
    parts = f" · part {shown.part} of {shown.parts}" if shown.parts > 1 else ""
    blocks: list[Block] = []
    if menu := sections_menu(kept.reading, shown.section):
        blocks.append(actions(menu))
    if shown.heading:
        blocks.append(header(shown.heading))
    blocks += [verbatim(piece) for piece in shown.pieces]
    blocks += [
        divider(),
        context(
            f"Page {number + 1} of {len(pages)}{parts} · version `{kept.version[:SHORT_HASH]}`, in force from "
            f"{day_and_time(kept.in_force_from)}"
        ),
    ]
    turns = []
    if number:
        turns.append(button("Back", BACK, str(Place(kept.version, number - 1))))
    if number + 1 < len(pages):
        turns.append(button("Next", NEXT, str(Place(kept.version, number + 1))))
    if turns:
        blocks.append(actions(*turns))
    return modal("Privacy policy", blocks, callback=CALLBACK)


def gone() -> Block:
    """A version that is not kept any more."""
    words = "This version of the policy is no longer kept. `/policy` shows the one in force."
    return modal("Privacy policy", [section(words)], callback=CALLBACK)
