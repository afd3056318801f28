"""Entries of the books and lines of receivables say why their amount is what it is."""

import pytest

from backoffice.entry_presenters import explain_figures
from backoffice.receivable_presenters import explain_receivable
from charges.disputes.record import Asked, record_dispute
from core import clock
from core.money import Money
from ledger.models import AccountKind, LedgerEntry
from operations.factories import CustomerFactory, PayoutFactory
from tests.backoffice.test_admin_lists import address, get
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.charges.refunds.test_refunds_that_come_back import come_back
from tests.charges.scripted_gateway import report
from tests.ledger.accounts import ask as ask_customer
from tests.ledger.accounts import attempt, record, reverse
from tests.subscriptions.agreeing import agree

pytestmark = pytest.mark.django_db
CLEARING, PAYABLE, REVENUE = (
    AccountKind.BUYER_CLEARING,
    AccountKind.SELLER_PAYABLE,
    AccountKind.COMMISSION_REVENUE,
)


def why(kind, account):
    entries = LedgerEntry.objects.select_related("account", "transaction")
    return list(explain_figures(entries.get(transaction__kind=kind, account__kind=account)))


def test_the_entries_of_a_sale_say_price_commission_and_share():
    paid(1_255, percent=10)
    assert why("collection", CLEARING) == ["The price: 12.55 USD."]
    assert why("collection", REVENUE) == [
        "Commission: 10 % of 12.55 USD, half of the smallest unit rounded up: 1.26 USD."
    ]
    assert why("collection", PAYABLE) == [
        "12.55 USD less the commission of 1.26 USD: 11.29 USD for the seller."
    ]


def test_the_entries_of_a_refund_say_of_what_they_are():
    pay_out(ask(paid(1_000), 250))
    assert why("refund", CLEARING) == ["2.50 USD of the 10.00 USD that were paid goes back."]
    assert why("refund", REVENUE) == ["The commission in 2.50 USD of the 10.00 USD that were paid: 0.50 USD."]
    assert why("refund", PAYABLE) == ["2.50 USD less the commission of 0.50 USD: 2.00 USD for the seller."]


def test_the_entries_of_a_refund_that_came_back_say_that_it_did():
    come_back(pay_out(ask(paid(1_000), 250)))
    assert why("refund_returned", CLEARING) == ["2.50 USD of the 10.00 USD that were paid came back."]
    assert why("refund", CLEARING) == ["2.50 USD of the 10.00 USD that were paid goes back."]


def test_the_entries_of_a_dispute_say_whose_share_and_which_fee():
    charge = paid(1_000)
    record_dispute(Asked("sandbox", report(charge, fee=1_500), clock.now()))
    assert why("dispute_opened", PAYABLE) == [
        "Dispute dp_1 over 10.00 USD.",
        "The marketplace's share is its commission of 2.00 USD, the seller's the rest, 8.00 USD.",
    ]
    assert why("fee", CLEARING) == [
        "15.00 USD is what sandbox keeps for the dispute dp_1; the marketplace bears it."
    ]


@pytest.mark.parametrize(("payer", "bearer"), [("marketplace", "the marketplace"), ("seller", "the seller")])
def test_the_entries_of_a_dispute_say_which_part_of_the_fee_was_given_back(settings, payer, bearer):
    settings.DISPUTE_FEE_PAYER = payer
    charge = paid(1_000)
    for fee in (1_500, 400):
        record_dispute(Asked("sandbox", report(charge, fee=fee), clock.now()))
    entries = LedgerEntry.objects.select_related("account", "transaction").filter(transaction__kind="fee")
    said = [list(explain_figures(entry)) for entry in entries.order_by("transaction_id")]
    kept = [f"15.00 USD is what sandbox keeps for the dispute dp_1; {bearer} bears it."]
    lowered = [f"sandbox gave back 11.00 USD of its fee for the dispute dp_1, which {bearer} bore."]
    assert said == [kept, kept, lowered, lowered]


def test_the_entries_of_a_payout_say_of_how_much_that_was_available():
    PayoutFactory()
    assert why("withdrawal", PAYABLE) == [
        "The payout of 50.00 USD, of the 100.00 USD that were available when it was asked for."
    ]


def test_list_and_page_of_entries_name_the_rule(staff):
    paid(1_000)
    page, _ = get(staff, address(LedgerEntry))
    for rule in (
        "Collection: what was paid, all of it (Extension)",
        "Collection: what was paid less the commission (Extension)",
        "Collection: the commission on what was paid (Extension)",
    ):
        assert rule in page
    entry = LedgerEntry.objects.get(account__kind=REVENUE)
    page, _ = get(staff, address(LedgerEntry, "change", entry.pk))
    assert "Commission: 20 % of 10.00 USD, half of the smallest unit rounded up: 2.00 USD." in page


def test_an_invoice_of_a_period_says_its_price_and_what_is_open(staff):
    customer = CustomerFactory()
    subscription = agree(customer=customer)
    cents = subscription.price_minor
    invoice = record(customer, "invoice", cents, subscription_id=subscription.pk, period=0)
    record(customer, "payment", 40)
    invoice.refresh_from_db()
    first, second = explain_receivable(invoice)
    assert first == f"Period 1 of {subscription.name}. The price: {Money(cents, 'USD')}."
    assert second.startswith("0.40 USD of it is covered by payments and credits, ")
    page, _ = get(staff, address(type(invoice), "change", invoice.pk))
    assert second in page


def test_payments_declines_reversals_and_what_was_entered_say_where_they_come_from():
    customer = CustomerFactory()
    charge = ask_customer(customer, 100)
    payment = record(customer, "payment", 100, charge_id=charge.pk)
    assert list(explain_receivable(payment))[:2] == ["What became of Charge:", "The price: 1.00 USD."]
    decline = record(customer, "decline", 100, attempt_id=attempt(charge).pk)
    assert [line.startswith("sandbox declined 1.00 USD") for line in explain_receivable(decline)] == [True]
    fee = record(customer, "late_fee", 500, code="LATE-1", creator="api-shop")
    assert next(explain_receivable(fee)) == "5.00 USD as api-shop entered it."
    back = reverse(fee)
    assert next(explain_receivable(back)) == ("5.00 USD of late fee LATE-1 over 5.00 USD is taken back.")
