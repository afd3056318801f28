"""The tree of a day is closed when all is over that could be of it; what is late goes into the next one."""

import json
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from core import clock
from ledger.day_trees import close as closing
from ledger.day_trees.hashing import NO_ROOT, hash_leaf, hash_leaves
from ledger.day_trees.keys import find_signing_key, is_signed, replace_signing_key
from ledger.day_trees.leaves import read_text
from ledger.models import DayTree, LedgerTransaction, SigningKey, TreeLeaf
from ledger.rebuild import rebuild_balances
from operations.factories import OrganizationFactory
from operations.invariants.day_trees import DAY_TREES
from operations.verification import find_breaches
from tests.bookkeeping.months import post_sale
from tests.ledger.day_trees.days import (
    FIRST,
    ONE_DAY,
    advance_tree_after,
    close_day_of,
    count_steps_to_close,
    morning_after,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seller():
    return OrganizationFactory()


def sell(seller, reference, at=FIRST):
    with clock.travel_to(at):
        post_sale(seller, reference)
    return LedgerTransaction.objects.get(reference=reference)


@contextmanager
def long_transaction():
    """Another connection that has written something and does not end."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT pg_current_xact_id()")
        yield
        other.rollback()


def list_broken(at):
    with clock.travel_to(at):
        return {breach.invariant.id for breach in find_breaches(DAY_TREES)}


def test_a_day_takes_what_was_posted_and_is_chained_to_the_one_before(seller):
    sold = [sell(seller, "first"), sell(seller, "second")]
    tree = close_day_of(FIRST)
    texts = [read_text(each.pk) for each in sold]
    assert tree.tree_root == hash_leaves([hash_leaf(text) for text in texts]).hex()
    assert (tree.leaf_count, tree.late_count, tree.previous_root) == (2, 0, NO_ROOT)
    sell(seller, "third", FIRST + ONE_DAY)
    following = close_day_of(FIRST + ONE_DAY)
    assert (following.leaf_count, following.previous_root) == (1, tree.root)
    assert list_broken(morning_after(FIRST + ONE_DAY)) == set()
    assert not advance_tree_after(FIRST + ONE_DAY)


def test_a_leaf_is_json_of_everything_that_was_posted(seller):
    sold = sell(seller, 'odd "reference" \\ ☂')
    leaf = json.loads(read_text(sold.pk))
    assert list(leaf) == [
        *("format", "transaction", "kind", "reference", "description", "currency", "livemode"),
        *("recorded_at", "occurred_at", "entries"),
    ]
    assert leaf["reference"] == sold.reference
    assert leaf["recorded_at"] == "2026-11-10T12:00:00.000000Z"
    assert [(each["account"], each["organization"], each["amount_minor"]) for each in leaf["entries"]] == [
        (entry.account.kind, entry.account.organization and str(seller.public_id), entry.amount_minor)
        for entry in sold.entries.order_by("pk").select_related("account__organization")
    ]


def test_a_day_waits_for_transactions_that_are_under_way(seller):
    sell(seller, "first")
    with long_transaction():
        assert not advance_tree_after(FIRST)
        assert not advance_tree_after(FIRST)
        assert DayTree.objects.get().closed_at is None
    assert close_day_of(FIRST).leaf_count == 1


def test_a_day_is_not_closed_before_it_is_over(seller):
    sell(seller, "first")
    close_day_of(FIRST)
    with clock.travel_to(FIRST.replace(hour=0, minute=5) + 2 * ONE_DAY):
        assert not closing.advance_tree()
    assert DayTree.objects.count() == 1


def test_what_is_late_goes_into_the_next_tree_and_is_reported_until_then(seller):
    close_day_of(FIRST)
    sell(seller, "late")
    assert list_broken(morning_after(FIRST)) == {"I-48c"}
    following = close_day_of(FIRST + ONE_DAY)
    assert (following.leaf_count, following.late_count) == (1, 1)
    assert list_broken(morning_after(FIRST + ONE_DAY)) == set()


def test_what_is_of_a_later_day_waits_for_it(seller):
    sell(seller, "now")
    later = sell(seller, "by the clock of a test buyer", FIRST + 2 * ONE_DAY)
    assert close_day_of(FIRST).leaf_count == 1
    assert close_day_of(FIRST + ONE_DAY).leaf_count == 0
    assert close_day_of(FIRST + 2 * ONE_DAY).leaf_count == 1
    assert TreeLeaf.objects.get(pk=later.pk).tree.day == (FIRST + 2 * ONE_DAY).date()


def test_a_day_is_closed_in_portions_that_another_process_may_go_on_with(seller, monkeypatch):
    monkeypatch.setattr(closing, "AT_ONCE", 1)
    for number in range(3):
        sell(seller, f"sale {number}")
    steps = count_steps_to_close(FIRST)
    tree = DayTree.objects.get()
    assert (steps, tree.leaf_count) == (5, 3)  # The bounds, three portions, and the root.
    assert list(tree.leaves.order_by("place").values_list("place", flat=True)) == [0, 1, 2]
    assert list_broken(morning_after(FIRST)) == set()


def test_the_bounds_are_found_without_reading_all_entries_before_them(seller):
    sell(seller, "sale")
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {closing.RANGE}", {"start": 1, "end": 9})
        plan = "".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan; RESET enable_bitmapscan")
    assert "Limit" not in plan  # Of an index in the order of `transaction_id`, filtered.


def test_a_dump_in_another_cluster_is_gone_on_with(seller):
    close_day_of(FIRST)
    sell(seller, "before the dump", FIRST + ONE_DAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica;"
            "UPDATE ledger_daytree SET end_xact = end_xact + 1000000000;"
            "SET session_replication_role = origin"
        )
    rebuild_balances()
    assert close_day_of(FIRST + ONE_DAY).leaf_count == 1


def test_a_new_key_signs_and_the_former_one_is_known_still(seller):
    first = close_day_of(FIRST)
    replace_signing_key()
    second = close_day_of(FIRST + ONE_DAY)
    assert first.key != second.key == find_signing_key()
    assert SigningKey.objects.filter(retired_at=None).count() == 1
    assert list_broken(morning_after(FIRST + ONE_DAY)) == set()
    assert not is_signed(b"another text", signature=first.signature, public_key=first.key.public_key)


def test_a_tree_that_is_late_is_reported(seller):
    close_day_of(FIRST)
    assert list_broken(FIRST + timedelta(days=2)) == {"I-48d"}
