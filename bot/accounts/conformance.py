"""Whether a company's own source of accounts does what Steward relies on: each check tries one promise of it.

In the company's own tests, with an account that the source has:

    TRIAL = Trial(MySource(settings), settings.layout, (Account("c-1", "business", {"name": "Acme"}),))

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_my_source(check):
        check(TRIAL)

Or against the real one, under an audit entry: `steward accounts conform ID`. Needs nothing but the standard library.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from bot.accounts.company_source import Account, AccountSource, Found
from bot.accounts.layout import ID, AccountLayout
from bot.accounts.source import Value, address_in

NOBODY: Final = "no-such-account-5f1c"
NO_ADDRESS: Final = "nobody-5f1c@nowhere.invalid"
HOSTILE: Final = (
    "%",
    "_",
    "*",
    "%%%",
    "' OR '1'='1",
    "x'; DROP TABLE accounts; --",
    '"',
    "\\",
    "$..*",
    "../../etc/passwd",
    "a" * 2000,
    "ä日本\U0001f600",
    "\N{ZERO WIDTH JOINER}",
)
LIMIT: Final = 10
SLICE: Final = 7
MOST_ITEMS: Final = 50
KINDS: Final = (None, "business", "individual")
THREADS: Final = 8


class Broken(AssertionError):
    """A promise that the source does not keep, in words that quote no account's data."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A source, the fields that it serves, and accounts that it is known to have, with what heads their cards."""

    source: AccountSource
    layout: AccountLayout
    accounts: tuple[Account, ...]


Check = Callable[[Trial], None]


def an_account_is_found_by_its_id(trial: Trial) -> None:
    """`find` gives exactly the account that is asked for."""
    for account in trial.accounts:
        found = trial.source.find(account.id)
        _demand(found is not None, "find gives no account for an id that is there")
        if found is not None:
            _demand(found.id == account.id, "find gives an account with another id than was asked for")
            _well_formed(found, trial.layout)


def nobody_is_found_by_a_made_up_id(trial: Trial) -> None:
    """An unknown id is nobody: no exception, no nearest account."""
    _demand(trial.source.find(NOBODY) is None, "find gives an account for an id that is not there")
    _demand(not trial.source.search(NOBODY, LIMIT).accounts, "search finds an account for an id that is not there")
    _demand(not _fetched(trial, NOBODY, trial.layout.fields), "fetch gives values for an id that is not there")
    _demand(not trial.source.count(NOBODY, trial.layout.fields[1:]), "count gives numbers for an id that is not there")


def a_search_for_an_id_finds_it_first(trial: Trial) -> None:
    """What a person types most is an id."""
    for account in trial.accounts if _searches(trial) else ():
        found = _searched(trial, account.id)
        ids = [one.id for one in found.accounts]
        _demand(ids[:1] == [account.id], "search does not put the account with the id that was typed first")
        _demand(found.how == "id", "search does not say that it found an account by its id")


def a_search_keeps_to_its_limit(trial: Trial) -> None:
    """At most as many as are asked for, and `more` when there are others."""
    for account in trial.accounts:
        for part in (account.id, *account.title.values()):
            two, one = trial.source.search(part, 2), trial.source.search(part, 1)
            _demand(len(one.accounts) <= 1 and len(two.accounts) <= 2, "search gives more accounts than its limit")
            if len(two.accounts) > len(one.accounts):
                _demand(one.more, "search says that there are no more accounts when there are")


def a_part_of_a_name_finds_it(trial: Trial) -> None:
    """Fields in `names` are found by a part of them."""
    for account in trial.accounts if _searches(trial) else ():
        for name in (name for name in trial.layout.names if len(account.title.get(name, "")) > len("acme")):
            found = _searched(trial, account.title[name][: len("acme") + 1])
            _demand(found.more or account.id in [one.id for one in found.accounts], f"a part of {name} finds nothing")


def a_whole_value_finds_its_account(trial: Trial) -> None:
    """Fields in `exact` are found as a whole, whatever their case."""
    for account, values in _values(trial, trial.layout.exact):
        for name, value in values.items() if _searches(trial) else ():
            for one in (value.upper(), value) if isinstance(value, str) and value.strip() else ():
                found = _searched(trial, one)
                there = found.more or account.id in [other.id for other in found.accounts]
                _demand(there, f"a whole value of {name} does not find its account")


def a_part_of_what_is_closed_finds_nothing(trial: Trial) -> None:
    """What is found as a whole only must not be guessed letter by letter."""
    open_fields = {*trial.layout.names, *trial.layout.title, ID}
    closed = [name for name in trial.layout.exact if name not in open_fields]
    for account, values in _values(trial, closed):
        shown = " ".join((account.id, *account.title.values())).casefold()
        for name, value in values.items():
            part = value[: len(value) * 2 // 3].strip() if isinstance(value, str) else ""
            if len(part) >= LIMIT // 2 and part.casefold() not in shown:
                found = [one.id for one in trial.source.search(part, LIMIT).accounts]
                similar = trial.source.search(part, LIMIT).how == "similar"
                _demand(similar or account.id not in found, f"a part of {name} finds its account")


def hostile_text_is_text(trial: Trial) -> None:
    """Wildcards, quotes and endless text find nothing by accident, and break nothing."""
    for text in HOSTILE:
        found = _searched(trial, text)
        if text in ("%", "_", "*", "%%%"):
            _demand(not found.accounts, f"a search for {text} is taken for a wildcard")
        _demand(trial.source.find(text) is None, "find takes a text for something else than an id")
        _demand(not trial.source.holds(NOBODY, trial.layout.fields[-1], text), "holds takes a text for a pattern")


def only_what_is_asked_for_is_read(trial: Trial) -> None:
    """`fetch` gives the fields that are asked for and no others, as text or tuples of texts."""
    for account in trial.accounts:
        _demand(not trial.source.fetch(account.id, []), "fetch gives values when no field is asked for")
        for name in _own(trial):
            found = trial.source.fetch(account.id, [name])
            _demand({*found} <= {name}, f"fetch gives more than {name} when only that is asked for")
        for name, value in _fetched(trial, account.id, _own(trial)).items():
            whole = (value,) if isinstance(value, str) else value
            plain = isinstance(value, str | tuple) and all(isinstance(one, str) for one in whole)
            _demand(plain, f"{name} is neither text nor a tuple of texts")
            _demand("" not in whole and whole != (), f"{name} is empty: leave out what an account has not")


def numbers_are_those_of_the_values(trial: Trial) -> None:
    """`count` counts what `fetch` gives."""
    for account, values in _values(trial, _own(trial)):
        wanted = {name: 1 if isinstance(value, str) else len(value) for name, value in values.items()}
        counted = dict(trial.source.count(account.id, _own(trial)))
        for name in _own(trial):
            _demand(counted.get(name) == wanted.get(name), f"count and fetch differ on {name}")


def parts_of_lists_are_parts(trial: Trial) -> None:
    """`part` gives a list piece by piece, in the same order each time, and nothing beyond its end."""
    for account, values in _values(trial, _own(trial)):
        for name, value in values.items():
            if isinstance(value, tuple):
                whole = value[:MOST_ITEMS]
                starts = range(0, len(whole), SLICE)
                parts = [trial.source.part(account.id, name, start, SLICE) for start in starts]
                _demand(sum(parts, ())[: len(whole)] == whole, f"the parts of {name} are not the list")
                _demand(trial.source.part(account.id, name, len(value), SLICE) == (), f"{name} goes on beyond its end")
        known = {name for name, value in values.items() if isinstance(value, tuple)}
        undeclared = {name for name in values if name in trial.source.lists} - known
        _demand(not undeclared, "a field in lists holds text")


def an_address_is_held_or_not(trial: Trial) -> None:
    """`holds` knows a whole e-mail address, whatever its case, and no part of one."""
    for account, values in _values(trial, _own(trial)):
        for name, value in values.items():
            items = (value,) if isinstance(value, str) else value[-1:]
            for address in (address_in(one) for one in items if "@" in one):
                _demand(trial.source.holds(account.id, name, address), f"holds does not find an address of {name}")
                _demand(not trial.source.holds(account.id, name, address[1:]), f"holds finds a part of {name}")
            _demand(not trial.source.holds(account.id, name, NO_ADDRESS), f"holds finds what is not in {name}")


def several_may_ask_at_once(trial: Trial) -> None:
    """Answers do not depend on who else asks."""
    for account in trial.accounts:
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(trial.source.find, [account.id] * THREADS * 2))
        _demand(len({one.id for one in answers if one}) == 1 and None not in answers, "answers differ between threads")


CHECKS: Final[tuple[Check, ...]] = (
    an_account_is_found_by_its_id,
    nobody_is_found_by_a_made_up_id,
    a_search_for_an_id_finds_it_first,
    a_search_keeps_to_its_limit,
    a_part_of_a_name_finds_it,
    a_whole_value_finds_its_account,
    a_part_of_what_is_closed_finds_nothing,
    hostile_text_is_text,
    only_what_is_asked_for_is_read,
    numbers_are_those_of_the_values,
    parts_of_lists_are_parts,
    an_address_is_held_or_not,
    several_may_ask_at_once,
)


def _demand(holds: bool, broken: str) -> None:  # noqa: FBT001 - reads like assert
    if not holds:
        raise Broken(broken)


def _searches(trial: Trial) -> bool:
    """Whether the source is one that names are searched in; others serve classes of accounts that are found already."""
    return bool(trial.layout.title or trial.layout.names)


def _own(trial: Trial) -> list[str]:
    return [name for name in trial.layout.fields if name != ID]


def _searched(trial: Trial, query: str) -> Found:
    found = trial.source.search(query, LIMIT)
    _demand(len(found.accounts) <= LIMIT, "search gives more accounts than its limit")
    _demand(len({one.id for one in found.accounts}) == len(found.accounts), "search gives an account twice")
    for account in found.accounts:
        _well_formed(account, trial.layout)
    return found


def _well_formed(account: Account, layout: AccountLayout) -> None:
    _demand(isinstance(account.id, str) and account.id.strip() == account.id != "", "an id is not a trimmed text")
    _demand(account.kind in KINDS, "kind is neither business nor individual nor None")
    _demand({*account.title} <= {*layout.title}, "a title holds fields that are not in the layout's title")
    _demand(all(isinstance(one, str) for one in account.title.values()), "a title is no text")


def _fetched(trial: Trial, account_id: str, fields: Iterable[str]) -> Mapping[str, Value]:
    return trial.source.fetch(account_id, [name for name in fields if name != ID])


def _values(trial: Trial, fields: Iterable[str]) -> Iterator[tuple[Account, Mapping[str, Value]]]:
    names = list(fields)
    for account in trial.accounts:
        found = _fetched(trial, account.id, names)
        yield account, {name: found[name] for name in names if name in found}  # more than that is a fault by itself
