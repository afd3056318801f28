"""What the gateway answers adds up to Stripe's own list of what happened to the balance."""

from dataclasses import replace

import pytest

from core import clock
from gateway.movements import MovementKind, Verdict
from tests.gateway.stripe_stand_in import disputes
from tests.movements import make_movement, make_refund

pytestmark = pytest.mark.django_db
CARDS = ("pm_card_visa", "pm_card_createDispute", "pm_card_chargeCustomerFail", "pm_card_mastercard")


@pytest.mark.slow
def test_fees_refunds_disputes_and_payouts_add_up_to_the_cent(stripe, stand_in):
    customer = stripe.create_customer(key="c")
    total = 0
    for number in range(40):
        movement = make_movement(
            str(number), token=f"{customer}|{CARDS[number % 4]}", cents=1000 + 37 * number
        )
        answer = stripe.charge(replace(movement, reference=stripe.prepare(movement)))
        if answer.verdict == Verdict.APPROVED:
            total += answer.money.amount_minor - answer.fee.amount_minor
        if CARDS[number % 4] == "pm_card_mastercard":
            back = stripe.refund(make_refund(f"r{number}", capture=answer.reference, cents=100 + number))
            total -= back.money.amount_minor + back.fee.amount_minor
    for number, report in enumerate(stripe.list_disputes(since=clock.now())):
        words = ("winning_evidence", "losing_evidence")[number % 2]
        disputes.update(stand_in.books, {"evidence": {"uncategorized_text": words}}, report.reference)
        decided = stripe.read_dispute(reference=report.reference)
        total -= decided.fee.amount_minor + (0 if decided.status == "won" else decided.money.amount_minor)
    paid_out = stripe.payout(make_movement("p", token="acct_madeUp", cents=777, kind=MovementKind.PAYOUT))
    total -= paid_out.money.amount_minor + paid_out.fee.amount_minor
    assert total == stand_in.books.balance("usd")
