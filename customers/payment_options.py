"""The cards and bank accounts of organisations and of customers."""

from dataclasses import asdict, dataclass
from typing import Unpack

from django.db import transaction
from django.db.models import QuerySet

from core import clock
from core.errors import CodeTaken
from customers.contact_fields import OptionFields, check_code, check_fields
from customers.errors import CardEntryRefused, PaymentOptionNotFound
from customers.models import Customer, Organization, PaymentKind, PaymentOption

ALLOWED = OptionFields.__optional_keys__
MAX_HOLDER_NAME = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizedInstrument:
    """What a gateway's answer leaves of a card or bank account: the columns of PaymentOption of that name."""

    gateway: str
    gateway_token: str
    kind: PaymentKind
    last4: str
    brand: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    bank_account_type: str = ""
    routing_number: str = ""
    fingerprint: str = ""


def lock_wallet(organization_id: int) -> None:
    """Let an organisation's cards be chosen and changed one after the other, in the caller's transaction.

    It comes before any subscription or charge is locked.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)


def list_cards(organization_id: int, *, gateway: str) -> QuerySet[PaymentOption]:
    """Return the cards that an organisation can pay with through this gateway, the default one first."""
    cards = PaymentOption.objects.filter(organization_id=organization_id, gateway=gateway, is_active=True)
    return cards.order_by("-is_default", "-pk")


def list_kept_cards(organization_id: int) -> QuerySet[PaymentOption]:
    """Return the cards that an organisation has and has not removed, whatever processor keeps them."""
    return PaymentOption.objects.filter(organization_id=organization_id, is_active=True)


def find_default_option(organization_id: int, *, gateway: str) -> PaymentOption | None:
    """Return the card that this organisation pays with through this gateway, if it has one.

    That is its default one, or the newest here while the default one is another gateway's.
    """
    return list_cards(organization_id, gateway=gateway).first()


@transaction.atomic
def add_payment_option(
    organization_id: int,
    *,
    gateway: str,
    token: str,
    last4: str,
    brand: str = "",
    exp_month: int | None = None,
    exp_year: int | None = None,
) -> PaymentOption:
    """Keep a tokenised card and make it the one that the organisation pays with; one that is kept stays.

    What has no brand is a bank account. Raises CardEntryRefused for one that was removed, or that another
    organisation has.
    """
    lock_wallet(organization_id)
    kept = PaymentOption.objects.filter(
        gateway=gateway, gateway_token=token, organization__isnull=False
    ).first()
    if kept is not None and not (kept.is_active and kept.organization_id == organization_id):
        raise CardEntryRefused
    if kept is not None:
        return make_default(kept)
    _list_defaults(organization_id).update(is_default=False)
    return PaymentOption.objects.create(
        organization_id=organization_id,
        gateway=gateway,
        gateway_token=token,
        kind=PaymentKind.CARD if brand else PaymentKind.BANK_ACCOUNT,
        brand=brand,
        last4=last4,
        exp_month=exp_month,
        exp_year=exp_year,
        is_default=True,
    )


def make_default(option: PaymentOption) -> PaymentOption:
    """Make an active card the one that its organisation, whose wallet is locked, pays with; return it."""
    _list_defaults(option.organization_id).exclude(pk=option.pk).update(is_default=False)
    option.is_default = True
    option.save(update_fields=["is_default"])
    return option


def _list_defaults(organization_id: int | None) -> QuerySet[PaymentOption]:
    return PaymentOption.objects.filter(organization=organization_id, is_default=True)


def remove_option(option: PaymentOption) -> PaymentOption:
    """Let a card of an organisation, whose wallet is locked, never be charged again, and return it.

    An attempt that is being made with it is waited for: the lock excludes that of its foreign key.
    """
    locked = PaymentOption.objects.select_for_update().get(pk=option.pk)
    locked.is_default = locked.is_active = False
    locked.removed_at = clock.now()
    locked.save(update_fields=["is_default", "is_active", "removed_at"])
    return locked


@transaction.atomic
def add_customer_option(
    *,
    customer: Customer,
    account: TokenizedInstrument,
    code: str | None = None,
    is_single_use: bool = False,
    **fields: Unpack[OptionFields],
) -> PaymentOption:
    """Keep a tokenised card or bank account of a customer and return it.

    Without a holder's name it has the customer's. One for a single use is kept along with its payment and
    not listed. Raises InvalidField, CodeTaken.
    """
    checked = check_fields(PaymentOption, fields, allowed=ALLOWED)
    checked["holder_name"] = checked.get("holder_name") or customer.full_name[:MAX_HOLDER_NAME]
    code = check_code(code)
    # Locked, the customer's options change one after the other.
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if code is not None and customer.payment_options.filter(code=code).exists():
        raise CodeTaken
    return PaymentOption.objects.create(
        customer=customer, code=code, is_single_use=is_single_use, **asdict(account), **checked
    )


@transaction.atomic
def change_customer_option(option_id: int, **changes: Unpack[OptionFields]) -> PaymentOption:
    """Change what is known of a customer's option, or whether it may be charged, and return it.

    Raises PaymentOptionNotFound, InvalidField.
    """
    checked = check_fields(PaymentOption, changes, allowed=ALLOWED)
    rows = PaymentOption.objects.filter(customer__isnull=False, is_single_use=False)
    # Not without key: an attempt that is being made with it refers to it, and is waited for.
    option = rows.select_for_update().filter(pk=option_id).first()
    if option is None:
        raise PaymentOptionNotFound
    for name, value in checked.items():
        setattr(option, name, value)
    option.save(update_fields=checked.keys())
    return option


def list_customer_options(customer_id: int) -> QuerySet[PaymentOption]:
    """Return the options that a customer may be asked to pay with, oldest first: slice it."""
    return PaymentOption.objects.filter(customer=customer_id, is_single_use=False).order_by("pk")
