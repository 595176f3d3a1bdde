"""Typing errors: which names are compared, and how alike they are. No database."""

from hypothesis import given
from hypothesis import strategies as st

from bot.accounts.folding import search_text, trigrams
from bot.accounts.similar import LEAST_ALIKE, alikeness, best, groups, wanted_trigrams
from bot.accounts.statements import ALL, covering, match_expression, rarest

WORDS = st.text("abcdeors", min_size=5, max_size=9)


def test_the_rarest_trigrams_are_asked_for_in_pairs() -> None:
    counts = {"bal": 900, "alt": 800, "lti": 3, "tic": 2, " ba": 999}
    assert set(groups("baltic", {**counts, "unasked": 1})) >= {("tic", "lti"), ("lti", "alt")}
    assert all(len(group) == 2 for group in groups("balticum", counts))


def test_trigrams_over_two_words_come_last() -> None:
    counts = {"gor": 9, "ors": 8, "rss": 7, "gar": 9, "ard": 9, "s g": 1, "ss ": 9}
    assert {one for pair in groups("gorss garden", counts) for one in pair} == {"gor", "ors", "rss", "gar", "ard"}
    assert {one for pair in groups("gorss garden", {"s g": 1, "gor": 2, "gar": 3}) for one in pair} == {
        "s g",
        "gor",
        "gar",
    }


def test_postgresql_looks_for_the_rarest_trigrams_that_lie_apart() -> None:
    word = "cimofa furniture"
    counts = dict.fromkeys(trigrams(word), 900) | {
        "cim": 3,
        "imo": 4,
        "mof": 2,
        "ofa": 5,
        "a f": 1,
        "rni": 7,
        ALL: 10**6,
    }
    assert rarest(word, counts) == ("mof", "rni", " fu")
    assert rarest("bean", {"bea": 3, "ean": 2, ALL: 1000}) == ("ean",)


def test_the_planner_chooses_where_even_the_rarest_trigram_is_frequent_or_nothing_is_known() -> None:
    assert rarest("bean", {"bea": 5, "ean": 6, ALL: 1001}) == ("bea",)
    assert rarest("bean", {"bea": 5, "ean": 6, ALL: 1000}) == ()
    assert rarest("bean", {"bea": 5, "ean": 6, ALL: -1}) == ()
    assert rarest("a b", {"a b": 1, ALL: 10**6}) == ()


def test_trigrams_that_no_name_has_are_not_asked_for() -> None:
    assert groups("xyzzyx", {}) == ()
    assert groups("balticus", {"bal": 1}) == (("bal",),)


def test_a_short_word_is_also_sought_with_letters_exchanged_or_left_out() -> None:
    counts = dict.fromkeys(trigrams(search_text(["bean"])), 5)
    assert ("bea", "ean") in groups("baen", counts)
    assert ("bea", "ean") in groups("beaxn", counts)


@given(WORDS, st.data())
def test_two_letters_exchanged_are_alike_enough_and_the_name_is_compared(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    typed = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    name = search_text([word])
    assert alikeness(typed, name) >= LEAST_ALIKE
    if len(word) < 8:
        counts = dict.fromkeys(trigrams(name), 1)
        assert any(all(part in name for part in group) for group in groups(typed, counts))


@given(st.text("abc ", max_size=12), st.text("abc ", max_size=12))
def test_alikeness_lies_between_nothing_and_the_same(one: str, other: str) -> None:
    assert 0.0 <= alikeness(one, search_text([other])) <= 1.0


@given(st.text("abcdefg ", min_size=1, max_size=20).filter(str.strip))
def test_a_name_is_wholly_alike_to_itself(name: str) -> None:
    assert alikeness(" ".join(name.split()), search_text([name])) == 1.0


def test_the_best_come_first_and_those_far_behind_not_at_all() -> None:
    names = {1: "Baltic Bears SIA", 2: "Baltic Beans SIA", 3: "Nordic Beers AB", 4: "Baltic Beans SIA"}
    candidates = {number: search_text([name]) for number, name in names.items()}
    assert best("balitc beans", candidates) == [2, 4, 1]
    assert best("something else", candidates) == []


def test_only_trigrams_that_exist_can_be_wanted() -> None:
    assert "bal" in wanted_trigrams("balt")
    assert all(len(one) == 3 for one in wanted_trigrams("balt"))


@given(st.text("abcdef ", min_size=3, max_size=30))
def test_covering_trigrams_leave_no_letter_out(word: str) -> None:
    parts = covering(word)
    assert all(part in word for part in parts)
    assert len("".join(parts)) >= len(word)
    assert len(parts) <= len(word) // 3 + 1


def test_a_trigram_is_never_syntax() -> None:
    assert match_expression((('a"b', "OR "),)) == '("a""b" AND "OR ")'
