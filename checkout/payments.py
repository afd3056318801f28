"""Pages about payments: the list, a receipt, and the receipt as a file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from charges.models import Charge
from checkout.billing_role import for_billing_role
from checkout.denied_pages import show_unknown
from checkout.lookup import read_uuid
from checkout.payment_list import PaymentPage
from checkout.receipts import Receipt, find_paid
from customers.models import Account


@for_billing_role
@require_safe
def payments_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show a page of payments, newest first."""
    before = read_uuid(request.GET.get("before", ""))
    page = PaymentPage.of(account.organization_id, before=before)
    return render(request, "checkout/payments.html", {"account": account, "page": page})


@for_billing_role
@require_safe
def receipt_page(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Show the receipt of a payment that was collected."""
    charge = _find(account, public_id)
    if charge is None:
        return show_unknown(request)
    return render(request, "checkout/receipt.html", {"account": account, "receipt": Receipt.of(charge)})


@for_billing_role
@require_safe
def receipt_file(request: HttpRequest, account: Account, public_id: UUID) -> HttpResponseBase:
    """Send the receipt as PDF."""
    # Here, so that pages load without reportlab.
    from checkout.receipt_pdf import write_receipt_pdf

    charge = _find(account, public_id)
    if charge is None:
        return show_unknown(request)
    return HttpResponse(
        write_receipt_pdf(charge),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="receipt-{charge.public_id}.pdf"'},
    )


def _find(account: Account, public_id: UUID) -> Charge | None:
    return find_paid(account.organization_id).filter(public_id=public_id).first()
