"""Policies for the tests of differences: written by hand, and made up by hypothesis."""

from dataclasses import dataclass

from hypothesis import strategies as st

from bot.notices.comparing.units import words_of
from bot.privacy.text import PolicyText, read_policy

_WORDS = tuple(
    words_of(
        "we collect share store delete data account cookies partners consent never may retain days card address "
        "support billing purpose customer law request access notice security transfer provider latvia don list name"
    )
)


def read(markdown: str) -> PolicyText:
    """A policy from Markdown."""
    return read_policy(markdown.encode(), "policy.md")


def normalised(policy: PolicyText) -> set[str]:
    """All sentences and headings in lower case without punctuation: what a plain difference of sets is taken of."""
    quotes = [policy.quote(sentence) for sentence in policy.sentences]
    quotes += [heading.text for heading in policy.headings]
    return {" ".join(words_of(quote)) for quote in quotes} - {""}


@dataclass(frozen=True)
class Draft:
    """Sections of sentences, as an author has them in mind."""

    sections: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def markdown(self) -> str:
        """As a Markdown file."""
        return "# Privacy policy\n\n" + "\n\n".join(
            f"## {heading}\n\n{' '.join(sentences)}" for heading, sentences in self.sections
        )

    @property
    def sentences(self) -> list[str]:
        """All of them, in order."""
        return [sentence for _, sentences in self.sections for sentence in sentences]


def _sentence(words: list[str], number: int) -> str:
    return f"{' '.join(words).capitalize()} under rule {number}."


@st.composite
def drafts(draw: st.DrawFn, sections: int = 4) -> Draft:
    """Policies of a few sections in which no sentence stands twice."""
    made: list[tuple[str, tuple[str, ...]]] = []
    number = 0
    for index in range(draw(st.integers(1, sections))):
        sentences = []
        for words in draw(st.lists(st.lists(st.sampled_from(_WORDS), min_size=2, max_size=9), min_size=1, max_size=5)):
            number += 1
            sentences.append(_sentence(words, number))
        made.append((f"Part {'abcdefgh'[index]} of it", tuple(sentences)))
    return Draft(tuple(made))
