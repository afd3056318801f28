"""Real answers of the Billy dialect, shown in its OpenAPI document; tests ask for each again."""

from typing import Any

GUIDS = {
    "company": "CPMo6s2oTyMCrQVcBo2WFD8m",
    "customer": "CUMo6s2oTyMCrQVcBo2WFD8n",
    "plan": "PLMo6s2oTyMCrQVcBo2WFD8p",
    "subscription": "SUMo6s2oTyMCrQVcBo2WFD8q",
    "transaction": "TXMo6s2oTyMCrQVcBo2WFD8r",
    "invoice": "IVMo6s2oTyMCrQVcBo2WFD8r",
}
AGE = {"created_at": "2013-08-16T00:00:00", "updated_at": "2013-08-16T00:00:00"}
CARD = "/v1/marketplaces/TEST-MP1/cards/CC1"
ANSWERS: dict[str, dict[str, Any]] = {
    "company": {
        "guid": GUIDS["company"],
        "api_key": "6w9KwCPQy6fZzKzmP4PzXzJtZr6vXqkXjX5mZbQ7nBvF",
    },
    "customer": {
        "guid": GUIDS["customer"],
        "company_guid": GUIDS["company"],
        "external_id": None,
        "deleted": False,
    },
    "plan": {
        "guid": GUIDS["plan"],
        "company_guid": GUIDS["company"],
        "plan_type": "charge",
        "frequency": "monthly",
        "amount": 500,
        "interval": 1,
        "deleted": False,
    },
    "subscription": {
        "guid": GUIDS["subscription"],
        "customer_guid": GUIDS["customer"],
        "plan_guid": GUIDS["plan"],
        "payment_uri": CARD,
        "amount": None,
        "period": 1,
        "canceled": False,
        "canceled_at": None,
        "started_at": AGE["created_at"],
        "next_transaction_at": "2013-09-16T00:00:00",
    },
    "transaction": {
        "guid": GUIDS["transaction"],
        "subscription_guid": GUIDS["subscription"],
        "transaction_type": "charge",
        "status": "done",
        "amount": 500,
        "payment_uri": CARD,
        "external_id": "sbx_0123456789abcdef01234567",
        "failure_count": 0,
        "error_message": None,
        "scheduled_at": AGE["created_at"],
    },
    "invoice": {
        "guid": GUIDS["invoice"],
        "invoice_type": "subscription",
        "subscription_guid": GUIDS["subscription"],
        "customer_guid": GUIDS["customer"],
        "transaction_type": "debit",
        "status": "settled",
        "amount": 500,
        "effective_amount": 500,
        "total_adjustment_amount": 0,
        "title": None,
        "appears_on_statement_as": None,
        "funding_instrument_uri": CARD,
        "items": [],
        "adjustments": [],
        "scheduled_at": AGE["created_at"],
    },
}
# What an action changes in the answer.
CHANGES: dict[str, dict[str, Any]] = {
    "destroy": {"deleted": True},
    "cancel": {"canceled": True, "canceled_at": AGE["created_at"]},
}
REQUESTS: dict[tuple[str, str], dict[str, str]] = {
    ("company", "create"): {"processor_key": "made-up-processor-key"},
    ("customer", "create"): {},
    ("plan", "create"): {"plan_type": "charge", "amount": "500", "frequency": "monthly"},
    ("subscription", "create"): {
        "customer_guid": GUIDS["customer"],
        "plan_guid": GUIDS["plan"],
        "payment_uri": CARD,
    },
    ("subscription", "cancel"): {"prorated_refund": "1"},
}


def show_record(kind: str, action: str = "") -> dict[str, Any]:
    """Return the answer to an action on one record."""
    return ANSWERS[kind] | AGE | CHANGES.get(action, {})


def show_page(kind: str) -> dict[str, Any]:
    """Return a list with one record."""
    return {"items": [show_record(kind)], "offset": 0, "limit": 20}
