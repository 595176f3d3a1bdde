"""Names of companies and people in a policy's sentences, as far as capitals show them."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.privacy.answering.words import word_set

_CAPITALISED = re.compile(r"(?P<before>\w*)[,;:'’\"“–-]*[\s(“\"]+(?P<name>[A-Z][\w&.'-]*\w)")
_DETERMINERS = word_set("the a an our your such this that these any each their his its every no all or as")
"""Before a word in capitals they show a term that the policy defines ("the Merchant")."""
_COMMON = word_set(
    "data protection officer privacy policy agency authority commissioner personal information website site service "
    "services user users customer customers account terms notice section settings act regulation european union eu eea "
    "uk us usa gdpr internet app cookies help center company group contact controller january february march april may "
    "june july august september october november december i"
)
_SOMEWHERE = re.compile(
    r"\b(?:in|near|outside)(?: the)?"
    r"(?: (?:[A-Z][\w-]+|(?:and|or|in)(?: the)?(?= [A-Z]))(?:,(?= [A-Z]| and [A-Z]| or [A-Z]))?)+"
)
"""What stands after these words is a place, and names nobody: "a hosting company in Frankfurt"."""
_OFTEN, _SHARE = 3, 0.04
"""A name that stands so often, and in such a part of the sentences, is taken to be the company's own."""


def without_places(sentence: str) -> str:
    """A sentence without the places that it names with a preposition."""
    return _SOMEWHERE.sub("there", sentence)


def names(sentence: str) -> frozenset[str]:
    """The words of a sentence that stand in capitals within it and are no common or defined terms; in lower case."""
    return frozenset(
        name
        for found in _CAPITALISED.finditer(without_places(sentence))
        if found.start() or found["before"]
        if (name := found["name"].lower()) not in _COMMON and found["before"].lower() not in _DETERMINERS
    )


def own(sentences: Sequence[frozenset[str]]) -> frozenset[str]:
    """Of the names of each sentence, those that are the company's own."""
    counts = Counter(name for each in sentences for name in each)
    least = max(_OFTEN, _SHARE * len(sentences))
    return frozenset(name for name, count in counts.items() if count >= least)
