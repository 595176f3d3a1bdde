"""The conformance test: the example passes it, and each promise that a source breaks is named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.accounts.company_source import Account, AccountSource, Found, Value
from bot.accounts.conformance import CHECKS, Broken, Check
from tests.bot.accounts.example import ANA, BEANS, EXAMPLE, KNOWN, example_class, loaded, settings, trial


@pytest.fixture
def source(tmp_path: Path) -> AccountSource:
    return example_class()(settings(tmp_path))  # type: ignore[call-arg]  # a factory, as entry points are


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_example_conforms(source: AccountSource, check: Check) -> None:
    check(trial(source))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_examples_own_test_passes(check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLE.parent))
    loaded(EXAMPLE.with_name("test_json_source.py")).test_it_keeps_its_promises(check, tmp_path)


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) < 50


class Faulty(AccountSource):
    """A source in front of a good one, with one method replaced."""

    def __init__(self, behind: AccountSource, **replaced: Callable[..., Any]) -> None:
        self._behind, self._replaced = behind, replaced

    def _do(self, name: str, *given: Any) -> Any:
        good = getattr(self._behind, name)
        return self._replaced[name](good, *given) if name in self._replaced else good(*given)

    def search(self, query: str, limit: int) -> Found:
        return self._do("search", query, limit)  # type: ignore[no-any-return]

    def find(self, account_id: str) -> Account | None:
        return self._do("find", account_id)  # type: ignore[no-any-return]

    def fetch(self, account_id: str, fields: Sequence[str]) -> Mapping[str, Value]:
        return self._do("fetch", account_id, fields)  # type: ignore[no-any-return]

    def count(self, account_id: str, fields: Sequence[str]) -> Mapping[str, int]:
        return self._do("count", account_id, fields)  # type: ignore[no-any-return]

    def part(self, account_id: str, field: str, start: int, most: int) -> tuple[str, ...]:
        return self._do("part", account_id, field, start, most)  # type: ignore[no-any-return]

    def holds(self, account_id: str, field: str, address: str) -> bool:
        return self._do("holds", account_id, field, address)  # type: ignore[no-any-return]


ALL = ["id", *(name for name in BEANS if name != "id")]
FAULTS: dict[str, dict[str, Callable[..., Any]]] = {
    "for an id that is not there": {"find": lambda good, one: good(one) or KNOWN[0]},
    "another id than was asked for": {"find": lambda good, one: replace(good(one), id="c-9") if good(one) else None},
    "find gives no account": {"find": lambda _good, _one: None},
    "fetch gives more than": {"fetch": lambda good, one, fields: good(one, ALL) if fields else {}},
    "when no field is asked for": {"fetch": lambda good, one, fields: good(one, fields or ALL)},
    "neither text nor a tuple": {"fetch": lambda good, one, fields: {k: list(v) for k, v in good(one, fields).items()}},
    "leave out what an account has not": {
        "fetch": lambda good, one, fields: {**dict.fromkeys(fields, ""), **good(one, fields)} if good(one, ALL) else {}
    },
    "taken for a wildcard": {
        "search": lambda good, query, limit: Found(KNOWN[:limit]) if query == "%" else good(query, limit)
    },
    "more accounts than its limit": {
        "search": lambda good, query, limit: Found(KNOWN * limit) if good(query, limit).accounts else Found()
    },
    "that there are no more accounts": {"search": lambda _good, _query, limit: Found(KNOWN[:limit], more=False)},
    "a part of name finds nothing": {
        "search": lambda good, query, limit: good(query, limit) if query[0] != "B" or len(query) > 9 else Found()
    },
    "a whole value of email": {
        "search": lambda good, query, limit: Found() if query.isupper() and "@" in query else good(query, limit)
    },
    "a part of email finds its account": {
        "search": lambda good, query, limit: Found(KNOWN[1:]) if query.startswith("ana.") else good(query, limit)
    },
    "count and fetch differ": {"count": lambda good, one, fields: {k: v + 1 for k, v in good(one, fields).items()}},
    "are not the list": {"part": lambda good, one, name, start, most: good(one, name, start, most)[::-1]},
    "goes on beyond its end": {"part": lambda good, one, name, start, most: good(one, name, start % 60, most)},
    "holds finds a part": {"holds": lambda _good, _one, name, text: text in str([BEANS.get(name), ANA.get(name)])},
    "holds does not find": {"holds": lambda _good, _one, _name, _text: False},
    "holds takes a text for a pattern": {"holds": lambda _good, _one, _name, text: text == "%"},
    "does not put the account": {
        "search": lambda good, query, limit: Found(KNOWN[::-1]) if query == "c-1" else good(query, limit)
    },
    "a title holds fields": {"find": lambda good, one: replace(good(one), title={"email": "x"}) if good(one) else None},
}


@pytest.mark.parametrize("broken", FAULTS)
def test_what_a_source_breaks_is_named(source: AccountSource, broken: str) -> None:
    faulty = trial(Faulty(source, **FAULTS[broken]))
    said = []
    for check in CHECKS:
        try:
            check(faulty)
        except Broken as error:
            said.append(str(error))
    assert any(broken in one for one in said), said
    assert not any(str(value) in one for one in said for value in BEANS.values() if "@" in str(value))


def test_a_source_that_gives_too_much_is_told_just_that(source: AccountSource) -> None:
    """What it gives beside was taken for a value that should have found its account."""
    whole = Faulty(source, fetch=lambda good, one, _: good(one, EXTRA) and {**good(one, EXTRA), "id": one})
    broken = [check.__name__ for check in CHECKS if breaks(check, whole)]
    assert "only_what_is_asked_for_is_read" in broken
    assert "a_whole_value_finds_its_account" not in broken


EXTRA = ("name", "email", "domain", "phone")


def breaks(check: Check, source: AccountSource) -> bool:
    try:
        check(trial(source))
    except Broken:
        return True
    return False
