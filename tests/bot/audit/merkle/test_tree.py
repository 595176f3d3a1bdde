"""The tree against the words of RFC 6962 taken literally, against pymerkle, and against published vectors."""

from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree  # type: ignore[import-untyped]  # it has no annotations

from bot.audit.merkle.tree import (
    BATCH,
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    consistency_spans,
    from_leaves,
    inclusion_proof,
    inclusion_spans,
    leaf_hash,
    leaf_hashes,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots that Certificate Transparency's implementations share (transparency-dev/merkle, testonly).
PUBLISHED_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
PUBLISHED_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
PUBLISHED_CONSISTENCY = {
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

entries = st.lists(st.binary(max_size=40), max_size=70)
some_entries = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(data: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not data:
        return sha256().digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = split(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path_of(m: int, data: Sequence[bytes]) -> list[bytes]:
    """RFC 6962, 2.1.1: PATH(m, D[n])."""
    if len(data) == 1:
        return []
    k = split(len(data))
    if m < k:
        return [*path_of(m, data[:k]), mth(data[k:])]
    return [*path_of(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: Sequence[bytes], *, known: bool) -> list[bytes]:
    """RFC 6962, 2.1.2: SUBPROOF(m, D[n], b)."""
    if m == len(data):
        return [] if known else [mth(data)]
    k = split(len(data))
    if m <= k:
        return [*subproof(m, data[:k], known=known), mth(data[k:])]
    return [*subproof(m - k, data[k:], known=False), mth(data[:k])]


def subtree_over(data: Sequence[bytes]) -> Callable[[int, int], bytes]:
    leaves = leaf_hashes(data)
    return from_leaves(lambda start, end: leaves[start:end])


@given(entries)
def test_roots_are_the_recursive_definitions_and_pymerkles(data: list[bytes]) -> None:
    tree = InmemoryTree(algorithm="sha256")
    for entry in data:
        tree.append_entry(entry)
    assert root_of(leaf_hashes(data)) == mth(data)
    assert [root_of(leaf_hashes(data[:n])) for n in range(1, len(data) + 1)] == [
        tree.get_root(n) for n in range(1, len(data) + 1)
    ]


@given(entries, st.data())
def test_a_frontier_grows_by_any_steps_to_the_same_root(data: list[bytes], draw: st.DataObject) -> None:
    frontier, left = Frontier(), leaf_hashes(data)
    while left:
        take = draw.draw(st.integers(1, len(left)))
        frontier, left = frontier.extend(left[:take]), left[take:]
        if left:
            frontier, left = frontier.append(left[0]), left[1:]
        frontier = Frontier.from_bytes(frontier.to_bytes())
    assert (frontier.size, frontier.root()) == (len(data), mth(data))


@given(entries, entries)
def test_growing_gives_every_subtree_that_was_completed(old: list[bytes], more: list[bytes]) -> None:
    before = Frontier().extend(leaf_hashes(old))
    after, made = before.grow(leaf_hashes(more))
    everything, total = old + more, len(old) + len(more)
    for level, hashes in enumerate(made):
        first, last = len(old) >> level, total >> level
        assert hashes == [mth(everything[at << level : at + 1 << level]) for at in range(first, last)]
    assert after.root() == mth(everything)
    assert all(len(old) >> level == total >> level for level in range(len(made), total.bit_length() + 1))


def test_a_long_list_is_taken_in_batches_to_the_same_root() -> None:
    data = [n.to_bytes(4, "big") for n in range(3 * BATCH + 17)]
    assert root_of(leaf_hashes(data)) == mth(data)


@given(some_entries, st.data())
def test_inclusion_proofs_are_the_rfcs_and_pymerkles_and_hold(data: list[bytes], draw: st.DataObject) -> None:
    size = draw.draw(st.integers(1, len(data)))
    index = draw.draw(st.integers(0, size - 1))
    path = inclusion_proof(index, size, subtree_over(data))
    assert path == path_of(index, data[:size])
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(data)
    assert path == list(tree.prove_inclusion(index + 1, size).path[1:])
    assert verify_inclusion(leaf_hash(data[index]), index, size, path, mth(data[:size]))


@given(some_entries, st.data())
def test_consistency_proofs_are_the_rfcs_and_hold_between_pymerkles_roots(
    data: list[bytes], draw: st.DataObject
) -> None:
    new = draw.draw(st.integers(1, len(data)))
    old = draw.draw(st.integers(1, new))
    path = consistency_proof(old, new, subtree_over(data))
    assert path == subproof(old, data[:new], known=True)
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(data)
    assert verify_consistency(old, tree.get_root(old), new, tree.get_root(new), path)


@given(some_entries, st.data())
def test_no_other_claim_holds_with_the_same_inclusion_path(data: list[bytes], draw: st.DataObject) -> None:
    size, root = len(data), mth(data)
    index = draw.draw(st.integers(0, size - 1))
    leaf, path = leaf_hash(data[index]), path_of(index, data)
    other = sha256(b"other").digest()
    for place in range(len(path)):
        assert not verify_inclusion(leaf, index, size, [*path[:place], other, *path[place + 1 :]], root)
        assert not verify_inclusion(leaf, index, size, path[:place] + path[place + 1 :], root)
    for wrong in ([*path, other], [other, *path], [*path, b""], [*path, root]):
        assert not verify_inclusion(leaf, index, size, wrong, root)
    assert not verify_inclusion(other, index, size, path, root)
    assert not verify_inclusion(leaf, index, size, path, other)
    assert not verify_inclusion(leaf, -1, size, path, root)
    assert not verify_inclusion(leaf, size, size, path, root)


@given(some_entries, st.data())
def test_no_other_claim_holds_with_the_same_consistency_path(data: list[bytes], draw: st.DataObject) -> None:
    new = len(data)
    old = draw.draw(st.integers(1, new))
    old_root, new_root, path = mth(data[:old]), mth(data), subproof(old, data, known=True)
    other = sha256(b"other").digest()
    for place in range(len(path)):
        assert not verify_consistency(old, old_root, new, new_root, [*path[:place], other, *path[place + 1 :]])
        assert not verify_consistency(old, old_root, new, new_root, path[:place] + path[place + 1 :])
    for wrong in ([*path, other], [other, *path], [*path, b""], [*path, new_root]):
        assert not verify_consistency(old, old_root, new, new_root, wrong)
    assert not verify_consistency(old, other, new, new_root, path)
    assert not verify_consistency(old, old_root, new, other, path)
    assert not verify_consistency(new + 1, old_root, new, new_root, path)


@given(some_entries, st.data())
def test_the_needed_nodes_are_enough_to_prove(data: list[bytes], draw: st.DataObject) -> None:
    new = len(data)
    old, index = draw.draw(st.integers(0, new)), draw.draw(st.integers(0, new - 1))
    stored = {(level, at): subtree_over(data)(level, at) for level in range(7) for at in range(new >> level)}
    assert len(inclusion_proof(index, new, lambda level, at: stored[level, at])) == len(inclusion_spans(index, new))
    assert len(consistency_proof(old, new, lambda level, at: stored[level, at])) == len(consistency_spans(old, new))


def test_published_roots_and_proofs() -> None:
    subtree = subtree_over(PUBLISHED_LEAVES)
    roots = [bytes.fromhex(root) for root in PUBLISHED_ROOTS]
    assert [root_of(leaf_hashes(PUBLISHED_LEAVES[:n])) for n in range(1, 9)] == roots
    for (index, size), path in PUBLISHED_INCLUSION.items():
        assert [step.hex() for step in inclusion_proof(index, size, subtree)] == path
    for (old, new), path in PUBLISHED_CONSISTENCY.items():
        made = consistency_proof(old, new, subtree)
        assert [step.hex() for step in made] == path
        assert verify_consistency(old, roots[old - 1], new, roots[new - 1], made)


def test_an_empty_tree_begins_every_tree_and_nothing_proves_more() -> None:
    root, other = mth([b"a", b"b"]), sha256(b"other").digest()
    assert Frontier().root() == root_of([]) == EMPTY_ROOT
    assert consistency_proof(0, 2, subtree_over([b"a", b"b"])) == []
    assert verify_consistency(0, EMPTY_ROOT, 2, root, [])
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert not verify_consistency(0, other, 2, root, [])
    assert not verify_consistency(0, EMPTY_ROOT, 2, root, [other])
    assert not verify_consistency(0, EMPTY_ROOT, 0, other, [])
    assert not verify_consistency(2, root, 2, other, [])
    assert not verify_consistency(1, leaf_hash(b"a"), 2, root, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (5, 4)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, subtree_over([]))


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 1)])
def test_there_is_no_proof_from_a_larger_tree(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not extend"):
        consistency_proof(old, new, subtree_over([]))


@given(st.integers(0, 2**20), st.integers(-33, 33), st.binary(max_size=120))
def test_bytes_are_a_frontier_only_if_it_would_write_them(size: int, more: int, anything: bytes) -> None:
    peaks = 32 * size.bit_count()
    for stored in (*(size.to_bytes(8, "big") + bytes(max(length, 0)) for length in (peaks, peaks + more)), anything):
        if len(stored) >= 8 and len(stored) == 8 + 32 * int.from_bytes(stored[:8], "big").bit_count():
            assert Frontier.from_bytes(stored).to_bytes() == stored
        else:
            with pytest.raises(ValueError, match="no frontier"):
                Frontier.from_bytes(stored)


@pytest.mark.parametrize(("size", "peaks"), [(1, ()), (0, (bytes(32),)), (1, (bytes(31),)), (-1, (bytes(32),))])
def test_a_frontier_whose_parts_disagree_is_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="peak"):
        Frontier(size, peaks)
