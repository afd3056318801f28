"""Clients of the later Billy: their words for the same things, their invoices, and slashes at the end."""

import pytest

from subscriptions.models import Subscription
from tests.dialects.billy.world import call, later, ok
from tests.money import captures

CARD, OTHER = "/v1/marketplaces/MP1/cards/CC1", "/v1/marketplaces/MP1/cards/CC2"
pytestmark = pytest.mark.usefixtures("sound_books")


@pytest.mark.parametrize(("theirs", "ours"), [("debit", "charge"), ("credit", "payout")])
def test_plans_are_made_by_the_later_words_and_shown_by_the_documented_ones(company, theirs, ours):
    assert company.plan(plan_type=theirs)["plan_type"] == ours


def test_a_customer_may_be_known_by_its_processor_uri(company):
    assert company.customer(processor_uri="/v1/customers/CU1")["external_id"] == "/v1/customers/CU1"


def test_a_funding_instrument_is_what_is_charged(company):
    created = company.subscription(funding_instrument_uri=CARD)
    assert created["payment_uri"] == CARD
    (transaction,) = company.transactions(created)
    assert (transaction["status"], transaction["payment_uri"]) == ("done", CARD)


def test_the_same_card_by_both_names_is_charged_once(company):
    assert company.subscription(funding_instrument_uri=CARD, payment_uri=CARD)["payment_uri"] == CARD
    assert company.subscription(funding_instrument_uri=CARD, payment_uri="")["payment_uri"] == CARD


def test_two_cards_are_refused(company):
    response = company.subscribe(funding_instrument_uri=CARD, payment_uri=OTHER)
    assert response.status_code == 400
    assert "<li>funding_instrument_uri:<ul><li>Differs from payment_uri.</li>" in response.content.decode()
    assert not Subscription.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "spelling",
    [
        "Payment_URI", "paymentUri", "payment-uri", "fundingInstrumentUri", "funding_instrument", "card_uri",
        "bank_account_uri", "source_uri", "source", "destination_uri", "card", "payment_method_id",
        "card_token",
    ],
)  # fmt: skip
def test_a_card_by_a_name_that_nothing_reads_is_refused_and_nothing_charged(company, spelling):
    response = company.subscribe(**{spelling: CARD})
    assert response.status_code == 400
    assert f"<li>{spelling}:<ul><li>Send it as payment_uri.</li>" in response.content.decode()
    assert captures() == []


def test_other_unknown_parameters_are_ignored_as_before(company):
    assert company.subscription(appears_on_statement_as="ACME", description="card of the month")


def test_what_is_wrong_is_named_as_it_was_sent_beside_all_else(company):
    response = company.subscribe(funding_instrument_uri="x" * 200, amount="-1", card="y")
    text = response.content.decode()
    assert response.status_code == 400
    for name in ("funding_instrument_uri", "amount", "card"):
        assert f"<li>{name}:<ul>" in text
    assert "<li>payment_uri:" not in text


def test_the_charge_of_a_period_reads_as_an_invoice(company):
    with later():
        subscription = company.subscription(funding_instrument_uri=CARD)
        (invoice,) = company.items("invoices")
    assert invoice == {
        "guid": invoice["guid"],
        "invoice_type": "subscription",
        "subscription_guid": subscription["guid"],
        "customer_guid": subscription["customer_guid"],
        "transaction_type": "debit",
        "status": "settled",
        "amount": 1000,
        "effective_amount": 1000,
        "total_adjustment_amount": 0,
        "title": None,
        "appears_on_statement_as": None,
        "funding_instrument_uri": CARD,
        "items": [],
        "adjustments": [],
        "scheduled_at": "2013-08-16T00:00:00",
        "created_at": "2013-08-16T00:00:00",
        "updated_at": "2013-08-16T00:00:00",
    }
    assert invoice["guid"].startswith("IV")
    assert ok(company.get(f"invoices/{invoice['guid']}")) == invoice
    for noun in ("customer", "plan"):
        assert company.items(f"{noun}s/{subscription[f'{noun}_guid']}/invoices") == [invoice]
    assert company.items(f"subscriptions/{subscription['guid']}/invoices") == [invoice]


@pytest.mark.parametrize(
    ("card", "status"),
    [("/cards/CC1", "settled"), ("/cards/decline_soft", "processing"), ("/cards/decline_hard", "processing")],
)
def test_an_invoice_says_whether_it_is_paid(company, card, status):
    company.subscription(payment_uri=card)
    assert [invoice["status"] for invoice in company.items("invoices")] == [status]


@pytest.mark.slow
def test_an_invoice_has_its_payment_and_refunds(company):
    subscription = company.subscription()
    company.subscription()
    ok(company.cancel(subscription, refund_amount=300))
    (invoice,) = company.items(f"subscriptions/{subscription['guid']}/invoices")
    shown = company.items(f"invoices/{invoice['guid']}/transactions")
    assert [(row["transaction_type"], row["amount"]) for row in shown] == [("refund", 300), ("charge", 1000)]
    assert shown == company.transactions(subscription)


@pytest.mark.slow
@pytest.mark.parametrize("noun", ["customers", "plans", "subscriptions", "invoices", "transactions"])
def test_a_collection_may_end_with_a_slash(company, noun):
    company.subscription()
    assert ok(company.get(f"{noun}/")) == ok(company.get(noun))


def test_the_first_line_of_billys_tutorial_registers_a_company(db):
    made = ok(call("POST", "/v1/companies/", None, {"processor_key": "made-up-processor-key"}))
    assert made["guid"].startswith("CP")


def test_a_slash_does_not_make_another_request_of_a_repeated_one(company):
    for path in ("customers", "customers/"):
        ok(company.post(path, {"external_id": "one"}, **{"Idempotency-Key": "same"}))
    assert len(company.items("customers")) == 1


def test_what_only_the_later_billy_did_answers_in_billys_way(company):
    for path in ("invoices", "invoices/IVx/refund", "invoices/IVx/cancel"):
        response = company.post(path, {"amount": 1})
        assert (response.status_code, response.headers["Content-Type"][:10]) == (404, "text/plain")
