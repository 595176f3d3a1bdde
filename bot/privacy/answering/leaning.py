"""Whether a sentence is understood by itself, or leans on the one before it; told by its words alone.

Nothing is parsed: of each kind a few forms are known that policies use. What is missed is quoted as it stands; what is
taken for leaning and is not comes with one sentence more, which is the policy's too.
"""

import re
from typing import Final

_DOCUMENT: Final = r"(?:policy|policies|notice|statement|page|section|document|website|site|declaration|terms|rules)\b"
_CASES: Final = (
    r"in (?:such|some|certain|limited|that|this|these|those) (?:a )?(?:cases?|circumstances|event)|in exceptional"
)
_AFTER: Final = (
    r"until then|before (?:that|then)|after (?:that|this)|thereafter|afterwards|even (?:then|so)|"
    r"the same (?:holds|applies|goes|is)|none of (?:it|them|this|these|those|that)|nor|but|yet|otherwise|"
    r"however|nevertheless|nonetheless|that said|instead(?! of)"
)
_EXAMPLE: Final = r"for example|for instance|in particular|specifically|namely"
_PRONOUN: Final = (
    r"(?:(?:it|they|them|its|their|these|those|such|he|she)\b|"
    rf"(?:this|that)\b(?! (?:\w+ )?{_DOCUMENT}))"
)
_LIMITS: Final = re.compile(
    rf"(?:{_AFTER}|{_CASES}|except|unless|notwithstanding|exceptions?|only|provided that|"
    r"if (?:so|not|it|they|this|that|you do(?: not|n['’]t)?)|the (?:only )?exceptions?|neither|either|both|not even)\b",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(
    rf"(?:{_EXAMPLE}|examples\b[^.]{{0,60}}\b(?:includes?|including|means?|are|covers?)|for the most part)\b",
    re.IGNORECASE,
)
_POINTS_BACK: Final = re.compile(_PRONOUN, re.IGNORECASE)
_CONNECTS: Final = re.compile(
    rf"(?:{_AFTER}|in (?:such|that|this|these|those) (?:a )?(?:cases?|circumstances|event)|{_EXAMPLE}|also|"
    r"in addition(?! to)|additionally|furthermore|moreover|likewise|similarly|besides(?=,)|conversely|alternatively|"
    r"(?:in|by) contrast(?! (?:to|with))|on the other hand|for (?:this|that|these|those) (?:reasons?|purposes?)|"
    r"as a result(?! of)|therefore|thus|hence|consequently|accordingly|then|the (?:latter|former|others?)|others|"
    r"(?:if|when|where|once|because|although|while) (?:so|not|it|they|he|she|doing so|"
    rf"(?:this|that(?! you\b))(?! (?:\w+ )?{_DOCUMENT})))\b",
    re.IGNORECASE,
)
_ADDS: Final = re.compile(r"[^,;:]*?\balso\b(?! (?:known|called))", re.IGNORECASE)
_JOINS: Final = re.compile(r"[^,;:]*?\bas well\b(?! as\b)|[^;:]*?\btoo(?=[.,])", re.IGNORECASE)
_ADDED_INSIDE: Final = re.compile(
    r"\b(?:and|but|or)\s+(?:\w+\s+){0,8}\Z|\b(?:which|who|that)\s+\Z|\bnot only\b", re.IGNORECASE
)
_ACTS: Final = (
    r"(?:(?:if|when|where|once|as|since|because|while|although|should|unless|after|before|until|please) )?"
    r"(?:(?:we|you|i|nobody|everybody|anyone|someone) )"
    r"(?:(?:do|does|did|may|might|can|cannot|could|will|would|shall|should|must|have|has|had|never|not|only|always|"
    r"just|then|still|also|sometimes|usually|wish|want|need|like|to|n['’]t|don['’]t|won['’]t) )*"
)
_OBJECT: Final = re.compile(
    rf"{_ACTS}\w+ (?:(?:all|some|any|none|each|most|either|both) of |"
    r"to |for |with |about |on |whether |if |where |when )?"
    rf"(?:it|them|(?:this|these|those|such)(?! as\b)(?! (?:\w+ )?{_DOCUMENT})(?!\b[^.]*:))\b",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(r"(?<!\bno )(?<!\bas )\b(?:such|these) (?:an? )?(\w+)(?: (\w+))?", re.IGNORECASE)
_TOLD_AFTER: Final = re.compile(r"(?:\w+ ){0,3}(?:as|that|who)\b|(?:\w+ ?){1,3}:", re.IGNORECASE)
_NEAR: Final = 6
"""Words within which what a sentence names again stood in the one before it; later it stood in the sentence itself."""
_OTHERS: Final = re.compile(
    r"(?:all |any )?other (?!members|people|users|persons|parties|customers|sites|websites|companies|data\b)(\w{4,})",
    re.IGNORECASE,
)
"""Others than the ones that were just spoken of; other people and the like are others than whoever reads it."""
_INVITES: Final = re.compile(
    r"(?:please|just|simply|contact|write|call|ring|ask|e-?mail|tell|let|get in touch|drop|visit|see|go|send|use)\b",
    re.IGNORECASE,
)


def leans(quote: str) -> bool:
    """Whether a sentence is not understood without the one before it: "They …", "In addition, …", "We do this …",
    "Documents with such data …", "Third parties may see it as well".
    """
    return _points_back(quote) or _CONNECTS.match(quote) is not None or _comes_to(_JOINS, quote)


def goes_on(quote: str) -> bool:
    """Whether a sentence limits or goes on with the one before it: "However, …", "It …", "For example, …"."""
    return limits(quote) or _GOES_ON.match(quote) is not None or _points_back(quote)


def limits(quote: str) -> bool:
    """Whether a sentence begins as a condition or an exception to the one before it."""
    return _LIMITS.match(quote) is not None


def adds(quote: str) -> bool:
    """Whether what a sentence says may come to what was said before it, or only to what it says itself: "We also keep
    …". On the same matter the two belong together.
    """
    return _comes_to(_ADDS, quote) or _comes_to(_JOINS, quote)


def others(quote: str) -> str | None:
    """Of what others a sentence begins to speak: "Other calls are not recorded." speaks of calls. None: of none."""
    found = _OTHERS.match(quote)
    return found[1].lower() if found else None


def answers_an_invitation(before: str, quote: str) -> bool:
    """Whether a sentence tells what to do for those who a question is put to: "Any questions? Please write to us."."""
    return before.endswith("?") and _INVITES.match(quote) is not None


def _comes_to(pattern: re.Pattern[str], quote: str) -> bool:
    found = pattern.match(quote)
    return found is not None and not _ADDED_INSIDE.search(found.group().rsplit(" ", 1)[0] + " ")


def _points_back(quote: str) -> bool:
    return _POINTS_BACK.match(quote) is not None or _OBJECT.match(quote) is not None or _names_again(quote)


def _names_again(quote: str) -> bool:
    """Whether a sentence soon speaks of "such" or "these" things that it has not named itself."""
    for found in _NAMED.finditer(quote):
        before = quote[: found.start()].lower().split()
        if len(before) > _NEAR or any(word[-1] in ",;:" for word in before[1:]):
            return False
        things = [word.lower() for word in found.groups() if word]
        if not _TOLD_AFTER.match(quote, found.start(1)) and not any(
            thing[:5] in word for thing in things for word in before
        ):
            return True
    return False
