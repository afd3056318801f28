"""What keeps the last person of an organisation from being erased: money, papers and apps still need it."""

from django.db.models import Q

from access.errors import PaperMissing, RunsThisServer, StillCollected, StillOwed, StillPays, StillSells
from charges.models import Charge, ChargeKind, ChargeStatus
from customers.models import Application, Merchant, Organization
from invoicing.invoices import find_start
from invoicing.models import HeldInvoice, PaperKind, TaxPaper
from ledger.balances import list_seller_currencies, read_seller_balance
from payouts.models import Payout
from payouts.models.payouts import UNDER_WAY
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus
from taxes.parties import is_issuing

OPEN_CHARGES = (ChargeStatus.ACCEPTED, ChargeStatus.PROCESSED)
OPEN_SUBSCRIPTIONS = (SubscriptionStatus.ACCEPTED, *RUNNING, SubscriptionStatus.FROZEN)


def refuse_while_needed(organization: Organization) -> None:
    """Refuse to empty an organisation, locked by the caller, that still buys, sells or runs this server.

    Raises RunsThisServer, StillPays, StillCollected, PaperMissing, StillSells, StillOwed.
    """
    if organization.is_operator:
        raise RunsThisServer
    _refuse_buyer(organization.pk)
    _refuse_seller(organization.pk)


def _refuse_buyer(buyer: int) -> None:
    if Subscription.objects.filter(buyer=buyer, status__in=OPEN_SUBSCRIPTIONS).exists():
        raise StillPays
    if Charge.objects.filter(buyer=buyer, status__in=OPEN_CHARGES).exists():
        raise StillCollected
    if HeldInvoice.objects.open().filter(charge__buyer=buyer).exists() or _has_unissued(buyer):
        raise PaperMissing


def _has_unissued(buyer: int) -> bool:
    """Say whether the sweep has still to write an invoice of something that was collected."""
    if not is_issuing():
        return False
    collected = Charge.objects.filter(
        buyer=buyer,
        kind=ChargeKind.CHARGE,
        status=ChargeStatus.SUCCESS,
        customer=None,
        finished_at__gte=find_start(),
    )
    issued = TaxPaper.objects.filter(buyer=buyer, kind=PaperKind.INVOICE)
    return collected.exclude(pk__in=issued.values("charge")).exists()


def _refuse_seller(seller: int) -> None:
    of_seller = Q(organization=seller, is_active=True)
    selling = (
        Application.objects.filter(of_seller),
        Merchant.objects.filter(of_seller),
        Subscription.objects.filter(payee=seller, status__in=OPEN_SUBSCRIPTIONS),
        Charge.objects.filter(payee=seller, status__in=OPEN_CHARGES),
    )
    if any(rows.exists() for rows in selling):
        raise StillSells
    currencies = list_seller_currencies(seller)
    is_owed = any(read_seller_balance(organization_id=seller, currency=each) for each in currencies)
    if is_owed or Payout.objects.filter(organization=seller, status__in=UNDER_WAY).exists():
        raise StillOwed
