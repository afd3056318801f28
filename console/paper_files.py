"""The tax papers of a charge and their files, for who sees the money of an organisation."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from charges.models import Charge
from console.errors import ConsolePageNotFound
from console.page_access import Member, for_console
from customers.models import Role
from invoicing.errors import PaperNotFound
from invoicing.files.download import answer_file
from invoicing.models import FileFormat, TaxPaper
from invoicing.reading import get_paper

MOST = 100


def list_papers_of(charge: Charge) -> list[TaxPaper]:
    """Return the invoice of a charge and its first credit notes."""
    return [*TaxPaper.objects.filter(charge=charge).order_by("pk")[:MOST]]


@for_console(Role.BILLING)
@require_safe
def paper_file(request: HttpRequest, member: Member, public_id: UUID, form: str) -> HttpResponseBase:
    """Send a file of a paper of what the organisation sold."""
    try:
        paper = get_paper(TaxPaper.objects.filter(seller=member.organization), public_id)
        return answer_file(paper, FileFormat(form))
    except (PaperNotFound, ValueError):
        raise ConsolePageNotFound from None
