"""The database takes no money into the books that no row of ours shows, and nothing into what is complete."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.models import Approval
from ledger.corrections.request import approve_correction
from ledger.models import LedgerAccount, LedgerTransaction
from operations.factories import ChargeFactory, OrganizationFactory, PayoutFactory
from tests.approvals.asking import approver
from tests.ledger.corrections.test_corrections import ask as ask_for_a_correction
from tests.money import run_at_once

pytestmark = pytest.mark.django_db
NOBODY = "01234567-89ab-4cde-8f01-23456789abcd"
UNPROVED = "nothing shows that this money moved"
LATER = "nothing is added to a ledger transaction later"
TRANSACTION = """
    INSERT INTO ledger_ledgertransaction
        (id, public_id, kind, reference, description, currency, livemode, created_at)
    VALUES (nextval('ledger_ledgertransaction_id_seq'), gen_random_uuid(), %s, %s, '', %s, %s, now())
    RETURNING id
"""
ENTRIES = "INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor) VALUES {}"


def insert(kind, reference, *, currency="USD", livemode=True):
    with connection.cursor() as cursor:
        cursor.execute(TRANSACTION, [kind, reference, currency, livemode])
        return cursor.fetchone()[0]


def add(pk, *lines):
    """Lines of an account and its cents, in one statement."""
    values = ", ".join(f"({pk}, {account.pk}, {cents})" for account, cents in lines)
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES.format(values))


def refused(match, work, *args):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        work(*args)


def lines_of(posted):
    return [(entry.account, entry.amount_minor) for entry in posted.entries.select_related("account")]


@pytest.fixture
def sale():
    return ChargeFactory(collected=True)


def take_away(charge):
    """The posting of a charge is gone, as if it had never been made."""
    [posted] = LedgerTransaction.objects.filter(reference=charge.key)
    lines = lines_of(posted)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_ledgerentry WHERE transaction_id = %s", [posted.pk])
        cursor.execute("DELETE FROM ledger_ledgertransaction WHERE id = %s", [posted.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    return lines


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("livemode", [True, False])
def test_nothing_is_added_to_what_was_committed(livemode):
    sale = ChargeFactory(collected=True, test=not livemode)
    [posted] = LedgerTransaction.objects.filter(reference=sale.key)
    (one, _), (other, _), *_ = lines_of(posted)
    refused(LATER, add, posted.pk, (one, 5), (other, -5))
    refused(LATER, add, posted.pk, (one, 5), (one, -5))
    assert posted.entries.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_fill_one_transaction_at_once_none_succeeds():
    sale = ChargeFactory(collected=True)
    with transaction.atomic():
        lines = take_away(sale)
        pk = insert("collection", sale.key)
    both = run_at_once(*[lambda: add(pk, *lines)] * 2)
    assert all(LATER in str(result) for result in both)


def test_what_a_row_shows_is_taken_once_and_exactly(sale):
    lines = take_away(sale)
    with transaction.atomic():
        pk = insert("collection", sale.key)
        add(pk, *lines)
    refused(UNPROVED, add, pk, *lines)
    (one, _), (other, _), *_ = lines
    refused(UNPROVED, add, pk, (one, 5), (one, -5))
    refused(UNPROVED, add, pk, (one, 5), (other, -5))


def half(lines):
    return [(account, cents // 2) for account, cents in lines]


def of_another_seller(lines):
    other = LedgerAccount.objects.create(
        kind="seller_payable", organization=OrganizationFactory(), currency="USD", livemode=True
    )
    return [(other if account.organization_id else account, cents) for account, cents in lines]


def all_to_us(lines):
    seller = sum(cents for account, cents in lines if account.organization_id)
    return [
        (account, cents + (seller if account.kind == "commission_revenue" else 0))
        for account, cents in lines
        if not account.organization_id
    ]


def with_a_detour(lines):
    return [*lines, (lines[0][0], 7), (lines[0][0], -7)]


def backwards(lines):
    return [(account, -cents) for account, cents in lines]


@pytest.mark.parametrize("twist", [half, of_another_seller, all_to_us, with_a_detour, backwards])
def test_other_lines_than_the_row_shows_are_refused(sale, twist):
    lines = take_away(sale)
    pk = insert("collection", sale.key)
    refused(UNPROVED, add, pk, *twist(lines))
    add(pk, *lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        ("collection", "sale:1"),
        ("collection", "charge:nonsense"),
        ("collection", f"charge:{NOBODY}"),
        ("refund", "{key}"),
        ("disbursement", "{key}"),
        ("collection", "charge:{upper}"),
        ("collection", "other:{id}"),
        ("collection", "charge:{id}:1"),
        ("fee", "attempt:{id}:1"),
        ("fee", "attempt:{id}:99999999999"),
        ("fee", "dispute:{id}:1"),
        *[(f"dispute_{end}", "dispute:{id}") for end in ("opened", "won", "lost")],
        *[(f"payout_{end}", "payout:{id}") for end in ("settled", "returned")],
    ],
)
def test_a_transaction_without_its_row_is_refused(sale, kind, reference):
    take_away(sale)
    said = {"key": sale.key, "id": sale.public_id, "upper": str(sale.public_id).upper()}
    refused(UNPROVED, insert, kind, reference.format(**said))


def test_a_row_of_another_currency_mode_or_state_shows_nothing(sale):
    take_away(sale)
    refused(UNPROVED, lambda: insert("collection", sale.key, currency="EUR"))
    refused(UNPROVED, lambda: insert("collection", sale.key, livemode=False))
    refused(UNPROVED, insert, "collection", ChargeFactory(activated=True).key)


def test_lines_before_their_transaction_are_refused(sale):
    lines = take_away(sale)
    refused(f"{LATER}|foreign key", add, 10**9, *lines)


def test_nothing_is_locked_but_for_a_payout():
    payout = PayoutFactory()
    [posted] = LedgerTransaction.objects.filter(kind="withdrawal", reference=payout.natural_key)
    lines = lines_of(posted)

    def lock(reference, lines):
        pk = insert("withdrawal", reference, currency=payout.currency)
        add(pk, *lines)
        connection.check_constraints()

    refused(UNPROVED, lock, f"payout:{NOBODY}", lines)
    refused(UNPROVED, lock, "withdrawal", lines)


def test_a_payout_that_is_under_way_shows_neither_its_end_nor_its_return():
    payout = PayoutFactory(approved=True)
    for kind in ("payout_settled", "payout_returned"):
        refused(UNPROVED, lambda kind=kind: insert(kind, payout.natural_key, currency=payout.currency))


@pytest.mark.parametrize("twist", [half, backwards, with_a_detour])
def test_a_correction_has_exactly_the_lines_that_were_approved(twist):
    correction = ask_for_a_correction()
    approve_correction(correction.approval, decided_by=approver())
    [posted] = LedgerTransaction.objects.filter(kind="correction")
    lines = lines_of(posted)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_ledgerentry; DELETE FROM ledger_ledgertransaction")
        cursor.execute("SET LOCAL session_replication_role = origin")
    pk = insert("correction", correction.reference)
    refused(UNPROVED, add, pk, *twist(lines))
    other = LedgerAccount.objects.create(kind="disputed", currency="USD", livemode=True)
    refused(UNPROVED, add, pk, (other, lines[0][1]), lines[1])
    add(pk, *lines)
    refused(UNPROVED, add, pk, (other, 1), (lines[0][0], -1))
    assert json.loads(Approval.objects.get().terms)["currency"] == "USD"
