"""The ledger of each day (UTC) as a Merkle tree, whose root holds the root of the day before and is signed.

How a tree is made and checked: docs/proofs.md.
"""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from core.kept_rows import kept_for_ever
from ledger.models.books import LedgerTransaction


class SigningKey(models.Model):
    """An Ed25519 key that signs the roots of days; its public half stays when another one follows it."""

    public_key = models.CharField(max_length=64, unique=True, help_text="In hexadecimal.")
    sealed_private_key = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, editable=False)
    retired_at = models.DateTimeField(null=True, help_text="From then on another key signs.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_key_signs",
                fields=["retired_at"],
                condition=Q(retired_at=None),
                nulls_distinct=False,
            ),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.ReadOnly(name="a_public_key_stays", fields=["public_key", "created_at"]),
        ]

    def __str__(self) -> str:
        return self.public_key[:16]


class DayTree(models.Model):
    """The tree of a day: begun, when it is over, then filled in portions, then closed for ever.

    It takes the entries of database transactions from `start_xact` on, up to before `end_xact`, which is
    known as soon as all those before `awaited_xact` are over. Ledger transactions up to `looked_at` were
    looked at, and after `last_transaction` there are none.
    """

    day = models.DateField(unique=True)
    start_xact = models.BigIntegerField()
    awaited_xact = models.BigIntegerField(null=True)
    end_xact = models.BigIntegerField(null=True)
    looked_at = models.BigIntegerField(default=0)
    last_transaction = models.BigIntegerField(default=0)
    leaf_count = models.BigIntegerField(default=0)
    late_count = models.BigIntegerField(default=0, help_text="Of the leaves, those of earlier days.")
    previous_root = models.CharField(max_length=64, blank=True)
    tree_root = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64, blank=True)
    key = models.ForeignKey(SigningKey, models.PROTECT, null=True, related_name="trees")
    signature = models.CharField(max_length=128, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_closed_tree_is_signed",
                condition=Q(closed_at=None, root="", key=None)
                | Q(closed_at__isnull=False, end_xact__isnull=False, key__isnull=False)
                & ~Q(root="")
                & ~Q(signature=""),
            ),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.Protect(
                name="a_closed_tree_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class TreeLeaf(models.Model):
    """The hash of a ledger transaction, and its place in the tree of a day; it waits for its day without."""

    transaction = models.OneToOneField(
        LedgerTransaction, models.PROTECT, primary_key=True, related_name="leaf"
    )
    digest = models.BinaryField()
    tree = models.ForeignKey(DayTree, models.PROTECT, null=True, related_name="leaves", db_index=False)
    place = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_leaf_at_a_place", fields=["tree", "place"]),
            models.CheckConstraint(
                name="a_leaf_of_a_tree_has_its_place",
                condition=Q(tree=None, place=None) | Q(tree__isnull=False, place__isnull=False),
            ),
        ]
        triggers = [
            *kept_for_ever(),
            pgtrigger.Protect(
                name="a_leaf_stays_in_its_tree",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__tree__isnull=False),
            ),
            pgtrigger.ReadOnly(name="a_leaf_stays_as_it_is", fields=["transaction", "digest"]),
        ]

    def __str__(self) -> str:
        return f"leaf {self.pk}"
