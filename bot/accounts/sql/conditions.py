"""What finds an account: conditions on columns. What people type is always a parameter, its wildcards too. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_

from bot.accounts.keys import (
    FEWEST_DIGITS,
    FEWEST_OTHER,
    PHONE,
    Nature,
    is_domain,
    is_email,
    nature_of,
    normalised_domain,
    normalised_number,
    normalised_phone,
)

ESCAPE: Final = "!"  # a backslash is an escape within MySQL's texts already
IN_PHONES: Final = (" ", "-", "(", ")", ".", "/", "+")
IN_NUMBERS: Final = (" ", "-", ".", "/")

Column = ColumnElement[Any]


def natures(typed: str) -> frozenset[Nature]:
    """What a typed text may be as a whole. An address with @ is nothing else than an e-mail address."""
    if is_email(typed):
        return frozenset({Nature.EMAIL})
    may_be = {Nature.DOMAIN: is_domain(typed), Nature.OTHER: len(normalised_number(typed)) >= FEWEST_OTHER}
    may_be[Nature.PHONE] = bool(PHONE.fullmatch(typed)) and len(normalised_phone(typed)) >= FEWEST_DIGITS
    return frozenset(nature for nature, possible in may_be.items() if possible)


def written_so(field: str, column: Column, typed: str) -> ColumnElement[bool]:
    """The column has the text as it is usually written; an index on the column answers this."""
    forms: tuple[str, ...]
    match nature_of(field):
        case Nature.EMAIL:
            forms = (typed, typed.lower())
        case Nature.DOMAIN:
            host = normalised_domain(typed)
            forms = (typed, host, f"www.{host}", f"https://{host}", f"https://www.{host}")
        case Nature.PHONE:
            digits = normalised_phone(typed)
            forms = (typed, f"+{digits}", digits, f"00{digits}")
        case _:
            number = normalised_number(typed)
            forms = (typed, typed.upper(), number, number.upper())
    return column.in_(list(dict.fromkeys(forms)))


def however_written(field: str, column: Column, typed: str) -> ColumnElement[bool]:
    """The column has the text, whatever its case and punctuation; only an index on this very expression helps."""
    match nature_of(field):
        case Nature.EMAIL:
            return func.lower(column) == typed.lower()
        case Nature.DOMAIN:
            host = normalised_domain(typed)
            return func.lower(column).in_([host, f"www.{host}"])
        case Nature.PHONE:
            digits = normalised_phone(typed)
            return _without(column, IN_PHONES).in_([digits, f"00{digits}"])
        case _:
            return func.lower(_without(column, IN_NUMBERS)) == normalised_number(typed)


def begins_with(columns: Sequence[Column], typed: str, dialect: str) -> ColumnElement[bool]:
    """One of the columns begins with the text."""
    return or_(*(_like(column, f"{one}%", dialect) for column in columns for one in _cases(escaped(typed))))


def is_or_begins_with_word(columns: Sequence[Column], typed: str, dialect: str) -> ColumnElement[bool]:
    """One of the columns is the text, or begins with it and a space."""
    return _one_like(columns, typed, ("{}", "{} %"), dialect)


def has_word(columns: Sequence[Column], typed: str, dialect: str) -> ColumnElement[bool]:
    """One of the columns has the text between spaces, or as its last word."""
    return _one_like(columns, typed, ("% {} %", "% {}"), dialect)


def has_all_words(columns: Sequence[Column], typed: str, dialect: str) -> ColumnElement[bool]:
    """One of the columns has all words of the text somewhere."""
    words = typed.split()
    return or_(*(and_(*(_has(column, word, dialect) for word in words)) for column in columns))


def is_like(columns: Sequence[Column], typed: str) -> ColumnElement[bool]:
    """One of the columns, or a word in it, is much like the text: pg_trgm's operators, which its indexes answer."""
    whole = (column.op("%", is_comparison=True)(typed) for column in columns)
    word = (column.op("%>", is_comparison=True)(typed) for column in columns)
    return or_(*whole, *word)


def likeness(columns: Sequence[Column], typed: str) -> ColumnElement[Any]:
    """How much alike, from 0 to 1, by pg_trgm."""
    found = [one for column in columns for one in (func.similarity(column, typed), func.word_similarity(typed, column))]
    return func.greatest(*found)


def is_address(column: Column, address: str) -> ColumnElement[bool]:
    """The column has the e-mail address, by itself or as in "Ana <ana@inbox.example>"."""
    named = f"%<{escaped(address)}>"
    return or_(func.lower(column) == address, func.lower(column).like(named, escape=ESCAPE))


def escaped(typed: str) -> str:
    """A text of which no character means anything to LIKE."""
    for mark in (ESCAPE, "%", "_", "["):  # the last one is a wildcard to SQL Server
        typed = typed.replace(mark, ESCAPE + mark)
    return typed


def _one_like(columns: Sequence[Column], typed: str, patterns: Sequence[str], dialect: str) -> ColumnElement[bool]:
    forms = [pattern.format(one) for one in _cases(escaped(typed)) for pattern in patterns]
    return or_(*(_like(column, form, dialect) for column in columns for form in forms))


def _has(column: Column, word: str, dialect: str) -> ColumnElement[bool]:
    return or_(*(_like(column, f"%{one}%", dialect) for one in _cases(escaped(word))))


def _like(column: Column, pattern: str, dialect: str) -> ColumnElement[bool]:
    """Without case, in the way that the database's indexes answer."""
    if dialect == "postgresql":
        return column.ilike(pattern, escape=ESCAPE)
    if dialect in ("sqlite", "mysql", "mariadb"):  # their LIKE knows no case, MySQL's where its collation does not
        return column.like(pattern, escape=ESCAPE)
    return func.lower(column).like(pattern.lower(), escape=ESCAPE)


def _cases(text: str) -> tuple[str, ...]:
    """The text, and what a database may not know to be the same: other letters than English ones in another case."""
    return (text,) if text.isascii() else tuple(dict.fromkeys((text, text.lower(), text.upper(), text.title())))


def _without(column: Column, marks: Sequence[str]) -> ColumnElement[Any]:
    found: ColumnElement[Any] = column
    for mark in marks:
        found = func.replace(found, mark, "")
    return found
