"""What the database refuses, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from ledger.errors import UnbalancedTransaction
from ledger.models import (
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    TransactionKind,
)
from ledger.postings import CLEARING, AccountRef
from operations.factories import OrganizationFactory
from tests.ledger import posting

pytestmark = pytest.mark.django_db


def post(amounts: tuple[int, int] = (100, -100), livemode=True, currency="USD") -> LedgerTransaction:
    seller = OrganizationFactory()
    reference = f"charge:{seller.public_id}"
    moves = {CLEARING: amounts[0], AccountRef(AccountKind.SELLER_PAYABLE, seller.pk): amounts[1]}
    posting.post(TransactionKind.COLLECTION, reference, moves, livemode=livemode, currency=currency)
    return LedgerTransaction.objects.get(reference=reference)


def refused(work) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        work()


def test_a_transaction_must_balance():
    with pytest.raises(UnbalancedTransaction):
        post((100, -99))


def test_the_database_refuses_an_unbalanced_transaction_too():
    entry = post().entries.first()
    refused(
        lambda: LedgerEntry.objects.create(
            transaction=entry.transaction, account=entry.account, amount_minor=5
        )
    )


def test_test_money_cannot_reach_a_live_account():
    live, test = post().entries.all(), post(livemode=False)
    refused(
        lambda: LedgerEntry.objects.bulk_create(
            LedgerEntry(transaction=test, account=entry.account, amount_minor=entry.amount_minor)
            for entry in live
        )
    )


def test_currencies_do_not_mix():
    dollars, euros = post().entries.all(), post(currency="EUR")
    refused(
        lambda: LedgerEntry.objects.bulk_create(
            LedgerEntry(transaction=euros, account=entry.account, amount_minor=entry.amount_minor)
            for entry in dollars
        )
    )


@pytest.mark.parametrize("model", [LedgerAccount, LedgerTransaction, LedgerEntry])
def test_nothing_in_the_books_is_changed_or_removed(model):
    post()
    field = {LedgerAccount: "currency", LedgerTransaction: "description", LedgerEntry: "amount_minor"}[model]
    value = 7 if model is LedgerEntry else "EUR"
    refused(lambda: model.objects.update(**{field: value}))
    refused(lambda: model.objects.all()._raw_delete("default"))


def test_truncate_is_refused_to_everybody_but_a_test_session():
    post()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL billing.allow_truncate = 'off'")
        refused(lambda: cursor.execute("TRUNCATE ledger_ledgerentry"))


def test_a_line_of_zero_is_refused():
    entry = post().entries.first()
    refused(
        lambda: LedgerEntry.objects.create(
            transaction=entry.transaction, account=entry.account, amount_minor=0
        )
    )
