"""Invoices over HTTP, as a later Billy had them: the charge of each period, to be read."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from charges.models import Charge
from dialects.billy.records import INVOICE, TRANSACTION
from dialects.billy.views import BillyViewSet


class InvoiceViewSet(BillyViewSet):
    """What the periods of subscriptions cost."""

    kind = INVOICE

    def list(self, request: Request) -> HttpResponse:
        """List the company's invoices."""
        return self.answer_list(
            lambda: Charge.objects.filter(payee=self.merchant.organization, customer__merchant=self.merchant)
        )

    def transactions(self, request: Request, guid: str) -> HttpResponse:
        """List the payment of an invoice and what was refunded of it."""

        def find() -> QuerySet[Charge]:
            invoice = self.get_own(guid)
            return Charge.objects.filter(Q(pk=invoice.pk) | Q(refund_of=invoice))

        return self.answer_list(find, TRANSACTION)
