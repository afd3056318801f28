"""The tax invoices of the reader's organisation: a list, and their files."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from checkout.billing_role import for_billing_role
from checkout.denied_pages import show_unknown
from checkout.lookup import read_uuid
from core.local_formats import write_money
from customers.models import Account
from invoicing.files.download import answer_file
from invoicing.models import FileFormat, TaxPaper
from invoicing.reading import get_paper, list_papers

SHOWN = 20


@for_billing_role
@require_safe
def invoices_page(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Show a page of invoices and credit notes, newest first."""
    visible = TaxPaper.objects.filter(buyer_id=account.organization_id)
    papers = list_papers(visible, limit=SHOWN + 1, before=read_uuid(request.GET.get("before", "")))
    lines = [(paper, write_money(paper.total)) for paper in papers[:SHOWN]]
    older = papers[SHOWN - 1].public_id if len(papers) > SHOWN else None
    context = {"account": account, "lines": lines, "older": older}
    return render(request, "checkout/invoices.html", context)


@for_billing_role
@require_safe
def invoice_file(request: HttpRequest, account: Account, public_id: UUID, form: str) -> HttpResponseBase:
    """Send a file of one of them."""
    if form not in FileFormat.values:
        return show_unknown(request)
    paper = get_paper(TaxPaper.objects.filter(buyer_id=account.organization_id), public_id)
    return answer_file(paper, FileFormat(form))
