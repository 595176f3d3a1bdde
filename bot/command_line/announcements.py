"""`steward policy email` and `steward policy readers`: a change for customers, and how far employees have read it."""

from typing import Final
from zoneinfo import ZoneInfo

from bot.command_line.console import say, write_json
from bot.command_line.opening import opened
from bot.command_line.slack_names import everybody
from bot.notices.announcing import Status, change_number, latest_announced, read_change
from bot.notices.changing import texts_of
from bot.notices.telling.email import Sender, as_html, as_text, customer_email
from bot.notices.telling.reading import readers_among, readers_told
from bot.running.refusals import CannotStart
from bot.settings import Configuration

_NONE: Final = "No change of the policy was announced yet."


def write_email(change: str, form: str) -> None:
    """Print the e-mail about an announced change, as "text" or "html". Raises CannotStart."""
    with opened(writes=False) as work:
        configuration = work.configuration()
        with work.database.reading() as connection:
            found = read_change(connection, _number(change))
            if found is None or found.status is not Status.ANNOUNCED or found.effective_at is None:
                raise CannotStart(f"{change} is no change that is announced.", "/policy changes lists them.")
            texts = texts_of(connection, found)
        difference = texts.difference() if texts else None
        made = customer_email(sender_of(configuration), found.effective_at, found.summary, difference, work.clock())
    say((as_html(made) if form == "html" else as_text(made)).rstrip())


def sender_of(configuration: Configuration) -> Sender:
    """In whose name it is written."""
    company = configuration.company
    url = configuration.policy.notice.url or ""
    return Sender(company.name, company.contact, url, ZoneInfo(company.timezone))


def list_readers(change: str | None, *, as_json: bool) -> None:
    """How many have read it, and who has not: as `/policy readers` says it where Slack names people, else of those who
    were told, by Slack's ids. Raises CannotStart.
    """
    with opened(writes=False) as work:
        number = None if change is None else _number(change)
        with work.database.reading() as connection:
            known = latest_announced(connection) if number is None else read_change(connection, number)
        people = everybody(work) if known else None
        found = readers_told(work.database, number) if people is None else readers_among(work.database, people, number)
    if known is None or found is None:
        raise CannotStart(_NONE if change is None else f"There is no announced change {change}.")
    if as_json:
        write_json(
            {
                "change": found.change.name,
                "version": found.change.after,
                "told": found.told,
                "read": {user: at.isoformat() for user, at in sorted(found.read.items())},
                "not_read": list(found.missing),
                "names": {user: name for user, name in found.missing.items() if name != user},
            }
        )
        return
    those, have = "person" if found.total == 1 else "people", "has" if len(found.read) == 1 else "have"
    told = f"{found.told} {'was' if found.told == 1 else 'were'} told"
    say(f"{found.change.name}: {len(found.read)} of {found.total} {those} {have} read it, {told}.")
    for name in found.missing.values():
        say(f"  not yet: {name}")


def _number(change: str) -> int:
    number = change_number(change)
    if number is None:
        raise CannotStart(f"“{change}” is no change.", "Write its number, such as N-12.")
    return number
