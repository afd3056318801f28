"""Views shared by direct and recurrent charges: read the request, call one service, render."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from access.idempotency import Reply
from access.oauth.bearer_tokens import Caller
from charges.consent import Decider
from charges.errors import ChargeNotFound
from core.client_address import read_client_address
from core.compiled import CompiledLookup, Parameter
from customers.models import Product
from dialects.base import answer_once
from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.errors import TextViewSet
from dialects.text.filters import filter_by_application, read_status, take_page
from dialects.text.pagination import answer_list, parse_uuid, read_page
from dialects.text.parsers import BodyParser
from dialects.text.rendering import Row, describe_own
from testmode.tasks import hint_clock

Service = Callable[..., Any]


class PurchaseViewSet(TextViewSet):
    """Money that a buyer is asked for, once or again and again.

    A subclass names its table, its services and what its version shows.
    """

    authentication_classes = [BearerAuthentication]
    parser_classes: list[type[BaseParser]] = [BodyParser]
    model: ClassVar[Any]
    columns: ClassVar[tuple[str, ...]]
    form: ClassVar[type[Serializer]]
    admin_form: ClassVar[type[Serializer]]
    services: ClassVar[Mapping[str, Service]]
    shown_fields: ClassVar[tuple[str, ...]]
    statuses: ClassVar[Iterable[str]]
    other_statuses: ClassVar[Iterable[str]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let only tokens for the product in. Raises NotAuthenticated, NotAuthorized, Http404."""
        super().initial(request, *args, **kwargs)
        if request.method == "OPTIONS":
            return
        if kwargs["product"] not in Product.values:
            raise Http404("There is no such product.")
        get_caller(request).require_product(kwargs["product"])
        self.taken.enter_context(get_caller(request).use_clock())

    def create(self, request: Request, product: str) -> HttpResponse:
        """Ask the buyer for it."""
        caller, wanted = get_caller(request), self._read_form(request)

        def make() -> dict[str, Any]:
            return self._show(self.services["create"](caller=caller, product=product, **wanted), caller)

        return answer_once(
            request,
            lambda: Reply(201, JSONRenderer().render(make())),
            principal=caller.principal,
            path=request.path.rstrip("/"),
            said=dict(request.data),
        )

    def list(self, request: Request, product: str) -> Response:
        """List the newest first."""
        page = read_page(request.GET)
        visible = self._find_visible(request, product)
        rows = take_page(self.filter(visible, request), page, among=visible).values(*self.columns)
        return answer_list(request, [self.render(row) for row in rows])

    def retrieve(self, request: Request, product: str, charge_id: str) -> Response:
        """Show one."""
        found = self._get_visible(request, product, charge_id)
        return Response(self._show(found, get_caller(request)))

    @action(detail=True, methods=["put"])
    def activate(self, request: Request, product: str, charge_id: str) -> Response:
        """Start collecting what was accepted; repeating it is harmless."""
        actor = get_caller(request).principal
        return self.change(request, product, charge_id, "activate", actor=actor)

    @action(detail=True, methods=["put"])
    def accept(self, request: Request, product: str, charge_id: str) -> Response:
        """Record the buyer's consent."""
        return self.change(request, product, charge_id, "accept", decider=read_decider(request))

    @action(detail=True, methods=["put"])
    def decline(self, request: Request, product: str, charge_id: str) -> Response:
        """Record the buyer's refusal."""
        return self.change(request, product, charge_id, "decline", decider=read_decider(request))

    def change(self, request: Request, product: str, charge_id: str, service: str, **said: Any) -> Response:
        """Call a service for a charge that the token may see, and show what became of it."""
        found = self._get_visible(request, product, charge_id)
        changed = self.services[service](found.pk, **said)
        caller = get_caller(request)
        if caller.clock_at is not None:
            hint_clock(caller.organization_id)
        return Response(self._show(changed, caller))

    def filter(self, rows: Any, request: Request) -> Any:
        """Keep what the query parameters name. Raises InvalidField."""
        status = read_status(request.GET, self.statuses, self.other_statuses)
        if status is not None:
            # Clients have one list of statuses for both kinds of charges.
            rows = self.filter_by_status(rows, status) if status in self.statuses else rows.none()
        return filter_by_application(rows, request.GET, get_caller(request))

    def filter_by_status(self, rows: Any, status: str) -> Any:
        """Keep those in a status."""
        return rows.filter(status=status)

    def render(self, row: Row) -> dict[str, Any]:
        """Return what this version shows."""
        raise NotImplementedError

    def _show(self, charge: Any, caller: Caller) -> dict[str, Any]:
        own = describe_own(charge, caller, self.columns)
        row = own or self.model.objects.values(*self.columns).get(pk=charge.pk)
        return self.render({**row, **self.work_out(charge)})

    def work_out(self, charge: Any) -> Row:
        """Return columns of one charge that are not in its row yet."""
        return {}

    def _find_visible(self, request: Request, product: str) -> Any:
        """Return those of this product that the token may see: where every list starts."""
        return self.model.objects.visible_to(get_caller(request)).filter(product=product)

    def _get_visible(self, request: Request, product: str, charge_id: str) -> Any:
        """Return one. Raises ChargeNotFound: foreign, unknown and malformed ids are alike."""
        public_id = parse_uuid(charge_id)
        if public_id is None:
            raise ChargeNotFound
        caller = get_caller(request)
        lookup = _compile_lookup(self.model, is_admin=caller.is_admin, first_party=caller.app.first_party)
        try:
            return lookup.get(
                organization=caller.organization_id,
                application=caller.app.id,
                product=product,
                public_id=public_id,
            )
        except self.model.DoesNotExist:
            raise ChargeNotFound from None

    def _read_form(self, request: Request) -> dict[str, Any]:
        """Return what the client asks for; only billing_admin may name an application and a commission."""
        form = self.admin_form if get_caller(request).is_admin else self.form
        serializer = form(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


@cache
def _compile_lookup(model: Any, *, is_admin: bool, first_party: bool) -> CompiledLookup[Any]:
    """Return the look-up of one purchase that such a caller may see.

    The caller that is stood in for has nothing but what the SQL is compiled for and what is a parameter: a
    rule that looked at more of it would fail, and not apply to the callers that come later.
    """
    app = SimpleNamespace(id=Parameter("application"), first_party=first_party)
    caller: Any = SimpleNamespace(is_admin=is_admin, organization_id=Parameter("organization"), app=app)
    visible = model.objects.visible_to(caller)
    return CompiledLookup(visible.filter(product=Parameter("product"), public_id=Parameter("public_id")))


def read_decider(request: Request) -> Decider:
    """Return who decides through this token, from where."""
    return Decider.through_api(
        get_caller(request),
        ip=read_client_address(request) or None,
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
    )
