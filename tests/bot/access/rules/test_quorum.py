"""Who must agree, and who is still missing."""

from datetime import timedelta
from itertools import combinations, permutations

from hypothesis import given
from hypothesis import strategies as st

from bot.access.rules.purposes import DataClass, Purpose, Shown
from bot.access.rules.quorum import Approval, agreed, agreed_accounts, can_be_met, missing, needs, would_help
from tests.bot.access.strategies import CLASSES, NOW, role_sets, roles

wanted = st.dictionaries(roles, st.integers(1, 2), max_size=3)
ACCOUNTS = ("a-3", "a-1", "a-2")
given_roles = st.lists(role_sets, max_size=5)


def purpose(approvals: int) -> Purpose:
    return Purpose("p", "P", "c", frozenset(), frozenset(), CLASSES, timedelta(hours=4), approvals, "approvers")


def data_class(approvals: int = 0, approvers: str | None = None) -> DataClass:
    return DataClass("d", "D", ("d",), Shown.HIDDEN, approvals, approvers)


def fewest_open(places: list[str], given_by: list[frozenset[str]]) -> int:
    """By trying every order: each person in turn takes a place or none."""
    best = len(places)
    for order in permutations(range(len(places)), len(places)):
        people, open_places = list(given_by), 0
        for place in order:
            fitting = next((one for one in people if places[place] in one), None)
            if fitting is None:
                open_places += 1
            else:
                people.remove(fitting)
        best = min(best, open_places)
    return best


@given(wanted, st.lists(role_sets, max_size=4), st.randoms())
def test_as_few_places_as_can_be_stay_open(need: dict[str, int], people: list[frozenset[str]], random: object) -> None:
    places = [role for role, count in need.items() for _ in range(count)]
    if len(places) > 4:
        return
    open_now = missing(need, people)
    tried = min((fewest_open(places, list(order)) for order in permutations(people)), default=len(places))
    assert len(open_now) == tried
    assert set(open_now) <= set(places)


@given(wanted, given_roles)
def test_nobody_fills_two_places(need: dict[str, int], people: list[frozenset[str]]) -> None:
    assert len(missing(need, people)) >= sum(need.values()) - len(people)


@given(wanted, given_roles, role_sets)
def test_whoever_helps_has_a_role_that_is_missing(
    need: dict[str, int], people: list[frozenset[str]], own: frozenset[str]
) -> None:
    if would_help(need, people, own):
        assert own & need.keys()
        assert len(missing(need, [*people, own])) == len(missing(need, people)) - 1
    else:
        assert len(missing(need, [*people, own])) == len(missing(need, people))


@given(st.integers(0, 3), st.lists(st.tuples(st.integers(1, 3), roles), max_size=3), st.booleans())
def test_the_strictest_of_all_rules_counts(own: int, of_classes: list[tuple[int, str]], individual: bool) -> None:
    found = needs(purpose(own), [data_class(count, role) for count, role in of_classes], individual=individual)
    assert found.get("approvers", 0) >= own + individual
    for count, role in of_classes:
        assert found[role] >= count
    assert max(found.values(), default=0) <= max([own + individual, *(count for count, _ in of_classes)])
    assert 0 not in found.values()


def test_a_person_in_both_groups_counts_once() -> None:
    need = {"approvers": 1, "billing": 1}
    both, first = frozenset({"approvers", "billing"}), frozenset({"approvers"})
    assert missing(need, [both]) in (("approvers",), ("billing",))
    assert missing(need, [both, first]) == ()
    assert missing(need, [first, both]) == ()
    assert would_help(need, [first], first) is False


@given(wanted, st.dictionaries(roles, st.sets(st.sampled_from("abcdef"))), st.sets(st.sampled_from("abcdef")))
def test_whoever_asks_is_not_counted_on(need: dict[str, int], members: dict[str, set[str]], barred: set[str]) -> None:
    """It can be met exactly when every few of the roles have as many free people as places (Hall's theorem)."""
    enough = all(
        len({person for role in some for person in members.get(role, ())} - barred) >= sum(need[role] for role in some)
        for count in range(len(need) + 1)
        for some in combinations(need, count)
    )
    assert can_be_met(need, members, barred) is enough


def test_a_data_class_that_names_nobody_asks_for_nothing_more() -> None:
    assert needs(purpose(1), [data_class(approvals=2, approvers=None)], individual=False) == {"approvers": 1}


@given(
    st.lists(
        st.builds(
            Approval,
            by=st.sampled_from("abc"),
            roles=role_sets,
            at=st.just(NOW),
            data_classes=st.lists(st.sampled_from(CLASSES), unique=True).map(tuple),
            duration=st.integers(1, 100).map(lambda minutes: timedelta(minutes=minutes)),
        ),
        max_size=3,
    )
)
def test_what_is_given_is_what_everybody_agreed_to(approvals: list[Approval]) -> None:
    classes, duration = agreed(approvals, CLASSES, timedelta(minutes=50))
    assert set(classes) == set(CLASSES).intersection(*(one.data_classes for one in approvals))
    assert duration == min(timedelta(minutes=50), *(one.duration for one in approvals), timedelta.max)


@given(st.lists(st.none() | st.sets(st.sampled_from(ACCOUNTS)).map(tuple), max_size=3))
def test_accounts_that_somebody_took_away_are_not_given(each: list[tuple[str, ...] | None]) -> None:
    approvals = [Approval("a", frozenset(), NOW, CLASSES, timedelta(hours=1), accounts=accounts) for accounts in each]
    left = agreed_accounts(approvals, ACCOUNTS)
    taken = {one for accounts in each if accounts is not None for one in set(ACCOUNTS) - set(accounts)}
    assert left == tuple(one for one in ACCOUNTS if one not in taken)
