"""Proofs as JSON: they hold for what they say, and for nothing else."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.faults import Code
from bot.audit.merkle.notes import Malformed, Signer
from bot.audit.merkle.proofs import Kind, Proven, make_consistency, make_inclusion, verify_proof
from bot.audit.merkle.tree import root_of
from tests.bot.audit.ledgers import ORIGIN, book, sealed

SIZE = 29
BOOK = book(SIZE)
CHECKPOINT = BOOK.checkpoint()


def inclusion(index: int = 11, size: int = SIZE) -> dict[str, Any]:
    entry = BOOK.entries[index]
    return make_inclusion(index, entry.text, entry.opened, BOOK.checkpoint(size), BOOK.subtree())


def consistency(old: int = 11, size: int = SIZE) -> dict[str, Any]:
    return make_consistency(old, root_of(BOOK.leaves[:old]), BOOK.checkpoint(size), BOOK.subtree())


def verify(proof: dict[str, Any], older: str | None = None) -> Proven:
    return verify_proof(orjson.dumps(proof), BOOK.vkey, older)


def code(outcome: Proven) -> Code | None:
    return outcome.fault.code if outcome.fault else None


@given(st.integers(1, SIZE), st.data())
def test_every_entry_is_proven_in_every_tree_that_holds_it(size: int, draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, size - 1))
    outcome = verify(inclusion(index, size))
    assert outcome.sound
    assert outcome.checkpoint is not None
    assert (outcome.kind, outcome.index, outcome.checkpoint.size) == (Kind.INCLUSION, index, size)
    assert outcome.id == orjson.loads(BOOK.entries[index].text)["id"]


@given(st.integers(0, SIZE), st.data())
def test_every_tree_is_proven_to_begin_with_every_older_one(size: int, draw: st.DataObject) -> None:
    old = draw.draw(st.integers(0, size))
    proof = consistency(old, size)
    checkpoint, note = verify(proof).checkpoint, proof["checkpoint"]
    assert verify(proof) == Proven(Kind.CONSISTENCY, checkpoint, older_size=old, note=note)
    compared = verify(proof, BOOK.checkpoint(old))
    assert compared.sound
    assert compared.compared


def test_the_documented_form() -> None:
    entry = BOOK.entries[11]
    assert inclusion() | {"path": []} == {
        "proof": "inclusion",
        "index": 11,
        "leaf": entry.leaf.hex(),
        "entry": orjson.loads(entry.text),
        "open": entry.opened,
        "path": [],
        "checkpoint": CHECKPOINT,
    }
    assert consistency() | {"path": []} == {
        "proof": "consistency",
        "older": {"size": 11, "root": root_of(BOOK.leaves[:11]).hex()},
        "path": [],
        "checkpoint": CHECKPOINT,
    }


def test_an_entry_whose_text_was_erased_is_still_proven() -> None:
    assert verify(inclusion() | {"open": {}}).sound


OTHER = sealed(12)
WRONG_INCLUSION: dict[str, tuple[dict[str, Any], Code]] = {
    "another index": ({"index": 12}, Code.NOT_INCLUDED),
    "an index beyond": ({"index": SIZE}, Code.NOT_INCLUDED),
    "another entry": ({"entry": orjson.loads(OTHER.text), "open": {}}, Code.CHANGED),
    "another entry with its leaf": (
        {"entry": orjson.loads(OTHER.text), "leaf": OTHER.leaf.hex(), "open": OTHER.opened},
        Code.NOT_INCLUDED,
    ),
    "an entry with more": ({"entry": orjson.loads(BOOK.entries[11].text) | {"x": 1}}, Code.UNKNOWN_FIELDS),
    "no entry": ({"entry": None}, Code.BAD_VALUE),
    "opened otherwise": ({"open": OTHER.opened}, Code.OPENED_CHANGED),
    "nothing under open": ({"open": []}, Code.BAD_VALUE),
    "no path": ({"path": []}, Code.NOT_INCLUDED),
    "an endless path": ({"path": ["0" * 64] * 65}, Code.PROOF_MALFORMED),
    "a path of other things": ({"path": [1]}, Code.PROOF_MALFORMED),
    "a path of short hashes": ({"path": ["00"]}, Code.PROOF_MALFORMED),
    "a shouted leaf": ({"leaf": BOOK.entries[11].leaf.hex().upper()}, Code.PROOF_MALFORMED),
    "an index below": ({"index": -1}, Code.PROOF_MALFORMED),
    "true as its index": ({"index": True}, Code.PROOF_MALFORMED),
    "an unknown field": ({"note": "trust me"}, Code.PROOF_MALFORMED),
    "another kind": ({"proof": "absence"}, Code.PROOF_MALFORMED),
    "no text as a checkpoint": ({"checkpoint": {}}, Code.PROOF_MALFORMED),
    "an empty checkpoint": ({"checkpoint": ""}, Code.CHECKPOINT_MALFORMED),
    "a changed checkpoint": ({"checkpoint": CHECKPOINT.replace("\n29\n", "\n28\n")}, Code.BAD_SIGNATURE),
    "a larger tree's checkpoint": ({"checkpoint": book(33).checkpoint()}, Code.NOT_INCLUDED),
    "another ledger's checkpoint": ({"checkpoint": book(SIZE, "other.example").checkpoint()}, Code.WRONG_KEY_NAME),
}


@pytest.mark.parametrize("what", WRONG_INCLUSION)
def test_a_wrong_inclusion_proof_has_its_own_fault(what: str) -> None:
    change, expected = WRONG_INCLUSION[what]
    assert code(verify(inclusion() | change)) is expected


WRONG_CONSISTENCY: dict[str, tuple[dict[str, Any], Code]] = {
    "another size": ({"older": {"size": 12, "root": root_of(BOOK.leaves[:11]).hex()}}, Code.NOT_CONSISTENT),
    "another root": ({"older": {"size": 11, "root": "0" * 64}}, Code.NOT_CONSISTENT),
    "a larger size": ({"older": {"size": 30, "root": "0" * 64}}, Code.NOT_CONSISTENT),
    "no path": ({"path": []}, Code.NOT_CONSISTENT),
    "no older tree": ({"older": None}, Code.PROOF_MALFORMED),
    "half an older tree": ({"older": {"size": 11}}, Code.PROOF_MALFORMED),
    "an older tree with more": ({"older": {"size": 11, "root": "0" * 64, "x": 1}}, Code.PROOF_MALFORMED),
    "a size in words": ({"older": {"size": "11", "root": "0" * 64}}, Code.PROOF_MALFORMED),
    "an inclusion's field": ({"index": 1}, Code.PROOF_MALFORMED),
}


@pytest.mark.parametrize("what", WRONG_CONSISTENCY)
def test_a_wrong_consistency_proof_has_its_own_fault(what: str) -> None:
    change, expected = WRONG_CONSISTENCY[what]
    assert code(verify(consistency() | change)) is expected


def test_a_path_that_leads_elsewhere_is_compared_with_nothing() -> None:
    held = BOOK.checkpoint(11)
    found = verify(consistency() | {"path": ["00" * 32]}, held)
    assert code(found) is Code.NOT_CONSISTENT
    assert not found.compared
    assert verify(consistency(), held).compared


def test_the_older_checkpoint_that_one_holds_is_what_counts() -> None:
    rewritten = BOOK.with_entry(3, sealed(3, account="pw-forged"))
    forged = make_consistency(11, root_of(rewritten.leaves[:11]), rewritten.checkpoint(), rewritten.subtree())
    assert verify(forged).sound
    assert code(verify(forged, BOOK.checkpoint(11))) is Code.FORK
    assert code(verify(consistency(), BOOK.checkpoint(12))) is Code.NOT_CONSISTENT
    assert code(verify(consistency(), book(33).checkpoint())) is Code.OLDER_IS_LARGER
    assert code(verify(consistency(), "nonsense")) is Code.CHECKPOINT_MALFORMED
    assert code(verify(inclusion(), CHECKPOINT)) is Code.PROOF_MALFORMED
    assert not verify(forged, BOOK.checkpoint(11)).compared


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'{"proof": []}', b"\xff", b'{"proof":{}}'])
def test_what_is_no_proof_is_refused(text: bytes) -> None:
    assert code(verify_proof(text, BOOK.vkey)) is Code.PROOF_MALFORMED


def test_a_proof_needs_the_right_key() -> None:
    proof = orjson.dumps(inclusion())
    assert code(verify_proof(proof, "nonsense")) is Code.KEY_MALFORMED
    assert code(verify_proof(proof, str(Signer(ORIGIN, bytes(32)).key))) is Code.WRONG_KEY
    assert code(verify_proof(b" " * (5 << 20), BOOK.vkey)) is Code.PROOF_MALFORMED


@pytest.mark.parametrize("make", [inclusion, consistency])
def test_no_byte_of_a_proof_can_change_what_it_says(make: Callable[[], dict[str, Any]]) -> None:
    text = orjson.dumps(make())
    said = verify_proof(text, BOOK.vkey)
    for place in range(len(text)):
        changed = verify_proof(text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :], BOOK.vkey)
        assert not changed.sound or changed == said, place


def test_no_proof_is_made_of_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion(11, 11)
    with pytest.raises(ValueError, match="does not extend"):
        consistency(12, 11)
    with pytest.raises(Malformed):
        make_consistency(1, bytes(32), "nonsense", BOOK.subtree())


@pytest.mark.parametrize("field", ["entry", "index", "leaf", "proof"])
def test_a_field_that_stands_twice_is_refused_since_readers_differ(field: str) -> None:
    proof = orjson.dumps(inclusion()).replace(f'"{field}":'.encode(), f'"{field}":null,"{field}":'.encode(), 1)
    outcome = verify_proof(proof, BOOK.vkey)
    assert code(outcome) is Code.PROOF_MALFORMED
    assert "twice" in str(outcome.fault)
