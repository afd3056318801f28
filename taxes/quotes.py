"""The tax on a price before it is paid: as things are today."""

from datetime import datetime

import structlog

from core.currencies import find_step
from customers.models import Application, Organization
from taxes.errors import RateMissing
from taxes.parties import describe_issuer, describe_organization, is_issuing, read_party
from taxes.rates import AppliedTax, RateTable
from taxes.rules import add_tax, round_up
from taxes.terms import TaxTerms

log = structlog.get_logger(__name__)


def find_terms(*, application: Application, buyer: Organization, at: datetime) -> TaxTerms | None:
    """Return the tax on what a buyer is asked for; None where no invoices are issued.

    Where the rates have a gap the terms have no tax: the invoice will be held, not guessed.
    """
    if not is_issuing():
        return None
    terms = TaxTerms.of(application, buyer)
    try:
        return terms._replace(tax=find_tax(application=application, buyer=buyer, at=at))
    except RateMissing:
        return terms


def include_tax(price_minor: int, *, currency: str, application_id: int, buyer_id: int, at: datetime) -> int:
    """Return a price (cents) with the tax added that this buyer pays; as it is where none are issued.

    Where the rates have a gap, the nearest one is added: the sale goes on, and no tax is left out. What
    processors can take without tax they can take with it: the sum is rounded up to what they move.
    """
    if not is_issuing():
        return price_minor
    application = Application.objects.select_related("organization").get(pk=application_id)
    try:
        tax = find_tax(application=application, buyer=Organization.objects.get(pk=buyer_id), at=at)
        basis_points = tax.basis_points
    except RateMissing as gap:
        log.error("no tax rate", country=gap.country, day=gap.day)
        basis_points = RateTable({gap.country}).find_nearest(gap.country, gap.day)
    step = find_step(currency)
    return round_up(add_tax(price_minor, basis_points).total_minor, to=1 if price_minor % step else step)


def find_tax(*, application: Application, buyer: Organization, at: datetime) -> AppliedTax:
    """Return the tax on what an application sells a buyer at this instant (UTC). Raises RateMissing."""
    seller = read_party(describe_issuer(application.seller_of_record, application.organization))
    party = read_party(describe_organization(buyer))
    return RateTable({seller.country, party.country}).apply(seller=seller, buyer=party, day=at.date())
