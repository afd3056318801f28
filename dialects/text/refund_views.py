"""Refunds over HTTP: for who sold the charge, and for billing_admin."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema_view
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from access.idempotency import Reply
from charges.errors import ChargeNotFound, RefundNotFound
from charges.models import Charge, RefundRequest
from charges.refunds.ask import ask_refund
from customers.models import Account, Product
from dialects.base import answer_once
from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.pagination import answer_list, parse_uuid, read_page
from dialects.text.parsers import BodyParser
from dialects.text.refund_rendering import render_refunds
from dialects.text.refund_schema import describe_refunds
from dialects.text.serializers import StrictIntegerField, StrictTextField
from testmode.clocks import stand_on_clock_of


class RefundSerializer(Serializer):
    """How many cents go back, all that is left without an amount, and why."""

    amount = StrictIntegerField(source="amount_minor", default=None, allow_null=True)
    reason = StrictTextField()


class RefundViewSet(TextViewSet):
    """The refunds of one charge, or of one payment of a recurrent charge."""

    authentication_classes = [BearerAuthentication]
    parser_classes = [BodyParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the owner of the selling application in. Raises NotAuthenticated, NotAuthorized, Http404."""
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return
        if kwargs["product"] not in Product.values:
            raise Http404("There is no such product.")
        get_caller(request).require_refunds(kwargs["product"])

    def create(self, request: Request, **place: str) -> HttpResponse:
        """Give back a part of a charge, or all that is left of it."""
        caller, form = get_caller(request), RefundSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        charge = self._find_charge(request, **place)

        def make() -> Reply:
            with stand_on_clock_of(charge):
                made = ask_refund(
                    charge_id=charge.pk,
                    **form.validated_data,
                    actor=caller.principal,
                    requested_by_account=Account.objects.get(pk=caller.account_id),
                )
            [shown] = render_refunds(charge, [made])
            return Reply(202 if made.approval_id else 201, JSONRenderer().render(shown))

        return answer_once(
            request,
            make,
            principal=caller.principal,
            path=request.path.rstrip("/"),
            said=dict(request.data),
        )

    def list(self, request: Request, **place: str) -> Response:
        """List the refunds of a charge, newest first."""
        page, charge = read_page(request.GET), self._find_charge(request, **place)
        asked = _list_requests(charge)
        if page.before is not None:
            asked = asked.filter(pk__lt=_list_requests(charge).filter(public_id=page.before).values("pk"))
        return answer_list(
            request, render_refunds(charge, asked.order_by("-pk")[page.offset : page.offset + page.limit])
        )

    def retrieve(self, request: Request, refund_id: str, **place: str) -> Response:
        """Show one."""
        charge, public_id = self._find_charge(request, **place), parse_uuid(refund_id)
        found = _list_requests(charge).filter(public_id=public_id) if public_id else ()
        for shown in render_refunds(charge, found):
            return Response(shown)
        raise RefundNotFound

    def _find_charge(
        self, request: Request, product: str, charge_id: str, payment_id: str | None = None
    ) -> Charge:
        """Return the charge. Raises ChargeNotFound: foreign, unknown and malformed ids are alike."""
        charges = Charge.objects.refundable_by(get_caller(request)).filter(product=product)
        public_id, of = parse_uuid(payment_id or charge_id), parse_uuid(charge_id)
        if payment_id is not None:
            charges = charges.filter(subscription__public_id=of) if of else charges.none()
        found = charges.filter(public_id=public_id).first() if public_id else None
        if found is None:
            raise ChargeNotFound
        return found


@extend_schema_view(**describe_refunds("charge"))
class ChargeRefundViewSet(RefundViewSet):
    """Refunds of a direct charge."""


@extend_schema_view(**describe_refunds("payment"))
class PaymentRefundViewSet(RefundViewSet):
    """Refunds of a payment of a recurrent charge."""


def _list_requests(charge: Charge) -> Any:
    return RefundRequest.objects.filter(charge=charge).select_related("approval")
