"""Searching for what a person meant, where what they pasted has more around it than that: quotes, a comma, a dash."""

from bot.access.asking.exact import as_meant
from bot.accounts.source import AccountRef, Matches, Source
from bot.audit.ledger import OpenEntry


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


def find_as_meant(source: Source, typed: str, *, entry: OpenEntry) -> AccountRef | None:
    """The account with the id that was typed, be it with more around it."""
    found, meant = source.find(typed, entry=entry), as_meant(typed)
    return found if found or not meant or meant == typed.strip() else source.find(meant, entry=entry)
