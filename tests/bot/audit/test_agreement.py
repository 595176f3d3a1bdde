"""The quick look says yes only where the thorough one finds nothing, and yes to all that was written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.agreement import TELLING, agrees, disagreeing, stamp
from bot.audit.entry import PERSONAL, Action, Entry, Outcome, Surface, leaf_hash, seal
from bot.audit.rows import EntryRow, row_fault

NASTY = (
    '"',
    '\\"',
    '","outcome":"masked","policy_version":',
    "null",
    "]",
    "Jānis",
    "\x00",
    "🫘",
    "</a>",
    "sha256:" + "0" * 64,
)
texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=12))
maybe = st.none() | texts
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    return Entry(
        id=str(draw(st.uuids())),
        at=draw(moments),
        actor=draw(texts),
        team=draw(maybe),
        actor_email=draw(maybe),
        action=draw(st.sampled_from(Action)),
        outcome=draw(st.sampled_from(Outcome)),
        reason=draw(maybe),
        account=draw(maybe),
        query=draw(maybe),
        purpose=draw(maybe),
        fields=tuple(draw(st.lists(texts, max_size=3))),
        grant=draw(maybe),
        ticket=draw(maybe),
        justification=draw(maybe),
        policy_version=draw(maybe),
        request=draw(maybe),
        surface=draw(st.sampled_from(Surface)),
    )


def stored(entry: Entry, salt: bytes) -> EntryRow:
    sealed, opened = seal(entry, lambda count: salt[:count])
    columns = (entry.actor, entry.action.value, entry.outcome.value, entry.account, entry.purpose, entry.grant)
    text = orjson.dumps(opened).decode() if opened else None
    return EntryRow(entry.id, entry.at, columns, sealed, leaf_hash(sealed), text)


def raw(row: EntryRow) -> tuple[Any, ...]:
    return (row.id, row.at, row.sealed, row.leaf, *row.columns, row.opened, 7, row.id, row.leaf)


salts = st.binary(min_size=32, max_size=32)


@given(entry=entries(), salt=salts)
def test_all_that_was_written_agrees_but_what_is_to_be_looked_at_closely(entry: Entry, salt: bytes) -> None:
    row = stored(entry, salt)
    assert row_fault(row, 7) is None
    assert agrees(raw(row), row.leaf) is (entry.action not in TELLING)


@given(entry=entries(), other=entries(), salt=salts, data=st.data())
def test_nothing_that_was_changed_agrees(entry: Entry, other: Entry, salt: bytes, data: st.DataObject) -> None:
    """One or several parts of a row are another entry's; the hash in the tree stays."""
    row, another = stored(entry, salt), stored(other, bytes(32))
    changed = row
    for name in data.draw(st.sets(st.sampled_from(["id", "at", "sealed", "leaf", "opened"]), max_size=4)):
        changed = replace(changed, **{name: getattr(another, name)})
    places = data.draw(st.sets(st.integers(0, 5)))
    mixed = tuple(another.columns[n] if n in places else own for n, own in enumerate(changed.columns))
    changed = replace(changed, columns=mixed)
    if agrees(raw(changed), row.leaf):
        assert (changed.sealed, changed.leaf, changed.columns) == (row.sealed, row.leaf, row.columns)
        assert row_fault(changed, 7) is None


@given(entry=entries(), salt=salts, data=st.data())
def test_no_change_of_what_is_opened_agrees(entry: Entry, salt: bytes, data: st.DataObject) -> None:
    row = stored(entry, salt)
    opened = orjson.loads(row.opened or "{}")
    name = data.draw(st.sampled_from([*PERSONAL, "account", "x"]))
    pair = opened.get(name, {"salt": salt.hex(), "value": "x"})
    wrong = data.draw(
        st.sampled_from([None, {}, "x", 7, {**pair, "value": 7}, {**pair, "salt": "00"}, {**pair, "more": "x"}])
        | texts.map(lambda value: {**pair, "value": value})
    )
    changed = orjson.dumps({**opened, name: wrong}).decode()
    if orjson.loads(changed) != opened:
        assert not agrees(raw(replace(row, opened=changed)), row.leaf)


@given(entry=entries(), salt=salts, opened=st.sampled_from(["", "[]", "no JSON", "null", "7", '{"query":']))
def test_no_opened_text_of_another_form_agrees(entry: Entry, salt: bytes, opened: str) -> None:
    row = stored(entry, salt)
    if opened or row.opened:
        assert not agrees(raw(replace(row, opened=opened)), row.leaf)


@given(entry=entries(), salt=salts, by=st.timedeltas(timedelta(microseconds=1), timedelta(days=300)))
def test_no_other_time_agrees(entry: Entry, salt: bytes, by: timedelta) -> None:
    row = stored(entry, salt)
    assert not agrees(raw(replace(row, at=entry.at + by)), row.leaf)


@given(one=entries(), other=entries(), salt=salts, order=st.lists(st.tuples(st.booleans(), st.booleans()), max_size=6))
def test_of_many_those_are_named_that_would_not_agree_alone(
    one: Entry, other: Entry, salt: bytes, order: list[tuple[bool, bool]]
) -> None:
    """What is remembered of the row before, such as its policy, says nothing of the next."""
    whole = {True: stored(one, salt), False: stored(other, salt)}
    rows = []
    for index, (first, changed) in enumerate(order):
        row = whole[first]
        columns = ("U0", *row.columns[1:]) if changed else row.columns
        rows.append((row.id, row.at, row.sealed, *columns, row.opened, index, row.leaf))
    closely = {first: row.columns[1] in TELLING for first, row in whole.items()}
    changes = [
        index
        for index, (first, changed) in enumerate(order)
        if closely[first] or (changed and whole[first].columns[0] != "U0")
    ]
    assert disagreeing(rows, stamp) == changes
