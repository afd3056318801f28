"""Tax papers, their numbers, and the files that are made of them."""

from invoicing.models.files import FileFormat, PaperFile
from invoicing.models.held import HeldInvoice
from invoicing.models.papers import PaperKind, TaxPaper
from invoicing.models.queries import PaperQuerySet
from invoicing.models.series import IssuingPosition, Series

__all__ = (
    "FileFormat",
    "HeldInvoice",
    "IssuingPosition",
    "PaperFile",
    "PaperKind",
    "PaperQuerySet",
    "Series",
    "TaxPaper",
)
