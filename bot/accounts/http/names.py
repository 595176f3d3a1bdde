"""Which of the accounts that an API found by a text are shown for it: those whose own names are like the text. Pure.

An API's search by text may look into fields that are masked or hidden here. An account that was found by those could
be found letter by letter, so what is kept is judged by names alone, which are open.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.accounts.folding import FEWEST_LETTERS, search_text, spellings, squash
from bot.accounts.similar import LEAST_ALIKE, LONGEST, alikeness
from bot.accounts.source import How

One = TypeVar("One")


def long_enough(asked: str) -> bool:
    """Whether names are searched for so short a text."""
    return len(squash(spellings(asked)[0])) >= FEWEST_LETTERS


def named_like(asked: str, found: Sequence[One], names: Callable[[One], Sequence[str]]) -> tuple[list[One], How]:
    """Those that have the text in a name, in the API's order; if there are none, those with a name that is alike."""
    words = tuple(dict.fromkeys((*spellings(asked), *(squash(one) for one in spellings(asked)))))
    words = tuple(one for one in words if len(one) >= FEWEST_LETTERS)
    texts = [(one, search_text(names(one))) for one in found]
    holding = [one for one, text in texts if any(word in text for word in words)]
    if holding or not words or len(words[0]) > LONGEST:
        return holding, "substring"
    scored = [(alikeness(words[0], text), one) for one, text in texts]
    alike = sorted((pair for pair in scored if pair[0] >= LEAST_ALIKE), key=lambda pair: -pair[0])
    return [one for _, one in alike], "similar"
