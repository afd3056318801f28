"""The details of an organisation that its tax invoices name: checked in one place, for pages and staff."""

from collections.abc import Mapping
from typing import NamedTuple

from core.errors import InvalidField
from core.texts import check_display_name
from customers.countries import COUNTRIES
from customers.models import Application, Organization, SellerOfRecord
from customers.vat_numbers import check_vat_number

LENGTHS: Mapping[str, int] = {"legal_name": 255, "street": 128, "postal_code": 15, "city": 50}


class Details(NamedTuple):
    """The columns of BillingDetails."""

    legal_name: str
    street: str
    postal_code: str
    city: str
    country: str
    vat_number: str


def check_details(
    *, legal_name: str, street: str, postal_code: str, city: str, country: str, vat_number: str
) -> Details:
    """Return details as they are kept. Raises InvalidField."""
    country = country.strip().upper()
    if country and country not in COUNTRIES:
        raise InvalidField("country", "must be a country of ISO 3166, such as DE")
    return Details(
        legal_name=check_display_name("legal_name", legal_name, LENGTHS["legal_name"]),
        street=check_display_name("street", street, LENGTHS["street"]),
        postal_code=check_display_name("postal_code", postal_code, LENGTHS["postal_code"]),
        city=check_display_name("city", city, LENGTHS["city"]),
        country=country,
        vat_number=check_vat_number("vat_number", vat_number, country=country),
    )


def change_billing_details(
    organization_id: int,
    *,
    legal_name: str,
    street: str,
    postal_code: str,
    city: str,
    country: str,
    vat_number: str,
) -> None:
    """Change what an organisation's next tax invoices say. Raises InvalidField."""
    details = check_details(
        legal_name=legal_name,
        street=street,
        postal_code=postal_code,
        city=city,
        country=country,
        vat_number=vat_number,
    )
    if not (details.legal_name and details.country) and is_seller_of_record(organization_id):
        raise InvalidField("legal_name", "and the country are needed: it issues invoices in its own name")
    Organization.objects.filter(pk=organization_id).update(**details._asdict())


def is_seller_of_record(organization_id: int) -> bool:
    """Say whether invoices are issued in the name of an organisation, which then needs its details."""
    return Application.objects.filter(
        organization_id=organization_id, seller_of_record=SellerOfRecord.SELLER
    ).exists()
