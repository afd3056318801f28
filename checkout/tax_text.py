"""Net, tax and total of an offer in words, before it is accepted."""

from dataclasses import dataclass
from typing import Self

from checkout.amounts import format_money
from core import clock
from core.money import Money
from customers.countries import COUNTRIES
from customers.models import Application, Organization
from taxes.quotes import Quote, quote_tax
from taxes.rules import TaxCategory, write_percent

NOT_KNOWN = "Your country is not known: the tax of the issuer's country is in the price."
REASONS = {
    TaxCategory.REVERSE_CHARGE: "Reverse charge: your organisation owes the tax in {country}.",
    TaxCategory.OUT_OF_SCOPE: "No tax is charged in {country}.",
}


@dataclass(frozen=True, slots=True)
class TaxText:
    """The amounts in the reader's number format, and why the tax is as it is."""

    net: str
    name: str
    amount: str
    total: str
    reason: str

    @classmethod
    def of(
        cls, total: Money, *, application: Application | None, buyer: Organization | None, language: str
    ) -> Self | None:
        """Write it out; None for nothing to pay, or where no invoices are issued."""
        if application is None or buyer is None or not total.amount_minor:
            return None
        quote = quote_tax(total.amount_minor, application=application, buyer=buyer, at=clock.now())
        if quote is None:
            return None
        amounts = (quote.split.net_minor, quote.split.tax_minor, quote.split.total_minor)
        net, tax, whole = (format_money(Money(each, total.currency), language=language) for each in amounts)
        return cls(net, _name_tax(quote), tax, whole, _give_reason(quote))


def _name_tax(quote: Quote) -> str:
    if not quote.tax.country:
        return "Tax"
    return f"Tax, {write_percent(quote.tax.basis_points)} % ({COUNTRIES[quote.tax.country]})"


def _give_reason(quote: Quote) -> str:
    if not quote.buyer_country:
        return NOT_KNOWN
    country = COUNTRIES[quote.buyer_country]
    return REASONS.get(quote.tax.category, "Your country is {country}.").format(country=country)
