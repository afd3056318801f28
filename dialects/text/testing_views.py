"""Test buyers of a seller and their clocks over HTTP."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from access.idempotency import Reply
from customers.models import TestBuyer
from dialects.base import answer_once
from dialects.text.authentication import get_caller
from dialects.text.event_views import OwnApplicationViewSet
from dialects.text.pagination import answer_list, parse_uuid, read_page
from dialects.text.parsers import BodyParser
from dialects.text.rendering import render_instant
from dialects.text.serializers import StrictInstantField, StrictListField, StrictTextField
from dialects.text.testing_schema import describe_test_buyers
from testmode.advance_clock import advance_test_clock, advance_to_next_event, find_next_event_of
from testmode.buyers import create_test_buyer, find_test_buyer, issue_test_token, list_test_buyers
from testmode.cards import change_test_card, name_test_card


class NewTestBuyerSerializer(Serializer):
    """What a test buyer is called, and which test card it pays with."""

    name = StrictTextField(required=False)
    test_card = StrictTextField(required=False)


class NewTokenSerializer(Serializer):
    """What the token is good for."""

    scopes = StrictListField(required=False)


class CardSerializer(Serializer):
    """The test card that pays from now on."""

    test_card = StrictTextField()


class AdvanceSerializer(Serializer):
    """Which instant it becomes; without one, that of the next event."""

    to = StrictInstantField(required=False, allow_null=True)


@extend_schema_view(**describe_test_buyers())
class TestBuyerViewSet(OwnApplicationViewSet):
    """Test buyers of the organisation that owns the application."""

    __test__ = False
    parser_classes = [BodyParser]
    processor_actions = frozenset({"card", "advance"})

    def list(self, request: Request) -> Response:
        """List them, newest first."""
        page, found = read_page(request.GET), list_test_buyers(self._find_seller())
        if page.before is not None:
            place = found.filter(organization__public_id=page.before)
            found = found.filter(pk__lt=place.order_by().values("pk"))
        shown = found.prefetch_related("organization__accounts")[page.offset : page.offset + page.limit]
        return answer_list(request, [render_buyer(each) for each in shown])

    def create(self, request: Request) -> HttpResponse:
        """Make one; the password of its account is in this answer and in no other."""
        wanted = self._read(NewTestBuyerSerializer)

        def make() -> dict[str, Any]:
            made = create_test_buyer(seller_id=self._find_seller(), **wanted)
            return {**describe_buyer(made.buyer), "password": made.password}

        return self._post_once(make)

    def retrieve(self, request: Request, buyer_id: str) -> Response:
        """Show one."""
        return Response(describe_buyer(self._find(buyer_id)))

    @action(detail=True, methods=["post"])
    def token(self, request: Request, buyer_id: str) -> HttpResponse:
        """Let the application act for it; the token is in this answer and in no other."""
        buyer, wanted = self._find(buyer_id), self._read(NewTokenSerializer)

        def issue() -> dict[str, Any]:
            made = issue_test_token(buyer, application_id=get_caller(request).app.id, **wanted)
            return {
                "access_token": made.value,
                "token_type": "Bearer",
                "expires_in": int(made.lifetime.total_seconds()),
                "scope": " ".join(made.scopes),
            }

        return self._post_once(issue)

    @action(detail=True, methods=["put"])
    def card(self, request: Request, buyer_id: str) -> Response:
        """Let it pay with another test card, and try what waits for a retry."""
        buyer, wanted = self._find(buyer_id), self._read(CardSerializer)
        change_test_card(buyer, **wanted, actor=get_caller(request).principal)
        return Response(describe_buyer(self._find(buyer_id)))

    @action(detail=True, methods=["put"])
    def advance(self, request: Request, buyer_id: str) -> Response:
        """Let time pass for it."""
        buyer, to = self._find(buyer_id), self._read(AdvanceSerializer).get("to")
        done = advance_to_next_event(buyer.pk) if to is None else advance_test_clock(buyer.pk, to=to)
        return Response({**describe_buyer(self._find(buyer_id)), "instants": done.instants})

    def name_caller(self) -> str:
        """Return the caller that limits count for."""
        return get_caller(self.request).principal

    def _find_seller(self) -> int:
        return get_caller(self.request).app.organization_id

    def _find(self, buyer_id: str) -> TestBuyer:
        """Return one. Raises UnknownTestBuyer: foreign, unknown and malformed ids are alike."""
        return find_test_buyer(seller_id=self._find_seller(), public_id=parse_uuid(buyer_id))

    def _read(self, form: type[Serializer]) -> dict[str, Any]:
        """Return what the client says. Raises ValidationError."""
        serializer = form(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _post_once(self, work: Any) -> HttpResponse:
        """Answer a POST, under an Idempotency-Key once."""
        return answer_once(
            self.request,
            lambda: Reply(201, JSONRenderer().render(work())),
            principal=get_caller(self.request).principal,
            path=self.request.path.rstrip("/"),
            said=dict(self.request.data),
        )


def render_buyer(buyer: TestBuyer) -> dict[str, Any]:
    """Return what a list shows of a test buyer."""
    organization = buyer.organization
    return {
        "id": str(organization.public_id),
        "license_id": organization.license_id,
        "name": organization.name,
        "entity_id": next((account.email for account in organization.accounts.all()), None),
        "now": render_instant(buyer.clock_at),
        "created_at": render_instant(buyer.created_at),
    }


def describe_buyer(buyer: TestBuyer) -> dict[str, Any]:
    """Return all about a test buyer: its card as well, and when something falls due next."""
    next_at = find_next_event_of(buyer)
    return {
        **render_buyer(buyer),
        "test_card": name_test_card(buyer),
        "next_event_at": next_at and render_instant(next_at),
    }
