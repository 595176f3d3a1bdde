"""The rulings in force, to look through and to withdraw, and what whoever was given one reads when it is."""

from collections.abc import Mapping
from datetime import datetime

from bot.access.roles import PRIVACY
from bot.company import Company
from bot.privacy.ruling_list import Listed, RulingPage
from bot.privacy.rulings import Kind, Ruling
from handlers.views import quoting
from handlers.views.blocks import (
    Block,
    Element,
    actions,
    button,
    code,
    context,
    cut,
    divider,
    ephemeral,
    escape,
    message,
    section,
    verbatim,
)
from handlers.views.policy.reading import SHORT_HASH
from handlers.views.privacy.desk import NOT_THE_POLICY, sure_to_withdraw
from handlers.views.privacy.rereading import only_withdrawn, what_is_gone
from handlers.views.times import date, day_and_time
from handlers.views.words import counted, value_of

CONFIRM, WITHDRAW = "rulings.confirm", "rulings.withdraw"
NEWER, OLDER = "rulings.page.newer", "rulings.page.older"
ONLY_YOU = "Only you can see this."
NOT_USED, READ_IT = "*Not used:* the policy has changed.", "Read it again."

_DID = {
    Kind.QUOTED: "picked a sentence of the policy",
    Kind.WRITTEN: "ruled",
    Kind.NOT_OURS: "said that it is not for the policy to answer",
}
Names = Mapping[str, str]


def listing(page: RulingPage, names: Names, said: str = "") -> Block:
    """`/privacy rulings`: a page, the newest first. `said`: what came of a press in it."""
    above = [section(said)] if said else []
    if not page.total:
        text = "No ruling is in force."
        advice = "What is ruled at the privacy desk stands here, until you withdraw it."
        return ephemeral(said or text, [*above, section(f"*{text}*"), context(f"{advice} {ONLY_YOU}")])
    title = f"{counted(page.total, 'ruling')} {'is' if page.total == 1 else 'are'} in force"
    blocks = [*above, section(f"*{title}*")]
    for line in page.lines:
        blocks += [divider(), *_line(line, names, page.number)]
    return ephemeral(said or title, [*blocks, divider(), *_turning(page)])


def _line(line: Listed, names: Names, page: int) -> list[Block]:
    ruling = line.ruling
    who = escape(names.get(ruling.author, ruling.author))
    blocks = [section(f"*{ruling.name}* · {who} {_DID[ruling.kind]} · {date(ruling.made_at)}")]
    blocks.append(context("The question"))
    blocks.append(verbatim(cut(ruling.asked, 600)) if ruling.asked else section("_It was erased._"))
    blocks += [*_words(line), context(" · ".join(_history(line, names)))]
    if not line.standing.holds:
        blocks += [section(f":warning: {NOT_USED} {only_withdrawn(line.again) or READ_IT}"), *what_is_gone(line.again)]
    value = value_of(r=ruling.number, s=ruling.step, p=page)
    withdraw = button("Withdraw the ruling", f"{WITHDRAW}.{ruling.number}", value, sure=sure_to_withdraw(ruling))
    return [*blocks, actions(*_confirm(line, value), withdraw)]


def _confirm(line: Listed, value: str) -> list[Element]:
    if line.standing.holds or line.again.past:
        return []
    return [button("Still right", f"{CONFIRM}.{line.ruling.number}", value, style="primary")]


def _words(line: Listed) -> list[Block]:
    """What was ruled; a picked sentence only while it stands in the version in force."""
    if line.ruling.kind is Kind.WRITTEN:
        return [context(NOT_THE_POLICY), verbatim(line.words) if line.words else section("_It was erased._")]
    return [quoting.quote(clause) for clause in line.standing.clauses if quoting.fits(clause)]


def _history(line: Listed, names: Names) -> list[str]:
    """Where it stands in time: the version it is for, and who confirmed it."""
    ruling = line.ruling
    since = f", in force from {day_and_time(line.since)}" if line.since else ""
    parts = [f"For version `{ruling.version[:SHORT_HASH]}`{since}"]
    if ruling.settled_at is not None:
        by = escape(names.get(ruling.settled_by or "", ruling.settled_by or ""))
        parts.append(f"confirmed by {by} on {date(ruling.settled_at)}")
    return parts


def _turning(page: RulingPage) -> list[Block]:
    if page.pages == 1:
        return [context(ONLY_YOU)]
    buttons = [button("Newer", NEWER, value_of(p=page.number - 1))] if page.number > 1 else []
    buttons += [button("Older", OLDER, value_of(p=page.number + 1))] if page.number < page.pages else []
    return [context(f"Page {page.number} of {page.pages}. {ONLY_YOU}"), actions(*buttons)]


def withdrawn(ruling: Ruling, given: datetime, names: Names, company: Company) -> Block:
    """To whoever was given the ruling as an answer, when last at `given`."""
    by = escape(names.get(ruling.settled_by or "", ruling.settled_by or ""))
    title = f"{ruling.name} was withdrawn by {by}: it answers nothing any more."
    blocks = [section(f"*{title}*"), *([verbatim(cut(ruling.asked, 600))] if ruling.asked else [])]
    officers = code(company.handle(PRIVACY))
    advice = "Ask again before you reply to a customer. If you sent it to one, tell the privacy officers"
    blocks += [section(f"{advice} ({officers})."), context(f"Last given to you {day_and_time(given)}")]
    return message(title, blocks)
