"""Disclosures in App Home and in lists: those a person may decide, and their own. The account by its id alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.accounts.disclosures.records import Disclosure, Status
from bot.accounts.disclosures.waiting import OfDisclosures
from bot.company import Company
from handlers.views.blocks import Block, actions, code, context, cut, section, verbatim
from handlers.views.disclosures.disclosure import (
    IN_LISTS,
    basis_of,
    cancel_button,
    decision,
    show_button,
    to_whom,
    waiting,
)
from handlers.views.times import moment_of, until

MOST: Final = 3  # at once; with requests they fit a message, escaped too. The next follow when these are decided
EXTRACT: Final = 200


def to_decide(seen: OfDisclosures, company: Company, now: datetime) -> list[Block]:
    """Each with what whoever decides has to know, and the buttons that decide it."""
    return [*(block for one in seen.to_decide[:MOST] for block in _one(one, company, now)), *_more(seen.to_decide)]


def _one(found: Disclosure, company: Company, now: datetime) -> list[Block]:
    head = f"*<@{found.asked_by}> wants to give data of {code(found.account or '')} to an outsider* · {found.name}"
    state = f"{waiting(found, company)} · until {moment_of(found.expires_at, now)}"
    said = verbatim(f"“{cut(found.why, EXTRACT)}”")
    return [
        section(f"{head}\n{to_whom(found, IN_LISTS)}\n{basis_of(found, IN_LISTS)}"),
        said,
        section(state),
        decision(found),
    ]


def own(seen: OfDisclosures, company: Company, now: datetime) -> list[Block]:
    """A person's own: what they wait for, and what they may look at, once."""
    return [*(block for one in seen.asked[:MOST] for block in _own(one, company, now)), *_more(seen.asked)]


def _more(found: Sequence[Disclosure]) -> list[Block]:
    """What is not shown is counted."""
    return [context(f"And {len(found) - MOST} more after these.")] if len(found) > MOST else []


def _own(found: Disclosure, company: Company, now: datetime) -> list[Block]:
    what = f"*{found.name}* data of {code(found.account or '')} for an outsider"
    if found.status is Status.APPROVED and found.shown_until:
        text = f":white_check_mark: {what} · approved, open {until(found.shown_until, now)}\nIt is shown once, to you."
        return [section(text), actions(show_button(found))]
    text = f"{what}\n{waiting(found, company)} · until {moment_of(found.expires_at, now)}"
    return [section(text), actions(cancel_button(found))]
