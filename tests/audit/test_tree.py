"""The Merkle tree: published roots, proofs that hold, and proofs that must not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.audit.rules.tree import (
    EMPTY_ROOT,
    FAN,
    GrowingTree,
    LeafList,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    open_rows,
    root,
)

# transparency-dev/merkle, testonly/constants.go at 582a6ad1 (Apache-2.0): inputs of RFC 6962's own test tree and its roots.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SOME = [leaf_hash(str(n).encode()) for n in range(70_000)]


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else EMPTY_ROOT
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(word)) for word in INPUTS[:size]]
    growing = GrowingTree()
    for leaf in leaves:
        growing.add(leaf)
    assert root(LeafList(leaves), size).hex() == growing.root().hex() == ROOTS[size]


@given(st.integers(0, 3000))
@settings(max_examples=60, deadline=None)
def test_every_way_to_a_root_agrees(size: int) -> None:
    growing = GrowingTree()
    for leaf in SOME[:size]:
        growing.add(leaf)
    assert growing.root() == root(LeafList(SOME), size) == recursive_root(SOME[:size])


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 66_048])
def test_a_tree_of_three_levels_has_the_right_root(size: int) -> None:
    growing = GrowingTree()
    blocks = [block for leaf in SOME[:size] for block in growing.add(leaf)]
    assert growing.root() == recursive_root(SOME[:size])
    assert [b[:2] for b in blocks if b[0] == 2] == [(2, 0)] * (size >= FAN * FAN)


@given(st.integers(1, 700), st.data())
@settings(max_examples=80, deadline=None)
def test_an_inclusion_proof_holds_for_its_leaf_and_place_only(size: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, size - 1))
    nodes = LeafList(SOME)
    path, top = inclusion_proof(nodes, place, size), root(nodes, size)
    assert is_included(SOME[place], place, size, path, top)
    assert not is_included(SOME[place + 1], place, size, path, top)
    assert not is_included(SOME[place], place, size, [*path, SOME[0]], top)
    assert not is_included(SOME[place], place, size + 1, path, root(nodes, size + 1))
    if path:
        assert not is_included(SOME[place], place, size, path[:-1], top)
        assert not is_included(SOME[place], place ^ 1, size, path, top)


@given(st.integers(1, 700), st.data())
@settings(max_examples=80, deadline=None)
def test_a_consistency_proof_holds_for_its_two_trees_only(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, size))
    nodes = LeafList(SOME)
    path = consistency_proof(nodes, old_size, size)
    old_root, new_root = root(nodes, old_size), root(nodes, size)
    assert is_consistent(old_size, size, path, old_root, new_root)
    assert not is_consistent(old_size, size, path, SOME[0] if old_size > 1 else SOME[1], new_root)
    assert not is_consistent(old_size, size, path, old_root, SOME[3])
    assert not is_consistent(old_size, size, [*path, SOME[0]], old_root, new_root)
    if path:
        assert not is_consistent(old_size, size, path[1:], old_root, new_root)


def test_proofs_outside_the_tree_are_refused() -> None:
    nodes = LeafList(SOME[:3])
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_proof(nodes, 3, 3)
    with pytest.raises(ValueError, match="old tree"):
        consistency_proof(nodes, 0, 3)


@given(st.integers(0, 2000), st.integers(0, 700))
@settings(max_examples=40, deadline=None)
def test_a_tree_taken_up_again_grows_as_if_never_put_down(before: int, more: int) -> None:
    whole, again = GrowingTree(), GrowingTree()
    nodes = LeafList(SOME)
    for leaf in SOME[:before]:
        whole.add(leaf)
    again.load(before, [nodes.row(level, first, count) for level, first, count in open_rows(before)])
    for leaf in SOME[before : before + more]:
        assert whole.add(leaf) == again.add(leaf)
    assert whole.root() == again.root()
