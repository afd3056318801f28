"""Papers for tests, made without a database unless they are saved."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from access.oauth.bearer_tokens import Caller
from customers.models import Application, Organization
from invoicing.credit_notes import draft_credit_notes, find_lost_disputes, find_refunds
from invoicing.drafts import write_papers
from invoicing.invoices import draft_invoices
from invoicing.models import TaxPaper
from operations.factories import CallerFactory
from taxes.rules import TaxCategory, split_tax

ISSUER = {
    "legal_name": "Bücherei & Söhne GmbH",
    "street": "Unter den Linden 1",
    "postal_code": "10117",
    "city": "Berlin",
    "country": "DE",
    "vat_number": "DE136695976",
    "bank": "DE02 1203 0000 0000 2020 51",
}
RECIPIENT = {
    "legal_name": "Harbour Lane Dental",
    "street": "Quay 7",
    "postal_code": "1010",
    "city": "Wien",
    "country": "AT",
    "vat_number": "",
}
LINE = {
    "name": "100 extra reports",
    "quantity": 3,
    "price_minor": 3333,
    "per_account": False,
    "charge": "01a1fd11-7931-75fb-bcfe-a7b384ee8fb4",
    "app": "Report Builder",
    "seller": "Paper Kites Ltd",
    "period_start": None,
}


def make_paper(*, total=9999, rate=2000, line=None, recipient=None, **fields) -> TaxPaper:
    """An invoice of 99.99 EUR with 20 % of tax in it, on paper only."""
    split = split_tax(total, rate)
    said = {
        "public_id": UUID("01a1fd11-7931-75fb-bcfe-a7b384ee8fb5"),
        "kind": "invoice",
        "number": 7,
        "name": "INV-2027-000007",
        "livemode": True,
        "issued_at": datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC),
        "supplied_at": datetime(2027, 1, 1, 23, 0, tzinfo=UTC),
        "currency": "EUR",
        "net_minor": split.net_minor,
        "tax_minor": split.tax_minor,
        "total_minor": total,
        "tax_category": TaxCategory.STANDARD.value,
        "tax_country": "AT",
        "tax_basis_points": rate,
        "issuer": ISSUER,
        "recipient": RECIPIENT | (recipient or {}),
        "line": LINE | (line or {}),
    }
    return TaxPaper(**said | fields)


def sell_in_own_name(country: str, *, legal_name: str) -> Caller:
    """Somebody who buys from a seller of this country, who issues papers in its own name."""
    caller = CallerFactory()
    Organization.objects.filter(pk=caller.app.organization_id).update(legal_name=legal_name, country=country)
    Application.objects.filter(pk=caller.app.id).update(seller_of_record="seller")
    return caller


def issue_for(charge) -> TaxPaper:
    """The invoice of a collected charge, issued in this transaction; the sweep waits for others to end."""
    with transaction.atomic():
        write_papers(draft_invoices([charge.public_id]).drafts)
    return TaxPaper.objects.get(charge=charge, kind="invoice")


def credit(*refunds) -> list[TaxPaper]:
    """The credit notes of refunds that were paid, and of disputes that were lost."""
    with transaction.atomic():
        count = write_papers(draft_credit_notes(find_refunds([refund.public_id for refund in refunds])))
        count += write_papers(draft_credit_notes(find_lost_disputes(100)))
    if not count:
        return []
    return list(TaxPaper.objects.filter(kind="credit_note").order_by("pk"))[-count:]
