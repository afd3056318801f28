"""Balances after a dump was restored into a cluster whose transaction ids start anew."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from ledger.balances import read_balance, roll_up_balances
from ledger.models import AccountKind, LedgerAccount, LedgerEntry, RollUpMark
from ledger.rebuild import rebuild_balances
from operations.verification import find_breaches
from tests.ledger.posting import post_fee

pytestmark = pytest.mark.django_db(transaction=True)
AHEAD = 1_000_000_000


def clearing():
    return read_balance(LedgerAccount.objects.get(kind=AccountKind.BUYER_CLEARING).pk)


@pytest.fixture
def restored():
    """Two postings, one of them rolled up, all of them with the ids of a much older cluster."""
    post_fee("first", 100)
    roll_up_balances()
    post_fee("second", 10)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ledger_ledgerentry SET xact = xact + %s", [AHEAD])
        cursor.execute("UPDATE ledger_rollupmark SET xact = xact + %s", [AHEAD])


def find_broken():
    return {breach.invariant.id: breach.invariant.hint for breach in find_breaches()}


def test_a_restored_dump_is_noticed_and_the_hint_names_the_cure(restored):
    assert "after_restore" in find_broken()["I-06"]


def test_new_entries_of_a_restored_dump_would_be_overlooked(restored):
    post_fee("third", 1)
    assert clearing() == 110


def test_rebuilding_makes_every_balance_exact_again(restored):
    post_fee("third", 1)
    assert rebuild_balances().accounts == 2
    assert clearing() == 111
    assert find_broken() == {}


def test_posting_and_rolling_up_go_on_after_it(restored):
    rebuild_balances()
    post_fee("third", 1)
    assert clearing() == 111
    roll_up_balances()
    assert clearing() == 111
    assert find_broken() == {}


def test_a_restored_cluster_without_snapshots_or_mark_is_rebuilt_too(restored):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_balancesnapshot; DELETE FROM ledger_rollupmark")
    rebuild_balances()
    assert clearing() == 110
    assert RollUpMark.objects.count() == 1


def test_rebuilding_sound_books_changes_no_balance():
    post_fee("first", 100)
    roll_up_balances()
    before = set(LedgerEntry.objects.values_list("pk", "amount_minor"))
    rebuild_balances()
    assert clearing() == 100
    assert set(LedgerEntry.objects.values_list("pk", "amount_minor")) == before


def test_entries_are_guarded_again_afterwards(restored):
    rebuild_balances()
    with pytest.raises(Exception, match="Cannot update"):
        LedgerEntry.objects.update(amount_minor=1)


def test_the_command_says_what_it_did(restored, capsys):
    call_command("rebuild_balances")
    assert capsys.readouterr().out.startswith("2 balances summed up")
