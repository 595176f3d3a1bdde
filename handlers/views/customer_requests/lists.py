"""Lists of customers' requests: what is open, what ended, a month in numbers, and a person's own in App Home."""

from datetime import datetime

from bot.privacy.customer_requests.counts import MonthOfRequests
from bot.privacy.customer_requests.listing import MOST, Listed
from bot.privacy.customer_requests.requests import CustomerRequest, TaskStatus
from handlers.views.blocks import Block, Element, actions, button, context, ephemeral, section
from handlers.views.customer_requests.request import NEW, OPEN
from handlers.views.customer_requests.words import KINDS, due, headline, number_of
from handlers.views.words import counted, recorded, value_of

PAGES = ("customer_request.page.urgent", "customer_request.page.later")
OTHERS = "customer_request.page.others"


def listing(found: Listed, now: datetime, month: MonthOfRequests | None = None) -> Block:
    """`/privacy requests` and `/privacy requests ended`, a page of it. `month`: for officers, this one in numbers."""
    below = [actions(button("Register a request", NEW), *_others(found))]
    below += [context(in_numbers(month))] if month else []
    below.append(context(recorded(found.entry)))
    if not found.requests:
        text = _nothing(found)
        what = "Access, erasure, objections and the like would stand here, " + _order(found)
        what += "" if found.all else " How one stands that you registered: `/privacy C-77`, with its number."
        return ephemeral(text, [section(text), context(what), *below])
    title = f"{number_of(found.total)} {_state(found)}"
    title += "" if found.all else " with you"
    blocks = [section(f"*{title}*"), *(_line(request, found, now) for request in found.requests)]
    return ephemeral(title, [*blocks, *_pages(found), *below])


def _nothing(found: Listed) -> str:
    if found.ended:
        return "No customer's request has ended yet." if found.all else "No customer's request of yours has ended yet."
    return "No customer's request is open." if found.all else "No customer's request waits for you."


def _order(found: Listed) -> str:
    return "the last ended first." if found.ended else "the most urgent first."


def _state(found: Listed) -> str:
    one = found.total == 1
    return f"{'has' if one else 'have'} ended" if found.ended else f"{'is' if one else 'are'} open"


def _line(request: CustomerRequest, found: Listed, now: datetime) -> Block:
    line = f"{headline(request)}\n{due(request, now)}"
    if not found.ended:
        owner = f"<@{request.owner}>" if request.owner else "nobody has it yet"
        still = sum(task.status is TaskStatus.OPEN for task in request.tasks)
        line += f" · {owner} · " + (f"{counted(still, 'task')} open" if still else "every task settled")
    return section(line, button("Open", OPEN, value_of(customer_request=request.number)))


def _others(found: Listed) -> list[Element]:
    """From what is open to what ended, and back."""
    if not found.ended and not found.others:
        return []
    label = "What is open" if found.ended else "What has ended"
    return [button(f"{label} ({found.others:,})", OTHERS, value_of(page=1, ended=None if found.ended else 1))]


def _pages(found: Listed) -> list[Block]:
    """The most urgent stand on the first page, or those that ended last."""
    if found.pages == 1:
        return []
    back, on = ("Later", "Earlier") if found.ended else ("More urgent", "Less urgent")
    ended = 1 if found.ended else None
    turns = [button(back, PAGES[0], value_of(page=found.page - 1, ended=ended))] if found.page > 1 else []
    turns += [button(on, PAGES[1], value_of(page=found.page + 1, ended=ended))] if found.page < found.pages else []
    return [context(f"Page {found.page} of {found.pages}. `/privacy C-77` opens one by its number."), actions(*turns)]


def in_numbers(month: MonthOfRequests) -> str:
    """ "*March 2026*: 12 registered (access 5, erasure 7) · 9 closed, 3 open · 1 late · 2 registered by mistake"."""
    kinds = ", ".join(f"{KINDS[kind].lower()} {number:,}" for kind, number in month.kinds.items())
    parts = [f"{month.registered:,} registered" + (f" ({kinds})" if kinds else "")]
    if month.registered:
        parts.append(f"{month.closed:,} closed, {month.open:,} open")
    parts += [f"{month.late:,} late"] if month.late else []
    parts += [f"{month.mistakes:,} more by mistake, not counted"] if month.mistakes else []
    return f"*{month.month:%B %Y}*: {' · '.join(parts)}"


def with_requests(view: Block, month: MonthOfRequests) -> Block:
    """The monthly list for the privacy officers with the month's requests before its small print."""
    *blocks, last = view["blocks"]
    return {**view, "blocks": [*blocks, section(f"*Customers' requests*\n{in_numbers(month)}"), last]}


def with_customer_requests(view: Block, requests: tuple[CustomerRequest, ...], person: str, now: datetime) -> Block:
    """App Home with what a person owns, and has tasks of, below its first heading: ids only."""
    if not requests:
        return view
    first, *rest = view["blocks"]
    return {**view, "blocks": [first, *_home_lines(requests, person, now), *rest]}


def _home_lines(requests: tuple[CustomerRequest, ...], person: str, now: datetime) -> list[Block]:
    blocks: list[Block] = []
    for request in requests[:MOST]:
        own = [task for task in request.tasks if task.assignee == person and task.status is TaskStatus.OPEN]
        whose = "nobody has it yet" if request.owner is None else "yours" if request.owner == person else ""
        parts = [*([whose] if whose else []), *([counted(len(own), "task")] if own else [])]
        line = f"{headline(request)} · {', '.join(parts)}\n{due(request, now)}"
        value = value_of(customer_request=request.number)
        blocks.append(section(line, button("Open", f"{OPEN}.{request.number}", value)))
    if len(requests) > MOST:
        blocks.append(context("And more, less urgent: `/privacy requests` lists them."))
    return blocks
