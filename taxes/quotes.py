"""The tax on a price before it is paid: as things are today."""

from datetime import datetime
from typing import NamedTuple

from customers.models import Application, Organization
from taxes.parties import describe_issuer, describe_organization, is_issuing, read_party
from taxes.rates import AppliedTax, RateTable
from taxes.rules import TaxSplit, add_tax, split_tax


class Quote(NamedTuple):
    """A total (cents), divided, and the tax that applies; `buyer_country` is empty if it is not known."""

    split: TaxSplit
    tax: AppliedTax
    buyer_country: str


def quote_tax(
    total_minor: int, *, application: Application, buyer: Organization, at: datetime
) -> Quote | None:
    """Return the tax in a total (cents) that this buyer is asked for; None where no invoices are issued."""
    if not is_issuing():
        return None
    tax = find_tax(application=application, buyer=buyer, at=at)
    return Quote(split_tax(total_minor, tax.basis_points), tax, buyer.country)


def include_tax(price_minor: int, *, application_id: int, buyer_id: int, at: datetime) -> int:
    """Return a price (cents) with the tax added that this buyer pays; as it is where none are issued."""
    if not is_issuing():
        return price_minor
    application = Application.objects.select_related("organization").get(pk=application_id)
    tax = find_tax(application=application, buyer=Organization.objects.get(pk=buyer_id), at=at)
    return add_tax(price_minor, tax.basis_points).total_minor


def find_tax(*, application: Application, buyer: Organization, at: datetime) -> AppliedTax:
    """Return the tax on what an application sells a buyer at this instant (UTC)."""
    seller = read_party(describe_issuer(application, application.organization))
    party = read_party(describe_organization(buyer))
    return RateTable({seller.country, party.country}).apply(seller=seller, buyer=party, day=at.date())
