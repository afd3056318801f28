"""A file of a paper as an answer of HTTP, the same at every door."""

from django.http import HttpResponse

from invoicing.files.store import get_file
from invoicing.models import FileFormat, TaxPaper

MEDIA_TYPES = {FileFormat.PDF: "application/pdf", FileFormat.XML: "application/xml"}


def answer_file(paper: TaxPaper, form: FileFormat) -> HttpResponse:
    """Return a file of a paper under its number."""
    return HttpResponse(
        get_file(paper, form),
        content_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{paper.name}.{form.value}"'},
    )
