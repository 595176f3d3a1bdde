"""Typing errors in questions, mended by the words that policies and those who ask about them use.

A word is mended only if it is neither in the policy nor in the table of topics in any form, and one that is there
differs from it by a letter (two in long words) and begins with the same one. What is mended is read by Steward alone:
it is never shown, and no answer has any of it.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from bot.privacy.answering.words import FUNCTION_WORDS, word_set

_WORD = re.compile(r"(?<![\w@./'’-])[^\W\d_]+(?![\w@/'’-])")
_SHORTEST, _LONG = 5, 9
"""Letters of a word from which one, and from which two, may be wrong."""
_SHORT_FORMS = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "wen": "when", "wat": "what",
    "wht": "what", "hw": "how", "wil": "will", "ppl": "people", "pic": "picture", "pics": "pictures", "msg": "message",
    "msgs": "messages", "acc": "account", "acct": "account", "addr": "address", "govt": "government",
    "bday": "birthday", "dob": "date of birth", "thru": "through", "dont": "do not", "doesnt": "does not",
    "cant": "can not", "didnt": "did not", "wont": "will not", "isnt": "is not", "im": "i am", "ive": "i have",
    "gonna": "going to", "wanna": "want to", "abt": "about", "bc": "because", "hav": "have", "dose": "does",
    "sel": "sell", "lng": "long", "trak": "track", "wich": "which", "wher": "where", "whre": "where",
    "wot": "what", "hwo": "how", "waht": "what", "yuo": "you", "yor": "your", "youre": "you are", "ure": "your",
    "teh": "the", "adn": "and", "fro": "for", "wiht": "with", "lnog": "long", "deos": "does",
    "cna": "can", "kno": "know", "kep": "keep", "kepp": "keep", "giv": "give", "gve": "give",
    "giev": "give", "cal": "call", "stil": "still", "yrs": "years",
    "info": "information", "infos": "information", "nr": "number", "min": "minimum",
    "max": "maximum", "avail": "available", "admin": "administrator", "admins": "administrators",
    "adress": "address", "adres": "address", "smth": "something", "sth": "something", "smbd": "somebody",
    "biz": "business", "perm": "permission", "docs": "documents", "coz": "because", "cuz": "because",
    "w": "with", "btw": "by the way", "idk": "i do not know", "arent": "are not", "wasnt": "was not",
    "havent": "have not", "hasnt": "has not", "shouldnt": "should not", "whats": "what is", "wheres": "where is",
    "whos": "who is", "lst": "list", "emial": "email", "mial": "mail", "pasword": "password",
}  # fmt: skip
_PLAIN = FUNCTION_WORDS | word_set(
    "please thanks thank hello hey yes could would should think know want need like look said says say tell told give "
    "gave gets going gone make made take took find found come came mean means really actually maybe somebody someone "
    "anybody anyone everybody everyone something anything everything nothing today tomorrow yesterday still always "
    "never often again away back another first last next soon later before since until whole every many much little "
    "long short house hotel money phone letter friend friends wife husband mother father sister brother family boss "
    "lawyer person people children child world thing things place where there their which while whose bring brings "
    "strip scope basic generic score admit admits warranty guide state stated stage quite quiet right write white "
    "story store"
)
"""Words that anyone writes, whether or not policies do."""


def mended(question: str, known: Callable[[str], bool], vocabulary: Sequence[str]) -> str:
    """The question with its typing errors mended. `known` tells words in any of their forms, in lower case;
    `vocabulary` is in alphabetical order.
    """
    if question.isupper():
        return question

    def put_right(found: re.Match[str]) -> str:
        word = found.group()
        named = word[0].isupper() and found.start() > 0
        return word if named else _mended(word, known, vocabulary)

    return _WORD.sub(put_right, question)


def _mended(word: str, known: Callable[[str], bool], vocabulary: Sequence[str]) -> str:
    folded = word.lower()
    if folded in _SHORT_FORMS:
        return _SHORT_FORMS[folded]
    if len(folded) < _SHORTEST or folded in _PLAIN or known(folded):
        return word
    from rapidfuzz import process  # loaded for whoever mistyped
    from rapidfuzz.distance import OSA

    first, after = (bisect_left(vocabulary, letter) for letter in (folded[0], chr(ord(folded[0]) + 1)))
    found = process.extract(
        folded,
        vocabulary[first:after],
        scorer=OSA.distance,
        score_cutoff=1 if len(folded) < _LONG else 2,
        limit=None,
    )
    near = sorted(
        ((other, distance) for other, distance, _ in found if not other.startswith(folded)),
        key=lambda one: (one[1], len(one[0]) < len(folded)),  # a letter is left out more often than put in
    )
    return word if not near or (len(near) > 1 and near[0][1] == near[1][1] > 1) else near[0][0]
