"""Rows that named their cause in a text refer to it by foreign keys after the migration, and back again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from charges.requests.account_payments import pay_with_option
from charges.requests.customer import refund_customer_charge
from dialects.unibill.processing import finish_payment, finish_refund
from ledger.models import CustomerTransaction
from operations.factories import CustomerFactory, PaymentOptionFactory
from tests.ledger.accounts import record
from tests.subscriptions.agreeing import agree, bill_until
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CAUSES = ("pk", "charge", "attempt", "subscription", "period")


@pytest.fixture
def old_models():
    """The models as they were before; the database is as it was for the length of a test."""
    yield migrate("0004_disbursements")
    migrate()


def migrate(name: str | None = None) -> StateApps:
    executor = MigrationExecutor(connection)
    targets = [("ledger", name)] if name else executor.loader.graph.leaf_nodes()
    return executor.migrate(targets).apps


def read_sources() -> dict[int, str | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, source FROM ledger_customertransaction")
        return dict(cursor.fetchall())


def pay(token="tok_test_approve"):
    option = PaymentOptionFactory(of_customer=True, token=token)
    charge = pay_with_option(
        customer=option.customer, payment_option=option, amount_minor=5, name="", actor="test"
    )
    return charge, finish_payment(charge.pk)


def test_causes_survive_the_way_back_and_forth(request):
    charge, payment = pay()
    refund = refund_customer_charge(charge.pk)
    given_back = finish_refund(refund.pk)
    failed, decline = pay("tok_test_decline_hard")
    subscription = agree()
    bill_until("2027-03-02")
    entered = record(subscription.customer, "credit", 1)
    invoices = CustomerTransaction.objects.filter(subscription=subscription).order_by("period")
    kept = list(CustomerTransaction.objects.order_by("pk").values_list(*CAUSES))

    request.getfixturevalue("old_models")
    sources = read_sources()
    assert (sources[payment.pk], sources[given_back.pk]) == (charge.key, refund.key)
    assert sources[decline.pk] == f"attempt:{failed.attempts.get().key}"
    assert sources[entered.pk] is None
    migrate()
    assert list(CustomerTransaction.objects.order_by("pk").values_list(*CAUSES)) == kept
    assert [sources[each.pk] for each in invoices] == [
        f"subscription:{subscription.public_id}:{period}" for period in (0, 1)
    ]
    assert_books_are_sound()


def test_a_source_of_the_operators_own_is_kept_in_words(old_models):
    terms = {"type": "credit", "side": -1, "amount_minor": 1, "balance_minor": 1, "currency": "USD"}
    credit = old_models.get_model("ledger.CustomerTransaction").objects.create(
        customer_id=CustomerFactory().pk, source="letter:17", note="Sorry", creator="test", **terms
    )
    migrate()
    assert CustomerTransaction.objects.get(pk=credit.pk).note == "Sorry (letter:17)"
