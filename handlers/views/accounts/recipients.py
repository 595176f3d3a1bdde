"""Finding one address among the people whom a customer entrusted to us: the field under the list, and the answer."""

import json

from bot.accounts.on_list import LONGEST, Answered
from bot.accounts.results import Revealed
from handlers.views.blocks import Block, code, context, field, modal, plain, section, text_input
from handlers.views.words import recorded

SEARCHED = "account.on_list"
ADDRESS = "address"


def with_search(view: Block, result: Revealed) -> Block:
    """The list's modal with the field; what it is about stands in the memo, beside what was there."""
    memo = _memo(view, result)
    return {**view, **memo, "blocks": [*view["blocks"][:98], _field()], "submit": plain("Check the address", 24)}


def _memo(view: Block, result: Revealed) -> dict[str, str]:
    ids = json.loads(view.get("private_metadata") or "{}")
    ids |= {"account": result.ref.id, "data_class": result.data_class.key, "purpose": result.purpose.key}
    return {"private_metadata": json.dumps(ids, separators=(",", ":"))}


def _field() -> Block:
    typed = text_input(ADDRESS, most=LONGEST, example="name@company.example")
    hint = "The whole address. The answer is yes or no, and each search is recorded."
    return field("Is this address on their list?", ADDRESS, typed, optional=True, hint=hint)


def answered(result: Answered, memo: str, title: str) -> Block:
    """Yes or no, and the field again. The address is not repeated."""
    head = "*Yes*, that address is on a list" if result.on_list else "*No*, that address is on no list"
    blocks = [section(f"{head} of {code(result.account)}."), context(recorded(result.entry)), _field()]
    return modal(title, blocks, callback=SEARCHED, submit="Check the address", memo=memo)


def not_answered(words: str, title: str) -> Block:
    """Why nothing is said."""
    return modal(title, [section(words)], callback="account.not_on_list")
