"""OpenAPI description of tax invoices and credit notes. Nothing here runs when a request is answered."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from dialects.text.schema import PAGE_PARAMETERS, describe_action

INVOICE_PARAMETER = OpenApiParameter("invoice_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
SCOPE, UNKNOWN = "scope missing for invoices", "unknown invoice"
PARTY = {
    "legal_name": "Example Marketplace",
    "street": "Example Street 1",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "vat_number": "",
}
INVOICE: dict[str, Any] = {
    "id": "01a1fd11-9a2e-7d11-9f6b-3c5d7e9fa001",
    "type": "invoice",
    "number": "INV-2026-000001",
    "test": False,
    "issued_at": "2026-11-21T07:46:12Z",
    "supplied_at": "2026-11-21T07:46:02Z",
    "order_client_id": "82073261008b239540836bbbbd80101a",
    "charge_id": "01a1fd11-7931-75fb-bcfe-a7b384ee8fb4",
    "refund_id": None,
    "invoice_id": None,
    "name": "Extension",
    "quantity": 2,
    "currency": "USD",
    "net": 168,
    "tax": 32,
    "total": 200,
    "tax_category": "S",
    "tax_country": "DE",
    "tax_percent": "19",
    "issuer": PARTY,
    "recipient": dict.fromkeys(PARTY, "") | {"legal_name": "Buyer"},
}


class InvoiceParty(serializers.Serializer):
    """The details of who issues a paper, or of who it is for, as they were then."""

    legal_name = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166; empty if it was not known.")
    vat_number = serializers.CharField()


class TaxInvoice(serializers.Serializer):
    """A tax invoice or a credit note. Amounts are in the smallest unit of the currency."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(["invoice", "credit_note"])
    number = serializers.CharField()
    test = serializers.BooleanField(help_text="A specimen for test money, not an invoice.")
    issued_at = serializers.DateTimeField()
    supplied_at = serializers.DateTimeField(help_text="When the money was collected or given back.")
    order_client_id = serializers.CharField()
    charge_id = serializers.UUIDField()
    refund_id = serializers.UUIDField(allow_null=True)
    invoice_id = serializers.UUIDField(allow_null=True, help_text="The invoice that a credit note is for.")
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    currency = serializers.CharField()
    net = serializers.IntegerField()
    tax = serializers.IntegerField()
    total = serializers.IntegerField()
    tax_category = serializers.ChoiceField(["S", "Z", "AE", "O"], help_text="A code of EN 16931.")
    tax_country = serializers.CharField(allow_null=True)
    tax_percent = serializers.CharField()
    issuer = InvoiceParty()
    recipient = InvoiceParty()


@extend_schema_serializer(many=False)
class TaxInvoiceList(serializers.Serializer):
    """At most 20, newest first."""

    result = TaxInvoice(many=True)


def describe_invoices() -> dict[str, Any]:
    """Return what to say about each action of invoices."""
    return {
        "list": describe_action(
            {200: TaxInvoiceList},
            PAGE_PARAMETERS,
            {"invoices": (200, {"result": [INVOICE]})},
            "bad page",
            SCOPE,
            description="List tax invoices and credit notes, newest first: for the owner of the application "
            "all that it sold, for a buyer its own.",
        ),
        "retrieve": describe_action(
            {200: TaxInvoice},
            [INVOICE_PARAMETER],
            {"invoice": (200, INVOICE)},
            SCOPE,
            UNKNOWN,
        ),
        "pdf": describe_action(
            {},
            [INVOICE_PARAMETER],
            {},
            SCOPE,
            UNKNOWN,
            file="application/pdf",
            operation_id="v3_invoices_pdf_retrieve",
            description="The printed paper, the same bytes each time, with the structured invoice embedded.",
        ),
        "xml": describe_action(
            {},
            [INVOICE_PARAMETER],
            {},
            SCOPE,
            UNKNOWN,
            file="application/xml",
            operation_id="v3_invoices_xml_retrieve",
            description="The structured invoice of EN 16931 (Cross Industry Invoice).",
        ),
    }
