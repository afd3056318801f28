"""Whether the tree of a closed day is still what was signed."""

from collections.abc import Iterator
from datetime import date

from ledger.day_trees.close import ONE_DAY, read_digests
from ledger.day_trees.hashing import NO_ROOT, hash_day, hash_leaves, write_day
from ledger.day_trees.keys import is_our_own, is_signed
from ledger.models import DayTree


def list_faults() -> Iterator[tuple[date, str]]:
    """Yield each closed day whose root or signature is not that of its leaves, and what is wrong."""
    before: DayTree | None = None
    for tree in DayTree.objects.filter(closed_at__isnull=False).select_related("key").order_by("day"):
        if fault := _find_fault(tree, before=before):
            yield tree.day, fault
        before = tree


def _find_fault(tree: DayTree, *, before: DayTree | None) -> str:
    text = write_day(tree.day, tree_root=tree.tree_root, previous_root=tree.previous_root)
    checks = {
        "a day is missing before it": before is None or tree.day - before.day == ONE_DAY,
        "it does not follow the day before": tree.previous_root == (before.root if before else NO_ROOT),
        "its leaves are others": tree.leaves.count() == tree.leaf_count
        and hash_leaves(read_digests(tree)).hex() == tree.tree_root,
        "its root is another": hash_day(text) == tree.root,
        "it is not signed": tree.key is not None
        and is_our_own(tree.key)
        and is_signed(text, signature=tree.signature, public_key=tree.key.public_key),
    }
    return "; ".join(fault for fault, holds in checks.items() if not holds)
