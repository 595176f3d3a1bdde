"""The text of an e-mail to customers about a change, put together from the facts, in the company's name. Pure."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from bot.notices.changes import Change, ChangeKind, Difference, Urgency
from bot.notices.summary import counted, named

MOST_QUOTED: Final = 8
_SAYS = {
    ChangeKind.ADDED: "New",
    ChangeKind.REMOVED: "No longer stands",
    ChangeKind.REWORDED: "Now reads",
    ChangeKind.MOVED: "Moved",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the company, whom to ask, where customers read the policy ("": not said), and its time zone."""

    company: str
    contact: str
    url: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail: its subject, and paragraphs, of which some are passages of the policy."""

    subject: str
    opening: tuple[str, ...]
    passages: tuple[tuple[str, str], ...]
    closing: tuple[str, ...]


def customer_email(
    sender: Sender, effective_at: datetime, summary: str | None, difference: Difference | None, now: datetime
) -> Email:
    """What changes, from when, in the policy's own words, the weightiest first, and whom to ask."""
    local = effective_at.astimezone(sender.zone)
    day = f"{local.day} {local:%B %Y}"
    verb = "changed" if effective_at <= now else "changes"
    said = [summary.strip()] if summary and summary.strip() else []
    if difference is not None:
        said += [line for line in (counted(difference), named(difference)) if line and line not in " ".join(said)]
    told = [one for one in difference.changes if one.urgency is not Urgency.MOVED] if difference else []
    more = len(told) - MOST_QUOTED
    where = f" You find the whole policy, with every change, at {sender.url}." if sender.url else ""
    closing = [f"And {more} more sentences."] if more > 0 else []
    closing += [
        f"You need not do anything.{where}",
        f"If you have a question, or do not agree, write to {sender.contact}.",
        sender.company,
    ]
    return Email(
        subject=f"The privacy policy of {sender.company} {verb} on {day}",
        opening=("Hello,", f"our privacy policy {verb} on {day}. This is what is different:", *said),
        passages=tuple(_passage(one) for one in told[:MOST_QUOTED]),
        closing=tuple(closing),
    )


def _passage(change: Change) -> tuple[str, str]:
    quote = change.after or change.before
    words = " ".join(quote.text.split()) if quote else ""
    section = f" ({change.section})" if change.section and not change.heading else ""
    return f"{_SAYS[change.kind]}{section}", words


def as_text(email: Email) -> str:
    """For a mail program: the subject first, then the body."""
    passages = [f"{label}:\n“{words}”" for label, words in email.passages]
    return "\n\n".join([f"Subject: {email.subject}", *email.opening, *passages, *email.closing]) + "\n"


def as_html(email: Email) -> str:
    """A page that loads nothing from elsewhere and that mail programs show as it is."""
    body = [f"<p>{escape(one)}</p>" for one in email.opening]
    body += [
        f"<p><strong>{escape(label)}</strong></p><blockquote>{escape(words)}</blockquote>"
        for label, words in email.passages
    ]
    body += [f"<p>{escape(one)}</p>" for one in email.closing]
    title = escape(email.subject)
    head = f'<meta charset="utf-8"><title>{title}</title>'
    lines = "\n".join(body)
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n<h1>{title}</h1>\n{lines}\n</body></html>\n'
