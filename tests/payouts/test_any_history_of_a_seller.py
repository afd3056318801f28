"""Sales, refunds, disputes and payouts in any order: what is available is what a plain model says."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from charges.collection.single import collect_charge
from charges.disputes.record import Asked, record_dispute
from charges.models import Charge, ChargeKind, Dispute
from charges.refunds.make import count_refundable, refund_charge
from core import clock
from gateway.hints import DisputeStatus
from operations.factories import ApplicationFactory, CallerFactory, ChargeFactory
from operations.factories.payouts import make_approver
from payouts.available import read_available
from payouts.decide import approve_payout, cancel_payout, reject_payout
from payouts.errors import BalanceTooLow, PayoutTooSmall
from payouts.models import Payout, PayoutStatus
from payouts.sending.by_hand import send_by_hand
from payouts.sending.outcome import return_payout, settle_payout
from tests.charges.scripted_gateway import report
from tests.payouts.steps import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
HOLD = timedelta(days=7)
STEPS = 30


@dataclass
class Sale:
    """A sale as a clerk would note it down: when, the seller's share, and what of it goes back."""

    charge: Charge
    refunds: list[Charge] = field(default_factory=list)

    def count_free(self) -> int:
        """Cents of the seller's share that nobody can want back any more, so far as is known."""
        if clock.now() - self.charge.finished_at < HOLD:
            return 0
        left = self.charge.total_minor - self.charge.commission_minor
        left -= sum(each.total_minor - each.commission_minor for each in self.refunds)
        for dispute in Dispute.objects.filter(charge=self.charge):
            if dispute.status == "lost":
                left -= dispute.amount_minor - dispute.commission_minor
            if dispute.status == "opened":
                left -= dispute.amount_minor - dispute.amount_minor * self.charge.commission_percent // 100
        return left


class Story:
    """What happens to one seller, step by step, and the clerk's notes of it."""

    def __init__(self, seller, seed):
        self.dice, self.seller, self.sales = Random(seed), seller, []
        self.caller = CallerFactory(
            application=ApplicationFactory(
                organization=seller, commission_percent=self.dice.choice([0, 13, 20])
            )
        )
        self.approver = make_approver()

    def sell(self):
        charge = ChargeFactory(
            collected=True, caller=self.caller, price_minor=self.dice.randint(1_000, 9_999), quantity=1
        )
        self.sales.append(Sale(charge))

    def refund(self):
        sale = self.dice.choice(self.sales)
        left = count_refundable(sale.charge)
        if left:
            refund = refund_charge(sale.charge, amount_minor=self.dice.randint(1, left), due_at=None)
            sale.refunds.append(refund)

    def pay_refunds(self):
        for refund in Charge.objects.filter(kind=ChargeKind.REFUND, status="processed"):
            collect_charge(refund.pk)

    def dispute(self):
        charge = self.dice.choice(self.sales).charge
        left = count_refundable(charge)
        if left:
            amount, name = self.dice.randint(1, left), f"dp_{Dispute.objects.count()}"
            said = report(charge, reference=name, amount=amount, fee=0)
            record_dispute(Asked("sandbox", said, clock.now()))

    def decide_dispute(self):
        dispute = Dispute.objects.filter(status="opened").first()
        if dispute:
            status = self.dice.choice([DisputeStatus.WON, DisputeStatus.LOST])
            said = report(
                dispute.charge, status=status, reference=dispute.reference, amount=dispute.amount_minor, fee=0
            )
            record_dispute(Asked("sandbox", said, clock.now()))

    def ask(self):
        available = self.count_available()
        wanted = self.dice.choice([None, max(available, 0) + 1, self.dice.randint(1_000, 5_000)])
        fits = available >= max(1_000, wanted or 0) and (wanted is None or wanted >= 1_000)
        if fits:
            assert ask(self.seller, wanted, method="by_hand").amount_minor == (wanted or available)
        else:
            with pytest.raises((BalanceTooLow, PayoutTooSmall)):
                ask(self.seller, wanted)

    def go_on(self):
        for payout in Payout.objects.filter(organization=self.seller):
            acts = {
                PayoutStatus.REQUESTED: [
                    lambda pk: approve_payout(pk, user=self.approver),
                    lambda pk: reject_payout(pk, user=self.approver, reason="No."),
                ],
                PayoutStatus.APPROVED: [
                    lambda pk: send_by_hand(pk, reference="x", actor="test"),
                    lambda pk: cancel_payout(pk, actor="test"),
                ],
                PayoutStatus.SENT: [
                    lambda pk: settle_payout(pk, actor="test"),
                    lambda pk: return_payout(pk, actor="test", reason="Closed."),
                ],
                PayoutStatus.SETTLED: [lambda pk: return_payout(pk, actor="test", reason="Back.")],
            }.get(payout.status)
            if acts and self.dice.random() < 0.6:
                self.dice.choice(acts)(payout.pk)

    def count_available(self) -> int:
        gone = ("returned", "rejected", "cancelled")
        paid = sum(payout.amount_minor for payout in Payout.objects.exclude(status__in=gone))
        young = [sale for sale in self.sales if clock.now() - sale.charge.finished_at < HOLD]
        assert all(sale.count_free() == 0 for sale in young)
        return sum(sale.count_free() for sale in self.sales) - paid

    def read(self) -> int:
        return read_available(organization_id=self.seller.pk, currency="EUR").available_minor


@pytest.mark.parametrize("seed", range(4))
def test_what_is_available_is_what_a_plain_model_says(seller, seed):
    begin = clock.now()
    with clock.travel_to(begin):
        story = Story(seller, seed)
        story.sell()
    for step in range(STEPS):
        with clock.travel_to(begin + timedelta(days=step, hours=1)):
            acts = [story.sell, story.refund, story.pay_refunds, story.dispute, story.decide_dispute]
            story.dice.choice([*acts, story.ask, story.ask, story.go_on])()
            assert story.read() == story.count_available(), step
