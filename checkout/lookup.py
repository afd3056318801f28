"""Finding what a reader may see."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import QueryDict

from charges.models import Charge, ChargeStatus
from checkout.way_back import list_origins
from core import clock
from customers.models import Account

DIRECT = "direct_charge"
SHOWN_PENDING = 20


def find_account(user: User | AnonymousUser) -> Account | None:
    """Return the account of a logged-in user, with its organisation; staff may have none."""
    if user.pk is None:
        return None
    return Account.objects.select_related("organization").filter(user_id=user.pk).first()


def read_charge_id(query: QueryDict) -> UUID | None:
    """Return the id of a direct charge from a link, or None when it cannot be one."""
    text = query.get("id", "").lower()
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    if str(public_id) != text or query.get("type", DIRECT) != DIRECT:
        return None
    return public_id


def find_charge(public_id: UUID | None, *, organization_id: int) -> Charge | None:
    """Return this charge of a buyer organisation with all that a page shows, or None."""
    if public_id is None:
        return None
    charges = Charge.objects.for_display().select_related("payment_option")
    return charges.filter(public_id=public_id, buyer_id=organization_id).first()


def find_framers(public_id: UUID | None) -> list[str]:
    """Return the origins registered for the applications of a charge; none for an unknown one."""
    if public_id is None:
        return []
    charges = Charge.objects.select_related("order_application", "seller_application")
    charge = charges.filter(public_id=public_id).first()
    return list_origins(charge) if charge else []


def list_pending(organization_id: int) -> list[Charge]:
    """Return the charges that await this organisation's decision, newest first, at most 20."""
    since = clock.now() - timedelta(days=settings.CHARGE_EXPIRES_DAYS)
    waiting = Charge.objects.filter(
        buyer_id=organization_id, status=ChargeStatus.PENDING, created_at__gte=since
    )
    return list(waiting.select_related("order_application").order_by("-id")[:SHOWN_PENDING])
