"""What a search finds, how, and in which order."""

import string
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.accounts.embedded import EmbeddedSource
from bot.accounts.folding import FEWEST_LETTERS, fold, spellings, squash
from tests.bot.accounts.conftest import Company, recorded_statements

NAMES = {
    "pw-1": "Baltic Beans SIA",
    "pw-2": "Beanstalk Coffee Ltd",
    "pw-3": "Zoë O'Brien",
    "pw-4": "D'Angelo & Söhne",
    "pw-5": "Müller Straße 7 GmbH",
    "pw-6": "100% Wool & Co.",
    "pw-7": "Łukasz Źrebiec",
    "pw-8": "Coca-Cola Hellenic",
    "pw-9": "Bean",
    "pw-10": "Caribbean Tours",
    "pw-11": "Mueller Optik",
}


@pytest.fixture
def filled(company: Company) -> Company:
    company.put(
        *({"id": key, "name": name, "domain": f"d{key}.example"} for key, name in NAMES.items()),
        {"id": "K-1", "name": "Keys", "domain": "bücher.example", "email": "Anna@Bücher.example",
         "phone": "+371 26 123 478",
         "vat_number": "LV 40003990412", "contact_name": "Secret Person"},
        {"id": "k-1", "name": "Case Twin"},
    )  # fmt: skip
    return company


def test_by_id(filled: Company) -> None:
    for query in ("pw-1", " PW-1 ", "Pw-1"):
        found = filled.search(query)
        assert ([ref.id for ref in found.refs], found.how, found.more) == (["pw-1"], "id", False)


def test_ids_that_differ_by_case_are_told_apart(filled: Company) -> None:
    assert filled.found("K-1") == ["K-1"]
    assert filled.found("k-1") == ["k-1"]


def test_by_exact_values(filled: Company) -> None:
    for query in (
        "anna@bücher.example",
        "ANNA@XN--BCHER-KVA.EXAMPLE",
        "bücher.example",
        "https://www.bücher.example/about",
        "+371 26 123 478",
        "0037126123478",
        "lv40003990412",
        "LV-4000-3990-412",
    ):
        found = filled.search(query)
        assert ([ref.id for ref in found.refs], found.how) == (["K-1"], "exact"), query


def test_a_part_of_an_exact_value_finds_nothing(filled: Company) -> None:
    for query in ("anna@", "na@bücher.example", "anna@bücher", "@bücher.example", "26123478", "nnab"):
        assert filled.found(query) == [], query


def test_a_field_that_is_no_name_is_not_searched(filled: Company) -> None:
    assert filled.found("secret person") == []


PARTS = {
    "baltic beans": ["pw-1"],
    "  BALTIC   BEANS ": ["pw-1"],
    "balticbeans": ["pw-1"],
    "obrien": ["pw-3"],
    "OBrien": ["pw-3"],
    "o'brien": ["pw-3"],
    "o’brien": ["pw-3"],
    "o brien": ["pw-3"],
    "zoe": ["pw-3"],
    "dangelo sohne": ["pw-4"],
    "d'angelo & soehne": ["pw-4"],
    "muller": ["pw-5"],
    "mueller": ["pw-11", "pw-5"],
    "müller": ["pw-5", "pw-11"],
    "strasse 7": ["pw-5"],
    "100%": ["pw-6"],
    "lukasz zrebiec": ["pw-7"],
    "Łukasz": ["pw-7"],
    "coca cola": ["pw-8"],
    "cocacola": ["pw-8"],
    "coca-cola": ["pw-8"],
}


def test_by_part_of_the_name(filled: Company) -> None:
    found = {query: filled.search(query) for query in PARTS}
    assert {query: sorted(ref.id for ref in one.refs) for query, one in found.items()} == {
        query: sorted(ids) for query, ids in PARTS.items()
    }
    assert {one.how for one in found.values()} == {"substring"}


def test_best_first_the_whole_name_its_beginning_a_words_beginning_anywhere(filled: Company) -> None:
    assert filled.found("bean") == ["pw-9", "pw-2", "pw-1", "pw-10"]


MISTYPED = {
    "balitc beans": "pw-1",
    "baltik beans": "pw-1",
    "baltic baens": "pw-1",
    "beanstlak": "pw-2",
    "beanstak": "pw-2",
    "beanstalkk": "pw-2",
    "obrein": "pw-3",
    "zoe obrein": "pw-3",
    "baen": "pw-9",
    "lukazs zrebiec": "pw-7",
    "hellenic coca kola": "pw-8",
    "beanstalkcofee.example": "pw-2",
    "mulller strase": "pw-5",
}


def test_typing_errors_are_forgiven_when_nothing_else_is_found(filled: Company) -> None:
    found = {query: filled.search(query) for query in MISTYPED}
    assert {query: one.refs[0].id for query, one in found.items() if one.refs} == MISTYPED
    assert {one.how for one in found.values()} == {"similar"}


def test_what_is_not_similar_is_not_suggested(filled: Company) -> None:
    for query in ("xylophone", "quantum fishing", "balticum maritime holding", "zzz"):
        found = filled.search(query)
        assert (found.refs, found.how) == ((), "similar"), query


def test_fewer_than_three_letters_are_too_few(filled: Company) -> None:
    for query in ("", "  ", "a", "be", "%%%", "***", "___", '"""', "b%", "b e", "\x00\x00\x00"):
        found = filled.search(query)
        assert (found.refs, found.how) == ((), "too_short"), query


def test_wildcards_and_search_syntax_mean_nothing(filled: Company) -> None:
    for query in (
        "b%n",
        "bal*",
        "be_n",
        "%bea%n%",
        'bean" OR "coca',
        "bean* NOT coca",
        "search:bea NEAR",
        "^xyz",
        "\\bea\\",
    ):
        plain = "".join(sign if sign.isalnum() else " " for sign in query)
        assert filled.found(query) == filled.found(plain), query


def test_no_more_than_the_limit_and_whether_there_are_more(company: Company) -> None:
    company.put(*({"id": f"a{n:02}", "name": f"Acme {'Works' if n % 2 else 'Bakery'} {n:02}"} for n in range(30)))
    found = company.search("acme", limit=10)
    assert [ref.id for ref in found.refs] == [f"a{n:02}" for n in range(0, 20, 2)]
    assert found.more
    assert company.search("works", limit=15).more is False
    assert len(company.search("works", limit=15).refs) == 15
    assert company.search("works", limit=14).more
    assert company.search("acmee wroks", limit=10).more
    assert company.search("acme", limit=10) == found


def test_accounts_that_share_an_address_are_all_found(company: Company) -> None:
    company.put(*({"id": f"a{n:02}", "name": f"N{n}", "email": "shared@x.example"} for n in range(12)))
    found = company.search("shared@x.example")
    assert ([ref.id for ref in found.refs], found.more, found.how) == ([f"a{n:02}" for n in range(10)], True, "exact")


def test_an_id_comes_before_what_else_is_spelled_like_it(company: Company) -> None:
    company.put({"id": "12345678", "name": "By id"}, {"id": "b", "name": "By phone", "phone": "12345678"})
    assert company.found("12345678") == ["12345678"]
    assert company.found("1234 5678") == ["b"]


def test_names_are_searched_in_all_name_fields(company: Company) -> None:
    company.layout = type(company.layout).of(
        ["name", "contact_name", "domain"], names=["contact_name", "name", "domain"]
    )
    company.put({"id": "a", "name": "Acme", "contact_name": "Siân Wood", "domain": "heronbooks.example"})
    for query in ("acme", "sian wood", "heronbooks", "heronboks.example"):
        assert company.found(query) == ["a"]
    assert company.found("example") == []


def test_a_title_shows_the_title_fields_alone(filled: Company) -> None:
    ref = filled.search("K-1").refs[0]
    assert (ref.kind, ref.title) == (None, {"name": "Keys", "domain": "bücher.example"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30) | st.text(alphabet=string.punctuation + "aben ", max_size=12))
def test_whatever_is_typed_is_answered(filled: Company, query: str) -> None:
    found = filled.search(query)
    assert len(found.refs) <= 10


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(NAMES)), st.data())
def test_any_part_of_a_name_finds_it(filled: Company, account: str, data: st.DataObject) -> None:
    name = NAMES[account]
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start, len(name)))
    found = filled.search(name[start:end])
    of_whole_words = len(squash(spellings(name[start:end])[0])) < FEWEST_LETTERS and bool(found.refs)
    assert found.how == "too_short" or account in [ref.id for ref in found.refs] or of_whole_words


def test_the_id_that_is_an_email_address_comes_before_the_address_of_another(company: Company) -> None:
    company.put({"id": "b", "name": "Other", "email": "a@x.example"}, {"id": "a@x.example", "name": "One"})
    for query in ("a@x.example", "A@X.example"):
        found = company.search(query)
        assert ([ref.id for ref in found.refs], found.how) == (["a@x.example"], "id"), query


def test_an_address_that_no_id_comes_before_is_asked_for_in_one_look(company: Company) -> None:
    company.put({"id": "b", "name": "Other", "email": "a@x.example"}, {"id": "c@x.example", "name": "Its own"})
    with recorded_statements(company.database) as statements:
        assert company.found("A@x.example") == ["b"]
    asked = [one for one, _ in statements if "account_keys" in one]
    assert len(asked) == 1
    assert ("UNION" in asked[0]) is not company.database.is_sqlite


def test_what_is_asked_for_at_once_is_what_all_ways_find(company: Company) -> None:
    company.put(
        *({"id": f"s{n}", "name": "Shared", "email": "Shared@x.example"} for n in range(3)),
        {"id": "b", "name": "Other", "email": "a@x.example"},
        {"id": "a@x.example", "name": "One"},
        {"id": "A@X.example.", "name": "With a dot"},
        {"id": "own@x.example", "name": "Its own", "email": "own@x.example"},
        {"id": "K-1", "name": "Keys", "email": "Ä@bücher.example"},
    )
    queries = (
        *("shared@x.example", "SHARED@x.example.", "a@x.example", "A@X.example.", "a@x.example..", "own@x.example"),
        *("ä@bücher.example", "Ä@XN--BCHER-KVA.example", "ａ@x.example", "b@x.example", "a@", "@x", "@", "K-1", "k-1"),
    )
    for query, limit in product(queries, (1, 2, 10)):
        found = company.search(query, limit)
        with patch.object(EmbeddedSource, "_at_once", lambda *_: None):
            assert company.search(query, limit) == found, query


def test_an_address_is_not_found_by_keys_of_a_layout_of_before(company: Company) -> None:
    company.put({"id": "b", "name": "Other", "email": "a@x.example"})
    company.layout = type(company.layout).of(company.layout.fields, exact=["domain"])
    assert company.found("a@x.example") == []


SYLLABLES = ("ba", "ki", "lo", "mu", "ne")


def test_a_part_of_a_name_is_found_among_many_however_rare_it_is(company: Company) -> None:
    names = {f"m-{n}": f"{''.join(one).title()} Logistics" for n, one in enumerate(product(SYLLABLES, repeat=4))}
    names["z"] = "Zyxwave Quartz"
    company.put(*({"id": key, "name": name} for key, name in names.items()))
    queries = (
        "Bakilo",
        "kilomu",
        "nenenene",
        "nene Logistics",
        "muki logi",
        "ba",
        "logistics",
        "bakilomu logistics",
        "zyxwave",
        "wave quar",
    )
    with recorded_statements(company.database) as statements:
        found = {query: company.search(query, limit=700) for query in queries}
    assert {query: {ref.id for ref in one.refs} for query, one in found.items()} == {
        query: {key for key, name in names.items() if len(query) > 2 and _has(fold(name), fold(query))}
        for query in queries
    }
    if not company.database.is_sqlite:
        asked = [statement for statement, _ in statements if "a.search LIKE" in statement]
        assert any("trigram0_1" in one for one in asked)
        assert any("pattern0" in one for one in asked)


def _has(name: str, word: str) -> bool:
    return word in name or word in squash(name)


def test_a_word_that_is_in_no_name_is_not_looked_for_on_postgresql(filled: Company) -> None:
    if filled.database.is_sqlite:
        pytest.skip("its index tells at once")
    with recorded_statements(filled.database) as statements:
        assert filled.found("beaxn") == ["pw-9"]
    assert not [statement for statement, _ in statements if "a.name >=" in statement]
