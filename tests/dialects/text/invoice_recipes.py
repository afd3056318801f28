"""The requests that get the answers of the examples about invoices."""

from typing import Any

from tests.dialects.text.world import World
from tests.invoicing.papers import issue_for

IDS = {f"v3_invoices_{action}" for action in ("list", "retrieve", "pdf_retrieve", "xml_retrieve")}


def invoiced(world: World) -> dict[str, Any]:
    """The buyer asks for the invoice of the examples."""
    paper = issue_for(world.charge("success"))
    return {"token": world.token(), "ids": {"invoice_id": paper.public_id}}


RECIPES = {
    "Invoices": invoiced,
    "Invoice": invoiced,
    "UnknownInvoice": lambda w: {"token": w.token()},
    "ScopeMissingForInvoices": lambda w: {"token": w.token(scopes="introspection")},
}
