"""Transactions over HTTP."""

from django.http import HttpResponse
from rest_framework.request import Request

from charges.models import Charge
from dialects.billy.records import TRANSACTION
from dialects.billy.views import BillyViewSet


class TransactionViewSet(BillyViewSet):
    """The charges, payouts and refunds of a company's customers."""

    kind = TRANSACTION

    def list(self, request: Request) -> HttpResponse:
        """List the company's transactions."""
        return self.answer_list(
            lambda: Charge.objects.filter(payee=self.merchant.organization, customer__merchant=self.merchant)
        )
