"""What a sentence binds the company to, in English (never, not, only, unless, with consent), and when it binds less.

A heuristic on words, to put first what readers must know first. It decides nothing but an order.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from bot.notices.comparing.periods import longest_days

_NOT_OURS = re.compile(
    r"\b(?:you|user|users|visitor|visitors|children|child|who|they)\s+(?:\w+\s+)?(?:do|does|did|may|must|should|shall|can|will|are|is|have|would|could)\s*(?:not\b|n['’]t\b)"
    r"|\b(?:you|they)\s+(?:cannot|can['’]t)"
    r"|\bif\s+(?:you|we|the|any|a|an|it|your)\b[^,.;]{0,60}?\b(?:not|n['’]t)\b"
    r"|\b(?:not|n['’]t|no|cannot)\s+(?:be\s+)?(?:\w+\s+)?(?:responsible|liable|liability|responsibility|guarantee|warrant|endorse|control|owned|apply|limited|necessarily|mean|imply|directly|personally|a\s+substitute|be\s+held|completely|always)\b"
    r"|\bno\s+(?:longer|method|transmission|data\s+transmissions?|security|such\s+other|guarantee|control)\b"
    r"|\bincluding(?:,)?\s+but\s+not\b|\bor\s+not\b|\bnot\s+only\b|\bunless\s+(?:otherwise|you\s+(?:are|choose))\b",
    re.IGNORECASE,
)
_MARKERS = {
    "never": re.compile(r"\bnever\b|\bunder\s+(?:no|any)\s+circumstances?\b", re.IGNORECASE),
    "not": re.compile(r"\b(?:not|cannot|no|neither|nor)\b|\w+n['’]t\b", re.IGNORECASE),
    "only": re.compile(r"\b(?:only|solely|exclusively|limited\s+to)\b", re.IGNORECASE),
    "unless": re.compile(r"\b(?:unless|except)\b", re.IGNORECASE),
    "consent": re.compile(
        r"\b(?:with|after|obtain\w*|ask\w*\s+for|if\s+you)\s+(?:\w+\s+){0,3}?(?:consent|permission|approval)\b|\bopt(?:ed)?[\s-]in\b",
        re.IGNORECASE,
    ),
    "will": re.compile(
        r"\b(?:will|shall|must)\s+(?:always\s+|also\s+|promptly\s+|immediately\s+)?(?:be\s+)?"
        r"(?:delet|eras|remov|notif|inform|tell|ask|protect|encrypt|anonymi|stop|ceas|obtain|seek|respect|hono|respond|maintain\s+safeguards)\w*",
        re.IGNORECASE,
    ),
}
_IN = {
    "never": ("never", "circumstance"),
    "not": ("no", "neither", "n't", "n’t"),
    "only": ("only", "solely", "exclusively", "limited"),
    "unless": ("unless", "except"),
    "consent": ("consent", "permission", "approval", "opt"),
    "will": ("will", "shall", "must"),
}
"""Letters of which a sentence has some where a pattern may be found; looking for them is quick."""
_TRY = (
    r"(?:(?:try|tries|trying|attempt|strive|endeavou?r|aim|seek|intend|hope|plan)s?(?:ing)?\s+(?:\w+\s+)?to"
    r"|(?:do|does|doing)\s+(?:our|its|their)\s+best)\b"
)
_RESERVED = re.compile(
    rf"\b{_TRY}"
    r"|\b(?:reasonable|best|appropriate)\s+(?:\w+\s+)?(?:efforts?|endeavou?rs?|steps?|measures?)\b"
    r"|\b(?:where(?:ver)?|when(?:ever)?|if|as\s+far\s+as|as\s+soon\s+as|to\s+the\s+extent|insofar\s+as)\s+(?:it\s+is\s+)?(?:reasonably\s+)?"
    r"(?:possible|practicable|practical|feasible)\b"
    r"|\b(?:generally|usually|normally|typically|ordinarily|in\s+general|in\s+principle|as\s+a\s+rule|in\s+most\s+cases)\b",
    re.IGNORECASE,
)
"""What leaves the company room not to do what it says: it tries to, where possible, generally."""
_ABSOLUTE = re.compile(
    r"\b(?:without\s+(?:any\s+)?(?:exceptions?|reservations?)|always|unconditionally|in\s+(?:every|all|any)\s+cases?"
    r"|under\s+all\s+circumstances|at\s+all\s+times)\b",
    re.IGNORECASE,
)
"""What leaves it none."""
_THEIR_TRYING = re.compile(
    rf"\b(?:you|users?|customers?|visitors?|subscribers?|children|they|who|people|anyone)\s+(?:\w+\s+){{0,2}}{_TRY}",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"\b(?:committed|undertake|pledge|promise)s?\s+to\b"
    r"|\b(?:keep(?:s|ing)?|kept)\b[^.;]{0,40}\b(?:safe|secure|confidential|private|secret|accurate)\b"
    r"|\b(?:delet|eras|remov|notif|inform|tell|ask|protect|secur|safeguard|encrypt|anonymi|pseudonymi|stop|ceas|obtain|"
    r"respect|hono|respond|answer|repl(?:y|ie)|compl(?:y|ie)|confirm|correct|rectif|restrict|limit|minimi|prevent)"
    r"(?!\w*(?:ions?|ity|ures?|als?|ers?|ors?)\b)\w*",
    re.IGNORECASE,
)
"""What a company that says no more than that it does so has promised."""
_TELLING = re.compile(
    r"never|any|no|not|neither|nor|cannot|t|only|solely|exclusively|limited|to|unless|except|with|without|consent|opt|"
    r"tr(?:y|ies|ying)|(?:attempt|aim|seek|intend|hope|plan)\w*|best|appropriate|efforts?|steps?|measures?|possible|practica\w+|"
    r"feasible|reasonably|usually|normally|typically|ordinarily|general|principle|rule|most|every|all|cases?|times|"
    r"circumstances|exceptions?|reservations?|unconditionally|"
    r"in|permission|approval|will|shall|must|always|may|might|can|could|generally|where|try|strive|endeavou?r|"
    r"reasonable|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|thirty|sixty|ninety|"
    r"(?:day|week|month|year|hour)s?|\d+|(?:delet|eras|remov|notif|inform|tell|ask|protect|encrypt|anonymi|stop|ceas|"
    r"obtain|seek|respect|hono|respond|maintain|keep|kept|retain|stor|hold)\w*"
)
_STRONG = re.compile(r"\b(?:will|shall|must|always)\b", re.IGNORECASE)
_WEAK = re.compile(
    r"\b(?:may|might|can|could|generally|where\s+possible|try|strive|endeavou?r|reasonable\s+efforts?)\b", re.IGNORECASE
)
_OURS_MAY = re.compile(
    r"\b(?:we|us|company|data|information|it|they|parties|providers|partners|employees|services?)\s+(?:\w+\s+)?(?:may|might|can)\b(?!\s+not\b)",
    re.IGNORECASE,
)
_TIME_BOUND = re.compile(
    r"\b(?:keep|kept|retain\w*|stor\w+|hold|delet\w+|eras\w+|remov\w+|within|respond)\b", re.IGNORECASE
)


def markers(sentence: str) -> Counter[str]:
    """The binding words of a sentence that are about the company: how often each kind stands in it."""
    lower = sentence.lower()
    kinds = [kind for kind, letters in _IN.items() if any(part in lower for part in letters)]
    if not kinds:
        return Counter()
    ours = _NOT_OURS.sub(" ", sentence)
    return Counter({kind: len(found) for kind in kinds if (found := _MARKERS[kind].findall(ours))})


def may_bind_less(before: Iterable[str], after: Iterable[str]) -> bool:
    """Whether the words of which there are more or fewer can make a sentence bind less at all; `weakened` says more."""
    return sorted(filter(_tells, before)) != sorted(filter(_tells, after))


@lru_cache(maxsize=4096)
def _tells(word: str) -> bool:
    return _TELLING.fullmatch(word) is not None


def promises(sentence: str) -> bool:
    """Whether a sentence binds the company to do something or to leave it."""
    return bool(markers(sentence).keys() - {"unless"})


def weakened(before: str, after: str) -> bool:
    """Whether a reworded sentence binds less: a binding word is gone, "will" became "may", a period became longer."""
    old, new = markers(before), markers(after)
    lost, won = old - new, new - old
    excepted = "unless" in won and old.keys() & {"never", "not"}  # "never" became "never, except"
    del lost["unless"], won["unless"]
    if excepted or lost.total() > won.total() or ("never" in lost and "never" not in won):
        return True
    if not won and (softer(before, after) or reserved(before, after)):
        return True
    before_days, after_days = longest_days(before), longest_days(after)
    return bool(before_days and after_days and after_days > before_days and _TIME_BOUND.search(after))


def softer(before: str, after: str) -> bool:
    """Whether what was to be done may now be done."""
    fewer_musts = len(_STRONG.findall(after)) < len(_STRONG.findall(before))
    return fewer_musts and len(_WEAK.findall(after)) > len(_WEAK.findall(before))


def reserved(before: str, after: str) -> bool:
    """Whether a promise that was made without reservation is made with one: "we answer" became "we try to answer"."""
    if not (promises(before) or _DUTY.search(before)):
        return False
    more = len(_RESERVED.findall(_ours(after))) - len(_RESERVED.findall(_ours(before)))
    less = len(_ABSOLUTE.findall(before)) - len(_ABSOLUTE.findall(after))
    return more > 0 or (more == 0 and less > 0)


def _ours(sentence: str) -> str:
    return _THEIR_TRYING.sub(" ", sentence)


def permissions(sentence: str) -> tuple[str, ...]:
    """The kinds of words in a sentence that leave the company free to do something."""
    return ("may",) if _OURS_MAY.search(sentence) else ()
