"""Reading tax papers a page at a time, newest first."""

from uuid import UUID

from django.db.models import Subquery

from invoicing.errors import PaperNotFound
from invoicing.models import PaperQuerySet, TaxPaper


def list_papers(
    visible: PaperQuerySet, *, limit: int, before: UUID | None = None, offset: int = 0
) -> list[TaxPaper]:
    """Return papers of those that the reader may see, from behind the one that `before` names."""
    papers = visible
    if before is not None:
        papers = papers.filter(pk__lt=Subquery(visible.filter(public_id=before).values("pk")))
    # The ids come from an index of their own: in one step PostgreSQL may walk the table from its end.
    ids = papers.order_by("-pk").values("pk")[offset : offset + limit]
    found = TaxPaper.objects.filter(pk__in=ids).select_related("application", "invoice", "refund")
    return list(found.order_by("-pk"))


def get_paper(visible: PaperQuerySet, public_id: UUID | None) -> TaxPaper:
    """Return one of the papers that the reader may see. Raises PaperNotFound: foreign ones are unknown."""
    named = visible.none() if public_id is None else visible.filter(public_id=public_id)
    found = named.select_related("application", "invoice", "refund").first()
    if found is None:
        raise PaperNotFound
    return found
