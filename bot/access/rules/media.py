"""Which contact details marketing may see: those for the media to which an account has not objected. Pure.

Source: policy, "contact details for marketing: by regular mail, by e-mail or by telephone".
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from bot.access.rules.purposes import DataClass, Purpose

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("e-mail", "email", "e-mails", "emails", "electronic mail"),
    "telephone": ("telephone", "phone", "by phone", "calls", "telephone calls"),
    "mail": ("regular mail", "mail", "post", "postal mail", "letter", "letters"),
}
"""What policies and people call a medium. One that is not listed is called by its key."""

SYNONYMS: Final[Mapping[str, str]] = {
    "call": "telephone",
    "calling": "telephone",
    "being called": "telephone",
    "ringing": "telephone",
    "newsletter": "email",
    "newsletters": "email",
    "mailing": "email",
    "mailings": "email",
}
LABELS: Final[Mapping[str, str]] = {"email": "e-mail", "telephone": "telephone", "mail": "regular mail"}
NEAR: Final = 75  # of 100: twice the letters in common to the letters of both
EVERYTHING: Final = ("everything", "all", "marketing", "all marketing", "all media")


def medium_label(medium: str) -> str:
    """A medium in words."""
    return LABELS.get(medium, medium.replace("_", " "))


def names_of(medium: str) -> tuple[str, ...]:
    """What a medium is called."""
    return WORDS.get(medium, (medium.replace("_", " ").replace("-", " "), medium))


def names_medium(clause: str, medium: str) -> bool:
    """Whether a clause names a medium in words of its own: "mail" is not named by "e-mail"."""
    said = clause.casefold()
    return any(re.search(rf"(?<![\w-]){re.escape(name.casefold())}(?![\w-])", said) for name in names_of(medium))


def medium_named(phrase: str, media: Collection[str]) -> str | None:
    """The one of these media that a person means; None for what is none of them."""
    said = " ".join(phrase.casefold().split())
    for medium in media:
        if said in {medium.casefold(), *(name.casefold() for name in names_of(medium))}:
            return medium
    meant = SYNONYMS.get(said)
    return meant if meant in media else None


def nearest_medium(phrase: str, media: Collection[str]) -> str | None:
    """The one of these media that a misspelt word was meant for, if one is near enough: "telefone" is the telephone."""
    from rapidfuzz import fuzz, process  # loaded for whoever mistyped

    names = {name.casefold(): medium for medium in media for name in names_of(medium)}
    best = process.extractOne(phrase.casefold(), list(names), scorer=fuzz.ratio, score_cutoff=NEAR)
    return names[best[0]] if best else None


def contact_fields(purpose: Purpose, data_classes: Mapping[str, DataClass]) -> frozenset[str]:
    """The fields of those of the purpose's classes in which a field of a medium stands; none without media."""
    reached = {name for fields in purpose.media.values() for name in fields}
    classes = (data_classes[key] for key in purpose.data_classes if key in data_classes)
    return frozenset(name for one in classes if reached & {*one.fields} for name in one.fields)


def withheld_fields(
    purpose: Purpose, data_classes: Mapping[str, DataClass], objected: Collection[str]
) -> frozenset[str]:
    """The fields that this purpose may not show, with or without a grant, of an account that objected to these media.

    A field of several media goes with the first objection. A field of none (a contact's name) is shown while a medium
    is left by which the contact may be reached.
    """
    if not purpose.media:
        return frozenset()
    if all(medium in objected for medium in purpose.media):
        return contact_fields(purpose, data_classes)
    return frozenset(name for medium, fields in purpose.media.items() if medium in objected for name in fields)
