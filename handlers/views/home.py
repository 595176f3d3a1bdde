"""App Home: what I must do, what I have, what I can do. Ids only, nothing about customers beyond them."""

from collections.abc import Sequence
from datetime import datetime

from bot.access.overview import Overview
from bot.access.roles import AUDITORS, PRIVACY
from bot.access.rules.purposes import Purpose
from bot.accounts.disclosures.waiting import NOTHING, OfDisclosures
from bot.audit.erasures.records import Erasure
from bot.audit.query import searched
from bot.company import Company, listed
from handlers.views.access.lists import beyond, cancel_button, later_line, own_grant, to_decide, waiting_line
from handlers.views.access.questions import to_answer
from handlers.views.accounts.account import ASK, FORM, end_button
from handlers.views.audit import erasure
from handlers.views.audit.review import NEXT
from handlers.views.blocks import Block, actions, button, context, divider, escape, header, section
from handlers.views.disclosures import lists as disclosure_lists
from handlers.views.privacy.desk import WAITING
from handlers.views.words import counted

EMPTY = "Nothing waits for you. What you have to decide, read, answer or review would stand here."
MOST = 8  # requests to decide at once; each takes three blocks, four where something was asked about it


def render(
    seen: Overview,
    purposes: tuple[Purpose, ...],
    company: Company,
    now: datetime,
    reviews: int | None = None,
    questions: int | None = None,
    outside: OfDisclosures = NOTHING,
    erasures: Sequence[Erasure] = (),
    roles: frozenset[str] | None = None,
    why_none: str | None = None,
) -> Block:
    """The home tab of one person. `reviews` and `questions` are how many wait for them; None: they do none.

    `outside` are disclosures to outsiders that they may decide or asked for, `erasures` what they may decide. `roles`
    are those of an employee; None: somebody of another company. `why_none`: why somebody who could have purposes has
    none.
    """
    waiting = [*to_answer(seen.to_answer, now), *_reviews(reviews), *_questions(questions)]
    waiting += [*disclosure_lists.to_decide(outside, company, now), *erasure.to_decide(erasures, now)]
    blocks = [header("What you have to do"), *waiting, *_tasks(seen, company, now, reviewed=bool(waiting))]
    blocks += [divider(), header("What you have"), *_has(seen, outside, company, now)]
    blocks += [divider(), header("What you can do"), *_can(purposes, company, roles, why_none)]
    return {"type": "home", "blocks": blocks}


def as_it_is(view: Block) -> Block:
    """The home tab without saying that nothing waits where something else was put beside that."""
    blocks = view["blocks"]
    end = blocks.index(divider())
    waiting = [one for one in blocks[1:end] if one != section(EMPTY)]
    return {**view, "blocks": [blocks[0], *waiting, *blocks[end:]]} if waiting else view


def with_more_to_do(view: Block, lines: Sequence[Block]) -> Block:
    """App Home with these at the head of what the person has to do."""
    first, *rest = view["blocks"]
    return {**view, "blocks": [first, *lines, *rest]} if lines else view


def _reviews(number: int | None) -> list[Block]:
    if not number:
        return []
    text = f"{counted(number, 'review')} {'waits' if number == 1 else 'wait'} for you."
    return [section(text, button("Review", NEXT, style="primary"))]


def _questions(number: int | None) -> list[Block]:
    if not number:
        return []
    text = f"{counted(number, 'question')} about the policy {'waits' if number == 1 else 'wait'} for a ruling."
    return [section(text, button("Look at them", WAITING, style="primary"))]


def _tasks(seen: Overview, company: Company, now: datetime, *, reviewed: bool = False) -> list[Block]:
    if not seen.to_decide:
        return [] if reviewed else [section(EMPTY)]
    blocks = [block for request in seen.to_decide[:MOST] for block in to_decide(request, company, now)]
    more = len(seen.to_decide) - MOST
    return [*blocks, context(f"And {more} more: `/access pending`")] if more > 0 else blocks


def _has(seen: Overview, outside: OfDisclosures, company: Company, now: datetime) -> list[Block]:
    given = disclosure_lists.own(outside, company, now)
    if not seen.grants and not seen.asked and not seen.later and not given:
        return [section("No access beyond your purposes. Grants would stand here with the time that is left.")]
    grants = [block for one in seen.grants for block in own_grant(one, company, now)]
    grants += [section(later_line(one, company, now), end_button(one.number, one.name)) for one in seen.later]
    asked = [section(waiting_line(one, company, now), cancel_button(one)) for one in seen.asked]
    return [*grants, *asked, *beyond(seen), *given]


def _can(
    purposes: tuple[Purpose, ...], company: Company, roles: frozenset[str] | None, why_none: str | None
) -> list[Block]:
    duties = [section("\n".join(lines))] if (lines := _by_role(company, roles)) else []
    if not purposes and why_none:
        return [section(why_none), *duties]
    if not purposes:
        nothing = "You are in no group that may look customers up."
        asks = not roles or PRIVACY not in roles  # whoever answers there is not sent there
        return [section(f"{nothing} Questions: {escape(company.contact)}" if asks else nothing), *duties]
    labels = listed([escape(one.label) for one in purposes])
    buttons = actions(button("Look up an account", FORM, style="primary"), button("Request access", ASK))
    return [section(f"Look customers up for {labels}: `/account`, or here."), buttons, *duties]


def _by_role(company: Company, roles: frozenset[str] | None) -> list[str]:
    """What the person's groups let them do, with the commands for it."""
    if roles is None:
        return []
    lines = [
        "*A customer asks about privacy* `/privacy do you sell my data?` · `/privacy new` registers what they want"
    ]
    if roles & {one.approvers for one in company.rules.purposes.values()}:
        lines.append("*You decide about access* `/access pending` · `/access away friday @name` while you are away")
    if PRIVACY in roles:
        report = f"/privacy report {company.example}"
        lines.append(f"*Privacy office* `/privacy requests` · `{report}` · `/policy schedule`")
    if AUDITORS in roles:
        lines.append(f"*You audit* `/audit {searched(company.example)}` · `/audit review` · `/audit verify`")
    return lines
