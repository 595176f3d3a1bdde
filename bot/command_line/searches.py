"""`steward audit search`"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import typer

from bot.audit.entry import timestamp
from bot.audit.read import short_id
from bot.audit.search import Found, NotSearched, Search, Whole
from bot.audit.verbs import verb
from bot.command_line.console import hint, say, write_json
from bot.command_line.opening import opened
from bot.company import listed


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: words as in `/audit`, words of reasons as they are, how many, and where to go on."""

    words: Sequence[str]
    reasons: Sequence[str]
    limit: int
    before: str | None


def search_entries(asked: Asked, *, as_json: bool) -> None:
    """Find entries as `/audit` does, newest first. The search is itself an entry. Exits with 2 for unclear words."""
    text = " ".join((*asked.words, *(f'"{reason}"' for reason in asked.reasons)))
    with opened() as work:
        configuration = work.configuration()
        zone = ZoneInfo(configuration.company.timezone)
        search = Search(work.database, work.ledger, configuration.rules, work.clock)
        found = search.words(work.origin, text, zone, limit=asked.limit, before=asked.before)
    if isinstance(found, NotSearched):
        unclear = found.unclear
        expected = f"“{unclear.word}” can't be read there. Expected {unclear.expected}." if unclear else "Not searched."
        raise typer.BadParameter(expected, param_hint="WORDS")
    if as_json:
        write_json(_as_json(found))
    else:
        _tell(found, zone)


def _as_json(found: Found) -> dict[str, Any]:
    page, tally = found.page, found.tally
    looked_to = page.back_to if page else None
    return {
        "entries": [one.readable for one in found.entries],
        "total": found.total,
        "more_than_total": tally.more if tally else found.older is not None,
        "looked_back_to": timestamp(looked_to) if looked_to else None,
        "older": found.older[1] if found.older else None,
        "place": {"index": found.whole.place.index, "size": found.whole.place.size} if found.whole else None,
    }


def _tell(found: Found, zone: ZoneInfo) -> None:
    for stored in found.entries:
        entry = stored.readable
        past, infinitive = verb(entry["action"])
        done = f"tried to {infinitive}" if entry["outcome"] == "refused" else past
        at = f"{stored.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        head = f"{short_id(stored.id)}  {at}  {entry['actor']} {done} {entry['account'] or ''}".rstrip()
        say(_plain(f"{head} · {' · '.join(_details(entry))}"))
    if found.whole:
        _tell_whole(found.whole)
    if not found.entries:
        say("No entry.")
    if found.page and found.page.back_to:
        hint(f"Looked back to {found.page.back_to.astimezone(zone):%Y-%m-%d %H:%M:%S}.")
    if found.older:
        hint(f"There may be older ones: --before {found.older[1]}")


def _details(entry: dict[str, Any]) -> list[str]:
    named = ("purpose", "grant", "ticket", "justification")
    said = [entry["outcome"], entry["reason"], *(entry[name] for name in named), listed(entry["fields"])]
    return [str(part) for part in said if part]


def _tell_whole(whole: Whole) -> None:
    for name, value in whole.stored.readable.items():
        say(_plain(f"  {name:15} {'–' if value is None else listed(value) if isinstance(value, list) else value}"))
    if whole.request and whole.request.decided_by:
        say(_plain(f"  {'decided by':15} {whole.request.decided_by} ({whole.request.status.value})"))
    place = whole.place
    where = "waits for its place" if place.index is None else f"index {place.index}, signed: {place.signed}"
    say(f"  {'ledger':15} {where}, leaf {whole.stored.leaf.hex()}")


def _plain(text: str) -> str:
    """Typed text on one line and without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
