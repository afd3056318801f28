"""Consent: the terms that a payer agrees to, and the constraint that a charge has one payer."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

CHARGE_TERMS = (
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
SUBSCRIPTION_TERMS = (
    "product",
    "name",
    "currency",
    "price_minor",
    "per_account",
    "test",
    "commission_percent",
    "frequency",
    "interval",
    "trial_days",
    "trial_seconds",
)
# Left out of what is hashed while they are empty.
OPTIONAL_TERMS = ("trial_seconds",)
# The name as Python's json.dumps spells it: DEL and everything beyond ASCII as \\uXXXX, in two halves above
# the basic plane.
ESCAPED_NAME = r"""
replace(CASE WHEN octet_length({row}.name) = length({row}.name) THEN to_json({row}.name)::text ELSE (
    SELECT '"' || string_agg(CASE
        WHEN ascii(l) < 128 THEN substr(to_json(l)::text, 2, length(to_json(l)::text) - 2)
        WHEN ascii(l) < 65536 THEN '\u' || lpad(to_hex(ascii(l)), 4, '0')
        ELSE '\u' || to_hex(55296 + (ascii(l) - 65536) / 1024)
             || '\u' || to_hex(56320 + mod(ascii(l) - 65536, 1024))
    END, '' ORDER BY n) || '"'
    FROM regexp_split_to_table({row}.name, '') WITH ORDINALITY AS letters(l, n)
) END, chr(127), '\u007f')
"""


def write_terms(public_id: UUID, terms: Mapping[str, Any]) -> str:
    """Return the text of an offer whose fingerprint is kept: its id and its terms."""
    kept = {name: value for name, value in terms.items() if name not in OPTIONAL_TERMS or value is not None}
    return json.dumps({**kept, "id": str(public_id)}, sort_keys=True)


def hash_terms(public_id: UUID, terms: Mapping[str, Any]) -> str:
    """Return the fingerprint of an offer."""
    return hashlib.sha256(write_terms(public_id, terms).encode()).hexdigest()


def write_terms_sql(row: str, terms: tuple[str, ...]) -> str:
    """Return SQL for the terms hash of a row by its alias: of what the `terms_hash` of its model hashes."""
    values = {name: f"to_json({row}.{name})::text" for name in terms}
    values |= {"id": f"to_json({row}.public_id)::text", "name": ESCAPED_NAME.format(row=row)}
    pairs = {name: f"'\"{name}\": ' || {values[name]}" for name in sorted(values)}
    first, *others = (
        f"COALESCE(', ' || {pair}, '')" if name in OPTIONAL_TERMS else f"', ' || {pair}"
        for name, pair in pairs.items()
    )
    text = " || ".join([first.removeprefix("', ' || "), *others])
    return f"encode(sha256(convert_to('{{' || {text} || '}}', 'UTF8')), 'hex')"


def one_payer() -> Q:
    """Either a buyer organisation, through an application, or a customer of a merchant."""
    parties = ("buyer", "buyer_account", "order_application", "seller_application")
    sold_by_app = Q(customer=None, **{f"{party}__isnull": False for party in parties}) & ~Q(product="")
    return sold_by_app | Q(customer__isnull=False, product="", **dict.fromkeys(parties))
