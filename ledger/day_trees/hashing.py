"""Merkle trees as RFC 6962 makes them, and the text of a day that is signed. Nothing here asks a database."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

# Before what is hashed, so that the hash of one kind of thing is never that of another.
LEAF, NODE, DAY = b"\x00", b"\x01", b"\x02"
NO_ROOT = "0" * 64  # Before the first day.


class Step(NamedTuple):
    """A hash on the way from a leaf to the root, and the side on which it is put."""

    side: str
    digest: bytes


def hash_leaf(text: str) -> bytes:
    """Return the hash of a leaf."""
    return sha256(LEAF + text.encode()).digest()


def hash_leaves(digests: Iterable[bytes]) -> bytes:
    """Return the root of a tree with these hashes of leaves, in their order; one a level is kept."""
    complete: list[tuple[int, bytes]] = []  # Trees of ever fewer leaves, each with its height.
    for digest in digests:
        height = 0
        while complete and complete[-1][0] == height:
            digest = _hash_node(complete.pop()[1], digest)
            height += 1
        complete.append((height, digest))
    if not complete:
        return sha256().digest()
    _, root = complete.pop()
    while complete:
        root = _hash_node(complete.pop()[1], root)
    return root


def find_path(digests: Sequence[bytes], place: int) -> list[Step]:
    """Return what a leaf is hashed with, from its neighbour up to the root."""
    path, level = [], digests
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(Step("left" if beside < place else "right", level[beside]))
        place, level = place // 2, _rise(level)
    return path


def write_day(day: date, *, tree_root: str, previous_root: str) -> bytes:
    """Return the text of a day that is signed."""
    return f"billing ledger day {day}\ntree {tree_root}\nprevious {previous_root}\n".encode()


def hash_day(text: bytes) -> str:
    """Return the root of a day."""
    return sha256(DAY + text).hexdigest()


def _hash_node(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()


def _rise(level: Sequence[bytes]) -> list[bytes]:
    """Return the level above; one that is left alone rises as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    return [_hash_node(left, right) for left, right in pairs] + [*level[len(level) & ~1 :]]
