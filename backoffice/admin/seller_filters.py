"""Filters of lists by who sells: the words name sellers, by name or licence, or apps."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet

from backoffice.admin.filters import FormFilter, make_text_box
from backoffice.search.lists import MAX_MATCHES, list_organizations
from customers.models import Application


class SellerFilter(FormFilter):
    """The rows of a seller or of one app."""

    title = "seller or app"
    seller: ClassVar[str] = "payee"
    app: ClassVar[str] = "order_application"  # Empty where rows are of a seller and of no app.
    parted: ClassVar[str] = ""  # A field; one index has the rows with it, another those without.

    @classmethod
    def list_fields(cls) -> dict[str, forms.Field]:
        """Ask for words."""
        return {"seller": make_text_box("Name, licence or client id", most=255)}

    def narrow(self, rows: QuerySet[Any], said: dict[str, Any]) -> QuerySet[Any]:
        """Keep those of the sellers and apps that the words name; an app's are found by its seller."""
        if not (term := said.get("seller")):
            return rows
        named = Q(client_id=term.lower()) | Q(name__icontains=term)
        apps = list(Application.objects.filter(named).values_list("pk", "organization_id")[:MAX_MATCHES])
        sold = Q(**{f"{self.seller}__in": [seller for _, seller in apps]})
        if self.app:
            sold &= Q(**{f"{self.app}__in": [pk for pk, _ in apps]})
        found = Q(**{f"{self.seller}__in": list_organizations(term)}) | sold
        if self.parted:
            without = Q(**{f"{self.parted}__isnull": True})
            found = found & without | found & ~without
        return rows.filter(found)


class SubscriptionSellerFilter(SellerFilter):
    """The same of subscriptions, those of buyers and those of customers of merchants."""

    parted = "customer"


class DisputeSellerFilter(SellerFilter):
    """The same of disputes, by their charges."""

    seller, app = "charge__payee", "charge__order_application"


class PaperSellerFilter(SellerFilter):
    """The same of tax papers."""

    seller, app = "seller", "application"


class HolderFilter(SellerFilter):
    """The same of what a seller has, whichever of its apps sold."""

    title = "seller"
    seller, app = "organization", ""
