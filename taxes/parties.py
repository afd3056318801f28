"""Who issues a paper and who it is made out to, as the paper keeps them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from customers.models import Organization, SellerOfRecord
from taxes.rules import Party

Details = Mapping[str, str]
KEPT = ("street", "postal_code", "city", "country", "vat_number")


def is_issuing() -> bool:
    """Say whether the operator has named who issues tax invoices; without, none are issued."""
    return settings.INVOICING["issuer"] is not None


def describe_organization(organization: Organization) -> dict[str, str]:
    """Return the details of an organisation that a paper keeps."""
    details = {name: str(getattr(organization, name)) for name in KEPT}
    return {"legal_name": organization.legal_name or organization.name, **details}


def describe_issuer(seller_of_record: str, seller: Organization) -> dict[str, str]:
    """Return the details of who issues papers: this seller, or the marketplace."""
    if seller_of_record == SellerOfRecord.SELLER:
        return describe_organization(seller)
    return dict(settings.INVOICING["issuer"])


def read_party(details: Mapping[str, Any]) -> Party:
    """Return what tax depends on."""
    return Party(details["country"], has_vat_number=bool(details["vat_number"]))
