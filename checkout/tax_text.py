"""Net, tax and total of an offer in words, before it is accepted."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

from core.local_formats import write_country, write_money
from core.money import Money
from taxes.rates import AppliedTax
from taxes.rules import TaxCategory, split_tax, write_percent
from taxes.terms import TaxTerms


@dataclass(frozen=True, slots=True)
class TaxText:
    """The amounts in the reader's number format, and why the tax is as it is.

    Where the rate is not known the amounts are empty, and the reason says so.
    """

    net: str
    name: str
    amount: str
    total: str
    reason: str

    @classmethod
    def of(cls, total: Money, terms: TaxTerms) -> Self | None:
        """Write it out; None for nothing to pay."""
        if not total.amount_minor:
            return None
        if terms.tax is None:
            return cls("", "", "", write_money(total), _("Your invoice says how much of the price is tax."))
        split = split_tax(total.amount_minor, terms.tax.basis_points)
        amounts = (split.net_minor, split.tax_minor, split.total_minor)
        net, tax, whole = (write_money(Money(each, total.currency)) for each in amounts)
        return cls(net, _name_tax(terms.tax), tax, whole, _give_reason(terms.tax, terms.recipient["country"]))


def _name_tax(tax: AppliedTax) -> str:
    if not tax.country:
        return _("Tax")
    parts = {"percent": write_percent(tax.basis_points), "country": write_country(tax.country)}
    return _("Tax, %(percent)s%% (%(country)s)") % parts


def _give_reason(tax: AppliedTax, buyer_country: str) -> str:
    if not buyer_country:
        return _(
            "We do not know your country yet, so the price includes the tax of the country that the invoice"
            " comes from."
        )
    reasons = {
        TaxCategory.REVERSE_CHARGE: _(
            "Reverse charge: your organisation accounts for the tax in %(country)s."
        ),
        TaxCategory.OUT_OF_SCOPE: _("No tax is charged in %(country)s."),
    }
    words = reasons.get(tax.category, _("This is the tax for customers in %(country)s."))
    return words % {"country": write_country(buyer_country)}
