"""Querysets of tax papers: those that a token or an organisation may see."""

from typing import TYPE_CHECKING

from django.db import models

from access.oauth.bearer_tokens import Caller

if TYPE_CHECKING:
    from invoicing.models.papers import TaxPaper  # noqa: F401 - named in a string below


class PaperQuerySet(models.QuerySet["TaxPaper"]):
    """Which papers."""

    def visible_to(self, caller: Caller) -> "PaperQuerySet":
        """Keep what a token may see.

        The owner of an application sees all that it sold; a buyer what it bought through the application,
        or through any where the application is the marketplace's own; billing_admin sees everything.
        """
        if caller.is_admin:
            return self.all()
        if caller.app.first_party:
            return self.filter(buyer_id=caller.organization_id)
        if caller.organization_id == caller.app.organization_id:
            return self.filter(application_id=caller.app.id)
        return self.filter(buyer_id=caller.organization_id, application_id=caller.app.id)
