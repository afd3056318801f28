"""The lists of the admin under the work that they are for, as the menu shows them."""

from collections.abc import Iterator, Mapping
from typing import Any

MORE = "More"
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Second person": ("Approval",),
    "Payments": ("Charge", "Subscription", "Dispute", "Attempt", "CardTesting"),
    "Payouts": ("Payout", "PayoutAccount", "PayoutBatch", "BankReport"),
    "Books": (
        "Month",
        "Difference",
        "Correction",
        "Statement",
        "LedgerAccount",
        "LedgerTransaction",
        "LedgerEntry",
    ),
    "Invoices and tax": ("TaxPaper", "HeldInvoice", "Series", "TaxRate"),
    "Buyers and sellers": ("Organization", "Account", "Application", "SignUp", "ConsoleInvitation"),
    "Merchants": ("Merchant", "Customer", "Plan", "CustomerTransaction", "Allocation"),
    "Mail": ("Mail", "BlockedAddress"),
    "Programs": ("LoggedRequest", "Event", "Endpoint", "Delivery", "ProcessorEvent", "InvariantLook"),
    "Staff": ("User", "Group", "OpenSession", "LogInCounter", "AuditLine"),
}


def arrange(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Django's list of apps, as somebody may see it, by sections; what has none comes last."""
    models = {model["object_name"]: model | {"app": app} for app in apps for model in app["models"]}
    return list(_fill(models))


def _fill(models: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for title, names in SECTIONS.items():
        if shown := [models.pop(name) for name in names if name in models]:
            yield _make(title, shown)
    if models:
        yield _make(MORE, [*models.values()])


def _make(title: str, models: list[dict[str, Any]]) -> dict[str, Any]:
    app = models[0]["app"]
    address = models[0].get("admin_url") or app["app_url"]  # The title leads to the first list of a section.
    shown = [{key: value for key, value in model.items() if key != "app"} for model in models]
    return app | {"name": title, "app_url": address, "models": shown}
