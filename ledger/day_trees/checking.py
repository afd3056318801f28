"""Whether the tree of a closed day is still what was signed."""

from ledger.day_trees.close import ONE_DAY, read_digests
from ledger.day_trees.hashing import NO_ROOT, hash_day, hash_leaves, write_day
from ledger.day_trees.keys import is_our_own, is_signed
from ledger.models import DayTree


def find_fault(tree: DayTree, *, before: DayTree | None) -> str:
    """Return what is wrong with a closed tree, which comes after another or is the first; or nothing."""
    digests = read_digests(tree.pk)
    text = write_day(tree.day, tree_root=tree.tree_root, previous_root=tree.previous_root)
    checks = {
        "a day is missing before it": before is None or tree.day - before.day == ONE_DAY,
        "it does not follow the day before": tree.previous_root == (before.root if before else NO_ROOT),
        "its leaves are others": len(digests) == tree.leaf_count
        and hash_leaves(digests).hex() == tree.tree_root,
        "its root is another": hash_day(text) == tree.root,
        "it is not signed": tree.key is not None
        and is_our_own(tree.key)
        and is_signed(text, signature=tree.signature, public_key=tree.key.public_key),
    }
    return "; ".join(fault for fault, holds in checks.items() if not holds)
