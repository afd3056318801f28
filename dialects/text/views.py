"""Direct charges over HTTP: read the request, call one service, render."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from charges.consent import Decider, accept_charge, decline_charge
from charges.errors import ChargeNotFound
from charges.models import Charge
from charges.models.charge import ChargeQuerySet
from charges.services import activate_charge, create_charge
from customers.callers import Caller
from customers.idempotency import Reply, fingerprint_request, read_key, run_once
from customers.models import Product
from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.filters import filter_by_subscription, filter_charges, take_page
from dialects.text.pagination import answer_list, parse_uuid, read_page
from dialects.text.parsers import BodyParser
from dialects.text.rendering import (
    COLUMNS,
    V1_FIELDS,
    V2_FIELDS,
    describe_own,
    render_charge,
)
from dialects.text.schema import describe_charges
from dialects.text.serializers import NewChargeByAdminSerializer, NewChargeSerializer


class DirectChargeViewSet(TextViewSet):
    """One-time payments; the versions differ in what they show and filter by."""

    authentication_classes = [BearerAuthentication]
    parser_classes: list[type[BaseParser]] = [BodyParser]
    shown_fields: tuple[str, ...]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let only tokens for the product in. Raises NotAuthenticated, NotAuthorized, Http404."""
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return
        if kwargs["product"] not in Product.values:
            raise Http404("There is no such product.")
        get_caller(request).require_product(kwargs["product"])

    def create(self, request: Request, product: str) -> HttpResponse:
        """Ask the buyer for a one-time payment."""
        caller, wanted = get_caller(request), read_new_charge(request)

        def make() -> dict[str, Any]:
            charge = create_charge(caller=caller, product=product, **wanted)
            return self._show(charge, caller)

        return answer_once(request, make)

    def list(self, request: Request, product: str) -> Response:
        """List direct charges, newest first."""
        page = read_page(request.GET)
        visible = find_visible(request, product)
        charges = self.filter(visible, request)
        rows = take_page(charges, page, among=visible).values(*COLUMNS)
        return answer_list(request, [render_charge(row, self.shown_fields) for row in rows])

    def filter(self, charges: ChargeQuerySet, request: Request) -> ChargeQuerySet:
        """Keep what the query parameters name. Raises InvalidField."""
        return filter_charges(charges, request.GET, get_caller(request))

    def retrieve(self, request: Request, product: str, charge_id: str) -> Response:
        """Show one direct charge."""
        charge = get_visible(request, product, charge_id)
        return Response(self._show(charge, get_caller(request)))

    @action(detail=True, methods=["put"])
    def activate(self, request: Request, product: str, charge_id: str) -> Response:
        """Start collecting an accepted charge; repeating it is harmless."""
        found = get_visible(request, product, charge_id)
        charge = activate_charge(found.pk, actor=get_caller(request).principal)
        return Response(self._show(charge, get_caller(request)))

    @action(detail=True, methods=["put"])
    def accept(self, request: Request, product: str, charge_id: str) -> Response:
        """Record the buyer's consent."""
        found = get_visible(request, product, charge_id)
        charge = accept_charge(found.pk, decider=name_decider(request))
        return Response(self._show(charge, get_caller(request)))

    @action(detail=True, methods=["put"])
    def decline(self, request: Request, product: str, charge_id: str) -> Response:
        """Record the buyer's refusal."""
        found = get_visible(request, product, charge_id)
        charge = decline_charge(found.pk, decider=name_decider(request))
        return Response(self._show(charge, get_caller(request)))

    def _show(self, charge: Charge, caller: Caller) -> dict[str, Any]:
        row = describe_own(charge, caller) or Charge.objects.values(*COLUMNS).get(pk=charge.pk)
        return render_charge(row, self.shown_fields)


@extend_schema_view(**describe_charges(1))
class DirectChargeV1ViewSet(DirectChargeViewSet):
    """One-time payments as version 1 knew them: LiveChat only, no organisations, no recurrent charges."""

    shown_fields = V1_FIELDS


@extend_schema_view(**describe_charges(2))
class DirectChargeV2ViewSet(DirectChargeViewSet):
    """One-time payments as versions 2 and 3 know them: the product is in the path."""

    shown_fields = V2_FIELDS

    def filter(self, charges: ChargeQuerySet, request: Request) -> ChargeQuerySet:
        """Keep what the query parameters name. Raises InvalidField."""
        return filter_by_subscription(super().filter(charges, request), request.GET)


def find_visible(request: Request, product: str) -> ChargeQuerySet:
    """Return the charges of this product that the token may see: where every look-up starts."""
    return Charge.objects.visible_to(get_caller(request)).filter(product=product)


def get_visible(request: Request, product: str, charge_id: str) -> Charge:
    """Return one charge. Raises ChargeNotFound: foreign, unknown and malformed ids are alike."""
    public_id = parse_uuid(charge_id)
    if public_id is None:
        raise ChargeNotFound
    try:
        return find_visible(request, product).get(public_id=public_id)
    except Charge.DoesNotExist:
        raise ChargeNotFound from None


def read_new_charge(request: Request) -> dict[str, Any]:
    """Return what the client asks for; only billing_admin may name an application and a commission."""
    form = NewChargeByAdminSerializer if get_caller(request).is_admin else NewChargeSerializer
    serializer = form(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def answer_once(request: Request, make: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Answer 201 with what `make` makes; under an Idempotency-Key it is made once and told again."""
    key = read_key(request.META.get("HTTP_IDEMPOTENCY_KEY"))
    if key is None:
        return Response(make(), status=201)
    caller = get_caller(request)
    path = request.path.rstrip("/")
    reply = run_once(
        principal=caller.principal,
        route=f"POST {path}",
        key=key,
        fingerprint=fingerprint_request(
            method="POST", path=path, media_type=request.META.get("CONTENT_TYPE", ""), body=request.body
        ),
        work=lambda: Reply(201, JSONRenderer().render(make())),
    )
    headers = {"Idempotent-Replayed": "true"} if reply.replayed else {}
    return HttpResponse(reply.body, status=reply.status, content_type="application/json", headers=headers)


def name_decider(request: Request) -> Decider:
    """Return who decides through this token, from where."""
    return Decider.through_api(
        get_caller(request),
        ip=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
    )
