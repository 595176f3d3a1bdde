"""What people read when a request needs more approvers than it did when it was asked."""

from datetime import datetime

from bot.access.deciding.judge import Decided
from bot.access.grants import Request
from bot.company import Company, listed
from handlers.views.access.requests import needed, outcome, what_of
from handlers.views.blocks import Block, message, section

WHY = "the account is an individual's by now, or the rules have become stricter"


def to_requester(request: Request, company: Company, now: datetime) -> Block:
    """To who asked, and who is to have it; once it is decided, what came of it."""
    head = f"*{request.name} needs more approvers than when it was asked* · {what_of(request, company)}"
    text = f"{head}\nIt needs {needed(request, company)} now: {WHY}.\n{outcome(request, company, now)}"
    return message(f"{request.name} needs more approvers", [section(text)])


def to_approver(result: Decided, company: Company, now: datetime) -> str:
    """To who agreed, where that is less than it was when it was asked, or when somebody else agreed before."""
    request = result.request
    words = [f"{request.name} needs more people than when it was asked: {WHY}."] if result.more_needed else []
    if result.lapsed:
        who = listed([f"<@{one}>" for one in result.lapsed])
        yes = "yes no longer counts" if len(result.lapsed) == 1 else "yeses no longer count"
        words.append(f"{who} agreed to {request.name} before and could not do so now: the earlier {yes}.")
    return " ".join([*words, outcome(request, company, now)])
