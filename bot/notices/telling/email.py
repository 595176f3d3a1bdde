"""The text of an e-mail to customers about a change, put together from the facts, in the company's name. Pure."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from bot.notices.changes import Change, Difference, Urgency
from bot.notices.summary import counted, named
from bot.notices.telling.email_words import EmailWords, is_english, words_for

MOST_QUOTED: Final = 8


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the company, whom to ask, where customers read the policy ("": not said), and its time zone."""

    company: str
    contact: str
    url: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail: its subject, and paragraphs, of which some are passages of the policy, in `quotes`."""

    subject: str
    opening: tuple[str, ...]
    passages: tuple[tuple[str, str], ...]
    closing: tuple[str, ...]
    quotes: tuple[str, str]


def customer_email(
    sender: Sender, effective_at: datetime, summary: str | None, difference: Difference | None, now: datetime
) -> Email:
    """What changes, from when, in the policy's own words and language, the weightiest first, and whom to ask."""
    told_in, over = words_for(difference.texts[1] if difference else ""), effective_at <= now
    given = {"company": sender.company, "day": told_in.date(effective_at.astimezone(sender.zone))}
    said = [summary.strip()] if summary and summary.strip() else []
    if difference is not None and is_english(told_in):
        said += [line for line in (counted(difference), named(difference)) if line and line not in " ".join(said)]
    told = [one for one in difference.changes if one.urgency is not Urgency.MOVED] if difference else []
    more = len(told) - MOST_QUOTED
    where = f" {told_in.where.format(url=sender.url)}" if sender.url else ""
    closing = [told_in.more.format(more=more)] if more > 0 else []
    closing += [f"{told_in.no_need}{where}", told_in.contact.format(contact=sender.contact), sender.company]
    return Email(
        subject=told_in.subject[over].format(**given),
        opening=(told_in.greeting, told_in.first[over].format(**given), *said),
        passages=tuple(_passage(one, told_in) for one in told[:MOST_QUOTED]),
        closing=tuple(closing),
        quotes=told_in.quotes,
    )


def _passage(change: Change, told_in: EmailWords) -> tuple[str, str]:
    quote = change.after or change.before
    words = " ".join(quote.text.split()) if quote else ""
    section = f" ({change.section})" if change.section and not change.heading else ""
    return f"{told_in.says[change.kind]}{section}", words


def as_text(email: Email) -> str:
    """For a mail program: the subject first, then the body."""
    opened, closed = email.quotes
    passages = [f"{label}:\n{opened}{words}{closed}" for label, words in email.passages]
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
