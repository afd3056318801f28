"""Answers as plain dicts, in the order of the documented samples."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from access.oauth.bearer_tokens import Caller
from charges.models import Charge
from charges.requests.limits import add_to_query
from charges.requests.sandbox_cards import name_sandbox_card
from ledger.as_of import is_final
from ledger.reports import Earning
from subscriptions.models import Subscription

# One narrow row says everything that is shown; no model is built for it.
PARTIES = (
    "public_id",
    "buyer__public_id",
    "buyer__license_id",
    "buyer_account__public_id",
    "buyer_account__email",
    "seller_application__client_id",
    "order_application__client_id",
    "order_application__author_email",
    "payee__public_id",
    "payee__license_id",
)
COLUMNS = (
    *PARTIES,
    "name",
    "price_minor",
    "currency",
    "quantity",
    "return_url",
    "test",
    "funding_source",
    "per_account",
    "status",
    "commission_percent",
    "created_at",
    "updated_at",
)
V1_FIELDS = (
    "id",
    "buyer_license_id",
    "buyer_entity_id",
    "order_client_id",
    "order_license_id",
    "order_entity_id",
    "seller_client_id",
    "name",
    "price",
    "quantity",
    "return_url",
    "test",
    "status",
    "confirmation_url",
    "commission_percent",
    "created_at",
    "updated_at",
)
V2_FIELDS = (
    "id",
    "buyer_organization_id",
    "buyer_license_id",
    "buyer_account_id",
    "buyer_entity_id",
    "seller_client_id",
    "order_client_id",
    "order_organization_id",
    "name",
    "price",
    "quantity",
    "return_url",
    "test",
    "per_account",
    "status",
    "confirmation_url",
    "commission_percent",
    "created_at",
    "updated_at",
)
Row = Mapping[str, Any]


def describe_own(charge: Charge | Subscription, caller: Caller, columns: Iterable[str]) -> Row | None:
    """Return the row of a charge when the caller is every party to it, else None.

    An app mostly reads what it made itself, and then its token says who the parties are: one table
    instead of five (a third of the request's CPU).
    """
    app = caller.app
    if (charge.buyer_id, charge.buyer_account_id) != (caller.organization_id, caller.account_id):
        return None
    if not charge.seller_application_id == charge.order_application_id == app.id:
        return None
    if charge.payee_id != app.organization_id:
        return None
    return {column: getattr(charge, column) for column in columns if "__" not in column} | {
        "buyer__public_id": caller.organization_public_id,
        "buyer__license_id": caller.license_id,
        "buyer_account__public_id": caller.account_public_id,
        "buyer_account__email": caller.email,
        "seller_application__client_id": app.client_id,
        "order_application__client_id": app.client_id,
        "order_application__author_email": app.author_email,
        "payee__public_id": app.organization_public_id,
        "payee__license_id": app.license_id,
    }


def render_charge(row: Row, fields: Iterable[str]) -> dict[str, Any]:
    """Return a direct charge with the fields of one version of the API."""
    charge_id = str(row["public_id"])
    shown = render_parties(row) | {
        "name": row["name"],
        "price": row["price_minor"],
        "quantity": row["quantity"],
        "return_url": render_return_url(row["return_url"], id=charge_id, type="direct_charge"),
        "test": row["test"],
        "per_account": row["per_account"],
        "status": str(row["status"]),
        "confirmation_url": f"{settings.BASE_URL}/?id={charge_id}",
        "commission_percent": row["commission_percent"],
        "created_at": render_instant(row["created_at"]),
        "updated_at": render_instant(row["updated_at"]),
    }
    return {field: shown[field] for field in fields} | render_test_card(row) | render_currency(row)


def render_currency(row: Row) -> dict[str, Any]:
    """Return the currency of a charge, which older clients do not know; nothing for the default one."""
    return {} if row["currency"] == settings.DEFAULT_CURRENCY else {"currency": row["currency"]}


def render_test_card(row: Row) -> dict[str, Any]:
    """Return the sandbox's card that a test charge names; nothing for one that names none."""
    name = name_sandbox_card(row["funding_source"])
    return {} if name is None else {"test_card": name}


def render_parties(row: Row) -> dict[str, Any]:
    """Return the id of a charge and who is party to it, as every version names them."""
    return {
        "id": str(row["public_id"]),
        "buyer_organization_id": str(row["buyer__public_id"]),
        "buyer_license_id": row["buyer__license_id"],
        "buyer_account_id": str(row["buyer_account__public_id"]),
        "buyer_entity_id": row["buyer_account__email"],
        "seller_client_id": row["seller_application__client_id"],
        "order_client_id": row["order_application__client_id"],
        "order_organization_id": str(row["payee__public_id"]),
        "order_license_id": str(row["payee__license_id"]),
        "order_entity_id": row["order_application__author_email"],
    }


def render_earning(earning: Earning) -> dict[str, Any]:
    """Return a ledger entry as every version shows it; the value is in cents."""
    return {
        "id": str(earning.public_id),
        "name": earning.name,
        "type": earning.kind,
        "value": earning.value_minor,
        "created_at": render_instant(earning.created_at),
    }


def render_return_url(url: str, **pairs: str) -> str | None:
    """Return where the buyer is sent back to, which names the charge; None for nowhere."""
    return add_to_query(url, **pairs) if url else None


def render_instant(instant: datetime) -> str:
    """Return RFC 3339 in UTC with whole seconds."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def render_as_of(at: datetime) -> dict[str, Any]:
    """Return as of which instant something is, and whether nothing can be posted before it any more."""
    return {"as_of": at.isoformat().replace("+00:00", "Z"), "final": is_final(at)}
