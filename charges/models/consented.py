"""What a payer agrees to, and who that is."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

CONSENTED_FIELDS = (
    "product",
    "name",
    "currency",
    "price_minor",
    "quantity",
    "total_minor",
    "per_account",
    "test",
    "commission_percent",
    "commission_minor",
)


def hash_terms(public_id: UUID, terms: Mapping[str, Any]) -> str:
    """Return the fingerprint of an offer: its id and its terms."""
    return hashlib.sha256(json.dumps({**terms, "id": str(public_id)}, sort_keys=True).encode()).hexdigest()


def one_payer() -> Q:
    """Either a buyer organisation, through an application, or a customer of a merchant."""
    parties = ("buyer", "buyer_account", "order_application", "seller_application")
    sold_by_app = Q(customer=None, **{f"{party}__isnull": False for party in parties}) & ~Q(product="")
    return sold_by_app | Q(customer__isnull=False, product="", **dict.fromkeys(parties))
