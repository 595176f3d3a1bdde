"""What auditors read: entries as sentences, newest first."""

import json
import re
from datetime import datetime
from typing import Any

from bot.access.reasons import Reason
from bot.audit.query import Filter
from bot.audit.read import Stored, short_id
from bot.audit.search import Cursor, Found, NotSearched
from bot.company import Company, listed
from handlers.views.blocks import Block, actions, button, code, context, cut, divider, ephemeral, escape, section
from handlers.views.times import moment_of
from handlers.views.words import counted, field_name, refusal

OLDER = "audit.older"
LONGEST_LINE = 1100  # characters of mark-up: ten of them are a message that Slack takes
USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")

VERBS = {
    "account.lookup": ("looked up", "look up"),
    "account.reveal": ("revealed", "reveal"),
    "account.import": ("imported accounts", "import accounts"),
    "access.request": ("asked for access to", "ask for access to"),
    "access.approve": ("approved access to", "approve access to"),
    "access.deny": ("denied access to", "deny access to"),
    "access.end": ("ended access to", "end access to"),
    "access.expire": ("noted the end of access to", "end access to"),
    "access.cancel": ("withdrew a request for", "withdraw a request for"),
    "policy.change": ("imported the policy", "import the policy"),
    "audit.search": ("searched the audit table", "search the audit table"),
    "audit.export": ("exported the audit table", "export the audit table"),
    "audit.erase": ("decided on an erasure", "decide on an erasure"),
}
SAID = {"standing", "granted", "one_approver", "several_matches", "no_match"}  # reasons that the outcome says already


def render(found: Found, company: Company, now: datetime) -> Block:
    """One page of a search."""
    number = "Older entries" if found.paged else counted(found.total, "entry", "entries")
    title = f"{number}{_described(found.wanted, company, now)}"
    if not found.entries:
        text = f"No entry{_described(found.wanted, company, now)}. `/audit help` shows what can be searched."
        return ephemeral(text, [section(text), context("This search is recorded too.")])
    blocks = [section(f"*{title}*"), divider()]
    blocks.extend(section(cut(line(stored, company, now), LONGEST_LINE)) for stored in found.entries)
    if found.older:
        blocks.append(actions(button("Older", OLDER, _cursor(found.wanted, found.older))))
    blocks.append(context(f"This search is recorded too, as {code(short_id(found.entry))}."))
    return ephemeral(title, blocks)


def line(stored: Stored, company: Company, now: datetime) -> str:
    """One entry as a sentence: when, who, what, for what, on what grounds."""
    entry = stored.readable
    past, infinitive = VERBS.get(entry["action"], (entry["action"], entry["action"]))
    verb = f"tried to {infinitive}" if entry["outcome"] == "refused" else f"*{past}*"
    subject = f" {code(entry['account'])}" if entry["account"] else ""
    head = f"{code(short_id(stored.id))} {moment_of(stored.at, now)} {_actor(entry['actor'])} {verb}{subject}"
    details = " · ".join(part for part in _details(stored, entry, company) if part)
    why = f"\n> {_opened(stored, 'justification')}" if entry["justification"] else ""
    return f"{head}\n{details}{why}"


def _details(stored: Stored, entry: dict[str, Any], company: Company) -> list[str]:
    typed = entry["query"] and entry["query"] != entry["account"]
    return [
        _outcome(entry),
        escape(company.purpose(entry["purpose"])) if entry["purpose"] else "",
        entry["grant"] or "",
        f"ticket {escape(entry['ticket'])}" if entry["ticket"] else "",
        f"typed “{_opened(stored, 'query')}”" if typed else "",
        escape(_classes(entry["fields"], company)),
    ]


def _outcome(entry: dict[str, Any]) -> str:
    outcome, reason = str(entry["outcome"]).replace("_", " "), entry["reason"]
    shown = f"*{outcome}*" if outcome == "refused" else outcome
    return f"{shown}: {escape(str(reason).replace('_', ' '))}" if reason and reason not in SAID else shown


def _classes(fields: list[str], company: Company) -> str:
    """Fields in words: a class by its label where all of it is there, others by name."""
    left, labels = set(fields), []
    for one in company.rules.data_classes.values():
        if left.issuperset(one.fields):
            labels.append(one.label)
            left -= set(one.fields)
    return listed([*labels, *(field_name(name) for name in fields if name in left)])


def _opened(stored: Stored, name: str) -> str:
    """Personal text on one line. It was erased if nothing opens its salted hash, whatever the text looks like."""
    if name not in stored.opened:
        return "(erased)"
    text = stored.opened[name]["value"]
    named = USER.sub(lambda match: f"@{match[2] or match[1]}", " ".join(text.split()))
    return escape(cut(named, 600))


def _actor(actor: str) -> str:
    return f"<@{actor}>" if actor[:1] in "UW" and actor.isalnum() else escape(actor)


def _described(wanted: Filter, company: Company, now: datetime) -> str:
    parts = [
        f" for {code(wanted.account)}" if wanted.account else "",
        f" by {_actor(wanted.actor)}" if wanted.actor else "",
        f", {escape(company.purpose(wanted.purpose))}" if wanted.purpose else "",
        f", {wanted.outcome}" if wanted.outcome else "",
        f", {wanted.grant}" if wanted.grant else "",
        f", since {moment_of(wanted.since, now)}" if wanted.since else "",
        f", until {moment_of(wanted.until, now)}" if wanted.until else "",
    ]
    return "".join(parts)


def _cursor(wanted: Filter, older: Cursor) -> str:
    """Ids and times only."""
    values = {name: getattr(wanted, name) for name in ("account", "actor", "purpose", "outcome", "grant")}
    times = {name: moment.isoformat() for name in ("since", "until") if (moment := getattr(wanted, name))}
    value = {"at": older[0].isoformat(), "id": older[1], **times}
    return json.dumps({**value, **{name: text for name, text in values.items() if text}}, separators=(",", ":"))


def read_cursor(value: str) -> tuple[Filter, Cursor]:
    """What **Older** carries. Raises ValueError or KeyError on anything else."""
    ids: dict[str, str] = json.loads(value)
    before = (datetime.fromisoformat(ids.pop("at")), ids.pop("id"))
    times = {name: datetime.fromisoformat(ids.pop(name)) for name in ("since", "until") if name in ids}
    return Filter(**ids, **times), before  # type: ignore[arg-type]


def not_searched(result: NotSearched, company: Company) -> Block:
    """Refused, or a word that could not be read."""
    if result.reason is Reason.UNCLEAR_QUERY and result.unclear:
        text = f"I can't read {code(result.unclear.word)} there. Expected {escape(result.unclear.expected)}."
    else:
        text = refusal(result.reason, company)
    return ephemeral(text, [section(text), context(f"Recorded as {code(short_id(result.entry))}.")])


HELP = "\n".join(
    (
        "*Search the audit table*",
        "`/audit pw-00412` an account · `/audit by @inese` a person · `/audit R-1042` a request and its grant",
        "`/audit for billing` a purpose · `/audit refused` an outcome (`disclosed`, `masked`, `granted` …)",
        "`/audit since monday`, `since 2026-03-01 until 2026-03-31`, `since 7 days ago`",
        "All of them can be combined. Each search is recorded.",
        "On the command line: `steward audit export`, `steward audit verify`.",
    )
)
