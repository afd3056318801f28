"""Texts about refunds for staff: what goes back, who bears it, and what is left."""

from collections.abc import Mapping
from typing import Any

from charges.models import Charge, RefundRequest
from charges.refunds.limit import count_free
from charges.refunds.make import check_refund, count_refundable
from charges.refunds.terms import work_out_terms
from core.money import Money
from customers.models import Organization
from ledger.balances import read_seller_balance


def explain_refund_of(charge: Charge) -> list[str]:
    """Return what can be given back of a charge."""
    left = Money(count_refundable(charge), charge.currency)
    return [
        f"{left} of {charge.total} can be given back to who paid.",
        f"The seller gives back {100 - charge.commission_percent} % of it, the marketplace its commission of"
        f" {charge.commission_percent} %.",
    ]


def preview_refund(charge: Charge, *, amount_minor: int, reason: str) -> list[str]:
    """Return what a refund of so many cents would do. Raises what `check_refund` raises."""
    check_refund(charge, amount_minor)
    free = count_free(charge)
    terms = work_out_terms(RefundRequest(charge=charge, amount_minor=amount_minor), charge)
    if free is None or amount_minor <= free:
        return [*explain_refund_terms(terms), "It is sent to the processor at once."]
    limit = Money(free, charge.currency)
    return [
        *explain_refund_terms(terms),
        f"That is more than the {limit} that one person can still give back of this charge: nothing moves"
        " before another person has approved it.",
    ]


def explain_refund_terms(terms: Mapping[str, Any]) -> list[str]:
    """Return the terms of a refund in words, and what the seller is owed before and after."""
    currency = terms["currency"]

    def write(name: str) -> Money:
        return Money(terms[name], currency)

    seller = Organization.objects.get(public_id=terms["seller"])
    owed = Money(
        read_seller_balance(organization_id=seller.pk, currency=currency, livemode=terms["livemode"]),
        currency,
    )
    return [
        f"{write('amount_minor')} goes back to who paid"
        f"{'' if terms['livemode'] else '; it is a test, and no money moves'}.",
        f"Of the charge, {write('left_before_minor')} is left before, {write('left_after_minor')} after.",
        f"The seller, {seller}, gives back {write('seller_minor')}: it is owed {owed} now,"
        f" {owed - write('seller_minor')} then.",
        f"The marketplace gives back {write('commission_minor')} of its commission.",
    ]
