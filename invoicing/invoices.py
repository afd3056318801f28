"""The tax invoices of collected charges: who, what and which tax, from the rows as they are now."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from charges.models import Charge, ChargeKind, ChargeStatus
from core.bulk import fetch_rows
from customers.models import Application, Organization, SellerOfRecord
from invoicing.drafts import Draft
from invoicing.models import PaperKind
from taxes.parties import describe_issuer, describe_organization, read_party
from taxes.rates import RateTable
from taxes.rules import split_tax


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


def draft_invoices(charges: Iterable[UUID]) -> list[Draft]:
    """Return the invoices of these charges, in this order; those collected too early have none."""
    named = [*charges]
    sales = _find_sales(named) if named else []
    makers = _Makers(sales)
    return [makers.draft(sale) for sale in sales]


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
    found = {
        sale.public_id: sale for sale in map(Sale._make, fetch_rows(collected.values_list(*Sale._fields)))
    }
    return [found[public_id] for public_id in public_ids if public_id in found]


class _Makers:
    """The organisations, applications and rates of a batch, each read once."""

    def __init__(self, sales: Sequence[Sale]) -> None:
        parties = {each for sale in sales for each in (sale.buyer_id, sale.payee_id)}
        self._organizations = Organization.objects.in_bulk(parties)
        self._applications = Application.objects.in_bulk({sale.order_application_id for sale in sales})
        countries = {organization.country for organization in self._organizations.values()}
        self._rates = RateTable(countries | {settings.INVOICING["issuer"]["country"]})

    def draft(self, sale: Sale) -> Draft:
        """Return the invoice of one charge."""
        seller, buyer = self._organizations[sale.payee_id], self._organizations[sale.buyer_id]
        application = self._applications[sale.order_application_id]
        issuer, recipient = describe_issuer(application, seller), describe_organization(buyer)
        tax = self._rates.apply(
            seller=read_party(issuer), buyer=read_party(recipient), day=sale.finished_at.date()
        )
        is_of_seller = application.seller_of_record == SellerOfRecord.SELLER
        return Draft(
            kind=PaperKind.INVOICE,
            charge_id=sale.id,
            invoice_id=None,
            refund_id=None,
            dispute_id=None,
            application_id=application.pk,
            seller_id=seller.pk,
            seller_license_id=seller.license_id if is_of_seller else None,
            buyer_id=buyer.pk,
            livemode=not sale.test,
            supplied_at=sale.finished_at,
            currency=sale.currency,
            split=split_tax(sale.total_minor, tax.basis_points),
            tax=tax,
            issuer=issuer,
            recipient=recipient,
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
