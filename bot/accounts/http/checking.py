"""What an operator should know about an API as a source: asks it for what can't be there, each way that it is asked."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.accounts.company_source import Remark
from bot.accounts.http.connection import Connection
from bot.accounts.http.faults import ApiFault, Reason
from bot.accounts.http.settings import Api, Asking
from bot.accounts.http.templates import Given, NotAskable
from bot.accounts.http.texts import accounts_of
from bot.accounts.keys import Nature, nature_of
from bot.accounts.layout import AccountLayout

NOBODY: Final = "no-such-account"
NOBODYS: Final[Mapping[Nature, str]] = {
    Nature.EMAIL: "nobody@nowhere.invalid",
    Nature.DOMAIN: "nowhere.invalid",
    Nature.PHONE: "10000000000",
}
"""A value of each kind that no account has: names under .invalid belong to nobody (RFC 2606)."""
PROOF: Final = "`steward accounts conform ID`, with ids that you have, proves it."


def unplaced(api: Api, layout: AccountLayout) -> Iterator[Remark]:
    """Fields that a data class has and the API's table has not, or the other way round."""
    placed = api.places.keys() | api.listings.keys()
    if missing := [f"“{name}”" for name in layout.fields if name not in placed]:
        stand = "stands, so it is" if len(missing) == 1 else "stand, so they are"
        mend = "Add each to fields or lists, or take it out of its data class."
        yield Remark("warning", f"Nothing says where {', '.join(missing)} {stand} never shown.", mend, "fields")
    for name in sorted(placed - {*layout.fields}):
        yield Remark("warning", f"No data class that this source serves has “{name}”.", "Remove it, or add it there.")
    for name in (name for name in layout.exact if name not in api.find_by):
        what = f"Accounts are not found by “{name}”, which is in exact."
        yield Remark("warning", what, f"Add [find_by.{name}], or remove it from exact.", "find_by")


def answers(
    api: Api, connection: Connection, told: Mapping[str, Given], until: Callable[[], float]
) -> Iterator[Remark]:
    """Whether each request is answered, and what that proves. `told`: the names that stand for the id alone.

    An answer with a document proves address, path and token. A status that means "there is no such account" proves
    nothing of them: a wrong path is answered with the same.
    """
    proved, absent = False, False
    for key, asking, given in _questions(api):
        try:
            accounts_of(asking.accounts, connection.ask(asking.template.filled({**given, **told}), until()).document)
        except NotAskable:
            continue
        except ApiFault as fault:
            if fault.status in api.absent:
                absent = absent or key == "find"
                yield from _of_absence(key, fault)
            elif fault.reason is Reason.REFUSED:
                yield _of_refusal(key, fault)
            else:
                yield Remark("fault", f"The API can't be used: {fault}", fault.mend, "url")
                return
        else:
            proved = True
    yield _summary(proved=proved, absent=absent)


def _questions(api: Api) -> Iterator[tuple[str, Asking, dict[str, Given]]]:
    """Each way that accounts are asked for, with where it stands in the table and something that nobody is called."""
    if api.find:
        yield "find", api.find, _given(NOBODY)
    for name, asking in api.find_by.items():
        yield f"find_by.{name}", asking, _given(NOBODYS.get(nature_of(name), NOBODY))
    if api.search:
        yield "search", api.search, _given(NOBODY)


def _given(text: str) -> dict[str, Given]:
    return {"id": text, "query": text, "value": text, "limit": 1}


def _of_absence(key: str, fault: ApiFault) -> Iterator[Remark]:
    """Of a search it is unusual: most answer with an empty list."""
    if key != "find":
        mend = f"Is its path right? A wrong one finds nothing, ever. {PROOF}"
        yield Remark("warning", f"“{key}” is answered with {fault.status} where nothing is found.", mend, key)


def _of_refusal(key: str, fault: ApiFault) -> Remark:
    answered = str(fault).rstrip(".")
    if key == "find":
        mend = "If its ids have a form of their own, say so with id_like; else look at find again."
        return Remark("warning", f"{answered} for an id that no account has.", mend, "find")
    return Remark("warning", f"{answered} to “{key}” for a value that no account has.", fault.mend, key)


def _summary(*, proved: bool, absent: bool) -> Remark:
    if not proved:
        what = "The API answers, but nothing that proves its address, its paths or the token."
        return Remark("warning", what, f"A wrong path is answered as an unknown id is. {PROOF}", "find")
    unsure = f" It knows no made-up id, as it would under a wrong path of find: {PROOF}" if absent else ""
    return Remark("ok", f"The API answers, and accepts the token.{unsure}")
