"""Recurrent charges as clients read them: the fields and the words for a status differ by version."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from dialects.text.rendering import (
    PARTIES,
    Row,
    render_instant,
    render_parties,
    render_return_url,
    render_test_card,
)
from subscriptions.models import SubscriptionStatus

RECURRENT_COLUMNS = (
    *PARTIES,
    "external_id",
    "name",
    "price_minor",
    "trial_days",
    "interval",
    "return_url",
    "test",
    "funding_source",
    "per_account",
    "status",
    "commission_percent",
    "trial_ends_at",
    "cancelled_at",
    "current_charge_at",
    "next_charge_at",
    "updated_at",
    "created_at",
)
_TERMS_AND_STATE = (
    "name",
    "price",
    "trial_days",
    "months",
    "return_url",
    "test",
    "per_account",
    "status",
    "confirmation_url",
    "commission_percent",
    "trial_ends_at",
    "cancelled_at",
    "current_charge_at",
    "next_charge_at",
    "updated_at",
    "created_at",
)
V1_RECURRENT_FIELDS = (
    "id",
    "buyer_license_id",
    "buyer_entity_id",
    "order_client_id",
    "order_license_id",
    "order_entity_id",
    "seller_client_id",
    *_TERMS_AND_STATE,
)
V2_RECURRENT_FIELDS = (
    "id",
    "buyer_organization_id",
    "buyer_license_id",
    "buyer_account_id",
    "buyer_entity_id",
    "seller_client_id",
    "order_client_id",
    "order_organization_id",
    "order_entity_id",
    "external_id",
    *_TERMS_AND_STATE,
)

# What a client's word for a status means. Before version 3 nobody knew of being past due.
# What an app sells has no agreed end.
V3_STATUSES = {
    status: (status,) for status in SubscriptionStatus.values if status != SubscriptionStatus.EXPIRED
}
OLD_STATUSES = {status: (status,) for status in V3_STATUSES if status != SubscriptionStatus.PAST_DUE} | {
    SubscriptionStatus.ACTIVE.value: (SubscriptionStatus.ACTIVE.value, SubscriptionStatus.PAST_DUE.value)
}


def render_status(status: str, statuses: Mapping[str, Iterable[str]]) -> str:
    """Return the word by which a version knows one of our statuses."""
    return next(word for word, meant in statuses.items() if status in meant)


def render_recurrent_charge(
    row: Row, fields: Iterable[str], statuses: Mapping[str, Iterable[str]]
) -> dict[str, Any]:
    """Return a recurrent charge with the fields and the statuses of one version of the API."""
    charge_id = str(row["public_id"])
    shown = render_parties(row) | {
        "external_id": row["external_id"] or None,
        "name": row["name"],
        "price": row["price_minor"],
        "trial_days": row["trial_days"],
        "months": row["interval"],
        "return_url": render_return_url(row["return_url"], id=charge_id),
        "test": row["test"],
        "per_account": row["per_account"],
        "status": render_status(row["status"], statuses),
        "confirmation_url": f"{settings.BASE_URL}/?id={charge_id}&type=recurrent_charge",
        "commission_percent": row["commission_percent"],
        "trial_ends_at": _render_if_set(row["trial_ends_at"]),
        "cancelled_at": _render_if_set(row["cancelled_at"]),
        "current_charge_at": _render_if_set(row["current_charge_at"]),
        "next_charge_at": _render_if_set(row["next_charge_at"]),
        "updated_at": render_instant(row["updated_at"]),
        "created_at": render_instant(row["created_at"]),
    }
    return {field: shown[field] for field in fields} | render_test_card(row)


def _render_if_set(instant: datetime | None) -> str | None:
    return None if instant is None else render_instant(instant)
