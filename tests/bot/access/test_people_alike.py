"""What tells that two accounts of Slack are one person's."""

import pytest

from bot.access.people_alike import Alike, Known

SAME = [["U0MARA", "mara@old.example", "cli:mara"], ["mara@old.example", "mara@home.example"]]


def user(name: str, email: str | None = None, organisation: str | None = None) -> dict[str, object]:
    return {"id": name, "profile": {"email": email}, "enterprise_user": {"id": organisation} if organisation else None}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("inese@postwing.example", "INESE@Postwing.Example ", True),
        ("inese@postwing.example", "inese+guest@postwing.example", True),
        ("i\u0301nese@postwing.example", "ínese@postwing.example", True),
        ("inese@postwing.example", "inese@postwing.example.evil.example", False),
        ("+a@postwing.example", "+b@postwing.example", False),
        ("inese@postwing.example", None, False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_addresses(one: str | None, other: str | None, *, same: bool) -> None:
    known = Known(Alike())
    known.learn(user("U1", one))
    known.learn(user("U2", other))
    assert known.others("U1") == ({"U2"} if same else set())
    assert known.others("U2") == ({"U1"} if same else set())


def test_tags_are_people_where_the_company_says_so() -> None:
    known = Known(Alike(plus_tags=False))
    known.learn(user("U1", "desk+anna@postwing.example"))
    known.learn(user("U2", "desk+ben@postwing.example"))
    assert known.others("U1") == set()


def test_who_is_known_by_anything_of_anothers_is_the_same_through_all_of_them() -> None:
    known = Known(Alike.of(SAME, plus_tags=True))
    for one in (user("U0MARA"), user("U2", "mara+x@HOME.example", "W1"), user("U3", "m@other.example", "W1")):
        known.learn(one)
    assert known.others("U2") == {"U3"}  # so far nothing shows U2 and U0MARA together
    known.learn(user("U4", "Mara@old.example"))
    assert known.others("U3") == {"U2", "U4", "U0MARA", "cli:mara"}
    known.learn(user("U4", "new@other.example"))  # an address that changed says nothing of who had it
    assert known.others("U4") == set()
