"""Words of questions and policies in the form in which they are compared: lower case, plain, by their stems."""

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[.][^\W_]+)*")
_WEB = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|org|net|co|io|eu|de|lv|example)\b(?:/\S*)?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_APOSTROPHES = str.maketrans("’‘`´", "''''")
_FORMS = (
    (re.compile(r"\be-?mail"), "email"),
    (re.compile(r"\beuropean union\b"), "eu"),
    (re.compile(r"\beuropean economic area\b"), "eea"),
    (re.compile(r"\bunited kingdom\b"), "uk"),
    (re.compile(r"\bunited states(?: of america)?\b|\bu\.s\.(?:a\.?)?(?!\w)"), "usa"),
    (re.compile(r"\bcan't\b|\bcannot\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"'(?:s|re|ve|ll|d|m)\b"), " "),
    (re.compile(r"'"), " "),
)
_IRREGULAR = {
    "sold": "sell", "selling": "sell", "sale": "sell", "kept": "keep", "held": "hold",
    "gave": "give", "given": "give", "sent": "send", "told": "tell", "rang": "ring", "took": "take", "taken": "take",
    "saw": "see", "seen": "see", "made": "make", "paid": "pay", "got": "get", "gotten": "get", "bought": "buy",
    "lost": "lose", "stolen": "steal", "stole": "steal", "written": "write", "children": "child", "kids": "child",
    "kid": "child", "people": "person", "countries": "country", "went": "go", "gone": "go", "shown": "show",
    "chose": "choose", "chosen": "choose", "withdrew": "withdraw", "withdrawn": "withdraw", "spoke": "speak",
    "left": "leave", "understood": "understand", "lent": "lend", "built": "build", "choice": "choose",
    "choices": "choose", "retention": "retain", "deletion": "delete", "erasure": "erase", "renting": "rent",
    "emails": "email", "cookie": "cookie", "cookies": "cookie", "third-party": "third party",
}  # fmt: skip


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as a text."""
    return frozenset(text.split())


_OF_THEIR_OWN = (
    "accountant accountants accounting", "administrator administrators", "applicable", "author authors",
    "authority authorities", "busy", "customer customers", "customs", "developer developers", "directive directives",
    "employer employers", "engineer engineers", "following", "important importantly", "information informational",
    "marketing marketer marketers", "meeting meetings", "minority minorities", "moderator moderators",
    "officer officers", "personal personally",
    "personalise personalised personalising personalisation personalize personalized personalizing personalization",
    "provider providers", "regulator regulators", "relative relatives", "sales", "setting settings",
    "responsible responsibility responsibilities", "subscriber subscribers",
)  # fmt: skip
"""Words with their forms that a stemmer puts together with others of another meaning: “we don't sell personal data”
held “sales person”, and “information on a breach” held “inform … breach”."""
_APART = {word: group.split()[0] for group in _OF_THEIR_OWN for word in group.split()}

_MONTHS = word_set(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
FUNCTION_WORDS = word_set(
    "a about after all also am an and any are as at be been before being but by can could did do does doing for from "
    "had has have having he her here him his how i if in into is it its just may me might more most must my no nor not "
    "of off on once only or other our ours out over own per please shall she should so some such than that the their "
    "them then there these they this those through to too under until up upon us very was we were what when where "
    "whether which while who whom whose why will with within without would you your yours yourself"
)
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order: as they are written (`plain`) and by their `stems`; both of one length."""

    plain: tuple[str, ...]
    stems: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.plain)

    def __add__(self, other: "Words") -> "Words":
        return Words(self.plain + other.plain, self.stems + other.stems)

    def content(self) -> list[str]:
        """The stems without words that any sentence may have."""
        return [stem for plain, stem in zip(self.plain, self.stems, strict=True) if plain not in FUNCTION_WORDS]


def words(text: str) -> Words:
    """The words of a text. "e-mail" is one word, "don't" two, a hyphen divides, addresses are told as such."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_APOSTROPHES)
    folded = _WEB.sub(" weblink ", _MAIL.sub(" emailaddress ", folded))
    for pattern, replacement in _FORMS:
        folded = pattern.sub(replacement, folded)
    plain = tuple(_WORD.findall(folded))
    return Words(plain, tuple(map(stem, plain)))


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """One word's stem (Snowball's English), irregular forms put right."""
    if word in _APART:
        return _APART[word]
    word = _IRREGULAR.get(word, word)
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:  # its object holds the word in work: one for each thread
        import snowballstemmer  # with the first question

        stemmer = _local.stemmer = snowballstemmer.stemmer("english")
    return str(stemmer.stemWord(word))


def is_number(word: str) -> bool:
    """Whether a word is a number or begins with one ("30", "30th", "2010")."""
    return word[:1].isdigit()


def is_month(word: str) -> bool:
    """Whether a word names a month."""
    return word in _MONTHS
