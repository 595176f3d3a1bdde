"""What follows from what an account said about marketing, in whatever order it was recorded."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.access.rules.media import contact_fields, medium_named, names_medium, withheld_fields
from bot.access.rules.purposes import DataClass, Purpose, Shown
from bot.database import Database
from bot.privacy.objections.choices import (
    Choice,
    Said,
    came_with,
    objected,
    standing_of,
    standings,
    to_renew,
    undone_in,
    without,
)
from models.marketing import MarketingChoice

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MEDIA = {"email": ("email",), "telephone": ("phone", "mobile"), "mail": ("address",)}
CLASSES = {
    "account": DataClass("account", "Account", ("id", "name"), Shown.OPEN),
    "contact": DataClass("contact", "Contact", ("contact_name", "email", "phone", "mobile", "address"), Shown.MASKED),
}
CLAUSE = "We may use contact details for marketing: by regular mail, by e-mail or by telephone"
MARKETING = Purpose(
    "marketing",
    "Marketing",
    CLAUSE,
    frozenset(),
    frozenset(),
    ("account", "contact"),
    timedelta(1),
    1,
    "a",
    media=MEDIA,
)

choices = st.lists(
    st.tuples(
        st.sampled_from(["email", "telephone", "mail"]),
        st.sampled_from([Said.OBJECTED, Said.AGREED]),
        st.integers(0, 5),
        st.booleans(),
    ),
    max_size=8,
).map(
    lambda said: tuple(
        Choice(n, "T1", "pw-1", medium, what, date(2026, 1, 1) + timedelta(days=day), NOW, "U1", "e")
        if counts
        else Choice(n, "T1", "pw-1", medium, what, date(2026, 1, 1), NOW, "U1", "e", undone_by="U2", undone_at=NOW)
        for n, (medium, what, day, counts) in enumerate(said, start=1)
    )
)


def said(number: int, what: Said, day: int) -> Choice:
    return Choice(number, "T1", "pw-1", "email", what, date(2026, 1, day), NOW, "U1", "e")


EARLIER_OF_A_LATER_DAY = (said(1, Said.AGREED, 10), said(2, Said.OBJECTED, 4), said(3, Said.AGREED, 5))


@given(choices)
@example(EARLIER_OF_A_LATER_DAY)
def test_an_objection_holds_until_a_later_agreement(said: tuple[Choice, ...]) -> None:
    for medium in MEDIA:
        own = [one for one in said if one.medium == medium and one.counts]
        objections = [one for one in own if one.said is Said.OBJECTED]
        lifted = any(
            one.said is Said.AGREED and all(one.number > o.number and one.said_on >= o.said_on for o in objections)
            for one in own
        )
        assert standing_of(medium, said).permitted is (not objections or lifted)


def test_of_several_agreements_the_one_that_lifts_the_objection_is_named() -> None:
    assert standing_of("email", EARLIER_OF_A_LATER_DAY).choice == EARLIER_OF_A_LATER_DAY[2]
    assert standing_of("email", EARLIER_OF_A_LATER_DAY[:2]).choice == EARLIER_OF_A_LATER_DAY[1]
    assert standing_of("email", EARLIER_OF_A_LATER_DAY[:1]).choice == EARLIER_OF_A_LATER_DAY[0]
    again = said(4, Said.AGREED, 6)
    assert standing_of("email", (*EARLIER_OF_A_LATER_DAY, again)).choice == again


def test_what_came_with_a_request_are_its_objections_that_count() -> None:
    no, yes = replace(said(1, Said.OBJECTED, 4), request=7), replace(said(2, Said.AGREED, 5), request=7)
    undone, other = replace(no, number=3, undone_by="U2"), replace(no, number=4, request=8)
    assert came_with((no, yes, undone, other), 7) == (no,)


def test_without_some_objections_another_one_keeps_the_medium_barred() -> None:
    first, second = said(1, Said.OBJECTED, 4), said(2, Said.OBJECTED, 5)
    assert [one.permitted for one in without((first,), (first,))] == [True]
    (left,) = without((first, second), (first,))
    assert (left.permitted, left.choice) == (False, second)
    assert without((first, second), ()) == ()


def test_what_was_lifted_is_renewed_unless_the_account_agreed_since() -> None:
    first, other = replace(said(1, Said.OBJECTED, 4), undone_by="U2"), said(2, Said.OBJECTED, 4)
    assert [one.number for one in to_renew((first, other), {1})] == [1]
    assert to_renew((first, other), {1})[0].counts
    assert to_renew((first, other), ()) == ()
    agreed = said(3, Said.AGREED, 5)
    assert to_renew((first, agreed), {1}) == ()
    assert [one.number for one in to_renew((first, replace(agreed, undone_by="U2")), {1})] == [1]


def test_an_agreement_of_an_earlier_day_lifts_nothing_and_one_of_the_same_day_does() -> None:
    objection = said(1, Said.OBJECTED, 5)
    assert not standing_of("email", (objection, said(2, Said.AGREED, 4))).permitted
    assert standing_of("email", (objection, said(2, Said.AGREED, 5))).permitted


@given(choices)
def test_what_is_undone_never_counts(said: tuple[Choice, ...]) -> None:
    assert standings(MEDIA, said) == standings(MEDIA, tuple(one for one in said if one.counts))


@given(choices)
def test_an_objection_recorded_now_always_counts(said: tuple[Choice, ...]) -> None:
    new = Choice(99, "T1", "pw-1", "email", Said.OBJECTED, date(2020, 1, 1), NOW, "U1", "e")
    assert "email" in objected(standings(MEDIA, (*said, new)))


@given(st.sets(st.sampled_from(sorted(MEDIA))))
def test_nothing_of_a_medium_is_shown_that_was_objected_to(against: set[str]) -> None:
    hidden = withheld_fields(MARKETING, CLASSES, against)
    assert all(name in hidden for medium in against for name in MEDIA[medium])
    assert not hidden & {"id", "name"}
    assert ("contact_name" in hidden) is (len(against) == 3)
    left = {name for medium, names in MEDIA.items() if medium not in against for name in names}
    assert not hidden & left


def test_media_by_their_names() -> None:
    assert contact_fields(MARKETING, CLASSES) == set(CLASSES["contact"].fields)
    assert [medium_named(one, MEDIA) for one in ("E-Mail", "phone", "calls", "letters", "SMS", "")] == [
        "email", "telephone", "telephone", "mail", None, None,
    ]  # fmt: skip
    assert all(names_medium(CLAUSE, one) for one in MEDIA)
    assert not names_medium("by e-mail or telephone", "mail")
    assert not names_medium(CLAUSE, "sms")
    assert not names_medium(CLAUSE, "text_message")


def test_what_an_entry_took_back_is_the_accounts_own(database: Database) -> None:
    rows: list[tuple[int, str, str, str, int | None]]
    rows = [(1, "pw-1", "objected", "a", None), (2, "pw-2", "objected", "a", None)]
    rows += [(3, "pw-1", "undone", "b", 1), (4, "pw-2", "undone", "b", 2), (5, "pw-1", "objected", "b", None)]
    shared = {"team": "T1", "medium": "email", "said_on": NOW.date(), "recorded_at": NOW, "recorded_by": "U1"}
    names = ("number", "account", "choice", "entry", "undoes")
    with database.transaction() as connection:
        for row in rows:
            connection.execute(insert(MarketingChoice).values(shared | dict(zip(names, row, strict=True))))
        assert undone_in(connection, "pw-1", "b") == {1}
        assert undone_in(connection, "pw-2", "b") == {2}
        assert undone_in(connection, "pw-1", "a") == frozenset()
