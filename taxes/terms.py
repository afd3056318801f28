"""The tax terms of a sale: what decided its tax, kept with a consent or with an invoice that is held."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from customers.models import Application, Organization
from taxes.parties import Details, describe_organization
from taxes.rates import AppliedTax
from taxes.rules import TaxCategory, write_percent

ADDRESS = ("street", "postal_code", "city")


class TaxTerms(NamedTuple):
    """Who sells in whose eyes, to whom, and the tax; `tax` is None where the rate was not known then."""

    seller_of_record: str
    recipient: Details
    tax: AppliedTax | None = None

    @classmethod
    def of(cls, application: Application, buyer: Organization) -> "TaxTerms":
        """Return the terms as they are now, without a rate."""
        return cls(application.seller_of_record, describe_organization(buyer))

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> "TaxTerms | None":
        """Return terms as they were kept."""
        if kept is None:
            return None
        tax = kept["tax"] and AppliedTax(TaxCategory(kept["tax"][0]), *kept["tax"][1:])
        return cls(kept["seller_of_record"], kept["recipient"], tax)

    @classmethod
    def parse(cls, kept: str | None) -> "TaxTerms | None":
        """Return terms from the text of a column that the driver has read."""
        return None if kept is None else cls.read(json.loads(kept))

    @property
    def words(self) -> str:
        """The tax in a few words for staff."""
        if self.tax is None:
            return "not known then"
        return f"{write_percent(self.tax.basis_points)} % {self.tax.country} ({self.tax.category})"

    @property
    def fingerprint(self) -> str:
        """What a page says of the tax, in short."""
        return "-".join(map(str, [self.recipient["country"], *(self.tax or ())]))

    def write(self) -> dict[str, Any]:
        """Return the terms as JSON."""
        return {**self._asdict(), "tax": self.tax and [*self.tax]}

    def with_newer(self, recipient: Details) -> "TaxTerms":
        """Return them with newer details of the recipient, unless what bears on tax has changed.

        An address that was agreed stays where there is none any more, for an invoice has to name one.
        """
        if any(self.recipient[name] != recipient[name] for name in ("country", "vat_number")):
            return self
        is_blank = not any(recipient[name] for name in ADDRESS)
        agreed = {name: self.recipient[name] for name in ADDRESS} if is_blank else {}
        return self._replace(recipient={**recipient, **agreed})
