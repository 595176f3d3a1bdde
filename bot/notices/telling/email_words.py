"""What the e-mail to customers says around the policy's own words, in the languages that policies are told apart in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.notices.changes import ChangeKind
from bot.privacy.answering.languages import ENGLISH, language
from bot.privacy.answering.words import words

_READ: Final = 4_000  # characters of a policy that tell its language


@dataclass(frozen=True, slots=True)
class EmailWords:
    """`subject` and `first` sentence: before the change is in force, and after.

    `locale`: in which dates are written. `months`: as they end in a sentence, where that is not their name; January's
    first.
    """

    greeting: str
    subject: tuple[str, str]
    first: tuple[str, str]
    says: Mapping[ChangeKind, str]
    more: str
    no_need: str
    where: str
    contact: str
    locale: str
    quotes: tuple[str, str]
    months: Sequence[str] = ()

    def date(self, moment: datetime) -> str:
        """A day as it is written in a sentence."""
        from babel.dates import format_date, get_month_names  # takes a while to load, and changes are few

        written = format_date(moment.date(), "long", self.locale)
        if not self.months:
            return written
        return written.replace(get_month_names(locale=self.locale)[moment.month], self.months[moment.month - 1])


def _says(added: str, removed: str, reworded: str, moved: str) -> Mapping[ChangeKind, str]:
    return {
        ChangeKind.ADDED: added,
        ChangeKind.REMOVED: removed,
        ChangeKind.REWORDED: reworded,
        ChangeKind.MOVED: moved,
    }


_IN: Final[Mapping[str, EmailWords]] = {
    ENGLISH: EmailWords(
        "Hello,",
        ("The privacy policy of {company} changes on {day}", "The privacy policy of {company} changed on {day}"),
        (
            "our privacy policy changes on {day}. This is what is different:",
            "our privacy policy changed on {day}. This is what is different:",
        ),
        _says("New", "No longer stands", "Now reads", "Moved"),
        "And {more} more sentences.",
        "You need not do anything.",
        "You find the whole policy, with every change, at {url}.",
        "If you have a question, or do not agree, write to {contact}.",
        "en_GB",
        ("“", "”"),
    ),
    "de": EmailWords(
        "Guten Tag,",
        (
            "{company}: Unsere Datenschutzerklärung ändert sich am {day}",
            "{company}: Unsere Datenschutzerklärung hat sich am {day} geändert",
        ),
        (
            "unsere Datenschutzerklärung ändert sich am {day}. Das ist anders:",
            "unsere Datenschutzerklärung hat sich am {day} geändert. Das ist anders:",
        ),
        _says("Neu", "Entfällt", "Lautet jetzt", "Steht an anderer Stelle"),
        "Und {more} weitere Sätze.",
        "Sie müssen nichts tun.",
        "Die ganze Erklärung mit allen Änderungen finden Sie hier: {url}.",
        "Wenn Sie Fragen haben oder nicht einverstanden sind, schreiben Sie bitte an {contact}.",
        "de",
        ("„", "“"),
    ),
    "fr": EmailWords(
        "Bonjour,",
        (
            "{company} : notre politique de confidentialité change le {day}",
            "{company} : notre politique de confidentialité a changé le {day}",
        ),
        (
            "notre politique de confidentialité change le {day}. Voici ce qui est différent :",
            "notre politique de confidentialité a changé le {day}. Voici ce qui est différent :",
        ),
        _says("Nouveau", "Ne figure plus", "Devient", "Déplacé"),
        "Et {more} autres phrases.",
        "Vous n'avez rien à faire.",
        "Vous trouvez la politique entière, avec tous les changements, ici : {url}.",
        "Si vous avez une question, ou si vous n'êtes pas d'accord, écrivez à {contact}.",
        "fr",
        ("«\u00a0", "\u00a0»"),
    ),
    "es": EmailWords(
        "Hola:",
        (
            "{company}: nuestra política de privacidad cambia el {day}",
            "{company}: nuestra política de privacidad cambió el {day}",
        ),
        (
            "nuestra política de privacidad cambia el {day}. Esto es lo que cambia:",
            "nuestra política de privacidad cambió el {day}. Esto es lo que cambió:",
        ),
        _says("Nuevo", "Ya no figura", "Ahora dice", "En otro lugar"),
        "Y {more} frases más.",
        "No tiene que hacer nada.",
        "Puede leer la política completa, con todos los cambios, aquí: {url}.",
        "Si tiene preguntas, o no está de acuerdo, escriba a {contact}.",
        "es",
        ("«", "»"),
    ),
    "lv": EmailWords(
        "Labdien!",
        (
            "{company}: mūsu privātuma politika mainās {day}",
            "{company}: mūsu privātuma politika mainījās {day}",
        ),
        (
            "Mūsu privātuma politika mainās {day}. Atšķirīgs ir šis:",
            "Mūsu privātuma politika mainījās {day}. Atšķirīgs ir šis:",
        ),
        _says("Jauns", "Vairs nav", "Tagad skan", "Citā vietā"),
        "Un vēl {more} teikumi.",
        "Jums nekas nav jādara.",
        "Visu politiku ar visām izmaiņām varat izlasīt šeit: {url}.",
        "Ja jums ir jautājumi vai jūs nepiekrītat, rakstiet uz {contact}.",
        "lv",
        ("„", "“"),
        (
            *("janvārī", "februārī", "martā", "aprīlī", "maijā", "jūnijā"),
            *("jūlijā", "augustā", "septembrī", "oktobrī", "novembrī", "decembrī"),
        ),
    ),
}


def words_for(policy: str) -> EmailWords:
    """In the language of a policy's text; English where it is another or none is clear."""
    return _IN.get(language(words(policy[:_READ])) or ENGLISH, _IN[ENGLISH])


def is_english(told: EmailWords) -> bool:
    """Whether lines of facts, which are in English, fit."""
    return told is _IN[ENGLISH]
