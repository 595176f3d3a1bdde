"""One audit entry, whole: each of its keys in words, who approved it, and its place in the ledger."""

from collections.abc import Iterator
from typing import Any

from bot.access.grants import RequestKind
from bot.audit.read import Stored, short_id
from bot.audit.search import Found, Whole
from bot.company import Company, field_name, listed
from handlers.views.audit.search import actor, agreed_to, classes, done, opened, outcome, typed
from handlers.views.blocks import (
    Block,
    code,
    context,
    cut,
    cut_marked,
    divider,
    ephemeral,
    escape,
    literal,
    section,
    verbatim,
)
from handlers.views.times import day_and_time

LONGEST = 2800
WHERE = {
    "command": "a command",
    "button": "a button",
    "modal": "a form",
    "shortcut": "a shortcut",
    "home": "App Home",
    "cli": "the command line",
    "schedule": "the schedule",
}


def render(found: Found, whole: Whole, company: Company) -> Block:
    """The entry that was asked for by its id."""
    stored = whole.stored
    entry = stored.readable
    subject = f" {code(entry['account'])}" if entry["account"] else ""
    title = f"{actor(entry['actor'])} {done(entry)}{subject}"
    blocks = [
        section(cut_marked(f"{title}\n{day_and_time(stored.at)} · {outcome(entry)}", LONGEST)),
        divider(),
        section(cut_marked("\n".join(f"*{name}*  {value}" for name, value in _keys(whole, entry, company)), LONGEST)),
    ]
    blocks.extend(_texts(stored, entry))
    blocks.append(section(_place(whole)))
    blocks.append(context(f"This search is recorded too, as {code(short_id(found.entry))}."))
    return ephemeral(f"Entry {short_id(stored.id)}: {cut(title, 300)}", blocks)


def _keys(whole: Whole, entry: dict[str, Any], company: Company) -> Iterator[tuple[str, str]]:
    """Every key, also those without a value, so that nothing seems left out."""
    none = "none"
    yield "Entry", code(entry["id"])
    yield "When", f"{day_and_time(whole.stored.at)} ({code(entry['at'])})"
    email = opened(whole.stored, "actor_email", 200) if entry["actor_email"] else none
    yield "Who", f"{actor(entry['actor'])} ({code(entry['actor'])}), workspace {entry['team'] or none}, e-mail {email}"
    yield "Action", code(entry["action"])
    yield "Outcome", f"{code(entry['outcome'])}, reason {code(entry['reason']) if entry['reason'] else none}"
    yield "Account", code(entry["account"]) if entry["account"] else none
    yield "Purpose", escape(company.purpose(entry["purpose"])) if entry["purpose"] else none
    yield "Fields named", escape(_fields(entry["fields"], company)) or none
    yield "Request", _request(whole, entry) or none
    yield "Ticket", literal(cut(entry["ticket"], 200)) if entry["ticket"] else none
    yield "Policy version", code(entry["policy_version"][:12]) if entry["policy_version"] else none
    yield "Came by", f"{WHERE.get(entry['surface'], escape(entry['surface']))}, delivery {_code(entry['request'])}"


def _code(text: str | None) -> str:
    return code(cut(text, 100)) if text else "none"


def _fields(fields: list[str], company: Company) -> str:
    if not fields:
        return ""
    names = ", ".join(field_name(name) for name in fields)
    if not any(set(one.fields) & {*fields} for one in company.rules.data_classes.values()):
        return cut(names, 800)
    return cut(f"{classes(fields, company)} ({names})", 800)


def _request(whole: Whole, entry: dict[str, Any]) -> str:
    """The grant's name, who decided on it, and when."""
    if not entry["grant"]:
        return ""
    asked = whole.request or whole.outside
    if asked is None or asked.decided_by is None or asked.decided_at is None:
        return f"{entry['grant']}, {asked.status.value if asked else 'not on file'}"
    grant = whole.request.grant if whole.request else None
    until = f", until {day_and_time(grant.ends_at)}" if grant else ""
    return f"{entry['grant']}, {asked.status.value} {_by(whole)} {day_and_time(asked.decided_at)}{until}"


def _by(whole: Whole) -> str:
    """Everybody who agreed; where nobody had to, why."""
    if whole.request and whole.request.kind is RequestKind.EMERGENCY:
        return "at once, in an emergency,"
    if whole.decided_by == ("policy",):
        return "at once, as configured,"
    return f"by {listed(actor(one) for one in whole.decided_by)}"


def _texts(stored: Stored, entry: dict[str, Any]) -> Iterator[Block]:
    """What people typed, as far as it was not erased."""
    if agreed := agreed_to(stored):
        yield section(f"*{agreed[0].upper()}{agreed[1:]}*")
    for name, label in (("query", "Typed"), ("justification", "Reason given")):
        if entry[name] and not (name == "query" and (agreed or entry[name] == entry["grant"])):
            yield section(f"*{label}*")
            yield verbatim(cut(typed(stored, name), LONGEST))


def _place(whole: Whole) -> str:
    place, leaf = whole.place, code(whole.stored.leaf.hex())
    if place.index is None:
        return f"*Ledger*  committed, and waiting for its place in the ledger\nLeaf {leaf}"
    signed = f"under the signed checkpoint of {place.size:,} entries" if place.signed else "not yet signed"
    proof = code(f"steward audit prove {whole.stored.id}")
    return f"*Ledger*  index {place.index:,}, {signed}\nLeaf {leaf}\nProof: {proof}"
