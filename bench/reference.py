"""Reference for requests: a DRF view of the same table without authentication and without our rules.

It trusts what it gets, makes one INSERT or one SELECT of one table, and answers with as many fields of it.
"""

import time
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from charges.models import Charge

PARTIES = ("buyer_id", "buyer_account_id", "order_application_id", "seller_application_id", "payee_id")
SHOWN = (
    "public_id",
    *PARTIES,
    "product",
    "name",
    "currency",
    "price_minor",
    "quantity",
    "total_minor",
    "return_url",
    "test",
    "per_account",
    "status",
    "commission_percent",
    "commission_minor",
    "created_at",
    "updated_at",
)


class BareChargeView(APIView):
    """POST inserts a row from the body, GET selects one; the parties are always the same."""

    def post(self, request: Request) -> Response:
        """Insert one charge."""
        wanted = cast(dict[str, Any], request.data)
        charge = Charge.objects.create(
            **parties(),
            product="livechat",
            currency="USD",
            name=wanted["name"],
            price_minor=wanted["price"],
            quantity=wanted["quantity"],
            total_minor=wanted["price"] * wanted["quantity"],
            commission_percent=20,
            commission_minor=(wanted["price"] * wanted["quantity"] * 20 + 50) // 100,
            return_url=wanted["return_url"],
            test=wanted["test"],
        )
        return Response({name: getattr(charge, name) for name in SHOWN}, status=201)

    def get(self, request: Request, charge_id: UUID) -> Response:
        """Select one charge."""
        return Response(Charge.objects.values(*SHOWN).get(public_id=charge_id))


class EmptyView(APIView):
    """Nothing but middleware and framework: what every request costs."""

    def get(self, request: Request) -> Response:
        """Answer with nothing."""
        return Response({})


def answer_late(request: HttpRequest) -> HttpResponse:
    """Take two seconds, as a request does that waits for a processor."""
    time.sleep(2)
    return HttpResponse(b"{}")


def answer_much(request: HttpRequest) -> StreamingHttpResponse:
    """Stream 16 MB, which no buffer of a socket takes."""
    return StreamingHttpResponse(bytes(65_536) for _ in range(256))


@cache
def parties() -> dict[str, Any]:
    """Return the keys that the reference fills in, read once from the oldest charge."""
    return Charge.objects.order_by("pk").values(*PARTIES)[0]
