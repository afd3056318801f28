"""Recurrent charges as clients read them: the fields and the words for a status differ by version."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from dialects.text.recurrent_statuses import name_status
from dialects.text.rendering import (
    PARTIES,
    Row,
    render_currency,
    render_instant,
    render_parties,
    render_return_url,
    render_test_card,
)

RECURRENT_COLUMNS = (
    *PARTIES,
    "external_id",
    "name",
    "price_minor",
    "currency",
    "trial_days",
    "trial_seconds",
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


def render_recurrent_charge(
    row: Row, fields: Iterable[str], words: Mapping[str, Sequence[str]]
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
        "status": name_status(row["status"], row["trial_ends_at"], words),
        "confirmation_url": f"{settings.BASE_URL}/?id={charge_id}&type=recurrent_charge",
        "commission_percent": row["commission_percent"],
        "trial_ends_at": _render_if_set(row["trial_ends_at"]),
        "cancelled_at": _render_if_set(row["cancelled_at"]),
        "current_charge_at": _render_if_set(row["current_charge_at"]),
        "next_charge_at": _render_if_set(row["next_charge_at"]),
        "updated_at": render_instant(row["updated_at"]),
        "created_at": render_instant(row["created_at"]),
    }
    own = render_test_card(row) | render_currency(row) | render_trial_left(row)
    return {field: shown[field] for field in fields} | own


def render_trial_left(row: Row) -> dict[str, Any]:
    """Return how many seconds earlier trials left of this one; nothing for a whole one."""
    left = row["trial_seconds"]
    return {} if left is None else {"trial_seconds": left}


def _render_if_set(instant: datetime | None) -> str | None:
    return None if instant is None else render_instant(instant)
