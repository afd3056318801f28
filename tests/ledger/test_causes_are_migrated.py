"""Rows that named their cause in a text refer to it by foreign keys after the migration, and back again."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from charges.requests.account_payments import pay_with_option
from charges.requests.customer import refund_customer_charge
from dialects.unibill.processing import finish_payment, finish_refund
from ledger.models import CustomerTransaction
from operations.factories import CustomerFactory, PaymentOptionFactory
from tests.ledger.accounts import record
from tests.subscriptions.agreeing import agree, bill_until
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
BEFORE = ("ledger", "0004_disbursements")
CAUSES = ("pk", "charge", "attempt", "subscription", "period")


def migrate(*name: str) -> None:
    call_command("migrate", *name, verbosity=0, interactive=False)


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


def enter_by_hand(source: str) -> int:
    """Write a credit as the models of that time did; returns its key."""
    old_models = MigrationExecutor(connection).loader.project_state([BEFORE]).apps
    terms = {"type": "credit", "side": -1, "amount_minor": 1, "balance_minor": 1, "currency": "USD"}
    credit = old_models.get_model("ledger.CustomerTransaction").objects.create(
        customer_id=CustomerFactory().pk, source=source, note="Sorry", creator="test", **terms
    )
    return credit.pk


@pytest.fixture
def _migrated_at_the_end():
    yield
    migrate()


@pytest.mark.night  # All migrations since are taken back, which takes half a minute.
@pytest.mark.usefixtures("_migrated_at_the_end")
def test_causes_survive_the_way_back_and_forth():
    charge, payment = pay()
    refund = refund_customer_charge(charge.pk)
    given_back = finish_refund(refund.pk)
    failed, decline = pay("tok_test_decline_hard")
    subscription = agree()
    bill_until("2027-03-02")
    entered = record(subscription.customer, "credit", 1)
    invoices = CustomerTransaction.objects.filter(subscription=subscription).order_by("period")
    kept = list(CustomerTransaction.objects.order_by("pk").values_list(*CAUSES))

    migrate(*BEFORE)
    sources = read_sources()
    assert (sources[payment.pk], sources[given_back.pk]) == (charge.key, refund.key)
    assert sources[decline.pk] == f"attempt:{failed.attempts.get().key}"
    assert sources[entered.pk] is None
    of_the_operator = enter_by_hand("letter:17")

    migrate()
    assert CustomerTransaction.objects.get(pk=of_the_operator).note == "Sorry (letter:17)"
    left = CustomerTransaction.objects.exclude(pk=of_the_operator).order_by("pk")
    assert list(left.values_list(*CAUSES)) == kept
    assert [sources[each.pk] for each in invoices] == [
        f"subscription:{subscription.public_id}:{period}" for period in (0, 1)
    ]
    assert_books_are_sound()
