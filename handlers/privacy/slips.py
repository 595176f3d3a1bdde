"""What people type after `/privacy` that is no question and no command as it stands, and what is said to it. Pure."""

import re
from typing import Final

from bot.company import Company
from handlers.command_text import nearest_subcommand, unescape
from handlers.views.blocks import code, cut

SUBCOMMANDS: Final = ("report", "new", "requests", "gaps", "rulings", "help")
TAKE_NOTHING: Final = ("gaps", "rulings")
SHORT: Final = 3  # words: longer ones are no misspelt subcommand
_DASH: Final = r"\s*[-‐-―#]?\s*"
_OTHERS: Final = re.compile(rf"([A-Z]{{1,2}}){_DASH}(\d{{1,12}})\.?", re.IGNORECASE)
_WHERE: Final = {
    "R": "is a request for access. `/access mine` shows yours, `/access pending` those that you may decide.",
    "D": "is a disclosure to an outsider. `/access disclosures` shows the register.",
    "Q": "is a question to the privacy officers. It stands at the privacy desk; those that wait are in App Home too.",
    "L": "is a ruling. `/privacy rulings` shows those that are in force.",
    "N": "is a change of the policy. `/policy changes` shows them.",
    "V": "is a review. Auditors open it with `/audit {name}`.",
}


def is_a_question(text: str, rest: str) -> bool:
    """Whether this is a question even where its first word is, or is like, a subcommand: "help my friend, do you …"."""
    return text.rstrip().endswith("?") or len(rest.split()) > SHORT


def said_to(word: str | None, rest: str, company: Company) -> str | None:
    """What is said to a slip; None where it is none. `word`: the subcommand that the text begins with, `rest` what
    follows it, or all of it.
    """
    if word is not None:
        return meant(word) if word in TAKE_NOTHING and rest else None
    if (other := _OTHERS.fullmatch(" ".join(rest.split()))) and (where := _WHERE.get(other[1].upper())):
        name = f"{other[1].upper()}-{int(other[2])}"
        return f"{name} {where.format(name=name)}"
    if like_the_example(rest, company.example):
        return of_an_account(rest)
    near = nearest_subcommand(rest.split()[0], SUBCOMMANDS) if rest else None
    return meant(" ".join((near, *unescape(rest).split()[1:]))) if near else None


def like_the_example(text: str, example: str) -> bool:
    """Whether text looks like an account's id: letters, digits and signs where the example's are, with a digit."""
    return any(map(str.isdigit, text)) and _shape(text) == _shape(example)


def _shape(text: str) -> str:
    return "".join("0" if one.isdigit() else "a" if one.isalpha() else one for one in text)


def of_an_account(account: str) -> str:
    """What can be done here about an account whose id alone was typed."""
    report, new, card = (code(f"/{command} {account}") for command in ("privacy report", "privacy new", "account"))
    return (
        f"{report} says who looked at this account's data, {new} registers what this customer asks for, and "
        f"{card} looks it up. To ask the policy, type a question."
    )


def meant(nearest: str) -> str:
    """The command that a slip is near."""
    typed = code(cut(f"/privacy {nearest}", 200))
    return f"Did you mean {typed}? To ask it as a question, end it with a question mark."
