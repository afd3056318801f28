"""Examples of the API's documentation; a test sends each of them and compares the answers."""

from typing import Any

from dialects.text.recurrent_rendering import V1_RECURRENT_FIELDS, V2_RECURRENT_FIELDS
from dialects.text.rendering import V1_FIELDS, V2_FIELDS

CHARGE_ID = "01a1fd11-7931-75fb-bcfe-a7b384ee8fb4"
SELLER_CLIENT_ID = "82073261008b239540836bbbbd80101a"

NEW_CHARGE = {
    "name": "Extension",
    "price": 100,
    "quantity": 2,
    "return_url": "https://seller.example/back?plan=gold",
    "per_account": True,
    "test": False,
}
NEW_CHARGE_AS_FORM = {
    "return_url": "https://seller.example/back",
    "name": "Extension",
    "price": 125,
    "quantity": 1,
    "test": True,
}

_CHARGE: dict[str, Any] = {
    "id": CHARGE_ID,
    "buyer_organization_id": "01a1fd11-78f0-733c-9019-92a58e60bebd",
    "buyer_license_id": 100000002,
    "buyer_account_id": "01a1fd11-78f0-70ff-ac6c-93d4021efe55",
    "buyer_entity_id": "person@buyer.example",
    "seller_client_id": SELLER_CLIENT_ID,
    "order_client_id": SELLER_CLIENT_ID,
    "order_organization_id": "01a1fd11-78ec-7685-a2e3-d7afca8ca1d7",
    "order_license_id": "100000001",
    "order_entity_id": "author@seller.example",
    "name": "Extension",
    "price": 100,
    "quantity": 2,
    "return_url": f"https://seller.example/back?plan=gold&id={CHARGE_ID}&type=direct_charge",
    "test": False,
    "per_account": True,
    "status": "pending",
    "confirmation_url": f"http://127.0.0.1:8000/?id={CHARGE_ID}",
    "commission_percent": 20,
    "created_at": "2026-11-21T07:45:43Z",
    "updated_at": "2026-11-21T07:45:43Z",
}
_FROM_FORM = {
    "price": 125,
    "quantity": 1,
    "return_url": f"https://seller.example/back?id={CHARGE_ID}&type=direct_charge",
    "test": True,
    "per_account": False,
}


def show_charge(version: int, **changes: Any) -> dict[str, Any]:
    """Return the example charge as a version of the API shows it."""
    shown = _CHARGE | changes
    return {field: shown[field] for field in (V1_FIELDS if version == 1 else V2_FIELDS)}


def show_charge_from_form(version: int) -> dict[str, Any]:
    """Return what the example form makes."""
    return show_charge(version, **_FROM_FORM)


NEW_RECURRENT = {
    "name": "Monthly app",
    "price": 1900,
    "return_url": "https://seller.example/back?plan=gold",
    "trial_days": 7,
    "months": 1,
    "per_account": True,
    "external_id": "zzh2F1cnc",
    "test": False,
}
NEW_RECURRENT_AS_FORM = {
    "return_url": "https://seller.example/back",
    "name": "Yearly app",
    "price": 19000,
    "months": 12,
    "test": True,
}

_RECURRENT: dict[str, Any] = {
    **_CHARGE,
    **{name: NEW_RECURRENT[name] for name in ("name", "price", "trial_days", "months", "external_id")},
    "return_url": f"https://seller.example/back?plan=gold&id={CHARGE_ID}",
    "confirmation_url": f"http://127.0.0.1:8000/?id={CHARGE_ID}&type=recurrent_charge",
    "trial_ends_at": None,
    "cancelled_at": None,
    "current_charge_at": None,
    "next_charge_at": None,
}
_STARTED = {"trial_ends_at": "2026-11-28T07:46:02Z", "next_charge_at": "2026-11-28T07:46:02Z"}
_RECURRENT_IN: dict[str, dict[str, Any]] = {
    "active": _STARTED,
    "cancelled": _STARTED | {"cancelled_at": "2026-11-23T18:04:31Z"},
}
_RECURRENT_FROM_FORM = {
    "name": "Yearly app",
    "price": 19000,
    "trial_days": 0,
    "months": 12,
    "external_id": None,
    "return_url": f"https://seller.example/back?id={CHARGE_ID}",
    "test": True,
    "per_account": False,
}


def show_recurrent(version: int, **changes: Any) -> dict[str, Any]:
    """Return the example recurrent charge, in the status of `changes`, as a version of the API shows it."""
    shown = _RECURRENT | _RECURRENT_IN.get(changes.get("status", ""), {}) | changes
    return {field: shown[field] for field in (V1_RECURRENT_FIELDS if version == 1 else V2_RECURRENT_FIELDS)}


def show_recurrent_from_form(version: int) -> dict[str, Any]:
    """Return what the example form makes."""
    return show_recurrent(version, **_RECURRENT_FROM_FORM)


EARNING = {
    "id": "01a1fd11-8f3c-7c50-b0de-2f0a9c1d7e42",
    "name": "Extension",
    "type": "collection",
    "value": 160,
    "created_at": "2026-11-21T07:46:02Z",
}

STATEMENT = {
    "month": "2026-11",
    "currency": "USD",
    "final": False,
    "opening_balance": 0,
    "sales": 200,
    "refunds": 0,
    "disputes": 0,
    "disbursements": 0,
    "fees": 0,
    "commission": -40,
    "payouts": 0,
    "corrections": 0,
    "closing_balance": 160,
    "lines": 1,
    "lines_sha256": None,
    "books": None,
}
STATEMENT_LINE = {
    "id": "01a1fd11-8f3c-7c50-b0de-2f0a9c1d7e42",
    "name": "Extension",
    "type": "sales",
    "gross": 200,
    "commission": -40,
    "net": 160,
    "created_at": "2026-11-21T07:46:02Z",
    "occurred_at": None,
}


def show_error(kind: str, message: str, **details: str) -> dict[str, Any]:
    """Return a refusal."""
    return {"error": {"type": kind, "message": message, "details": details}}


# Name -> (status, body); which operation shows which is in schema.py.
NO_INSTANT = "must be an instant with its zone, such as 2026-11-29T08:00:00Z"
ERRORS: dict[str, tuple[int, dict[str, Any]]] = {
    "bad fields": (
        400,
        show_error(
            "validation",
            "price: must be an integer; return_url: is required",
            price="must be an integer",
            return_url="is required",
        ),
    ),
    "bad page": (
        400,
        show_error(
            "validation",
            "page: must be a number from 1 on, of at most 10 digits",
            page="must be a number from 1 on, of at most 10 digits",
        ),
    ),
    "bad instant": (
        400,
        show_error("validation", f"as_of: {NO_INSTANT}", as_of=NO_INSTANT),
    ),
    "no token": (401, show_error("authentication", "A valid access token is needed.")),
    "scope missing for charges": (
        403,
        show_error("authorization", "The access token needs the scope billing_manage."),
    ),
    "scope missing for the ledger": (
        403,
        show_error("authorization", "The access token needs the scope ledger_read."),
    ),
    "scope missing for invoices": (
        403,
        show_error("authorization", "The access token needs the scope ledger_read."),
    ),
    "unknown invoice": (404, show_error("not_found", "There is no such invoice or credit note.")),
    "not the marketplace's own application": (
        403,
        show_error("authorization", "Cards are only for the marketplace's own application."),
    ),
    "unknown card": (404, show_error("not_found", "There is no such payment option.")),
    "unknown card entry": (404, show_error("not_found", "There is no such card entry.")),
    "no card entered": (422, show_error("wrong_state", "No card was entered yet.")),
    "only card of what runs": (
        422,
        show_error(
            "wrong_state",
            "It is the only card and pays for “Extension”. Add another card first, or cancel that.",
        ),
    ),
    "bad return url": (
        400,
        show_error(
            "validation",
            "return_url: origin https://elsewhere.example is not registered for the application",
            return_url="origin https://elsewhere.example is not registered for the application",
        ),
    ),
    "not the buyer in person": (
        403,
        show_error(
            "authorization",
            "Only the buyer can accept or decline. "
            "That is done on the hosted page or through the marketplace's own application.",
        ),
    ),
    "unknown statement": (404, show_error("not_found", "There is no such statement.")),
    "bad day": (
        400,
        show_error(
            "validation",
            "before: must be a day such as 2026-11-30",
            before="must be a day such as 2026-11-30",
        ),
    ),
    "bad month": (
        400,
        show_error(
            "validation",
            "before: must be a month such as 2026-11",
            before="must be a month such as 2026-11",
        ),
    ),
    "bad line": (
        400,
        show_error(
            "validation",
            "after: must be taken from a Link header",
            after="must be taken from a Link header",
        ),
    ),
    "unknown charge": (404, show_error("not_found", "There is no such charge.")),
    "too large": (413, show_error("too_large", "The body must not exceed 65536 bytes.")),
    "not accepted yet": (
        422,
        show_error("wrong_state", "This cannot be done while the charge is pending.", status="pending"),
    ),
    "already declined": (
        422,
        show_error("wrong_state", "This cannot be done while the charge is declined.", status="declined"),
    ),
    "already accepted": (
        422,
        show_error("wrong_state", "This cannot be done while the charge is accepted.", status="accepted"),
    ),
    "accepted too long ago": (
        422,
        show_error(
            "wrong_state",
            "The buyer's acceptance is too old and no longer counts. Nothing was started or charged; ask the"
            " buyer again with a new charge.",
            status="accepted",
        ),
    ),
    "only one allowed": (
        409,
        show_error(
            "conflict",
            "Your organisation has a subscription of this already. Nothing was accepted; cancel that one"
            " first.",
            recurrent_charge_id="01997ab3-7d21-7c3e-9d52-6a4f1c5be802",
        ),
    ),
    "key used for another request": (
        422,
        show_error("conflict", "This Idempotency-Key was used for a different request; use a new one."),
    ),
}
