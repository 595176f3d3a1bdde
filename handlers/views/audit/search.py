"""What auditors read: entries as sentences, newest first."""

import json
import re
from datetime import datetime
from typing import Any

from bot.access.reasons import Reason
from bot.access.requests.on_record import read_terms
from bot.accounts.disclosures.on_record import AGREED
from bot.audit import verbs
from bot.audit.entry import Action
from bot.audit.query import Filter, searched
from bot.audit.read import Cursor, Stored, count_people, short_id
from bot.audit.search import Found, NotSearched
from bot.company import Company, field_name, listed, without_hashes
from handlers.views.blocks import (
    Block,
    actions,
    button,
    code,
    context,
    cut,
    cut_marked,
    divider,
    ephemeral,
    escape,
    literal,
    section,
)
from handlers.views.times import day_and_time, moment_of
from handlers.views.words import counted, refusal

OLDER = "audit.older"
LONGEST_LINE = 1100  # characters of mark-up: ten of them are a message that Slack takes
LONGEST_TEXT = 600
LONGEST_FILTER = 600
OURS = re.compile(r"[A-Z]{1,2}-\d+\b")  # an erasure's, a change's number
ABOUT_OURS = (
    Action.ERASE,
    Action.POLICY_CHANGE,
    Action.POLICY_ANNOUNCE,
    Action.POLICY_ACKNOWLEDGE,
    Action.AUDIT_ACKNOWLEDGE,
    Action.RECERTIFY,
)
MEMBER = re.compile(r"([UW][A-Z0-9]+) in (\S+)")  # whom a recertification spoke of
USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")

SAID = {"standing", "granted", "one_approver", "several_matches", "no_match"}  # reasons that the outcome says already


def render(found: Found, company: Company, now: datetime) -> Block:
    """One page of a search."""
    described = cut(_described(found.wanted, company), LONGEST_FILTER)
    if not found.entries:
        return _nothing(found, described, now)
    title = f"{_number(found)}{described}"
    blocks = [section(f"*{title}*{_spread(found)}"), divider()]
    blocks.extend(section(cut_marked(line(stored, company, now), LONGEST_LINE)) for stored in found.entries)
    if found.older:
        blocks.append(actions(button("Older", OLDER, _cursor(found.search or found.entry, found.older))))
    recorded = f"This search is recorded too, as {code(short_id(found.entry))}."
    blocks.append(
        context(f"{_further(found, now)}{recorded} `/audit {short_id(found.entries[0].id)}` opens one whole.")
    )
    return ephemeral(title, blocks)


def _nothing(found: Found, described: str, now: datetime) -> Block:
    further = _further(found, now)
    advice = "" if further else " `/audit help` shows what can be searched."
    if found.wanted.account and not found.paged:
        others = "people are `by @name`, years `in 2026`, words of a reason and tickets stand in quotes"
        advice = f" {code(found.wanted.account)} was read as an account's id; {others}.{advice}"
    text = f"No {'older ' if found.paged else ''}entry{described}.{advice}"
    blocks = [section(text)]
    if found.older:
        blocks.append(actions(button("Older", OLDER, _cursor(found.search or found.entry, found.older))))
    return ephemeral(text, [*blocks, context(f"{further}This search is recorded too.")])


def _number(found: Found) -> str:
    if found.paged:
        return "Older entries"
    total = counted(found.total, "entry", "entries")
    tally, page = found.tally, found.page
    if page and page.back_to and not (tally and tally.entries > len(found.entries)):
        return f"{total} so far"
    if not (tally and tally.more):
        return total
    return f"more than {total}" if tally.entries >= 1000 else f"at least {total}"


def _spread(found: Found) -> str:
    """How many people and purposes the entries are of, where all of them were counted."""
    incomplete = found.older or (found.page and found.page.back_to)
    if found.tally and not found.tally.more:
        people, purposes = found.tally.people, found.tally.purposes
    elif found.tally is None and not found.paged and not incomplete and len(found.entries) > 1:
        entries = [stored.entry for stored in found.entries]
        people = count_people(entry["actor"] for entry in entries)
        purposes = len({entry["purpose"] for entry in entries} - {None})
    else:
        return ""
    by_people = f" · {counted(people, 'person', 'people')}" if people else ""
    return by_people + (f" · {counted(purposes, 'purpose')}" if purposes else "")


def _further(found: Found, now: datetime) -> str:
    if not found.page or not found.page.back_to:
        return ""
    return f"Looked back to {moment_of(found.page.back_to, now)}; *Older* looks further. "


def line(stored: Stored, company: Company, now: datetime) -> str:
    """One entry as a sentence: when, who, what, for what, on what grounds."""
    entry = stored.readable
    subject = f" {code(entry['account'])}" if entry["account"] else ""
    head = f"{code(short_id(stored.id))} {moment_of(stored.at, now)} {actor(entry['actor'])} {done(entry)}{subject}"
    details = " · ".join(part for part in _details(stored, entry, company) if part)
    why = f"\n> {opened(stored, 'justification', LONGEST_TEXT)}" if entry["justification"] else ""
    return f"{head}\n{details}{why}"


def done(entry: dict[str, Any]) -> str:
    """ "*revealed*", or "tried to reveal" where it was refused."""
    words = escape(verbs.done(entry))
    return words if entry["outcome"] == "refused" else f"*{words}*"


def _details(stored: Stored, entry: dict[str, Any], company: Company) -> list[str]:
    return [
        outcome(entry),
        escape(company.purpose(entry["purpose"])) if entry["purpose"] else "",
        entry["grant"] or "",
        f"ticket {literal(entry['ticket'])}" if entry["ticket"] else "",
        _query(stored, entry),
        escape(classes(entry["fields"], company)),
    ]


def _query(stored: Stored, entry: dict[str, Any]) -> str:
    """What was typed; what it is about where the query is an id that nobody typed."""
    if not entry["query"] or entry["query"] in (entry["account"], entry["grant"]):
        return ""
    if agreed := agreed_to(stored):
        return agreed
    ids = stored.readable["query"].split() if "query" in stored.opened else []
    if entry["action"] == Action.AUDIT_REVIEW and ids:
        return f"about {code(short_id(ids[0]))}"
    if entry["action"] == Action.AUDIT_ALERT and ids:
        return f"about {actor(ids[0])}, {counted(len(ids) - 1, 'entry', 'entries')}"
    if member := MEMBER.fullmatch(stored.readable["query"] if entry["action"] == Action.RECERTIFY else ""):
        return f"about {actor(member[1])} in {escape(member[2])}"
    if ids and OURS.match(ids[0]) and entry["action"] in ABOUT_OURS:
        return f"about {code(ids[0])}"
    return f"typed “{opened(stored, 'query', LONGEST_TEXT)}”"


def agreed_to(stored: Stored) -> str:
    """Of a yes: the kinds of data, and until when, where access came of it; what was needed; nothing of others."""
    if stored.entry["action"] == Action.DISCLOSE and (yes := AGREED.fullmatch(stored.readable["query"] or "")):
        return f"agreed to as: {escape(yes.group(2))}"
    terms = read_terms(stored.readable["query"]) if stored.entry["action"] in (Action.APPROVE, Action.EXTEND) else None
    if terms is None:
        return ""
    until = f", until {day_and_time(datetime.fromisoformat(terms.until))}" if terms.until else ""
    needed = ", ".join(f"{count} of {role}" for role, count in terms.needs.items() if count)
    return f"agreed to: {escape(', '.join(terms.classes))}{until}{f' (needed: {escape(needed)})' if needed else ''}"


def outcome(entry: dict[str, Any]) -> str:
    """What came of it, and the reason's code where the outcome does not say it."""
    said, reason = str(entry["outcome"]).replace("_", " "), entry["reason"]
    shown = f"*{said}*" if said == "refused" else said
    return f"{shown}: {escape(str(reason).replace('_', ' '))}" if reason and reason not in SAID else shown


def classes(fields: list[str], company: Company) -> str:
    """Fields in words: a class by its label where all of it is there, others by name."""
    left, labels = set(fields), []
    for one in company.rules.data_classes.values():
        if left.issuperset(one.fields):
            labels.append(one.label)
            left -= set(one.fields)
    return listed([*labels, *(without_hashes(field_name(name)) for name in fields if name in left)])


def opened(stored: Stored, name: str, most: int) -> str:
    """Personal text on one line of mrkdwn."""
    return literal(cut(" ".join(typed(stored, name).split()), most))


def typed(stored: Stored, name: str) -> str:
    """Personal text as it was typed, people in it by name; "(erased)" where nothing opens its salted hash, whatever the
    text looks like.
    """
    if name not in stored.opened:
        return "(erased)"
    return USER.sub(lambda match: f"@{match[2] or match[1]}", str(stored.opened[name]["value"]))


def actor(name: str) -> str:
    """A person as a mention, anything else by its name."""
    return f"<@{name}>" if name[:1] in "UW" and name.isalnum() else escape(name)


def _described(wanted: Filter, company: Company) -> str:
    parts = [
        f" {code(wanted.entry)}" if wanted.entry else "",
        f" for {code(wanted.account)}" if wanted.account else "",
        f" by {actor(wanted.actor)}" if wanted.actor else "",
        f", {escape(company.purpose(wanted.purpose))}" if wanted.purpose else "",
        f", {listed((escape(verbs.verb(one)[0]) for one in wanted.actions), 'or')}" if wanted.actions else "",
        f", {escape(_any_of(wanted.fields, company))}" if wanted.fields else "",
        f", {wanted.outcome.replace('_', ' ')}" if wanted.outcome else "",
        f", {wanted.grant}" if wanted.grant else "",
        f", {wanted.ticket.upper()}" if wanted.ticket else "",
        f", saying {listed(f'“{literal(cut(word, 100))}”' for word in wanted.words)}" if wanted.words else "",
        f", since {day_and_time(wanted.since)}" if wanted.since else "",
        f", until {day_and_time(wanted.until)}" if wanted.until else "",
    ]
    return "".join(parts)


def _any_of(fields: tuple[str, ...], company: Company) -> str:
    whole = [one.label for one in company.rules.data_classes.values() if set(one.fields) <= set(fields)]
    within = {name for one in company.rules.data_classes.values() if one.label in whole for name in one.fields}
    return listed([*whole, *(field_name(name) for name in fields if name not in within)], "or")


def _cursor(search: str, older: Cursor) -> str:
    """Ids and a time only: what was typed stands in the search's own entry."""
    return json.dumps({"search": search, "at": older[0].isoformat(), "id": older[1]}, separators=(",", ":"))


def read_cursor(value: str) -> tuple[str, Cursor]:
    """What **Older** carries: the search's entry, and where to go on. Raises ValueError or KeyError for others."""
    ids: dict[str, str] = json.loads(value)
    return ids["search"], (datetime.fromisoformat(ids["at"]), ids["id"])


def not_searched(result: NotSearched, company: Company) -> Block:
    """Refused, or a word that could not be read."""
    if result.reason is Reason.UNCLEAR_QUERY and result.unclear:
        word, expected = cut(result.unclear.word, 200), cut(result.unclear.expected, 500)
        text = f"I can't read {code(word)} there. Expected {escape(expected)}."
    elif result.reason is Reason.NO_MATCH:
        text = "That search can't be gone on with: it was another's, or its words were erased. Type it again."
    else:
        text = refusal(result.reason, company)
    return ephemeral(text, [section(text), context(f"Recorded as {code(short_id(result.entry))}.")])


def help_text(company: Company) -> str:
    """`/audit help`."""
    account, purpose = code(f"/audit {searched(company.example)}"), code(f"for {company.example_purpose()}")
    return "\n".join(
        (
            "*Search the audit table*",
            f"{account} an account · `by @name` a person · `R-1042` a request and its grant · `C-77` a customer's",
            f"{purpose} a purpose · {_shown(company)} what was shown · `refused`, `masked` an outcome",
            '`revealed`, `approved`, `searched` what was done · `"called back"` words of a reason or a ticket',
            *HOW,
        )
    )


def _shown(company: Company) -> str:
    """What may be searched by what was shown: a kind of data, and one of its fields."""
    one = [*company.rules.data_classes.values()][-1]
    return f"{code(one.label.lower())} or {code(one.fields[0])}"


HOW = (
    "`since monday` Monday too · `after monday` from Tuesday on · `last 7 days` · `yesterday`",
    "`march` · `march 2026` · `week 12` · `q1` · `1 march to 31 march` or `monday to friday`, both included",
    "All of them can be combined. `/audit 3fa94c1b` opens one entry whole, by its short id.",
    "`/audit review` what waits for you: *In order*, *Needs explanation* or *Violation* · `/audit V-12` one item",
    "`/audit checkpoint` posts what is signed · `/audit verify` looks whether every entry is what it was.",
    "`/audit export` and the same words, or none for everything: files to your own messages · `export csv` to read",
    "Each search is recorded. On the command line: `steward audit search`, `export`, `verify`, `report`.",
)
