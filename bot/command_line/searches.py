"""`steward audit search`"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import typer

from bot.audit.entry import timestamp
from bot.audit.read import short_id
from bot.audit.search import LAST_SEEN, Found, NotSearched, Search, Whole
from bot.audit.verbs import done
from bot.command_line.console import hint, say, write_json
from bot.command_line.opening import opened
from bot.company import listed, without_hashes


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: words as in `/audit`, words of reasons as they are, how many, and where to go on."""

    words: Sequence[str]
    reasons: Sequence[str]
    limit: int
    before: str | None


def search_entries(asked: Asked, *, as_json: bool) -> None:
    """Find entries as `/audit` does, newest first. The search is itself an entry. Exits with 2 for unclear words."""
    text = " ".join((*asked.words, *map(_quoted, asked.reasons)))
    with opened() as work:
        configuration = work.configuration()
        zone = ZoneInfo(configuration.company.timezone)
        search = Search(work.database, work.ledger, configuration.rules, work.clock)
        found = search.words(work.origin, text, zone, limit=asked.limit, before=asked.before)
    if isinstance(found, NotSearched):
        unclear = found.unclear
        expected = f"“{unclear.word}” can't be read there. Expected {unclear.expected}." if unclear else "Not searched."
        of_before = unclear is not None and unclear.expected == LAST_SEEN
        raise typer.BadParameter(expected, param_hint="--before" if of_before else "WORDS")
    if as_json:
        write_json(_as_json(found))
    else:
        _tell(found, zone)


def _quoted(reason: str) -> str:
    """Words of a reason between quotes that are not in them."""
    if '"' not in reason:
        return f'"{reason}"'
    if "«" in reason or "»" in reason:
        raise typer.BadParameter("can't have quotes of both kinds in it; leave one out", param_hint="--reason")
    return f"«{reason}»"


def _as_json(found: Found) -> dict[str, Any]:
    page, tally = found.page, found.tally
    looked_to = page.back_to if page else None
    return {
        "entries": [{**one.readable, **dict.fromkeys(one.erased), "erased": one.erased} for one in found.entries],
        "total": found.total,
        "more_than_total": tally.more if tally else found.older is not None,
        "looked_back_to": timestamp(looked_to) if looked_to else None,
        "older": found.older[1] if found.older else None,
        "place": {"index": found.whole.place.index, "size": found.whole.place.size} if found.whole else None,
    }


def _tell(found: Found, zone: ZoneInfo) -> None:
    for stored in found.entries:
        entry = stored.told
        did = done(entry)
        at = f"{stored.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        head = f"{short_id(stored.id)}  {at}  {entry['actor']} {did} {entry['account'] or ''}".rstrip()
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
    fields = listed(map(without_hashes, entry["fields"]))
    said = [entry["outcome"], entry["reason"], *(entry[name] for name in named), fields]
    return [str(part) for part in said if part]


def _tell_whole(whole: Whole) -> None:
    for name, value in whole.stored.told.items():
        say(_plain(f"  {name:15} {'–' if value is None else listed(value) if isinstance(value, list) else value}"))
    asked = whole.request or whole.outside
    if asked and whole.decided_by:
        say(_plain(f"  {'decided by':15} {listed(whole.decided_by)} ({asked.status.value})"))
    place = whole.place
    where = "waits for its place" if place.index is None else f"index {place.index}, signed: {place.signed}"
    say(f"  {'ledger':15} {where}, leaf {whole.stored.leaf.hex()}")


def _plain(text: str) -> str:
    """Typed text on one line and without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
