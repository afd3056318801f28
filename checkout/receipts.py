"""The receipt of a payment: what the mail about it says, and what was given back since."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import QuerySet

from charges.models import Charge, ChargeKind, ChargeStatus
from checkout.offers import DirectOffer
from checkout.payment_list import find_papers, find_refunds
from core.local_formats import write_money
from invoicing.models import TaxPaper
from mail.contents.parts import Fact
from mail.contents.receipts import list_receipt_facts, select_for_receipts


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment that was collected, as its buyer sees it."""

    offer: DirectOffer
    amount: str
    facts: Sequence[Fact]
    refunds: Sequence[str]
    papers: Sequence[TaxPaper]

    @classmethod
    def of(cls, charge: Charge) -> Self:
        """Put it together in the active language."""
        return cls(
            offer=DirectOffer(charge),
            amount=write_money(charge.total),
            facts=list_receipt_facts(charge),
            refunds=find_refunds([charge.pk])[charge.pk],
            papers=find_papers([charge.pk])[charge.pk],
        )


def find_paid(organization_id: int) -> QuerySet[Charge]:
    """Return the collected payments of an organisation, with what a receipt names."""
    paid = Charge.objects.filter(
        buyer_id=organization_id, kind=ChargeKind.CHARGE, status=ChargeStatus.SUCCESS
    )
    return select_for_receipts(paid)
