"""Which record of a tenant each part of a path names, and what is said along with it."""

import re
from collections.abc import Mapping
from typing import Any

from tests.who_may_what.operations import Operation

NEW_CHARGE = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}
NEW_AGREEMENT = NEW_CHARGE | {"frequency": 1}
PAYMENT = "refunded subscription", "refunded payment", "refund of a payment"
# What parts are that name no record of a tenant. Names of documents and files are those of all.
FIXED = {
    "product": "livechat",
    "kind": "recurrent_charge",
    "form": "pdf",
    "currency": "USD",
    "digest": "0" * 64,
    "app_label": "charges",
    "content_type_id": "1",
}
NAMED_FOR_ALL = {"docs/images/": "account", "docs/": "guides/oauth/", "hooks/": "sandbox"}
# Route and names of records, in the order of the parameters; the first pattern that fits is taken.
RECORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"^\?.*type=recurrent", ("pending subscription",)),
    (r"^\?", ("pending charge",)),
    (r"recurrent_charge_id=", ("active subscription",)),
    (r"account/cards/done/", ("card entry",)),
    (r"console/.*app=|oauth/authorize", ("application",)),
    (r"v3/direct_charge/.*/refund$", ("collected charge",)),
    (r"v3/direct_charge/.*/refunds", ("refunded charge", "refund")),
    (r"direct_charge/.*/activate", ("accepted charge",)),
    (r"direct_charge/", ("pending charge",)),
    (r"recurrent_charge/.*/payments/", PAYMENT),
    (r"recurrent_charge/.*/activate", ("accepted subscription",)),
    (r"recurrent_charge/.*/cancel", ("active subscription",)),
    (r"recurrent_charge/", ("pending subscription",)),
    (r"v3/cards/", ("card",)),
    (r"v3/card_entries/", ("card entry",)),
    (r"v3/payouts/", ("payout",)),
    (r"v3/webhook_endpoints/", ("endpoint", "event")),
    (r"v3/invoices/", ("paper",)),
    (r"v3/test/buyers/", ("test buyer",)),
    (r"v3/statements/", ("statement",)),
    (r"v1/(compan(?=ies)|customer|plan|subscription|transaction|invoice)", ("billy {noun}",)),
    (r"api/v01/plans", ("unibill plan",)),
    (r"api/v01/customers/[^/]*/payment-options", ("unibill customer", "unibill card")),
    (r"api/v01/customers/[^/]*/subscriptions", ("unibill customer", "unibill subscription")),
    # A payment is given back in two transactions of the database, which no test may undo.
    (r"api/v01/customers/[^/]*/transactions/.*~reverse", ("unibill customer", "unibill debt")),
    (r"api/v01/customers/[^/]*/transactions", ("unibill customer", "unibill transaction")),
    (r"api/v01/customers", ("unibill customer",)),
    (r"marketplace/checkout", ("pending charge",)),
    (r"account/devices/", ("device",)),
    (r"account/members/", ("colleague",)),
    (r"account/invitations/", ("invitation",)),
    (r"account/cards/", ("card",)),
    (r"account/statements/", ("statement",)),
    (r"account/payouts/", ("payout",)),
    (r"account/invoices/", ("paper",)),
    (r"account/payments/.*/(confirm|done)", ("charge to confirm",)),
    (r"account/payments/", ("collected charge",)),
    (r"account/subscriptions/", ("active subscription",)),
    (r"account/\{kind\}/", ("accepted subscription",)),
    (r"sandbox/payments/", ("processor's page",)),
    (r"sandbox/cards/", ("page for a card",)),
    (r"console/charges/", ("collected charge",)),
    (r"console/papers/", ("paper",)),
    (r"console/subscriptions/", ("active subscription",)),
    (r"console/customers/", ("buyer",)),
    (r"console/events/", ("told event",)),
    (r"console/deliveries/", ("delivery",)),
    (r"console/applications/", ("application", "endpoint")),
    (r"console/test-buyers/", ("test buyer",)),
    (r"console/members/invitations/", ("console invitation",)),
    (r"console/members/", ("member",)),
)
RANGE = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
ENDPOINT = {"url": "https://seller.example/events", "event_types": ["charge.succeeded"]}
CARD = {"accountNumber": "4111111111111111", "accountAccessory": "0432", "csc": "999"}
# What is sent along; a name in braces is the id of that record of the same tenant as those in the path.
SHARED = {"statement"}  # Months are those of all.
# A processor's pages are open to whoever has their address; client ids are public.
OPEN = r"sandbox/|oauth/|account/apps/"
BODIES: tuple[tuple[str, dict[str, Any]], ...] = (
    (r"POST /v./direct_charge(/\{product\})?$", NEW_CHARGE),
    (r"POST /v[12]/recurrent_charge(/\{product\})?$", NEW_CHARGE),
    (r"POST /v3/recurrent_charge(/\{product\})?$", NEW_CHARGE),
    (r"POST /v3/.*/refund$", {"amount": 10, "reason": "Asked for"}),
    (r"POST /v3/card_entries$", {"return_url": "https://seller.example/back"}),
    (r"POST /v3/payouts$", {"currency": "USD", "amount": 100}),
    (r"POST /v3/webhook_endpoints$", ENDPOINT),
    (r"PUT /v3/webhook_endpoints/\{endpoint_id\}$", ENDPOINT),
    (r"POST /v3/webhook_endpoints/\{endpoint_id\}/replay$", RANGE),
    (r"POST /v3/test/buyers$", {"name": "A year"}),
    (r"PUT /v3/test/buyers/\{buyer_id\}/card$", {"test_card": "insufficient_funds"}),
    (r"POST /v1/companies$", {"processor_key": "made-up"}),
    (r"POST /v1/plans$", {"plan_type": "charge", "amount": 100, "frequency": "weekly"}),
    (
        r"POST /v1/subscriptions$",
        {"customer_guid": "{billy customer}", "plan_guid": "{billy plan}"},
    ),
    (r"PUT /api/v01/plans/~create", {"name": "New", "amount": 5}),
    (r"POST /api/v01/plans/.*~modify", {"name": "Other"}),
    (
        r"PUT /api/v01/customers/~create",
        {"firstName": "E", "lastName": "F", "accountId": "{unibill account}"},
    ),
    (r"POST /api/v01/customers/\{customer_id\}/~modify", {"firstName": "Other"}),
    (r"PUT /api/v01/.*/payment-options/~create", CARD),
    (r"POST /api/v01/.*/payment-options/.*~modify", {"isActive": "false"}),
    (
        r"PUT /api/v01/.*/subscriptions/~create",
        {"type": "P", "planId": "{unibill plan}", "paymentOptionId": "{unibill card}"},
    ),
    (r"POST /api/v01/.*/subscriptions/.*~modify", {"note": "Other"}),
    (r"PUT /api/v01/.*/transactions/~create", {"type": "RC", "amount": 5}),
    (r"POST /api/v01/.*/transactions/~process", {"amount": 5, **CARD}),
    (r"POST /\?id=", {"decision": "accept", "token": "{form}"}),
    (r"POST /account/preferences/", {"language": "en"}),
    (r"POST /account/members/$", {"email": "invited@buyer.example"}),
    (r"POST /account/members/.*role", {"role": "give"}),
    (r"POST /account/subscriptions/.*cancel", {"decision": "now"}),
    (r"POST /account/apps/", {"client_id": "{application}"}),
    (r"POST /account/payouts/account/", {}),
    (r"POST /account/payouts/$", {"currency": "USD", "amount": "1", "key": "0" * 32}),
    (r"POST /console/.*/refund/", {"amount": "0.50", "reason": "Too late", "key": "0" * 32}),
    (r"POST /console/mode/", {"mode": "test"}),
    (r"POST /console/members/$", {"email": "invited@seller.example", "roles": "developer"}),
    (r"POST /console/members/\{public_id\}/$", {"roles": "billing"}),
    (r"POST /console/test-buyers/$", {"name": "A year", "test_card": "approve"}),
    (r"POST /console/test-buyers/.*act", {"act": "card", "test_card": "insufficient_funds"}),
    (r"POST /console/.*/webhooks/.*act", {"act": "disable"}),
    (r"POST /admin/.*/\?\w+$", {"action": ""}),
    (r"POST /sandbox/payments/", {"decision": "confirm"}),
    (r"POST /sandbox/cards/", {"card": "4242", "expires": "later"}),
)
NOUNS = {"compan": "company"}
NAMED = re.compile(r"\{([^{}]+)\}")


def name_records(operation: Operation) -> dict[str, str]:
    """Return the name of the record that each part of a path stands for, without those for none."""
    named = [name for name in operation.parameters if name not in FIXED]
    if operation.route.startswith("admin/r/"):
        return {}
    if operation.route.startswith("admin/"):
        return dict.fromkeys(named, f"row of {name_model(operation)}")
    for pattern, records in RECORDS:
        if named and (fits := re.search(pattern, operation.route)):
            noun = fits[1] if fits.re.groups else ""
            records = tuple(each.format(noun=NOUNS.get(noun, noun)) for each in records)
            return dict(zip(named, records, strict=False))
    return {}


def name_fixed(operation: Operation) -> dict[str, str]:
    """Return what parts of a path are that name no record."""
    named = (name for begins, name in NAMED_FOR_ALL.items() if operation.route.startswith(begins))
    return FIXED | {"name": next(named, "unknown")}


def find_body(operation: Operation) -> dict[str, Any]:
    """Return what is sent along with an operation, before ids are filled in."""
    body = next((body for pattern, body in BODIES if re.search(pattern, str(operation))), {})
    if "action" not in body:
        return body
    row = f"{{row of {name_model(operation)}}}"
    return {"action": operation.route.partition("?")[2], "_selected_action": row}


def name_model(operation: Operation) -> str:
    """Return the model of a page of the admin, as its app and name."""
    return ".".join(operation.route.split("/")[1:3])


def names_records(operation: Operation) -> bool:
    """Say whether an operation names records of a tenant, in its path or in what is sent along."""
    said = find_body(operation).values()
    named = {*name_records(operation).values(), *(name for each in said for name in NAMED.findall(str(each)))}
    return bool(named - SHARED) and not re.match(OPEN, operation.route)


def fill_in(text: Any, records: Mapping[str, str]) -> Any:
    """Return a value with the ids of records in place of their names."""
    return NAMED.sub(lambda name: records[name[1]], text) if isinstance(text, str) else text
