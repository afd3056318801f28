"""The tax invoices of collected charges: who, what and which tax, from the rows as they are now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Case, When
from django.db.models.functions import Coalesce

from charges.models import Charge, ChargeKind, ChargeStatus
from core.bulk import fetch_rows
from customers.models import Application, Organization, SellerOfRecord
from invoicing.drafts import Draft
from invoicing.models import HeldInvoice, PaperKind
from taxes.errors import RateMissing
from taxes.parties import describe_issuer, describe_organization, read_party
from taxes.rates import RateTable
from taxes.rules import split_tax
from taxes.terms import TaxTerms

# The tax that a page showed is that of what is paid first; later periods bear that of their day.
AGREED = Coalesce("acceptance__tax", Case(When(period=0, then="subscription__acceptance__tax")))
NOTHING: Mapping[UUID, TaxTerms] = MappingProxyType({})


class Sale(NamedTuple):
    """The columns of a collected charge that its invoice is made of."""

    id: int
    public_id: UUID
    order_application_id: int
    payee_id: int
    buyer_id: int
    test: bool
    name: str
    price_minor: int
    quantity: int
    per_account: bool
    total_minor: int
    currency: str
    due_at: datetime | None
    finished_at: datetime
    agreed: str | None


class Drafted(NamedTuple):
    """The invoices that can be written, and those that have to wait for a rate."""

    drafts: list[Draft]
    held: list[HeldInvoice]


def draft_invoices(charges: Iterable[UUID], *, kept: Mapping[UUID, TaxTerms] = NOTHING) -> Drafted:
    """Return the invoices of these charges, in this order; those collected too early have none.

    `kept` are terms by charge that count instead of those of now.
    """
    named = [*charges]
    sales = _find_sales(named) if named else []
    makers = _Makers(sales, kept)
    drafted = Drafted([], [])
    for sale in sales:
        terms = makers.find_terms(sale)
        try:
            drafted.drafts.append(makers.draft(sale, terms))
        except RateMissing as gap:
            held = HeldInvoice(charge_id=sale.id, country=gap.country, day=gap.day, terms=terms.write())
            drafted.held.append(held)
    return drafted


def find_start() -> datetime:
    """Return the instant (UTC) from which on what is collected is invoiced."""
    since: date = settings.INVOICING["since"]
    return datetime.combine(since, time.min, UTC)


def _find_sales(public_ids: Sequence[UUID]) -> list[Sale]:
    collected = Charge.objects.filter(
        public_id__in=public_ids,
        kind=ChargeKind.CHARGE,
        status=ChargeStatus.SUCCESS,
        customer=None,
        finished_at__gte=find_start(),
    )
    rows = collected.annotate(agreed=AGREED).values_list(*Sale._fields)
    found = {sale.public_id: sale for sale in map(Sale._make, fetch_rows(rows))}
    return [found[public_id] for public_id in public_ids if public_id in found]


class _Makers:
    """The organisations, applications and rates of a batch, each read once."""

    def __init__(self, sales: Sequence[Sale], kept: Mapping[UUID, TaxTerms]) -> None:
        parties = {each for sale in sales for each in (sale.buyer_id, sale.payee_id)}
        self._organizations = Organization.objects.in_bulk(parties)
        self._applications = Application.objects.in_bulk({sale.order_application_id for sale in sales})
        self._kept = {
            sale.public_id: terms
            for sale in sales
            if (terms := kept.get(sale.public_id) or TaxTerms.parse(sale.agreed))
        }
        countries = {organization.country for organization in self._organizations.values()}
        countries |= {terms.recipient["country"] for terms in self._kept.values()}
        self._rates = RateTable(countries | {settings.INVOICING["issuer"]["country"]})

    def find_terms(self, sale: Sale) -> TaxTerms:
        """Return who sells and who buys: as kept, else as now."""
        buyer = self._organizations[sale.buyer_id]
        kept = self._kept.get(sale.public_id)
        if kept is not None:
            return kept.with_newer(describe_organization(buyer))
        return TaxTerms.of(self._applications[sale.order_application_id], buyer)

    def draft(self, sale: Sale, terms: TaxTerms) -> Draft:
        """Return the invoice of one charge. Raises RateMissing."""
        seller, application = (
            self._organizations[sale.payee_id],
            self._applications[sale.order_application_id],
        )
        issuer = describe_issuer(terms.seller_of_record, seller)
        tax = terms.tax or self._rates.apply(
            seller=read_party(issuer), buyer=read_party(terms.recipient), day=sale.finished_at.date()
        )
        is_of_seller = terms.seller_of_record == SellerOfRecord.SELLER
        return Draft(
            kind=PaperKind.INVOICE,
            charge_id=sale.id,
            invoice_id=None,
            refund_id=None,
            dispute_id=None,
            application_id=application.pk,
            seller_id=seller.pk,
            seller_license_id=seller.license_id if is_of_seller else None,
            buyer_id=sale.buyer_id,
            livemode=not sale.test,
            supplied_at=sale.finished_at,
            currency=sale.currency,
            split=split_tax(sale.total_minor, tax.basis_points),
            tax=tax,
            issuer=issuer,
            recipient=terms.recipient,
            line=_describe_line(sale, application, seller),
        )


def _describe_line(sale: Sale, application: Application, seller: Organization) -> dict[str, Any]:
    return {
        "name": sale.name,
        "quantity": sale.quantity,
        "price_minor": sale.price_minor,
        "per_account": sale.per_account,
        "charge": str(sale.public_id),
        "app": application.name,
        "seller": seller.name,
        "period_start": sale.due_at.date().isoformat() if sale.due_at else None,
    }
