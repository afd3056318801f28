"""The credit notes of invoices: for each refund that was paid, and each dispute that was lost.

A paper stands once it is issued. The credit note of a refund that came back stays, since the buyer is still
to get that money, and is the one of the next refund or lost dispute of the same amount.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from charges.models import Charge, ChargeKind, ChargeStatus, Dispute, DisputeStatus
from core import clock
from core.bulk import fetch_rows
from invoicing.drafts import Draft
from invoicing.models import PaperKind, TaxPaper
from taxes.rates import AppliedTax
from taxes.rules import TaxCategory, share_tax

log = structlog.get_logger(__name__)
LOGGED_FOR = timedelta(hours=1)


class Return(NamedTuple):
    """Money (cents) of a charge that went back to its buyer, and by what."""

    charge_id: int
    refund_id: int | None
    dispute_id: int | None
    amount_minor: int
    at: datetime


def find_refunds(public_ids: Sequence[UUID], *, of_charges: Sequence[int] = ()) -> list[Return]:
    """Return what these refunds, and all refunds of these charges, gave back, the oldest first.

    Those that have a credit note are left out: of a charge whose invoice was held, a refund is found twice.
    """
    which = [Q(public_id__in=public_ids)] * bool(public_ids) + [Q(refund_of__in=of_charges)] * bool(
        of_charges
    )
    unique = {refund.refund_id: refund for each in which for refund in _find_refunds(each)}
    found = sorted(unique.values(), key=lambda refund: (refund.at, refund.refund_id))
    return _leave_out_credited(found)


def _leave_out_credited(found: Sequence[Return]) -> list[Return]:
    """Return those that need a credit note of their own: the others take over one whose refund came back."""
    free = _count_free_notes(found)
    return [each for each in found if not _takes_over(each, free)]


def _count_free_notes(found: Sequence[Return]) -> Counter[tuple[int | None, int]]:
    """Return by charge and amount how many credit notes have no refund, because theirs came back.

    Whatever else was given back and has no credit note of its own took one of them over, or will: whichever
    is looked at first, one goes without for each that is free.
    """
    charges = {each.charge_id for each in found}
    notes = TaxPaper.objects.filter(charge__in=charges, refund__status=ChargeStatus.FAILED)
    free: Counter[tuple[int | None, int]] = Counter(notes.values_list("charge", "total_minor"))
    if free:
        refunds = Charge.objects.filter(
            kind=ChargeKind.REFUND, status=ChargeStatus.SUCCESS, refund_of__in=charges, credit_note=None
        ).exclude(pk__in=[each.refund_id for each in found if each.refund_id is not None])
        lost = Dispute.objects.filter(
            status=DisputeStatus.LOST, charge__in=charges, credit_note=None
        ).exclude(pk__in=[each.dispute_id for each in found if each.dispute_id is not None])
        free.subtract(refunds.values_list("refund_of", "total_minor"))
        free.subtract(lost.values_list("charge", "amount_minor"))
    return free


def _takes_over(given_back: Return, free: Counter[tuple[int | None, int]]) -> bool:
    key = (given_back.charge_id, given_back.amount_minor)
    free[key] -= 1
    return free[key] >= 0


def _find_refunds(which: Q) -> list[Return]:
    paid = Charge.objects.filter(which, kind=ChargeKind.REFUND, status=ChargeStatus.SUCCESS, credit_note=None)
    rows = paid.values_list("refund_of", "pk", "total_minor", "finished_at")
    return [Return(charge, pk, None, amount, at) for charge, pk, amount, at in fetch_rows(rows)]


def find_lost_disputes(limit: int) -> list[Return]:
    """Return what was lost in disputes of invoiced charges and needs a credit note, the oldest first.

    Call it when the credit notes of refunds are written. One of the amount of a refund that came back takes
    over that one's. Those without room within their invoice are found for an hour, to be logged.
    """
    notes = TaxPaper.objects.filter(charge=OuterRef("charge"), kind=PaperKind.CREDIT_NOTE)
    credited = notes.order_by().values("charge").annotate(sum=Sum("total_minor")).values("sum")
    lost = Dispute.objects.annotate(credited=Coalesce(Subquery(credited), 0)).filter(
        Q(amount_minor__lte=F("charge__total_minor") - F("credited"))
        | Q(closed_at__gt=clock.now() - LOGGED_FOR),
        status=DisputeStatus.LOST,
        credit_note=None,
        charge__papers__kind=PaperKind.INVOICE,
    )
    # The newest first: those that took one over are found for ever.
    rows = lost.order_by("-pk").values_list("charge", "pk", "amount_minor", "closed_at")[:limit]
    found = [Return(charge, None, pk, amount, at) for charge, pk, amount, at in fetch_rows(rows)]
    return _leave_out_credited(found[::-1])


def draft_credit_notes(returns: Iterable[Return]) -> list[Draft]:
    """Return the credit notes of what was given back of invoiced charges; their invoices are written."""
    given_back = [*returns]
    invoices = _find_invoices({each.charge_id for each in given_back})
    credited = {invoice.pk: int(invoice.credited) for invoice in invoices.values()}  # type: ignore[attr-defined]
    drafts = []
    for each in given_back:
        invoice = invoices.get(each.charge_id)
        if invoice is None:
            continue
        if credited[invoice.pk] + each.amount_minor > invoice.total_minor:
            # Parts that came back and were given back again in other parts: only a person can word that.
            log.error(
                "no room for a credit note",
                invoice=invoice.name,
                refund=each.refund_id,
                dispute=each.dispute_id,
            )
        else:
            drafts.append(_draft(invoice, each, given_back_minor=credited[invoice.pk]))
            credited[invoice.pk] += each.amount_minor
    return drafts


def _find_invoices(charges: set[int]) -> dict[int, TaxPaper]:
    invoices = TaxPaper.objects.filter(charge__in=charges, kind=PaperKind.INVOICE)
    summed = invoices.select_related("series", "seller").annotate(
        credited=Sum("credit_notes__total_minor", default=0)
    )
    return {invoice.charge_id: invoice for invoice in summed}


def _draft(invoice: TaxPaper, given_back: Return, *, given_back_minor: int) -> Draft:
    is_of_seller = invoice.series.issuer_id is not None
    return Draft(
        kind=PaperKind.CREDIT_NOTE,
        charge_id=invoice.charge_id,
        invoice_id=invoice.pk,
        refund_id=given_back.refund_id,
        dispute_id=given_back.dispute_id,
        application_id=invoice.application_id,
        seller_id=invoice.seller_id,
        seller_license_id=invoice.seller.license_id if is_of_seller else None,
        buyer_id=invoice.buyer_id,
        livemode=invoice.livemode,
        supplied_at=given_back.at,
        currency=invoice.currency,
        split=share_tax(
            amount_minor=given_back.amount_minor,
            given_back_minor=given_back_minor,
            total_minor=invoice.total_minor,
            tax_minor=invoice.tax_minor,
        ),
        tax=AppliedTax(TaxCategory(invoice.tax_category), invoice.tax_country, invoice.tax_basis_points),
        issuer=invoice.issuer,
        recipient=invoice.recipient,
        line={
            **invoice.line,
            "quantity": 1,
            "price_minor": given_back.amount_minor,
            "per_account": False,
            "invoice": invoice.name,
            "invoice_day": invoice.issued_at.date().isoformat(),
            "reason": "refund" if given_back.refund_id else "dispute",
        },
    )
