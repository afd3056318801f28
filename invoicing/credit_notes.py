"""The credit notes of invoices: for each refund that was paid, and each dispute that was lost."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from charges.models import Charge, ChargeKind, ChargeStatus, Dispute, DisputeStatus
from core.bulk import fetch_rows
from invoicing.drafts import Draft
from invoicing.models import PaperKind, TaxPaper
from taxes.rates import AppliedTax
from taxes.rules import TaxCategory, share_tax


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
    found = {refund.refund_id: refund for each in which for refund in _find_refunds(each)}
    return sorted(found.values(), key=lambda refund: (refund.at, refund.refund_id))


def _find_refunds(which: Q) -> list[Return]:
    paid = Charge.objects.filter(which, kind=ChargeKind.REFUND, status=ChargeStatus.SUCCESS, credit_note=None)
    rows = paid.values_list("refund_of", "pk", "total_minor", "finished_at")
    return [Return(charge, pk, None, amount, at) for charge, pk, amount, at in fetch_rows(rows)]


def find_lost_disputes(limit: int) -> list[Return]:
    """Return what was lost in disputes of invoiced charges and has no credit note yet, the oldest first."""
    lost = Dispute.objects.filter(
        status=DisputeStatus.LOST, credit_note=None, charge__papers__kind=PaperKind.INVOICE
    )
    rows = lost.order_by("pk").values_list("charge", "pk", "amount_minor", "closed_at")[:limit]
    return [Return(charge, None, pk, amount, at) for charge, pk, amount, at in fetch_rows(rows)]


def draft_credit_notes(returns: Iterable[Return]) -> list[Draft]:
    """Return the credit notes of what was given back of invoiced charges; their invoices are written."""
    given_back = [*returns]
    invoices = _find_invoices({each.charge_id for each in given_back})
    credited = {invoice.pk: int(invoice.credited) for invoice in invoices.values()}  # type: ignore[attr-defined]
    drafts = []
    for each in given_back:
        invoice = invoices.get(each.charge_id)
        if invoice is not None:
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
