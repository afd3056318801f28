"""Refunds up to the limit are made at once; the books follow when the processor has paid."""

import pytest

from approvals.models import Approval
from charges.disputes.record import Asked, record_dispute
from charges.errors import ChargeInDispute, ChargeNotFound, RefundedAlready, WrongState
from charges.models import RefundRequest
from core import clock
from core.errors import InvalidField
from events.models import Event
from gateway.hints import DisputeStatus
from ledger.models import AccountKind, LedgerEntry, LedgerTransaction, TransactionKind
from ledger.postings import CLEARING, AccountRef
from operations.factories import ChargeFactory, SubscriptionFactory
from tests.charges.refunds.asking import ask, paid, pay_out
from tests.charges.scripted_gateway import report
from tests.ledger import posting
from tests.money import seller_balance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def events(refund):
    return list(
        Event.objects.filter(object_id=refund.public_id).order_by("sequence").values_list("type", flat=True)
    )


def books():
    return LedgerTransaction.objects.count(), LedgerEntry.objects.count()


def test_a_whole_refund_gives_back_what_was_shared():
    charge = paid(1000, percent=20)
    assert seller_balance(charge) == 800
    request = ask(charge)
    refund = pay_out(request)
    assert (refund.total_minor, refund.commission_minor, refund.status) == (1000, 200, "success")
    assert seller_balance(charge) == 0
    assert LedgerTransaction.objects.get(reference=refund.key).kind == "refund"
    assert (request.reason, request.actor) == ("It does not work.", "staff:anna")
    assert events(refund) == ["refund.created", "refund.succeeded"]


@pytest.mark.slow
def test_the_last_part_takes_the_remainder():
    charge = paid(100, percent=33)
    parts = [pay_out(ask(charge, 33)) for _ in range(3)] + [pay_out(ask(charge))]
    assert [part.total_minor for part in parts] == [33, 33, 33, 1]
    assert sum(part.commission_minor for part in parts) == charge.commission_minor == 33
    assert seller_balance(charge) == 0
    with pytest.raises(RefundedAlready):
        ask(charge)


@pytest.mark.slow
@pytest.mark.parametrize("amount", [0, -1, 701, 10**12])
def test_no_more_than_what_is_left(amount):
    charge = paid(1000)
    ask(charge, 300)
    with pytest.raises(InvalidField, match="between 1 and the 700 cents left") as refusal:
        ask(charge, amount)
    assert refusal.value.field == "amount_minor"
    assert RefundRequest.objects.count() == 1


@pytest.mark.parametrize("reason", ["", " ", "x" * 201, "4111 1111 1111 1111"])
def test_a_refund_has_a_reason(reason):
    with pytest.raises(InvalidField) as refusal:
        ask(paid(), reason=reason)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("stage", ["accepted", "activated", "failed"])
def test_what_was_not_collected_is_not_refunded(stage):
    with pytest.raises(WrongState):
        ask(ChargeFactory(**{stage: True}))


def test_a_refund_is_not_refunded():
    charge = paid()
    refund = pay_out(ask(charge, 100))
    with pytest.raises(ChargeNotFound):
        ask(refund)


def test_a_refund_that_the_processor_refuses_leaves_the_books_as_they_were():
    charge = paid(1000, card="tok_test_refund_refused")
    before = books()
    refund = pay_out(ask(charge, 400))
    assert (refund.status, refund.failure_code) == ("failed", "refund_refused")
    assert books() == before
    assert seller_balance(charge) == 800
    assert events(refund) == ["refund.created", "refund.failed"]
    assert ask(charge).amount_minor == 1000


def test_a_charge_in_dispute_is_not_refunded_until_it_is_decided():
    charge = paid(1000)

    def tell(status):
        record_dispute(Asked("sandbox", report(charge, status=status, amount=300, fee=0), clock.now()))

    tell(DisputeStatus.OPENED)
    with pytest.raises(ChargeInDispute, match="disputes this charge"):
        ask(charge, 100)
    tell(DisputeStatus.LOST)
    assert ask(charge).amount_minor == 700


def test_a_period_is_refunded_as_any_charge_and_its_subscription_goes_on():
    subscription = SubscriptionFactory(active=True)
    charge = subscription.charges.get()
    refund = pay_out(ask(charge, 900))
    assert (refund.status, refund.due_at, refund.period) == ("success", charge.due_at, None)
    subscription.refresh_from_db()
    assert subscription.status == "active"


def test_a_test_charge_is_refunded_without_limit_and_without_money(settings):
    settings.REFUND_APPROVAL_LIMIT = {}
    charge = paid(90_000, test=True)
    refund = pay_out(ask(charge))
    assert (refund.status, seller_balance(charge)) == ("success", 0)
    assert not LedgerTransaction.objects.get(reference=refund.key).livemode
    assert not Approval.objects.exists()


def test_a_refund_may_leave_the_seller_in_debt():
    charge = paid(1000)
    payable = AccountRef(AccountKind.SELLER_PAYABLE, charge.payee_id)
    posting.post(TransactionKind.WITHDRAWAL, "withdrawal:1", {payable: 800, CLEARING: -800})
    assert pay_out(ask(charge, 500)).status == "success"
    assert seller_balance(charge) == -400
