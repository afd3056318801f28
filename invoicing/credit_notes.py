"""The credit notes of invoices: for each refund that was paid, and each dispute that was lost.

A paper stands once it is issued. The credit note of a refund that came back stays, since the buyer is still
to get that money, and is the one of the next refund of the same amount.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from charges.models import Charge, ChargeKind, ChargeStatus, Dispute, DisputeStatus
from core.bulk import fetch_rows
from invoicing.drafts import Draft
from invoicing.models import PaperKind, TaxPaper
from taxes.rates import AppliedTax
from taxes.rules import TaxCategory, share_tax

log = structlog.get_logger(__name__)


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
    credited = _count_notes_to_take_over(found)
    return [each for each in found if not _takes_over(each, credited)]


def _count_notes_to_take_over(found: Sequence[Return]) -> Counter[tuple[int | None, int]]:
    """Return by charge and amount how many credit notes have no refund, because theirs came back.

    A refund of before that has no credit note of its own took one of them over.
    """
    refunds = Charge.objects.filter(kind=ChargeKind.REFUND, refund_of__in={each.charge_id for each in found})
    came_back = refunds.filter(status=ChargeStatus.FAILED, credit_note__isnull=False)
    notes = Counter(came_back.values_list("refund_of", "total_minor"))
    if notes:
        ours = [each.refund_id for each in found if each.refund_id is not None]
        before = refunds.filter(status=ChargeStatus.SUCCESS, credit_note=None, pk__lt=max(ours)).exclude(
            pk__in=ours
        )
        notes.subtract(before.values_list("refund_of", "total_minor"))
    return notes


def _takes_over(given_back: Return, credited: Counter[tuple[int | None, int]]) -> bool:
    key = (given_back.charge_id, given_back.amount_minor)
    credited[key] -= 1
    return credited[key] >= 0


def _find_refunds(which: Q) -> list[Return]:
    paid = Charge.objects.filter(which, kind=ChargeKind.REFUND, status=ChargeStatus.SUCCESS, credit_note=None)
    rows = paid.values_list("refund_of", "pk", "total_minor", "finished_at")
    return [Return(charge, pk, None, amount, at) for charge, pk, amount, at in fetch_rows(rows)]


def find_lost_disputes(limit: int) -> list[Return]:
    """Return what was lost in disputes of invoiced charges and has no credit note yet, the oldest first.

    One of the amount of a refund that came back has that one's; others need room within the invoice.
    """
    notes = TaxPaper.objects.filter(charge=OuterRef("charge"), kind=PaperKind.CREDIT_NOTE)
    credited = notes.order_by().values("charge").annotate(sum=Sum("total_minor")).values("sum")
    of_another = notes.filter(total_minor=OuterRef("amount_minor"), refund__status=ChargeStatus.FAILED)
    lost = Dispute.objects.annotate(credited=Coalesce(Subquery(credited), 0)).filter(
        ~Exists(of_another),
        status=DisputeStatus.LOST,
        credit_note=None,
        charge__papers__kind=PaperKind.INVOICE,
        amount_minor__lte=F("charge__total_minor") - F("credited"),
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
        if invoice is None:
            continue
        if credited[invoice.pk] + each.amount_minor > invoice.total_minor:
            # Parts that came back and were given back again in other parts: only a person can word that.
            log.error("no room for a credit note", invoice=invoice.name, refund=each.refund_id)
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
