"""The buyer's cards over HTTP, for the marketplace's own application."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from charges.processor.card_entry import begin_card_entry
from charges.requests.limits import check_return_url
from core import clock
from core.errors import InvalidField
from customers.errors import CardEntryNotFound, PaymentOptionNotFound
from customers.models import PaymentOption
from customers.payment_options import list_kept_cards
from dialects.text.authentication import BearerAuthentication, get_caller
from dialects.text.card_schema import describe_card_entries, describe_cards
from dialects.text.errors import TextViewSet
from dialects.text.pagination import answer_list, parse_uuid, read_page
from dialects.text.parsers import BodyParser
from dialects.text.purchases import read_decider
from dialects.text.rendering import render_instant
from dialects.text.serializers import StrictTextField
from subscriptions.lifecycle.card_changes import Uses, choose_card, find_uses, finish_card_entry, remove_card


class NewCardEntrySerializer(Serializer):
    """Where the processor leads the buyer back to."""

    return_url = StrictTextField()
    cancel_url = StrictTextField(default="")


class CardsOfBuyerViewSet(TextViewSet):
    """Cards of the organisation of the token's user, who has the billing role."""

    authentication_classes = [BearerAuthentication]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let the marketplace's own application in. Raises NotAuthenticated, NotAuthorized."""
        super().initial(request, *args, **kwargs)
        if request.method != "OPTIONS":
            get_caller(request).require_cards()

    def name_caller(self) -> str:
        """Return the caller that limits count for."""
        return get_caller(self.request).principal


@extend_schema_view(**describe_cards())
class CardViewSet(CardsOfBuyerViewSet):
    """The cards that there are, and what each pays for."""

    def list(self, request: Request) -> Response:
        """List the cards, newest first."""
        organization_id, page = get_caller(request).organization_id, read_page(request.GET)
        uses, cards = find_uses(organization_id), list_kept_cards(organization_id).order_by("-pk")
        if page.before is not None:
            place = PaymentOption.objects.filter(organization_id=organization_id, public_id=page.before)
            cards = cards.filter(pk__lt=place.values("pk"))
        shown = cards[page.offset : page.offset + page.limit]
        return answer_list(request, [render_card(card, uses[card.pk]) for card in shown])

    @action(detail=True, methods=["put"])
    def default(self, request: Request, card_id: str) -> Response:
        """Let a card pay for everything from now on."""
        card = choose_card(read_card_id(card_id), decider=read_decider(request))
        return Response(render_card(card, find_uses(get_caller(request).organization_id)[card.pk]))

    @action(detail=True, methods=["put"])
    def remove(self, request: Request, card_id: str) -> Response:
        """Never charge a card again."""
        card = remove_card(read_card_id(card_id), decider=read_decider(request))
        return Response(render_card(card, Uses([], [])))


@extend_schema_view(**describe_card_entries())
class CardEntryViewSet(CardsOfBuyerViewSet):
    """Pages of the processor on which cards are entered."""

    parser_classes = [BodyParser]
    processor_actions = frozenset({"create", "finish"})

    def create(self, request: Request) -> Response:
        """Open a page of the processor; lead the buyer to its url."""
        form = NewCardEntrySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        origins = get_caller(request).app.return_origins
        return_url = check_return_url(form.validated_data["return_url"], origins=origins)
        entry = begin_card_entry(
            decider=read_decider(request),
            return_url=return_url,
            cancel_url=read_cancel_url(form.validated_data["cancel_url"], origins) or return_url,
        )
        return Response({"id": str(entry.id), "url": entry.url}, status=201)

    @action(detail=True, methods=["put"])
    def finish(self, request: Request, entry_id: str) -> Response:
        """Keep the card that was entered; repeating it is harmless."""
        public_id = parse_uuid(entry_id)
        if public_id is None:
            raise CardEntryNotFound
        card = finish_card_entry(public_id, decider=read_decider(request)).payment_option
        if card is None:
            raise ValueError("a finished entry has a card")
        return Response(render_card(card, find_uses(get_caller(request).organization_id)[card.pk]))


def render_card(card: PaymentOption, uses: Uses) -> Mapping[str, Any]:
    """Return a card by what may be shown of it; a removed one pays for nothing."""
    return {
        "id": str(card.public_id),
        "kind": card.kind,
        "brand": card.brand or None,
        "last4": card.last4,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "status": _name_status(card),
        "default": card.is_default,
        "pays_for": [
            *(_render_use(each.public_id, "recurrent_charge", each.name) for each in uses.subscriptions),
            *(_render_use(each.public_id, "direct_charge", each.name) for each in uses.charges),
        ],
        "created_at": render_instant(card.created_at),
    }


def read_card_id(card_id: str) -> UUID:
    """Return the id in a path. Raises PaymentOptionNotFound for what cannot be one."""
    public_id = parse_uuid(card_id)
    if public_id is None:
        raise PaymentOptionNotFound
    return public_id


def read_cancel_url(url: str, origins: list[str]) -> str:
    """Return where the buyer goes without a card, empty for nowhere else. Raises InvalidField."""
    try:
        return url and check_return_url(url, origins=origins)
    except InvalidField as refusal:
        raise InvalidField("cancel_url", str(refusal)) from None


def _name_status(card: PaymentOption) -> str:
    if not card.is_active:
        return "removed"
    return "expired" if card.has_expired(clock.now()) else "active"


def _render_use(public_id: UUID, kind: str, name: str) -> Mapping[str, str]:
    return {"id": str(public_id), "type": kind, "name": name}
