"""Nothing matches: what would, and what of the command may have been meant otherwise."""

import re
from collections.abc import Mapping, Sequence

from bot.access.reasons import Reason
from bot.access.rules.media import medium_label
from bot.access.rules.purposes import purpose_named, purpose_with
from bot.accounts.results import NotFound
from bot.company import Company
from handlers.command_text import nearest_subcommand
from handlers.views.blocks import Block, code, context, cut, ephemeral, section
from handlers.views.words import recorded

LONGEST = 60
FOR = re.compile(r"(?:^|\s)for(?:\s+(\S.*))?$", re.IGNORECASE)
OBJECTS = re.compile(r"\b(?:objects|objected|agrees|agreed)\b", re.IGNORECASE)
ADDRESS = re.compile(r"\S+@(\S+\.\S+)")
SEPARATORS = re.compile(r"[\s,;]+")


TOO_SHORT = (
    "too short to search parts of names with. Type a whole word of the name, at least three letters of one, or the id."
)
USUAL = "Try the id, the whole e-mail address, the domain or a part of the name."


def under_field(result: NotFound) -> str:
    """The same below the field of a form, where what was typed still stands, and the purpose is another field."""
    return f"That is {TOO_SHORT}" if result.reason is Reason.TOO_SHORT else f"No account matches. {USUAL}"


def not_found(result: NotFound, company: Company, not_searched: list[Block]) -> Block:
    """Nothing matches. `not_searched` says which systems could not be asked."""
    query = code(cut(result.query, 150))
    if result.reason is Reason.TOO_SHORT:
        text = f"{query} is {TOO_SHORT}"
    else:
        purposes = company.rules.purposes
        labels = {key: purpose.label for key, purpose in purposes.items()}
        media = [medium for purpose in purposes.values() for medium in purpose.media]
        text = f"No account matches {query}. {meant_otherwise(result.query, labels, media) or USUAL}"
    return ephemeral(text, [section(text), *not_searched, context(recorded(result.entry))])


def meant_otherwise(query: str, labels: Mapping[str, str], media: Sequence[str] = ()) -> str | None:
    """What may be wrong with a query that found nothing, and how to type it; `labels` of the purposes. Pure."""
    words = query.split()
    if nearest_subcommand(query.strip(), ["help"]):
        return "Did you mean `/account help`?"
    if media and (said := OBJECTS.search(query)):
        rest = cut(f"/account {query[: said.start()].strip()} objects to {medium_label(media[0])}", LONGEST * 2)
        return f"If the customer objects to marketing, say by what: {code(rest)}."
    if stated := FOR.search(query):
        if stated[1] and (key := purpose_with(stated[1], labels)):
            rest = cut(f"/account {query[: stated.start()].strip()} for {labels[key].lower()}", LONGEST * 2)
            return f"Did you mean {code(rest)}?"
        none = f"{code(cut(stated[1], LONGEST))} is no purpose of ours" if stated[1] else "`for` needs a purpose"
        return f"If that was to say what it is for: {none}. `/account help` lists yours."
    for place in range(1, len(words)):
        tail = " ".join(words[place:])
        if key := purpose_named(tail, {key: label for key, label in labels.items() if _whole(tail, key, label)}):
            rest = code(cut(f"/account {' '.join(words[:place])} for {labels[key].lower()}", LONGEST * 2))
            return f"Put `for` before the purpose: {rest}."
    if address := ADDRESS.fullmatch(query.strip()):
        return (
            f"An address is found as a whole only. Try its domain: {code(cut(f'/account {address[1]}', LONGEST * 2))}."
        )
    if _several(query):
        return "One account at a time here: type one of them. `/access` takes several."
    return None


def _whole(tail: str, key: str, label: str) -> bool:
    """Whether this is a purpose's whole name: the beginning of one could be a part of a customer's."""
    return tail.casefold().replace("_", " ") in {key.casefold().replace("_", " "), label.casefold()}


def _several(query: str) -> bool:
    """Whether these are several ids or addresses: each part has a digit or an @."""
    parts = [part for part in SEPARATORS.split(query.strip()) if part]
    return len(parts) > 1 and all(re.search(r"[\d@]", part) for part in parts)
