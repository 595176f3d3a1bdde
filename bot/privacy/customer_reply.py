"""The reply for the customer: polite, in the company's name and the policy's language; nothing that it does not say.
Where it says no more than that the question is looked into, it is in the customer's language, if that is known here.

Quotes are whole sentences of the version in force or are not there at all: a promise cut short could lose its
condition. A reply without a quote names the section and where the policy is published.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.privacy.answer import Kind, Part, Why, as_they_stand
from bot.privacy.answering.languages import language_asked
from bot.privacy.questions import Reply
from bot.privacy.rulings import Kind as Ruled
from bot.privacy.text import Clause, PolicyText

LONGEST: Final = 2800
"""Characters. A field of a form takes 3,000."""
_AROUND: Final = 1000
"""Of these, what is left for all but the quotes."""
_UNQUOTED: Final = 200
"""Of what is left for quotes, what each thing takes that nothing is quoted to."""

_ASKING: Final = frozenset(["how", "whether", "what", "who", "whose", "when", "where", "which", "why", "if"])
_WORDS: Final = re.compile(r"[^\W\d_]+")
_COMMON: Final[Mapping[str, str]] = {
    "en": "the of and to we you your our is are or for with that this not may will by any",
    "de": "der die das und wir sie ihre ist sind oder für mit nicht von zu den dem auf werden eine",
    "fr": "le la les des et nous vous vos est sont ou pour avec que ne pas par une dans aux",
    "es": "el la los las de y nosotros usted sus es son o para con que no por una en del",
    "lv": "un mēs jūs jūsu ir vai par ar kas ne no uz mūsu tiek kā lai var šo datus dati",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reply says of the company. `link` is where the policy is published; None: it is not known."""

    company: str
    contact: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class _Phrases:
    greeting: str
    several: str
    part: str
    said: str
    section: str
    silent: str
    silent_on: str
    unsure: str
    asked: str
    link: str
    contact: str
    regards: str
    quotes: tuple[str, str]


_PHRASES: Final[Mapping[str, _Phrases]] = {
    "en": _Phrases(
        "Hello,\n\nthank you for your question.",
        "Hello,\n\nthank you for your questions.",
        "On question {number}:",
        "Our privacy policy says:",
        "Our privacy policy speaks of this in the section {heading}.",
        "We have found nothing in our privacy policy that answers this.",
        "Our privacy policy {lacks}.",
        "We have to look into your question more closely before we can answer it.",
        "Our privacy officer has looked at your question:",
        "You can read the whole policy here: {link}",
        "If you have further questions, please write to {contact}.",
        "Kind regards\n{company}",
        ("“", "”"),
    ),
    "de": _Phrases(
        "Guten Tag,\n\nvielen Dank für Ihre Frage.",
        "Guten Tag,\n\nvielen Dank für Ihre Fragen.",
        "Zu Frage {number}:",
        "In unserer Datenschutzerklärung steht:",
        "Unsere Datenschutzerklärung spricht davon im Abschnitt {heading}.",
        "Wir haben in unserer Datenschutzerklärung keine Antwort darauf gefunden.",
        "Unsere Datenschutzerklärung sagt dazu nichts.",
        "Wir müssen uns Ihre Frage genauer ansehen, bevor wir sie beantworten können.",
        "Unsere Datenschutzbeauftragten haben sich Ihre Frage angesehen:",
        "Die ganze Datenschutzerklärung finden Sie hier: {link}",
        "Bei weiteren Fragen schreiben Sie bitte an {contact}.",
        "Freundliche Grüße\n{company}",
        ("„", "“"),
    ),
    "fr": _Phrases(
        "Bonjour,\n\nmerci pour votre question.",
        "Bonjour,\n\nmerci pour vos questions.",
        "Question {number} :",
        "Notre politique de confidentialité indique :",
        "Notre politique de confidentialité en parle dans la section {heading}.",
        "Nous n'avons trouvé dans notre politique de confidentialité aucune réponse à cette question.",
        "Notre politique de confidentialité n'en dit rien.",
        "Nous devons examiner votre question de plus près avant de pouvoir y répondre.",
        "Notre responsable de la protection des données a examiné votre question :",
        "Vous pouvez lire la politique entière ici : {link}",
        "Pour toute autre question, écrivez à {contact}.",
        "Cordialement\n{company}",
        ("«\u00a0", "\u00a0»"),
    ),
    "es": _Phrases(
        "Hola:\n\nGracias por su pregunta.",
        "Hola:\n\nGracias por sus preguntas.",
        "Pregunta {number}:",
        "Nuestra política de privacidad dice:",
        "Nuestra política de privacidad habla de ello en la sección {heading}.",
        "No hemos encontrado en nuestra política de privacidad una respuesta a esto.",
        "Nuestra política de privacidad no dice nada sobre esto.",
        "Tenemos que examinar su pregunta con más detalle antes de poder responderla.",
        "Nuestro responsable de privacidad ha examinado su pregunta:",
        "Puede leer la política completa aquí: {link}",
        "Si tiene más preguntas, escriba a {contact}.",
        "Atentamente\n{company}",
        ("«", "»"),
    ),
    "lv": _Phrases(
        "Labdien!\n\nPaldies par jūsu jautājumu.",
        "Labdien!\n\nPaldies par jūsu jautājumiem.",
        "{number}. jautājums:",
        "Mūsu privātuma politikā teikts:",
        "Mūsu privātuma politikā par to runāts sadaļā {heading}.",
        "Mūsu privātuma politikā atbildi uz to neesam atraduši.",
        "Mūsu privātuma politikā par to nekas nav teikts.",
        "Lai varētu atbildēt, mums jūsu jautājums vispirms jāizpēta rūpīgāk.",
        "Mūsu datu aizsardzības speciālists ir izskatījis jūsu jautājumu:",
        "Visu politiku varat izlasīt šeit: {link}",
        "Ja jums ir vēl kādi jautājumi, rakstiet uz {contact}.",
        "Ar cieņu\n{company}",
        ("„", "“"),
    ),
}


def language_of(policy: PolicyText) -> str:
    """The policy's language as ISO 639-1, by its most common words; English where it is another or none is clear."""
    words = [word.casefold() for word in _WORDS.findall(policy.text[:20_000])]
    common = {code: frozenset(listed.split()) for code, listed in _COMMON.items()}
    counted = {code: sum(word in known for word in words) for code, known in common.items()}
    best = max(counted, key=lambda code: counted[code])
    return best if counted[best] >= max(3, len(words) // 20) else "en"


def language_of_reply(reply: Reply) -> str:
    """The language in which the customer is answered, as ISO 639-1: their own where nothing of the policy is said."""
    asked = reply.answer.why is Why.OTHER_LANGUAGE and language_asked(reply.question)
    return asked if asked and asked in _PHRASES else language_of(reply.policy.reading)


def customer_reply(reply: Reply, terms: Terms) -> str:
    """The whole reply as plain text, at most LONGEST characters."""
    phrases = _PHRASES[language_of_reply(reply)]
    middle = _middle(reply, phrases)
    link = [phrases.link.format(link=terms.link)] if terms.link and len(terms.link) <= 500 else []
    contact, regards = phrases.contact.format(contact=terms.contact), phrases.regards.format(company=terms.company)
    greeting = phrases.several if reply.answer.parts and reply.ruling is None else phrases.greeting
    return "\n\n".join([greeting, *middle, *link, contact, regards])[:LONGEST]


def lacks(topic: str) -> str:
    """What a policy without this topic does: "does not say how long data is kept", "says nothing about cookies"."""
    asks = topic.split(maxsplit=1)[0].casefold() in _ASKING or topic.casefold().startswith(("with whom", "to whom"))
    return f"does not say {topic}" if asks else f"says nothing about {topic}"


def is_neutral(reply: Reply) -> bool:
    """Whether the reply promises nothing and quotes nothing: it says that the policy does not say."""
    ruled = reply.ruling is not None and reply.ruling.kind is not Ruled.NOT_OURS
    return not ruled and reply.answer.kind is not Kind.QUOTED


def _middle(reply: Reply, phrases: _Phrases, room: int = LONGEST - _AROUND) -> list[str]:
    """What is said between greeting and link. `room`: characters for quotes."""
    if reply.ruling is None and (parts := reply.answer.parts):
        quoted = sum(bool(part.answer and part.answer.quotes) for part in parts)
        each = (room - _UNQUOTED * (len(parts) - quoted)) // max(quoted, 1)
        said = [_of_a_part(reply, part, phrases, each) for part in parts]
        return [f"{phrases.part.format(number=number)} {one}" for number, one in enumerate(said, start=1)]
    if reply.ruling is not None and reply.ruling.kind is Ruled.WRITTEN and reply.ruling.text:
        return [f"{phrases.asked}\n\n{reply.ruling.text}"]
    if reply.answer.kind is Kind.QUOTED and reply.answer.quotes:
        return _quoted(reply.answer.quotes, reply.policy.reading, phrases, room)
    if reply.answer.kind is Kind.SILENT and reply.answer.why is Why.TOPIC_MISSING and reply.answer.topic_label:
        return [phrases.silent_on.format(lacks=lacks(reply.answer.topic_label))]
    if reply.answer.kind is Kind.SILENT:
        return [phrases.silent]
    return [] if reply.answer.why is Why.NO_QUESTION else [phrases.unsure]


def _of_a_part(reply: Reply, part: Part, phrases: _Phrases, room: int) -> str:
    """To one of several things that were asked; what was not looked up has to be looked into."""
    said = _middle(replace(reply, answer=part.answer), phrases, room) if part.answer else []
    return "\n\n".join(said or [phrases.unsure])


def _quoted(quotes: Sequence[Clause], policy: PolicyText, phrases: _Phrases, room: int) -> list[str]:
    before, after = phrases.quotes
    ordered = as_they_stand(quotes)
    places = [policy.place(one) for one in ordered]
    whole = [
        f"{before}{one.quote}{after}" + (f"\n({place})" if place and place != following else "")
        for one, place, following in zip(ordered, places, [*places[1:], None], strict=True)
    ]
    text = "\n\n".join([phrases.said, *whole])
    if len(text) <= room:
        return [text]
    headings = list(dict.fromkeys(one.heading for one in quotes if one.heading and len(one.heading) <= 200))
    return [phrases.section.format(heading=headings[0])] if headings else []
