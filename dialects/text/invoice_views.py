"""Tax invoices and credit notes over HTTP, for the application that sold and for its buyers."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.invoice_schema import describe_invoices
from dialects.text.pagination import answer_list, parse_uuid, read_page
from dialects.text.rendering import render_instant
from invoicing.files.download import answer_file
from invoicing.models import FileFormat, TaxPaper
from invoicing.reading import get_paper, list_papers
from taxes.rules import write_percent


@extend_schema_view(**describe_invoices())
class InvoiceViewSet(TextViewSet):
    """What was issued for money that the application collected or gave back."""

    authentication_classes = [BearerAuthentication]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let only those in who may see money. Raises NotAuthenticated, NotAuthorized."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            get_caller(request).require_papers()

    def list(self, request: Request) -> Response:
        """List the newest first."""
        page = read_page(request.GET)
        visible = TaxPaper.objects.visible_to(get_caller(request))
        papers = list_papers(visible, limit=page.limit, before=page.before, offset=page.offset)
        return answer_list(request, [render_paper(paper) for paper in papers])

    def retrieve(self, request: Request, invoice_id: str) -> Response:
        """Show one."""
        return Response(render_paper(self._get(request, invoice_id)))

    @action(detail=True)
    def pdf(self, request: Request, invoice_id: str) -> HttpResponse:
        """Send the printed paper."""
        return answer_file(self._get(request, invoice_id), FileFormat.PDF)

    @action(detail=True)
    def xml(self, request: Request, invoice_id: str) -> HttpResponse:
        """Send the structured invoice."""
        return answer_file(self._get(request, invoice_id), FileFormat.XML)

    def _get(self, request: Request, invoice_id: str) -> TaxPaper:
        """Return one. Raises PaperNotFound: foreign, unknown and malformed ids are alike."""
        return get_paper(TaxPaper.objects.visible_to(get_caller(request)), parse_uuid(invoice_id))


def render_paper(paper: TaxPaper) -> dict[str, Any]:
    """Return a paper; amounts are in the smallest unit of its currency."""
    return {
        "id": str(paper.public_id),
        "type": paper.kind,
        "number": paper.name,
        "test": not paper.livemode,
        "issued_at": render_instant(paper.issued_at),
        "supplied_at": render_instant(paper.supplied_at),
        "order_client_id": paper.application.client_id,
        "charge_id": paper.read_line("charge"),
        "refund_id": paper.refund and str(paper.refund.public_id),
        "invoice_id": paper.invoice and str(paper.invoice.public_id),
        "name": paper.read_line("name"),
        "quantity": paper.read_line("quantity"),
        "currency": paper.currency,
        "net": paper.net_minor,
        "tax": paper.tax_minor,
        "total": paper.total_minor,
        "tax_category": paper.tax_category,
        "tax_country": paper.tax_country or None,
        "tax_percent": write_percent(paper.tax_basis_points),
        "issuer": _render_party(paper.issuer),
        "recipient": _render_party(paper.recipient),
    }


def _render_party(details: dict[str, str]) -> dict[str, str]:
    names = ("legal_name", "street", "postal_code", "city", "country", "vat_number")
    return {name: details[name] for name in names}
