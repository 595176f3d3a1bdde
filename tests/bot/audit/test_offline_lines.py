"""An export's line: canonical for RFC 8785's own implementation, and refused where the two would part."""

from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entry import KEYS
from bot.audit.exports.lines import Line, canonical, export_line, read_line, value_fault
from bot.audit.faults import Code, Fault
from bot.audit.merkle.tree import leaf_hash
from tests.bot.audit.ledgers import sealed

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
plain = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
values = plain | st.lists(plain, max_size=4)
free_keys = [key for key in KEYS if key not in ("id", "query", "justification", "actor_email")]
entries = st.fixed_dictionaries(dict.fromkeys(free_keys, values)).map(
    lambda free: orjson.loads(sealed(1).text) | free  # the rest as it is written
)


@given(entries)
def test_every_allowed_entry_is_canonical_by_rfc_8785(entry: dict[str, Any]) -> None:
    assert value_fault(entry, 0) is None
    assert canonical(entry) == rfc8785.dumps(entry)


@given(entries)
def test_what_is_written_is_read(entry: dict[str, Any]) -> None:
    text = canonical(entry)
    line = read_line(export_line(5, leaf_hash(text), text.decode(), sealed(1).opened), 5)
    assert line == Line(5, entry["id"], leaf_hash(text), text, sealed(1).opened, (), exact=True)


@pytest.mark.parametrize(
    "value",
    [1.5, -0.0, 1e300, 2**53, -(2**53), {"a": 1}, [[1]], [{"a": 1}], [2**53], [0.5]],
    ids=repr,
)
def test_what_two_canonical_forms_could_differ_on_is_refused(value: object) -> None:
    entry = orjson.loads(sealed(1).text) | {"ticket": value}
    fault = value_fault(entry, 0)
    assert fault is not None
    assert fault.code is Code.BAD_VALUE
    text = canonical(entry)
    assert isinstance(read_line(export_line(0, leaf_hash(text), text.decode(), {}), 0), Fault)


@pytest.mark.parametrize("value", ["acme.example", "", "sha256:00", "sha256:" + "A" * 64, 5, ["sha256:" + "0" * 64]])
def test_personal_text_stands_in_an_entry_as_a_salted_hash_only(value: object) -> None:
    fault = value_fault(orjson.loads(sealed(1).text) | {"query": value}, 0)
    assert fault is not None
    assert fault.code is Code.BAD_VALUE


@given(st.binary(max_size=200))
def test_no_bytes_make_reading_fail_otherwise_than_by_a_fault(raw: bytes) -> None:
    assert isinstance(read_line(raw, 0), Fault)
    assert isinstance(read_line(raw + b"\n", 0), Fault)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["index", "leaf", "entry", "open"]), json)
def test_no_json_in_any_part_makes_reading_fail_otherwise_than_by_a_fault(part: str, value: object) -> None:
    entry = sealed(1)
    line = orjson.loads(export_line(0, entry.leaf, entry.text, entry.opened))
    try:
        raw = orjson.dumps(line | {part: value}) + b"\n"
    except TypeError:  # an integer that orjson does not write
        return
    read = read_line(raw, 0)
    assert isinstance(read, Fault) or (part in ("index", "open") and read.leaf == entry.leaf)
