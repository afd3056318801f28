"""Webhook endpoints of an application and their deliveries over HTTP."""

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from access.idempotency import Reply
from core.errors import InvalidField
from dialects.base import answer_once
from dialects.text.authentication import get_caller
from dialects.text.event_views import OwnApplicationViewSet
from dialects.text.pagination import answer_list, parse_event_id, parse_uuid, read_once, read_page
from dialects.text.parsers import BodyParser
from dialects.text.serializers import StrictFlagField, StrictInstantField, StrictListField, StrictTextField
from dialects.text.webhook_rendering import render_delivery, render_endpoint
from dialects.text.webhook_schema import describe_deliveries, describe_endpoints
from webhooks import endpoints, repair
from webhooks.errors import DeliveryNotFound, EndpointNotFound
from webhooks.models import Endpoint, Sending
from webhooks.models.deliveries import UNFINISHED, Delivery

STATUSES = {
    "waiting": UNFINISHED,
    "delivered": Q(delivered_at__isnull=False),
    "dead": Q(dead_at__isnull=False),
}


class EndpointChangeSerializer(Serializer):
    """What can be changed; what is left out stays."""

    url = StrictTextField(required=False)
    description = StrictTextField(required=False)
    format = StrictTextField(required=False)
    event_types = StrictListField(required=False)


class NewEndpointSerializer(EndpointChangeSerializer):
    """A new endpoint."""

    url = StrictTextField()


class ReplaySerializer(Serializer):
    """Which deliveries are sent again."""

    since = StrictInstantField()
    until = StrictInstantField()
    only_failed = StrictFlagField(default=True)


class OfApplicationViewSet(OwnApplicationViewSet):
    """Views below the endpoints of the token's application."""

    parser_classes = [BodyParser]

    def find_endpoint(self, endpoint_id: str) -> Endpoint:
        """Return one. Raises EndpointNotFound: foreign, unknown and malformed ids are alike."""
        public_id, own = parse_uuid(endpoint_id), self.list_own()
        found = own.filter(public_id=public_id).first() if public_id else None
        if found is None:
            raise EndpointNotFound
        return found

    def list_own(self) -> Any:
        """Return those of the application."""
        return Endpoint.objects.kept().filter(application_id=get_caller(self.request).app.id)

    def post_once(self, status: int, work: Callable[[], dict[str, Any]]) -> HttpResponse:
        """Answer a POST, under an Idempotency-Key once."""
        return answer_once(
            self.request,
            lambda: Reply(status, JSONRenderer().render(work())),
            principal=get_caller(self.request).principal,
            path=self.request.path.rstrip("/"),
            said=dict(self.request.data),
        )


@extend_schema_view(**describe_endpoints())
class EndpointViewSet(OfApplicationViewSet):
    """Where the application's events are sent."""

    def list(self, request: Request) -> Response:
        """List them, newest first."""
        page, found = read_page(request.GET), self.list_own().order_by("-pk")
        if page.before is not None:
            place = self.list_own().filter(public_id=page.before)
            found = found.filter(pk__lt=place.values("pk"))
        shown = found[page.offset : page.offset + page.limit]
        return answer_list(request, [render_endpoint(each) for each in shown])

    def create(self, request: Request) -> HttpResponse:
        """Make one; its secret is in this answer and in no other."""
        wanted = read_form(NewEndpointSerializer, request)

        def make() -> dict[str, Any]:
            made = endpoints.create_endpoint(application_id=get_caller(request).app.id, **wanted)
            return render_endpoint(made.endpoint, made.secret)

        return self.post_once(201, make)

    def retrieve(self, request: Request, endpoint_id: str) -> Response:
        """Show one."""
        return Response(render_endpoint(self.find_endpoint(endpoint_id)))

    @action(detail=True, methods=["put"])
    def change(self, request: Request, endpoint_id: str) -> Response:
        """Change what is given."""
        endpoint = self.find_endpoint(endpoint_id)
        wanted = read_form(EndpointChangeSerializer, request)
        return Response(render_endpoint(endpoints.change_endpoint(endpoint.pk, **wanted)))

    def destroy(self, request: Request, endpoint_id: str) -> Response:
        """Send nothing to it any more."""
        endpoints.delete_endpoint(self.find_endpoint(endpoint_id).pk)
        return Response(status=204)

    @action(detail=True, methods=["put"])
    def enable(self, request: Request, endpoint_id: str) -> Response:
        """Send again, from where it stopped."""
        return Response(render_endpoint(endpoints.enable_endpoint(self.find_endpoint(endpoint_id).pk)))

    @action(detail=True, methods=["put"])
    def disable(self, request: Request, endpoint_id: str) -> Response:
        """Send nothing until it is enabled."""
        return Response(render_endpoint(endpoints.disable_endpoint(self.find_endpoint(endpoint_id).pk)))

    @action(detail=True, methods=["post"])
    def rotate_secret(self, request: Request, endpoint_id: str) -> HttpResponse:
        """Make a new secret; the one before signs beside it for a day."""
        endpoint = self.find_endpoint(endpoint_id)

        def rotate() -> dict[str, Any]:
            made = endpoints.rotate_secret(endpoint.pk)
            return render_endpoint(made.endpoint, made.secret)

        return self.post_once(200, rotate)

    @action(detail=True, methods=["post"])
    def test(self, request: Request, endpoint_id: str) -> HttpResponse:
        """Send an event that says that it is a test."""
        endpoint = self.find_endpoint(endpoint_id)
        return self.post_once(202, lambda: render_delivery(repair.send_test_event(endpoint.pk)))

    @action(detail=True, methods=["post"])
    def replay(self, request: Request, endpoint_id: str) -> HttpResponse:
        """Send again what happened in a range of time."""
        endpoint, wanted = self.find_endpoint(endpoint_id), read_form(ReplaySerializer, request)
        return self.post_once(202, lambda: {"count": repair.replay_range(endpoint.pk, **wanted)})


@extend_schema_view(**describe_deliveries())
class DeliveryViewSet(OfApplicationViewSet):
    """What was sent to an endpoint, and what came of it."""

    def list(self, request: Request, endpoint_id: str) -> Response:
        """List deliveries of the last 30 days, newest first."""
        found = show_deliveries(self.find_endpoint(endpoint_id)).order_by("-pk")
        page, status = read_page(request.GET, parse_event_id), read_once(request.GET, "status")
        if status is not None:
            if status not in STATUSES:
                raise InvalidField("status", f"must be one of {', '.join(STATUSES)}")
            found = found.filter(STATUSES[status])
        if page.before is not None:
            place = Delivery.objects.filter(endpoint__public_id=endpoint_id, event=page.before)
            found = found.filter(pk__lt=place.values("pk"))
        shown = found[page.offset : page.offset + page.limit]
        return answer_list(request, [render_delivery(each) for each in shown])

    @action(detail=True, methods=["put"])
    def replay(self, request: Request, endpoint_id: str, event_id: str) -> Response:
        """Send one event again."""
        endpoint, event = self.find_endpoint(endpoint_id), parse_event_id(event_id)
        if event is None:
            raise DeliveryNotFound
        return Response(render_delivery(repair.replay_delivery(endpoint.pk, event_id=event)))


def read_form(form: type[Serializer], request: Request) -> dict[str, Any]:
    """Return what the client says. Raises ValidationError."""
    serializer = form(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def show_deliveries(endpoint: Endpoint) -> Any:
    """Return the deliveries to an endpoint, each with its event and the requests that carried it."""
    sendings = Prefetch("sendings", Sending.objects.order_by("number"))
    return endpoint.deliveries.select_related("event").prefetch_related(sendings)
