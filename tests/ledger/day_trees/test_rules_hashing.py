"""Merkle trees are those of RFC 6962, and every leaf has a path to the root."""

from hashlib import sha256

import pytest

from ledger.day_trees.hashing import find_path, hash_leaf, hash_leaves


def hash_by_definition(leaves):
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + hash_by_definition(leaves[:split]) + hash_by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 33])
def test_a_tree_is_the_one_of_the_standard_and_each_leaf_leads_to_its_root(count):
    leaves = [hash_leaf(f"leaf {number}") for number in range(count)]
    root = hash_leaves(leaves)
    assert root == hash_by_definition(leaves)
    for place, digest in enumerate(leaves):
        for side, beside in find_path(leaves, place):
            digest = sha256(b"\1" + (beside + digest if side == "left" else digest + beside)).digest()
        assert digest == root


def test_a_leaf_is_never_the_hash_of_a_node():
    left, right = hash_leaf("a"), hash_leaf("b")
    assert hash_leaf((left + right).decode("latin-1")) != hash_leaves([left, right])
