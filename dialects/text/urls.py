"""The paths of the Text dialect: three versions on one store of charges."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from customers.models import Product
from dialects.text.cards import CardEntryViewSet, CardViewSet
from dialects.text.event_views import EventViewSet
from dialects.text.invoice_views import InvoiceViewSet
from dialects.text.ledger_views import LedgerViewSet
from dialects.text.payout_views import BalanceViewSet, PayoutViewSet
from dialects.text.proof_views import DayRootViewSet, SigningKeyViewSet
from dialects.text.purchases import PurchaseViewSet
from dialects.text.recurrent_views import (
    RecurrentChargeV1ViewSet,
    RecurrentChargeV2ViewSet,
    RecurrentChargeV3ViewSet,
)
from dialects.text.refund_views import ChargeRefundViewSet, PaymentRefundViewSet, RefundViewSet
from dialects.text.statement_views import StatementViewSet
from dialects.text.testing_views import TestBuyerViewSet
from dialects.text.views import DirectChargeV1ViewSet, DirectChargeV2ViewSet
from dialects.text.webhook_views import DeliveryViewSet, EndpointViewSet

View = Callable[..., Any]


def route(pattern: str, view: View, kwargs: dict[str, Any] | None = None) -> list[URLPattern]:
    """Return a path that works with and without a slash at its end."""
    return [path(pattern, view, kwargs), path(f"{pattern}/", view, kwargs)]


def charge_routes(
    base: str, viewset: type[PurchaseViewSet], kwargs: dict[str, Any] | None = None
) -> list[URLPattern]:
    """Return the paths of direct or recurrent charges below a base: one for each service."""
    patterns = [
        *route(base, viewset.as_view({"get": "list", "post": "create"}), kwargs),
        *route(f"{base}/<str:charge_id>", viewset.as_view({"get": "retrieve"}), kwargs),
    ]
    for action in (name for name in viewset.services if name != "create"):
        patterns += route(f"{base}/<str:charge_id>/{action}", viewset.as_view({"put": action}), kwargs)
    return patterns


def ledger_routes(base: str) -> list[URLPattern]:
    """Return the paths of the ledger below a base."""
    return [
        *route(base, LedgerViewSet.as_view({"get": "list"})),
        *route(f"{base}/balance", LedgerViewSet.as_view({"get": "balance"})),
    ]


def card_routes(base: str) -> list[URLPattern]:
    """Return the paths of the buyer's cards, and of entering one, below a base."""
    return [
        *route(f"{base}/cards", CardViewSet.as_view({"get": "list"})),
        *route(f"{base}/cards/<str:card_id>/default", CardViewSet.as_view({"put": "default"})),
        *route(f"{base}/cards/<str:card_id>/remove", CardViewSet.as_view({"put": "remove"})),
        *route(f"{base}/card_entries", CardEntryViewSet.as_view({"post": "create"})),
        *route(f"{base}/card_entries/<str:entry_id>/finish", CardEntryViewSet.as_view({"put": "finish"})),
    ]


def refund_routes(base: str, viewset: type[RefundViewSet]) -> list[URLPattern]:
    """Return the paths of the refunds of a charge, below a base."""
    return [
        *route(f"{base}/refund", viewset.as_view({"post": "create"})),
        *route(f"{base}/refunds", viewset.as_view({"get": "list"})),
        *route(f"{base}/refunds/<str:refund_id>", viewset.as_view({"get": "retrieve"})),
    ]


def payout_routes(base: str) -> list[URLPattern]:
    """Return the paths of what a seller can be paid, and of its payouts, below a base."""
    one = f"{base}/payouts/<str:payout_id>"
    return [
        *route(f"{base}/balance", BalanceViewSet.as_view({"get": "retrieve"})),
        *route(f"{base}/payouts", PayoutViewSet.as_view({"get": "list", "post": "create"})),
        *route(one, PayoutViewSet.as_view({"get": "retrieve"})),
        *route(f"{one}/cancel", PayoutViewSet.as_view({"put": "cancel"})),
    ]


def webhook_routes(base: str) -> list[URLPattern]:
    """Return the paths of an application's endpoints and of their deliveries, below a base."""
    one = f"{base}/<str:endpoint_id>"
    acts = ("rotate_secret", "test", "replay")
    return [
        *route(base, EndpointViewSet.as_view({"get": "list", "post": "create"})),
        *route(one, EndpointViewSet.as_view({"get": "retrieve", "put": "change", "delete": "destroy"})),
        *route(f"{one}/enable", EndpointViewSet.as_view({"put": "enable"})),
        *route(f"{one}/disable", EndpointViewSet.as_view({"put": "disable"})),
        *(each for act in acts for each in route(f"{one}/{act}", EndpointViewSet.as_view({"post": act}))),
        *route(f"{one}/deliveries", DeliveryViewSet.as_view({"get": "list"})),
        *route(f"{one}/deliveries/<str:event_id>/replay", DeliveryViewSet.as_view({"put": "replay"})),
    ]


def invoice_routes(base: str) -> list[URLPattern]:
    """Return the paths of tax invoices and credit notes, and of their files, below a base."""
    one = f"{base}/<str:invoice_id>"
    return [
        *route(base, InvoiceViewSet.as_view({"get": "list"})),
        *route(f"{one}.pdf", InvoiceViewSet.as_view({"get": "pdf"})),
        *route(f"{one}.xml", InvoiceViewSet.as_view({"get": "xml"})),
        *route(one, InvoiceViewSet.as_view({"get": "retrieve"})),
    ]


def test_buyer_routes(base: str) -> list[URLPattern]:
    """Return the paths of a seller's test buyers below a base."""
    one = f"{base}/<str:buyer_id>"
    return [
        *route(base, TestBuyerViewSet.as_view({"get": "list", "post": "create"})),
        *route(one, TestBuyerViewSet.as_view({"get": "retrieve"})),
        *route(f"{one}/token", TestBuyerViewSet.as_view({"post": "token"})),
        *route(f"{one}/card", TestBuyerViewSet.as_view({"put": "card"})),
        *route(f"{one}/advance", TestBuyerViewSet.as_view({"put": "advance"})),
    ]


LIVECHAT = {"product": Product.LIVECHAT.value}

urlpatterns = [
    *charge_routes("v1/direct_charge", DirectChargeV1ViewSet, LIVECHAT),
    *charge_routes("v2/direct_charge/<str:product>", DirectChargeV2ViewSet),
    *charge_routes("v3/direct_charge/<str:product>", DirectChargeV2ViewSet),
    *charge_routes("v1/recurrent_charge", RecurrentChargeV1ViewSet, LIVECHAT),
    *charge_routes("v2/recurrent_charge/<str:product>", RecurrentChargeV2ViewSet),
    *charge_routes("v3/recurrent_charge/<str:product>", RecurrentChargeV3ViewSet),
    *refund_routes("v3/direct_charge/<str:product>/<str:charge_id>", ChargeRefundViewSet),
    *refund_routes(
        "v3/recurrent_charge/<str:product>/<str:charge_id>/payments/<str:payment_id>", PaymentRefundViewSet
    ),
    *ledger_routes("v1/ledger"),
    *ledger_routes("v2/ledger/livechat"),
    *card_routes("v3"),
    *payout_routes("v3"),
    *webhook_routes("v3/webhook_endpoints"),
    *invoice_routes("v3/invoices"),
    *test_buyer_routes("v3/test/buyers"),
    *route("v3/events", EventViewSet.as_view({"get": "list"})),
    *route("v3/day_roots", DayRootViewSet.as_view({"get": "list"})),
    *route("v3/signing_keys", SigningKeyViewSet.as_view({"get": "list"})),
    *route("v3/statements", StatementViewSet.as_view({"get": "list"})),
    *route("v3/statements/<str:month>", StatementViewSet.as_view({"get": "retrieve"})),
    *route("v3/statements/<str:month>/lines", StatementViewSet.as_view({"get": "lines"})),
]
