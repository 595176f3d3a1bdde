"""Which language a text is in, by its smallest words: enough to know whether a question and a policy can meet."""

from collections.abc import Mapping

from bot.privacy.answering.words import FUNCTION_WORDS, Words, word_set, words

_SMALL_WORDS: Mapping[str, frozenset[str]] = {
    "en": FUNCTION_WORDS | word_set("sell share keep store delete privacy long get stop"),
    "de": word_set(
        "der die das den dem des ein eine einen einer ist sind ich sie wir ihr mein meine meinen meiner unsere unseren "
        "ihre ihren ihrer wie lange wer wo wann warum was welche welchen welcher und oder nicht kein keine mit von für "
        "fur auf aus bei nach zu zum zur kann können konnen werden wird wenn auch über uber haben habe daten "
        "gebt ihnen mir uns euch durch"
    ),
    "es": word_set(
        "el la los las un una unos unas es son yo usted ustedes mi mis su sus nuestro nuestra nuestros "
        "nuestras qué que "
        "cómo como cuánto cuanto dónde donde quién quien cuándo cuando por para con sin de del al y o no se puedo "
        "pueden puede tienen tiene datos en ha han hay tiempo lo me mí van usan tengo quiero soy estoy qué"
    ),
    "fr": word_set(
        "le la les un une des est sont je vous nous mon ma mes votre vos notre nos que qui quoi comment combien où ou "
        "quand pourquoi quel quelle quels quelles et pas ne avec sans de du au aux pour par dans sur données donnees "
        "puis peut pouvez peux avez ce cette ces y en il elle être temps il se"
    ),
    "lv": word_set(
        "un vai kā ka kas kur kad kāpēc kapec cik ilgi mans mana manu manus mani mūsu musu jūs jus jūsu jusu ir nav "
        "ar no uz par es mēs mes to tas tā datus dati datu šo so pie kam kāda kāds jūs savu savus var varu lai"
    ),
    "it": word_set(
        "il lo gli un una è sono io voi mio mia miei mie vostro vostra nostri come quanto dove chi quando "
        "perché e o non "
        "con senza di del della dei delle per da in su dati posso potete avete che cosa"
    ),
    "nl": word_set(
        "de het een is zijn ik jullie wij mijn onze uw hoe lang wie waar wanneer waarom wat welke en of niet "
        "geen met van "
        "voor op uit bij naar kan kunnen worden wordt gegevens"
    ),
    "pl": word_set(
        "czy jak długo kto gdzie kiedy dlaczego co moje moich nasze i lub nie z od dla na w do są jest dane danych"
    ),
    "ru": word_set("и в не на я вы мы как кто где когда почему что мои наши данные ли с по для"),
}
ENGLISH, SPANISH = "en", "es"
LANGUAGES = frozenset(_SMALL_WORDS)
"""Those that are told apart, by their ISO 639-1 codes."""
_INVERTED = frozenset("¿¡")


def language(text: Words) -> str | None:
    """The language of a text ("en", "de", "es", "fr", "lv", …), or None where its words don't tell."""
    counts = {code: sum(word in small for word in text.plain) for code, small in _SMALL_WORDS.items()}
    best = max(counts, key=lambda code: (counts[code], code == ENGLISH))
    return best if counts[best] >= max(1, len(text) // 8) else None


def language_asked(typed: str) -> str | None:
    """The language of a question as it was typed, with its marks: an inverted one is Spanish, however few words."""
    return SPANISH if _INVERTED.intersection(typed) else language(words(typed))


def small_words(code: str) -> frozenset[str]:
    """Words that any sentence of a language may have; none for a language that is not known."""
    return _SMALL_WORDS.get(code, frozenset())


def is_other_language(question: Words, policy: str | None, typed: str = "") -> bool:
    """Whether a question is in another language than a policy in `policy` (None: not known).

    `typed` is the question with its marks: an inverted one is Spanish, however few words there are.
    """
    if not question.plain:
        return False
    if _INVERTED.intersection(typed):
        return policy is not None and policy != SPANISH
    asked = language(question)
    if asked is None:
        letters = "".join(question.plain)
        return policy is not None and bool(letters) and not letters.isascii()
    return policy is not None and asked != policy
