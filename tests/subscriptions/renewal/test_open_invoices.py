"""A retry asks for what is open of an invoice, whoever has paid the rest."""

import pytest

from backoffice.charge_presenters import describe_period
from backoffice.subscription_presenters import find_newest_charges
from charges.collection.invoice_remainder import PAID, PAID_IN_PART
from charges.collection.single import claim_charge
from charges.models import Charge, ChargeStatus
from core import clock
from ledger.receivables import record_transaction
from ledger.transaction_types import CustomerTransactionType as Type
from operations.rehearsal import preview_billing, run_billing
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.reverse_invoice import reverse_entry
from subscriptions.models import Subscription, SubscriptionStatus
from tests.money import captures, run_at_once
from tests.subscriptions.agreeing import ME, account, agree, balance, bill_until
from tests.subscriptions.stories import day
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def declined() -> Subscription:
    """An agreement whose first invoice could not be collected, and whose card is good again."""
    subscription = agree("tok_test_decline_soft")
    bill_until("2027-02-01")
    subscription.payment_option.__class__.objects.update(gateway_token="tok_test_approve_now")
    return subscription


def pay(subscription: Subscription, cents: int) -> None:
    record_transaction(
        customer_id=subscription.customer_id,
        type=Type.PAYMENT,
        amount_minor=cents,
        currency="USD",
        creator=ME,
    )


def outcomes(subscription: Subscription) -> list[tuple[int, str, str]]:
    rows = Charge.objects.filter(subscription=subscription).order_by("pk")
    return list(rows.values_list("total_minor", "status", "failure_message"))


def test_an_invoice_that_was_paid_in_another_way_is_not_collected_again(declined):
    pay(declined, 1999)
    bill_until("2027-02-28")
    assert captures() == []
    assert outcomes(declined) == [(1999, ChargeStatus.FAILED, PAID)]
    assert balance(declined) == 0
    assert_books_are_sound()


def test_of_an_invoice_that_was_paid_in_part_the_rest_is_collected(declined):
    pay(declined, 500)
    bill_until("2027-02-28")
    assert [cents for _, cents in captures()] == [1499]
    assert [(cents, status) for cents, status, _ in outcomes(declined)] == [
        (1999, ChargeStatus.FAILED),
        (1499, ChargeStatus.SUCCESS),
    ]
    assert outcomes(declined)[0][2] == PAID_IN_PART
    assert account(declined) == [
        (Type.INVOICE, 1999, 0),
        (Type.DECLINE, 1999, 0),
        (Type.PAYMENT, 500, 0),
        (Type.CLAIM, 1499, 0),
    ]
    assert balance(declined) == 0
    assert_books_are_sound()


@pytest.mark.slow
def test_the_rest_has_the_retries_that_were_left(declined):
    declined.payment_option.__class__.objects.update(gateway_token="tok_test_decline_soft")
    pay(declined, 500)
    bill_until("2027-02-02")
    pay(declined, 400)
    bill_until("2027-02-28")
    assert [row[:2] for row in outcomes(declined)] == [
        (1999, ChargeStatus.FAILED),
        (1499, ChargeStatus.FAILED),
        (1099, ChargeStatus.FAILED),
    ]
    assert [kind for kind, *_ in account(declined)].count(Type.DECLINE) == 5
    assert captures() == []
    assert_books_are_sound()


def test_a_fixed_term_expires_with_the_rest_of_its_last_invoice():
    subscription = agree("tok_test_decline_soft", length=1)
    bill_until("2027-02-01")
    subscription.payment_option.__class__.objects.update(gateway_token="tok_test_approve_now")
    pay(subscription, 500)
    with clock.travel_to(day("2027-02-01")):
        summary = run_billing(until=day("2027-02-28"))
    assert summary.describe() == ["collected 1 (14.99 USD)"]
    subscription.refresh_from_db()
    assert subscription.status == SubscriptionStatus.EXPIRED
    assert_books_are_sound()


def test_a_dry_run_asks_for_the_rest(declined):
    pay(declined, 500)
    with clock.travel_to(day("2027-02-01")):
        (line,) = preview_billing(until=day("2027-02-10")).describe()
    assert line == "would collect 1 (14.99 USD)"


def test_staff_see_the_rest_in_place_of_what_it_replaced(declined):
    declined.payment_option.__class__.objects.update(gateway_token="tok_test_decline_soft")
    pay(declined, 500)
    bill_until("2027-02-02")
    newest = find_newest_charges([Subscription.objects.get(pk=declined.pk)])[declined.pk]
    assert (newest.total_minor, newest.status) == (1499, ChargeStatus.PROCESSED)
    assert describe_period(newest) == "Rest of an invoice"


def test_who_ends_an_agreement_while_a_rest_is_drawn_up_gives_it_up_too(declined):
    pay(declined, 500)
    charge = declined.charges.get()
    run_at_once(
        lambda: travel(day("2027-02-02"), claim_charge, charge.pk),
        lambda: travel(day("2027-02-02"), cancel_subscription, declined.pk, actor=ME),
    )
    left = Charge.objects.filter(subscription=declined, status=ChargeStatus.PROCESSED, given_up_at=None)
    assert not left.exists()


def travel(instant, work, *args, **options):
    with clock.travel_to(instant):
        return work(*args, **options)


def test_the_rest_is_given_up_when_the_agreement_ends(declined):
    declined.payment_option.__class__.objects.update(gateway_token="tok_test_decline_soft")
    pay(declined, 500)
    bill_until("2027-02-02")
    cancel_subscription(declined.pk, actor=ME)
    declined.payment_option.__class__.objects.update(gateway_token="tok_test_approve_now")
    bill_until("2027-02-28")
    assert captures() == []
    assert outcomes(declined)[1] == (1499, ChargeStatus.FAILED, "The card has insufficient funds.")


def test_a_reversed_invoice_is_not_collected_any_more():
    subscription = agree("tok_test_decline_soft")
    bill_until("2027-02-01")
    invoice = subscription.customer.transactions.get(type=Type.INVOICE)
    reversal = reverse_entry(invoice.pk, creator=ME)
    assert reversal.type == Type.INVOICE_REVERSAL
    subscription.payment_option.__class__.objects.update(gateway_token="tok_test_approve_now")
    bill_until("2027-02-28")
    assert captures() == []
    assert subscription.charges.get().failure_message == "The invoice was reversed."
    bill_until("2027-03-02")
    assert [cents for _, cents in captures()] == [1999]
    assert_books_are_sound()
