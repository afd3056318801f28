"""Proofs that an entry is in the ledger of a day, for somebody who has nothing but a root or a public key."""

from datetime import date, timedelta
from typing import Any

from ledger.day_trees.close import read_digests
from ledger.day_trees.hashing import find_path, hash_leaf
from ledger.day_trees.leaves import read_text
from ledger.errors import EntryChanged, EntryNotFound, NotYetClosed
from ledger.models import DayTree, LedgerEntry, TreeLeaf

FORMAT = "billing-proof-1"


def prove_entry(entry_id: int, *, until: date | None = None) -> dict[str, Any]:
    """Return the proof as it is written to a file: leaf, path, and the days from its own to another.

    The other day is the last of its month, or the newest that is closed. Raises EntryNotFound,
    EntryChanged, and NotYetClosed when no closed tree has it, or when the other day has none.
    """
    transaction_id = LedgerEntry.objects.filter(pk=entry_id).values_list("transaction_id", flat=True).first()
    if transaction_id is None:
        raise EntryNotFound
    leaf = (
        TreeLeaf.objects.filter(pk=transaction_id, tree__closed_at__isnull=False)
        .select_related("tree")
        .first()
    )
    if leaf is None or leaf.tree is None or leaf.place is None:
        raise NotYetClosed
    text = read_text(transaction_id)
    if hash_leaf(text) != bytes(leaf.digest):
        raise EntryChanged
    return {
        "format": FORMAT,
        "entry": entry_id,
        "leaf": text,
        "path": [
            {"side": step.side, "hash": step.digest.hex()}
            for step in find_path([*read_digests(leaf.tree)], leaf.place)
        ],
        "days": [describe_day(tree) for tree in _list_days(leaf.tree.day, until)],
    }


def describe_day(tree: DayTree) -> dict[str, Any]:
    """Return what is published of a closed day."""
    return {
        "day": str(tree.day),
        "tree_root": tree.tree_root,
        "previous_root": tree.previous_root,
        "root": tree.root,
        "signature": tree.signature,
        "public_key": tree.key.public_key if tree.key else None,
    }


def _list_days(first: date, until: date | None) -> list[DayTree]:
    days = (
        DayTree.objects.filter(closed_at__isnull=False, day__gte=first).select_related("key").order_by("day")
    )
    last = until or _find_last_of_month(first)
    found = list(days.filter(day__lte=last))
    if until is not None and (not found or found[-1].day != until):
        raise NotYetClosed
    return found


def _find_last_of_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
