"""Naming the accounts of a request or a grant, by id."""

from collections.abc import Iterable, Sequence

from bot.company import listed
from handlers.views.accounts.account import OPEN
from handlers.views.blocks import Element, button, code, cut, literal
from handlers.views.words import value_of

LONGEST_NAME = 60


def codes(accounts: Sequence[str]) -> str:
    """ "`pw-00412`, `pw-00413` and `pw-00414`"."""
    return listed([code(one) for one in accounts])


def codes_and_names(accounts: Iterable[tuple[str, str | None]]) -> str:
    """The same with each business's name in brackets."""
    return listed(
        [f"{code(one)} ({literal(cut(name, LONGEST_NAME))})" if name else code(one) for one, name in accounts]
    )


def in_short(accounts: Sequence[str]) -> str:
    """For a notification: "pw-00412 and 2 more"; not escaped."""
    return f"{accounts[0]} and {len(accounts) - 1} more" if len(accounts) > 1 else accounts[0]


def ask_again(accounts: Sequence[str]) -> str:
    """The command that asks for the same accounts again."""
    return code(f"/access {', '.join(accounts)}")


def open_buttons(accounts: Sequence[str], purpose: str) -> list[Element]:
    """**Open the account**, or one button for each of several."""
    if len(accounts) == 1:
        return [button("Open the account", OPEN, value_of(account=accounts[0], purpose=purpose), style="primary")]
    return [
        button(cut(f"Open {account}", 75), f"{OPEN}.{place}", value_of(account=account, purpose=purpose))
        for place, account in enumerate(accounts, start=1)
    ]
