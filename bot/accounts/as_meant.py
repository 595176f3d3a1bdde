"""Searching for what a person meant, where what they pasted has more around it than that: quotes, a comma, a dash."""

import re
import unicodedata

from bot.accounts.source import Matches, Source
from bot.audit.ledger import OpenEntry

DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
AROUND = "\"'`´‘’‚“”„«»‹›()[]{}<>*_~.,;:!?|…"
"""What stands around an id in a sentence, a table or a quotation, and at neither end of one."""


def search_as_meant(source: Source, query: str, *, limit: int, entry: OpenEntry) -> Matches:
    """As the source's search for what was typed; where that finds nothing, for what is left of it without mark-up."""
    found = source.search(query, limit=limit, entry=entry)
    if found.refs:
        return found
    meant = as_meant(query)
    if not meant or meant == query.strip():
        return found
    again = source.search(meant, limit=limit, entry=entry)
    return again if again.refs else found


def as_meant(query: str) -> str:
    """Without quotes, brackets and punctuation around it and invisible characters in it, its dashes as they are typed.

    Word processors put in a hyphen that does not break, and chats a space of no width.
    """
    visible = "".join(letter for letter in query if unicodedata.category(letter) != "Cf")
    return DASHES.sub("-", visible).strip(AROUND + " \t\r\n")
