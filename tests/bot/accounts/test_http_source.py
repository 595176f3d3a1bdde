"""The source that is a JSON API, against a stand-in of one over real connections."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.accounts.company_source import Account, Found, SourceSettings, SourceUnusable
from bot.accounts.conformance import (
    CHECKS,
    Check,
    Trial,
    numbers_are_those_of_the_values,
    parts_of_lists_are_parts,
)
from bot.accounts.http.making import http_source
from bot.accounts.http.source import HttpSource
from bot.accounts.layout import AccountLayout
from tests.bot.accounts.crm import ANA, BEANS, TOKEN, Crm, served

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
LAYOUT = AccountLayout.of(
    ["name", "domain", "kind", "email", "phone", "recipients"],
    kind_field="kind",
    exact=["email", "phone"],
    names=["name", "domain"],
    title=["name", "domain"],
)
NAMELESS = """
token = "CRM_TOKEN"
per_second = 1000

[fields]
id = "$.id"
name = "$.name"
domain = "$.domain"
kind = { at = "$.type", words = { COMPANY = "business", PERSON = "individual" } }
email = "$.contact.email"
phone = "$.contact.phone"

[find]
path = "/v1/customers/{id}"
query = { fields = "{fields}" }

[find_by.email]
path = "/v1/customers"
accounts = "$.data[*]"
query = { email = "{value}", fields = "{fields}", limit = "{limit}" }

[find_by.phone]
path = "/v1/customers"
accounts = "$.data"
query = { phone = "{value}", fields = "{fields}", limit = "{limit}" }

[search]
path = "/v1/customers"
accounts = "$.data[*]"
query = { q = "{query}", fields = "{fields}", limit = "{limit}" }

[lists.recipients]
path = "/v1/customers/{id}/recipients"
items = "$.items[*].email"
"""
PAGED = {
    "page": ('paging = "page"', "page"),
    "offset": ('paging = "offset"', "offset"),
    "offset with a total": ('paging = "offset"\ntotal = "$.total"', "offset"),
    "cursor": ('paging = "cursor"\nnext = "$.after"\ntotal = "$.total"', "cursor"),
    "url": ('paging = "url"\nnext = "$.next"', ""),
    "link": ('paging = "link"', ""),
}
HOLDS = """
[lists.recipients.holds]
path = "/v1/customers/{id}/recipients"
items = "$.items[*].email"
query = { email = "{value}" }
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Crm]:
    with served(Crm()) as crm:
        yield crm


@pytest.fixture
def crm(server: Crm) -> Crm:
    server.trouble = lambda _: None
    server.asked.clear()
    server.bodies.clear()
    return server


def options(paging: str = "link") -> dict[str, Any]:
    """The nameless product's table, with one of its ways of paging."""
    said, parameter = PAGED[paging]
    more = f', {parameter} = "{{{parameter}}}"' if parameter else ""
    return tomllib.loads(f'{NAMELESS}{said}\npage_size = 7\nquery = {{ limit = "{{limit}}"{more} }}\n')


def made(crm: Crm, said: dict[str, Any], layout: AccountLayout = LAYOUT, timeout_s: float = 20.0) -> HttpSource:
    environment = {"CRM_TOKEN": TOKEN, "HUBSPOT_TOKEN": TOKEN, "PIPEDRIVE_TOKEN": TOKEN}
    return http_source(SourceSettings("crm", layout, {**said, "url": crm.url}, timeout_s, environment))


@pytest.fixture
def source(crm: Crm) -> Iterator[HttpSource]:
    made_up = made(crm, options())
    yield made_up
    made_up.close()


def known(layout: AccountLayout, *, kinds: bool = True) -> tuple[Account, ...]:
    return tuple(
        Account(one["id"], one["kind"] if kinds else None, {name: one[name] for name in layout.title if name in one})
        for one in (BEANS, ANA)
    )


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_nameless_product_conforms(source: HttpSource, check: Check) -> None:
    check(Trial(source, LAYOUT, known(LAYOUT)))


@pytest.mark.parametrize("paging", PAGED)
def test_each_way_of_paging_conforms(crm: Crm, paging: str) -> None:
    paged, wanted = made(crm, options(paging)), tuple(BEANS["recipients"])
    trial = Trial(paged, LAYOUT, known(LAYOUT)[:1])
    for check in (numbers_are_those_of_the_values, parts_of_lists_are_parts):
        check(trial)
    assert paged.fetch("101", ["recipients"]) == {"recipients": wanted}
    assert paged.holds("101", "recipients", wanted[-1])


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("recipe", ["hubspot", "pipedrive"])
def test_the_recipes_conform(crm: Crm, recipe: str, check: Check) -> None:
    said = tomllib.loads((EXAMPLES / f"{recipe}.toml").read_text())["accounts"]
    own = {key: value for key, value in said.items() if key not in {"source", "exact", "names", "title"}}
    fields = [name for name in (*said["fields"], *said["lists"]) if name != "id"]
    titles = [name for name in (said["title"], "domain") if name in fields]
    layout = AccountLayout.of(fields, exact=said["exact"], names=said["names"], title=titles)
    check(Trial(made(crm, {**own, "per_second": 1000}, layout), layout, known(layout, kinds=False)))


def test_only_fields_that_are_shown_are_asked_for(crm: Crm, source: HttpSource) -> None:
    source.search("baltic beans", 10)
    source.fetch("101", ["email"])
    asked = [request.query_params.get("fields") for request in crm.asked]
    assert asked == ["id,name,domain,type", "id,email"]


def test_more_than_was_asked_for_is_not_taken(crm: Crm) -> None:
    said = options()
    del said["find"]["query"]
    crm.trouble = lambda _: _json(
        {"id": 101, "name": "Baltic Beans", "contact": {"email": "a@b.example", "phone": "1"}}
    )
    assert made(crm, said).fetch("101", ["email"]) == {"email": "a@b.example"}


def test_one_or_two_letters_find_a_whole_word_of_a_name(
    crm: Crm, source: HttpSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The API finds every account with these letters somewhere, a masked address too."""
    names = {"201": "HP Latvia", "202": "Baltic H&P", "203": "Shp Hpost"}
    more = ({**BEANS, "id": key, "name": name, "email": "hp@x.example"} for key, name in names.items())
    monkeypatch.setattr(crm, "customers", (*crm.customers, *more))
    found = source.search("HP", 10)
    assert ([one.id for one in found.accounts], found.how) == (["201", "202"], "substring")
    assert source.search("sh", 10).how == "too_short"
    assert source.search("!", 10).how == "too_short"


def test_what_a_search_found_in_masked_fields_is_not_shown(crm: Crm, source: HttpSource) -> None:
    """The product looks into e-mail addresses as well: "hello" is Baltic Boats' there, and in none of its names."""
    assert source.search("hello", 10) == Found((), more=False, how="similar")
    assert [request.query_params.get("q") for request in crm.asked][-1] == "hello"
    assert [one.id for one in source.search("Baltic", 10).accounts] == ["101", "103"]
    assert source.search("baltic", 1) == Found((known(LAYOUT)[0],), more=True, how="substring")


def test_an_individual_is_one_also_by_a_word_that_is_not_known(crm: Crm) -> None:
    said = options()
    said["fields"]["kind"] = "$.type"
    found = made(crm, said).find("101")
    assert found is not None
    assert found.kind == "individual"


def test_a_page_in_the_middle_is_asked_for_by_itself(crm: Crm) -> None:
    numbered = made(crm, options("offset"))
    assert numbered.part("101", "recipients", 19, 3) == tuple(f"reader{n}@inbox.example" for n in (19, 20, 21))
    assert [request.query_params["offset"] for request in crm.asked] == ["14", "21"]


def test_a_number_that_the_product_states_costs_one_item(crm: Crm) -> None:
    assert made(crm, options("cursor")).count("101", ["recipients"]) == {"recipients": 30}
    assert [request.query_params["limit"] for request in crm.asked] == ["1"]


def test_one_address_is_asked_for_where_that_is_possible(crm: Crm) -> None:
    said = options()
    said["lists"]["recipients"] |= tomllib.loads(HOLDS)["lists"]["recipients"]
    asking = made(crm, said)
    assert asking.holds("101", "recipients", "reader29@inbox.example")
    assert not asking.holds("101", "recipients", "nobody@inbox.example")
    assert len(crm.asked) == 2


@pytest.mark.parametrize("hostile", ["..", "../admin", "101/recipients", "101?x=1", "%2e%2e"])
def test_an_id_is_never_a_path(crm: Crm, source: HttpSource, hostile: str) -> None:
    assert source.find(hostile) is None
    assert source.fetch(hostile, ["email", "recipients"]) == {}
    assert not source.holds(hostile, "recipients", "reader1@inbox.example")
    assert not source.search(hostile, 10).accounts
    assert {request.url.path for request in crm.asked} <= {"/v1/customers"}


def test_an_id_with_a_slash_is_one_where_that_is_said(crm: Crm) -> None:
    lenient = made(crm, {**options(), "id_like": ".+"})
    assert lenient.find("EU/101") is None
    assert crm.asked[-1].scope["raw_path"] == b"/v1/customers/EU%2F101"
    assert lenient.find("..") is None
    assert lenient.find("x/../101") is None
    assert len(crm.asked) == 1


def test_a_token_stands_in_no_text_of_ours(crm: Crm, source: HttpSource) -> None:
    assert TOKEN not in repr(source)
    assert TOKEN not in repr(replace(source.connection.access))
    assert crm.url in repr(source.connection.access)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"token": "NOT_SET"}, "set NOT_SET in the environment"),
        ({"token": "BROKEN"}, "line breaks"),
        ({"fields": {"id": "id"}}, "fields.id.at"),
        ({"url": "ftp://crm"}, "url"),
    ],
)
def test_what_is_missing_is_said_without_secrets(crm: Crm, wrong: dict[str, Any], said: str) -> None:
    environment = {"CRM_TOKEN": TOKEN, "BROKEN": f"{TOKEN}\n"[:10] + "\n" + TOKEN}
    with pytest.raises(SourceUnusable, match=said) as raised:
        http_source(SourceSettings("crm", LAYOUT, {**options(), "url": crm.url, **wrong}, 5.0, environment))
    assert TOKEN not in str(raised.value)


def _json(document: Any) -> Any:
    from starlette.responses import JSONResponse

    return JSONResponse(document)


def test_ids_that_are_never_asked_for_are_told(crm: Crm) -> None:
    usual = made(crm, options())
    assert usual.unasked("101") is None
    assert "has white space or one of / \\ ? # % in it. Say in id_like" in str(usual.unasked("M 2024/0001"))
    own = made(crm, {**options(), "id_like": "[A-Z] [0-9/]+"})
    assert own.unasked("M 2024/0001") is None
    assert "does not match id_like" in str(own.unasked("101"))
