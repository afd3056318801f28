"""A seller's earnings and balance over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.filters import read_as_of, read_currency
from dialects.text.pagination import answer_list, read_page
from dialects.text.rendering import render_as_of, render_earning
from dialects.text.schema import describe_ledger
from ledger.as_of import read_seller_balance_as_of
from ledger.balances import read_seller_balance
from ledger.reports import list_earnings


@extend_schema_view(**describe_ledger())
class LedgerViewSet(TextViewSet):
    """What the organisation of the token's user earned; test charges never come here."""

    authentication_classes = [BearerAuthentication]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let only those in who may see money. Raises NotAuthenticated, NotAuthorized."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            get_caller(request).require_ledger()

    def list(self, request: Request) -> Response:
        """List ledger entries, newest first; values are positive cents."""
        page = read_page(request.GET)
        earnings = list_earnings(
            organization_id=get_caller(request).organization_id,
            currency=read_currency(request),
            limit=page.limit,
            offset=page.offset,
            before=page.before,
        )
        return answer_list(request, [render_earning(earning) for earning in earnings])

    @action(detail=False)
    def balance(self, request: Request) -> Response:
        """Tell what the marketplace owes the organisation, in cents."""
        seller_id, currency = get_caller(request).organization_id, read_currency(request)
        at = read_as_of(request)
        if at is None:
            return Response({"balance": read_seller_balance(organization_id=seller_id, currency=currency)})
        balance = read_seller_balance_as_of(organization_id=seller_id, currency=currency, at=at)
        return Response({"balance": balance} | render_as_of(at))
