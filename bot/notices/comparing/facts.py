"""What can be pointed out in a passage, and what of it changed: nothing is concluded that does not stand there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache

from bot.notices.changes import Change
from bot.notices.comparing.countries import countries
from bot.notices.comparing.dates import DATE
from bot.notices.comparing.periods import PERIOD, periods
from bot.notices.comparing.promises import markers, permissions

_NUMBER = re.compile(r"(?<![\w.,-])[€$£]?\d[\d.,]*\d?\s?%?(?![\w-])")
_MEDIA = {
    "e-mail": r"e-?mails?",
    "telephone": r"(?:tele)?phone(?:\s+calls?)?|calls?|calling",
    "text message": r"SMS|MMS|text\s+messages?|texts",
    "post": r"(?:regular|postal|direct|surface)\s+mail|by\s+(?:post|mail)|postal\s+address",
    "push notification": r"push\s+notifications?|in-app\s+(?:messages?|notifications?)",
    "fax": r"fax(?:es)?|facsimile",
    "messenger": r"WhatsApp|Messenger|Telegram|Slack|Signal|Viber",
    "chat": r"(?:live\s+)?chat(?:bot)?s?",
    "social media": r"social\s+(?:media|networks?)",
}
_MEDIUM = {name: re.compile(rf"(?<![\w@.])(?:{pattern})(?![\w@])", re.IGNORECASE) for name, pattern in _MEDIA.items()}
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_COMPANY = re.compile(
    r"(?:[A-ZÄÖÜ][\w&.’'-]*\s+){1,5}?(?:Inc|LLC|Ltd|Limited|GmbH|AG|KG|Corp|Corporation|SIA|S\.A|B\.V|BV|AB|Oy|A/S|Pty|PLC|plc|LLP|SE|SAS|S\.r\.l)\b\.?"
)
_NAME = re.compile(r"(?<![\w@.])[A-Z][\w&]*(?:['’-]\w+)*(?:\s+(?:of\s+|and\s+)?[A-Z][\w&]*(?:['’-]\w+)*)*")
_POSSESSIVE = re.compile(r"['’]s$")
_COMMON = re.compile(
    r"(?:privacy|personal|user|users|customer|customers|cookies?|policy|policies|terms?|services?|site|sites|website|data|information|account|"
    r"section|sections|article|act|law|laws|regulation|rights?|notice|statement|agreement|content|app|apps|application|applications|"
    r"product|products|platform|use|internet|web|ip|id|url|gps|sms|pdf|faq|please|note|january|february|march|april|may|june|july|"
    r"august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|e-?mail|telephone|"
    r"regular|mail|english|gdpr|ccpa|cpra|we|you|our|your|i|the|a|an|this|these|that|those|if|in|on|for|to|at|by|when|where|"
    r"as|with|and|or|it|its|all|any|no|not|do|how|what|who|why|which|such|other|under|some|one|contact|last|updated|effective|"
    r"party|parties|third|children|device|devices|settings|security|legal|help|cent(?:er|re)|office|officer|protection)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is named in a passage, each once and in its order.

    `binding` are kinds of words that bind the company (never, not, only, unless, consent, will); `permitting` those
    that leave it free (may).
    """

    periods: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    binding: tuple[str, ...] = ()
    permitting: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def without(self, other: "Facts") -> "Facts":
        """What is named here and not there."""
        return Facts(
            **{field.name: _without(getattr(self, field.name), getattr(other, field.name)) for field in fields(self)}
        )


def _without(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = {name.casefold() for name in others}
    return tuple(name for name in some if name.casefold() not in known)


@dataclass(frozen=True, slots=True)
class ChangedFacts:
    """What a change names no longer, and what it newly names."""

    gone: Facts
    new: Facts


def changed_facts(change: Change) -> ChangedFacts:
    """What of the facts changed in one change; for a passage that was added or removed, all that it names."""
    before = facts(change.before.text) if change.before else Facts()
    after = facts(change.after.text) if change.after else Facts()
    return ChangedFacts(before.without(after), after.without(before))


@lru_cache(maxsize=2048)
def facts(text: str) -> Facts:
    """What a passage names."""
    undated = PERIOD.sub(" ", DATE.sub(" ", text))
    return Facts(
        periods=periods(text),
        dates=_once(match.group() for match in DATE.finditer(text)),
        numbers=_once(match.group().strip(".,") for match in _NUMBER.finditer(undated)),
        parties=parties(text),
        countries=countries(text),
        media=media(text),
        addresses=_once(match.group() for match in _ADDRESS.finditer(text)),
        binding=tuple(markers(text)),
        permitting=permissions(text),
    )


def media(text: str) -> tuple[str, ...]:
    """The media by which people are contacted that a text names."""
    return tuple(name for name, pattern in _MEDIUM.items() if pattern.search(text))


def parties(text: str) -> tuple[str, ...]:
    """Names of organisations and products: words in capitals that a policy does not use for itself or its parts."""
    known = set(countries(text))
    whole = [match.group() for match in _COMPANY.finditer(text)]
    rest = _ADDRESS.sub(" ", _COMPANY.sub(" ", text))
    names = [name for match in _NAME.finditer(rest) if (name := _trimmed(match.group(), match.start(), rest))]
    named = (_POSSESSIVE.sub("", name) for name in (*whole, *names))
    return _once(name for name in named if name not in known and not set(countries(name)) & known)


def has_legal_form(name: str) -> bool:
    """Whether a name ends as those of companies do: “Swissprint AG”."""
    return _COMPANY.fullmatch(name) is not None


def _trimmed(name: str, start: int, text: str) -> str:
    """A name without common words around it; "" where none is left, or where it only begins a sentence."""
    words = name.split()
    while words and _COMMON.fullmatch(words[0]):
        words.pop(0)
    while words and (_COMMON.fullmatch(words[-1]) or words[-1] in {"of", "and"}):
        words.pop()
    begins = not text[:start].strip() or text[:start].rstrip()[-1:] in ".!?:;•-"
    if not words or (begins and len(words) == 1 and words[0] == name.split()[0] and words[0].isalpha()):
        return "" if not words or not _unlike_a_word(words[0]) else words[0]
    return " ".join(words)


def _unlike_a_word(name: str) -> bool:
    """Whether a single word that begins a sentence is a name for its capitals: PayPal, IBM."""
    return any(letter.isupper() for letter in name[1:])


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
